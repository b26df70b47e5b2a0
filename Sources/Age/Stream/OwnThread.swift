import Foundation

/// Work that blocks or takes long, on a thread of its own: the threads that tasks share stay free.
enum OwnThread {
    /// Runs `body` and gives what it gives; `isCancelled` becomes true when the task is cancelled.
    static func run<Result: Sendable>(
        _ body: @escaping @Sendable (_ isCancelled: @escaping @Sendable () -> Bool) throws -> Result
    ) async throws -> Result {
        let flag = Flag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let thread = Thread {
                    continuation.resume(with: Swift.Result { try body { flag.isRaised } })
                }
                thread.name = "age"
                thread.start()
            }
        } onCancel: {
            flag.raise()
        }
    }

    /// Unchecked: the lock guards the value.
    private final class Flag: @unchecked Sendable {
        private let lock = NSLock()
        private var value = false

        var isRaised: Bool { lock.withLock { value } }

        func raise() { lock.withLock { value = true } }
    }
}
