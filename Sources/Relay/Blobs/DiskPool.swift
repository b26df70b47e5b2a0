import Dispatch
import NIOPosix
import Synchronization

/// Threads for what blocks: disk and database. Neither event loops nor Swift's own threads ever wait for a disk.
enum DiskPool {
    private static let threads: NIOThreadPool = {
        let pool = NIOThreadPool(numberOfThreads: 8)
        pool.start()
        return pool
    }()

    /// Threads for single syncs of a group, beside those on which groups wait for them: so no wait can stand in its own way.
    private static let syncs: NIOThreadPool = {
        let pool = NIOThreadPool(numberOfThreads: 16)
        pool.start()
        return pool
    }()

    /// Does `body` for each item, at once where there are several: a disk that is asked for many syncs makes them together.
    /// Blocks until all are done; throws the first item's failure that there was. `body` must not wait for other work.
    static func each<Item: Sendable>(_ items: [Item], _ body: @escaping @Sendable (Item) throws -> Void) throws {
        guard items.count > 1 else { return try items.forEach(body) }
        let failures = Mutex([Int: any Error]())
        let done = DispatchGroup()
        for (place, item) in items.enumerated() {
            done.enter()
            syncs.submit { _ in
                defer { done.leave() }
                do {
                    try body(item)
                } catch {
                    failures.withLock { $0[place] = error }
                }
            }
        }
        done.wait()
        let first = failures.withLock { failures in failures.min { $0.key < $1.key }?.value }
        if let first { throw first }
    }

    /// Returns once one of the threads is free. Blocks.
    static func waitForTurn() {
        let turn = DispatchSemaphore(value: 0)
        threads.submit { _ in turn.signal() }
        turn.wait()
    }

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
