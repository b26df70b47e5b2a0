#include <stddef.h>
#include <stdint.h>
#include <isa-l/igzip_lib.h>

// ISA-L's stream holds arrays that Swift does not see the like of: here it is memory of so many bytes, aligned to 64.
#define IGZIP_LEVEL 2
#define IGZIP_LEVEL_BYTES ISAL_DEF_LVL2_DEFAULT
#define IGZIP_STREAM_BYTES ((sizeof(struct isal_zstream) + 63) / 64 * 64)

static inline size_t igzip_memory_bytes(void) { return IGZIP_STREAM_BYTES + IGZIP_LEVEL_BYTES; }

// One gzip member with all of `clear` in `room`; its bytes, 0 where it does not fit.
static inline size_t igzip_member(
    void *memory, const void *clear, size_t count, void *room, size_t room_bytes) {
    struct isal_zstream *stream = (struct isal_zstream *)memory;
    if (count > 0x40000000 || room_bytes > 0x7fffffff) return 0;
    isal_deflate_stateless_init(stream);
    stream->level = IGZIP_LEVEL;
    stream->level_buf = (uint8_t *)memory + IGZIP_STREAM_BYTES;
    stream->level_buf_size = IGZIP_LEVEL_BYTES;
    stream->gzip_flag = IGZIP_GZIP;
    stream->flush = NO_FLUSH;
    stream->end_of_stream = 1;
    stream->next_in = (uint8_t *)clear;
    stream->avail_in = (uint32_t)count;
    stream->next_out = (uint8_t *)room;
    stream->avail_out = (uint32_t)room_bytes;
    if (isal_deflate_stateless(stream) != COMP_OK || stream->avail_in != 0) return 0;
    return stream->total_out;
}
