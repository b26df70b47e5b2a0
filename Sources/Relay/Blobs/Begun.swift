import Synchronization

/// Work that was begun on another thread. Whoever began it waits for it, however else it ends.
final class Begun<Value: Sendable>: Sendable {
    private enum State {
        case running
        case awaited(CheckedContinuation<Value, any Error>)
        case ended(Result<Value, any Error>)
    }

    private let state = Mutex(State.running)

    /// What came of it. To be asked for by one.
    func value() async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let result: Result<Value, any Error>? = state.withLock { state in
                if case .ended(let result) = state { return result }
                state = .awaited(continuation)
                return nil
            }
            if let result { continuation.resume(with: result) }
        }
    }

    /// Tells what came of it; once.
    func end(with result: Result<Value, any Error>) {
        let waiter: CheckedContinuation<Value, any Error>? = state.withLock { state in
            defer { state = .ended(result) }
            if case .awaited(let waiter) = state { return waiter }
            return nil
        }
        waiter?.resume(with: result)
    }
}
