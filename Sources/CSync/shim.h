#ifndef PLI_CSYNC_SHIM_H
#define PLI_CSYNC_SHIM_H

#include <stdint.h>

/* Linux's own, which fcntl.h shows only to programs that ask for GNU's extensions. */
int sync_file_range(int descriptor, int64_t offset, int64_t count, unsigned int flags);

/* Begins to write a range to the disk, and does not wait: SYNC_FILE_RANGE_WRITE. */
static inline int pli_begin_writing(int descriptor, int64_t offset, int64_t count) {
    return sync_file_range(descriptor, offset, count, 2);
}

#endif
