import Dispatch
import Durable
import Synchronization

/// A disk that keeps whoever asks it waiting while it is held, and then does what it was asked.
final class StallingDisk: Sendable {
    private struct State {
        var isHeld = false
        var waiting: [DispatchSemaphore] = []
    }

    private let state = Mutex(State())

    /// Every durable step waits; the database does not go through it.
    var disk: Disk { Disk(before: { (_, _) throws(DurableFailure) in self.pass() }) }

    /// How many wait.
    var waiting: Int { state.withLock { $0.waiting.count } }

    func hold() { state.withLock { $0.isHeld = true } }

    func letGo() {
        let waiting = state.withLock { state in
            defer { state = State() }
            return state.waiting
        }
        for one in waiting { one.signal() }
    }

    /// Waits while it is held. Blocks.
    func pass() {
        let gate: DispatchSemaphore? = state.withLock { state in
            guard state.isHeld else { return nil }
            let gate = DispatchSemaphore(value: 0)
            state.waiting.append(gate)
            return gate
        }
        gate?.wait()
    }
}

/// Somebody's patience, that ends when a test says so.
final class Patience: Sendable {
    private let waiting = Mutex<[AsyncStream<Void>.Continuation]>([])

    /// How often it was begun and has not been ended.
    var count: Int { waiting.withLock { $0.count } }

    func wait() async throws {
        let (end, source) = AsyncStream<Void>.makeStream()
        waiting.withLock { $0.append(source) }
        for await _ in end {}
        try Task.checkCancellation()
    }

    /// Of all who wait now.
    func end() {
        let ended = waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        for source in ended { source.finish() }
    }
}
