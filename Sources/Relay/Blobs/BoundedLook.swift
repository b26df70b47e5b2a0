import Dispatch
import Synchronization

/// A look at what may not answer, for those who must: on a thread of its own, one at a time, and waited for only so long.
///
/// Whatever thread asks a disk that stalls is held up with it. That look stays under way, and until it ends whoever asks is told
/// at once that it does not.
final class BoundedLook<Value: Sendable>: Sendable {
    /// What came of asking.
    enum Answer: Sendable {
        case found(Value)
        /// The look does not end.
        case late
    }

    private typealias Waiter = AsyncStream<Result<Value, any Error>>.Continuation

    private struct State {
        /// Looks that were begun; the last one may be under way.
        var begun = 0
        var isUnderWay = false
        var isLate = false
        var waiting: [Waiter] = []
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "pli-relay.look")
    private let patience: @Sendable () async throws -> Void
    private let body: @Sendable () throws -> Value

    /// - Parameters:
    ///   - patience: waits for as long as a look may take.
    ///   - body: looks. It may block.
    init(
        patience: @escaping @Sendable () async throws -> Void, _ body: @escaping @Sendable () throws -> Value
    ) {
        self.patience = patience
        self.body = body
    }

    /// Looks, or shares the look that is under way, and throws its failure.
    func answer() async throws -> Answer {
        let (results, waiter) = AsyncStream<Result<Value, any Error>>.makeStream()
        guard let look = join(waiter) else { return .late }
        return try await withThrowingTaskGroup(of: Answer?.self) { group in
            group.addTask {
                for await result in results { return .found(try result.get()) }
                try Task.checkCancellation()
                return .late
            }
            group.addTask { [self] in
                try await patience()
                giveUp(look)
                return nil
            }
            defer { group.cancelAll() }
            while let answer = try await group.next() {
                if let answer { return answer }
            }
            throw CancellationError()
        }
    }

    /// Waits for the look that is under way, or begins one; gives its number, or nil where it does not end.
    private func join(_ waiter: Waiter) -> Int? {
        let (look, begins) = state.withLock { state -> (Int?, Bool) in
            guard !state.isLate else { return (nil, false) }
            state.waiting.append(waiter)
            guard !state.isUnderWay else { return (state.begun, false) }
            state.isUnderWay = true
            state.begun += 1
            return (state.begun, true)
        }
        if begins { queue.async { [self] in end(Result { try body() }) } }
        return look
    }

    private func end(_ result: Result<Value, any Error>) {
        let waiting = state.withLock { state in
            defer { state = State(begun: state.begun) }
            return state.waiting
        }
        for waiter in waiting {
            waiter.yield(result)
            waiter.finish()
        }
    }

    /// The patience of one who waits for this look is at its end: all who wait for it are told.
    private func giveUp(_ look: Int) {
        let waiting: [Waiter] = state.withLock { state in
            // It may have ended just now, and another have begun.
            guard state.isUnderWay, state.begun == look else { return [] }
            state.isLate = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiter in waiting { waiter.finish() }
    }
}
