import Synchronization

/// Work that one of the disk's threads does while its owner goes on, who waits for its end before what it works on is used again.
final class DiskWork<Value: Sendable>: Sendable {
    private enum State {
        case running
        case awaited(CheckedContinuation<Value, any Error>)
        case ended(Result<Value, any Error>)
    }

    private let state = Mutex(State.running)

    /// Begins, sooner or later. `body` is done whole, or fails; cancelling its owner does not cut it.
    init(_ body: @escaping @Sendable () throws -> Value) {
        DiskPool.submit { [self] in end(Result { try body() }) }
    }

    private func end(_ result: Result<Value, any Error>) {
        let waiting: CheckedContinuation<Value, any Error>? = state.withLock { state in
            defer { state = .ended(result) }
            guard case .awaited(let waiting) = state else { return nil }
            return waiting
        }
        waiting?.resume(with: result)
    }

    /// Whether it is done, so that nobody would wait for it.
    var isEnded: Bool {
        state.withLock { state in
            if case .ended = state { return true }
            return false
        }
    }

    /// Gives what came of it once it is done; throws its failure. One asks, once.
    func value() async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let ended: Result<Value, any Error>? = state.withLock { state in
                if case .ended(let result) = state { return result }
                state = .awaited(continuation)
                return nil
            }
            if let ended { continuation.resume(with: ended) }
        }
    }
}
