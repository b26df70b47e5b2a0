import UnixSignals

#if canImport(Glibc)
import Glibc
#endif

/// The signals that ask a daemon to end: what is under way ends, and its last line says so.
enum StopSignals {
    /// With SIGHUP, by which a terminal that closes takes its programs along; but where whoever started the daemon has it ignored
    /// (`nohup`), that stays so.
    static var all: [UnixSignal] {
        var inherited = sigaction()
        sigaction(SIGHUP, nil, &inherited)
        let handler = unsafeBitCast(inherited.__sigaction_handler.sa_handler, to: UInt.self)
        let isIgnored = handler == unsafeBitCast(SIG_IGN, to: UInt.self)
        return [.sigterm, .sigint] + (isIgnored ? [] : [.sighup])
    }
}
