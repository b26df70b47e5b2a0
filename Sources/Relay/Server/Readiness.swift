import Synchronization

/// Says once that the relay is ready: when all that it listens on is open, whichever came last.
///
/// Whoever waits for that word (a service manager, a script) asks for metrics or administers next, and would find nobody.
final class Readiness: Sendable {
    private let state: Mutex<State>
    private let announce: @Sendable (String) -> Void

    private struct State {
        var closed: Int
        var origin = ""
    }

    /// `announce` is told the origin of the participants' listener.
    init(listeners: Int, announce: @escaping @Sendable (String) -> Void) {
        state = Mutex(State(closed: listeners))
        self.announce = announce
    }

    /// A listener is open; that of the participants gives the origin under which it is.
    func opened(origin: String? = nil) {
        let ready: String? = state.withLock { state in
            if let origin { state.origin = origin }
            state.closed -= 1
            return state.closed == 0 ? state.origin : nil
        }
        if let ready { announce(ready) }
    }
}
