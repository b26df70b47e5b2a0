import NIOPosix

/// Threads for what blocks: disk and database. Neither event loops nor Swift's own threads ever wait for a disk.
enum DiskPool {
    private static let threads: NIOThreadPool = {
        let pool = NIOThreadPool(numberOfThreads: 8)
        pool.start()
        return pool
    }()

    /// Runs `body` on one of the threads, sooner or later.
    static func submit(_ body: @escaping @Sendable () -> Void) {
        threads.submit { _ in body() }
    }

    /// Runs `body` on one of the threads. Cancelling the caller does not cut the work: it is done whole, or fails.
    static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            threads.submit { state in
                switch state {
                case .active: continuation.resume(with: Result { try body() })
                case .cancelled: continuation.resume(throwing: CancellationError())
                }
            }
        }
    }
}
