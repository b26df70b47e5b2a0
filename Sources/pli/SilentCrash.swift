#if canImport(Glibc)
import Glibc
#endif

/// What a crash of this program leaves: the message and the signal, nothing of memory. It may hold keys.
///
/// By default Swift's runtime catches a crash and prints registers and the memory that they point to, and the system may
/// keep all of memory in a core dump. Neither `SWIFT_BACKTRACE` nor a shell's limit brings them back.
enum SilentCrash {
    static func prepare() {
        for number in [SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP] { signal(number, SIG_DFL) }
        // One byte, and not none: where dumps go through a pipe Linux takes no notice of a limit of none.
        var limit = rlimit(rlim_cur: 1, rlim_max: 1)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
    }
}
