#ifndef PLI_MALLOC_H
#define PLI_MALLOC_H

#include <malloc.h>
#include <unistd.h>

/* Heaps for as many threads as there are processors, two at least, and no more. Freed pieces of own_mapping_bytes and more go back
   to the system at once; so do more than trim_bytes free at the end of a heap. To be called before a second thread begins. */
static inline void pli_bound_heap(int own_mapping_bytes, int trim_bytes) {
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    (void)mallopt(M_ARENA_MAX, processors > 2 && processors < 1024 ? (int)processors : 2);
    (void)mallopt(M_MMAP_THRESHOLD, own_mapping_bytes);
    (void)mallopt(M_TRIM_THRESHOLD, trim_bytes);
}

#endif
