#ifndef PLI_CSYNC_SHIM_H
#define PLI_CSYNC_SHIM_H

#include <stdint.h>

/* Linux's own, which fcntl.h shows only to programs that ask for GNU's extensions. */
int sync_file_range(int descriptor, int64_t offset, int64_t count, unsigned int flags);

/* Begins to write a range to the disk, and does not wait: SYNC_FILE_RANGE_WRITE. */
static inline int pli_begin_writing(int descriptor, int64_t offset, int64_t count) {
    return sync_file_range(descriptor, offset, count, 2);
}

/* O_DIRECT, which fcntl.h hides likewise. Its value is the processor's. */
#if defined(__arm__) || defined(__aarch64__)
#define PLI_UNCACHED 0200000
#else
#define PLI_UNCACHED 040000
#endif

int fcntl(int descriptor, int command, ...);

/* Says whether writes go past the system's cache from now on. */
static inline int pli_set_uncached(int descriptor, int is_uncached) {
    int flags = fcntl(descriptor, 3 /* F_GETFL */);
    if (flags < 0) return -1;
    return fcntl(descriptor, 4 /* F_SETFL */, is_uncached ? flags | PLI_UNCACHED : flags & ~PLI_UNCACHED);
}

#endif
