// Counts a program's system calls on the disk under test, and lets one of them fail or be its last.
//
// Loaded with LD_PRELOAD. strace can inject, too, but counts each thread's calls by themselves: in a program whose work moves
// between threads the n-th call of all would never be met. What it is told stands in environment variables:
//   PLI_FAULT_CALLS  which: fsync (with fdatasync), write (with pwrite, writev), read (with pread)
//   PLI_FAULT_PATHS  files that count: parts of their paths, separated by colons
//   PLI_FAULT_AT     the number of the call that fails, from 1; 0: none, they are only counted
//   PLI_FAULT_DO     kill; stall: the call does not return; or the number of an error
//   PLI_FAULT_AFTER  1: the call is made before the program dies; of an error: although it failed
//   PLI_FAULT_LAST   the number of the last call that fails, for a disk that stays broken; else PLI_FAULT_AT
//   PLI_FAULT_BOOK   a file outside of the disk under test: a line for each counted call, its number, name and path
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long calls;
static long fail_at, fail_last;
static int book = -1, action, after;
static const char *wanted, *paths;

__attribute__((constructor)) static void begin(void) {
    const char *text;
    wanted = getenv("PLI_FAULT_CALLS");
    paths = getenv("PLI_FAULT_PATHS");
    if ((text = getenv("PLI_FAULT_AT"))) fail_at = atol(text);
    fail_last = (text = getenv("PLI_FAULT_LAST")) ? atol(text) : fail_at;
    if ((text = getenv("PLI_FAULT_DO")))
        action = strcmp(text, "kill") == 0 ? -1 : strcmp(text, "stall") == 0 ? -2 : atoi(text);
    if ((text = getenv("PLI_FAULT_AFTER"))) after = atoi(text);
    // A descriptor that the program will not meet.
    if ((text = getenv("PLI_FAULT_BOOK"))) {
        int plain = open(text, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        book = fcntl(plain, F_DUPFD_CLOEXEC, 900);
        if (book >= 0) close(plain); else book = plain;
    }
}

// Whether this call is one of those that count, and if so its number.
static long number_of(const char *kind, const char *name, int file) {
    char link[64], path[PATH_MAX];
    if (!wanted || !strstr(wanted, kind)) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    if (paths) {
        char copy[PATH_MAX], *rest = copy, *part;
        snprintf(copy, sizeof copy, "%s", paths);
        int isMeant = 0;
        while ((part = strsep(&rest, ":"))) if (*part && strstr(path, part)) isMeant = 1;
        if (!isMeant) return 0;
    }
    long number = atomic_fetch_add(&calls, 1) + 1;
    if (book >= 0) {
        char line[PATH_MAX + 64];
        int size = snprintf(line, sizeof line, "%ld %s %s\n", number, name, path);
        if (size > 0) syscall(SYS_write, book, line, (size_t)size);
    }
    return number;
}

static int fails(long number) { return number && fail_at && number >= fail_at && number <= fail_last; }

static void die(void) {
    syscall(SYS_kill, getpid(), SIGKILL);
    for (;;) pause();
}

static void stall(void) {
    for (;;) pause();
}

#define CALL(type, kind, name, parameters, arguments)                         \
    type name parameters {                                                    \
        static type(*real) parameters;                                        \
        if (!real) real = (type(*) parameters)dlsym(RTLD_NEXT, #name);        \
        int saved = errno;                                                    \
        long number = number_of(kind, #name, file);                           \
        errno = saved;                                                        \
        if (!fails(number)) return real arguments;                            \
        if (after) (void)!real arguments;                                     \
        if (action == -1) die();                                              \
        if (action == -2) stall();                                            \
        errno = action;                                                       \
        return -1;                                                            \
    }

CALL(int, "fsync", fsync, (int file), (file))
CALL(int, "fsync", fdatasync, (int file), (file))
CALL(ssize_t, "write", write, (int file, const void *bytes, size_t count), (file, bytes, count))
CALL(ssize_t, "write", pwrite, (int file, const void *bytes, size_t count, off_t at), (file, bytes, count, at))
CALL(ssize_t, "write", pwrite64, (int file, const void *bytes, size_t count, off64_t at), (file, bytes, count, at))
CALL(ssize_t, "write", writev, (int file, const struct iovec *parts, int count), (file, parts, count))
CALL(ssize_t, "read", read, (int file, void *bytes, size_t count), (file, bytes, count))
CALL(ssize_t, "read", pread, (int file, void *bytes, size_t count, off_t at), (file, bytes, count, at))
CALL(ssize_t, "read", pread64, (int file, void *bytes, size_t count, off64_t at), (file, bytes, count, at))
