import Foundation

/// A fixed number of threads that take batches in order, work on them side by side, and hand them on in order.
///
/// Each thread has one batch, so memory is bounded by their number: it fills the batch when it is its turn to read, works
/// on it alone, and writes it when all batches before it are written. The calling thread is one of the workers.
///
/// Unchecked: `reading` guards `fill` and `nextTicket`; `writing` guards the rest; `write` is called by whoever holds the
/// turn, and by nobody else.
final class OrderedWorkers: @unchecked Sendable {
    private let makeBatch: () -> ChunkBatch
    private let fill: (ChunkBatch) -> Bool
    private let work: (ChunkBatch) -> Void
    private let write: (ChunkBatch) throws -> Void

    private let reading = NSLock()
    private var nextTicket = 0

    private let writing = NSCondition()
    private var turn = 0
    private var failure: (any Error)?
    private var running = 0

    init(
        makeBatch: @escaping () -> ChunkBatch, fill: @escaping (ChunkBatch) -> Bool,
        work: @escaping (ChunkBatch) -> Void, write: @escaping (ChunkBatch) throws -> Void
    ) {
        self.makeBatch = makeBatch
        self.fill = fill
        self.work = work
        self.write = write
    }

    /// Once a process has let go of a block of this size, glibc keeps that much of a heap for the next chunks. Before, it
    /// gives the memory of every few chunks back to the system and faults it in again: half of the time of sealing.
    private static let steadyHeap: Void = {
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 4 << 20, alignment: 16)
        // Written, so that the optimiser cannot leave the whole thing out.
        block.wipe()
        block.deallocate()
    }()

    /// Works to the end, or to the first failure in the order of the stream, which is thrown.
    func run(workers: Int) throws {
        _ = OrderedWorkers.steadyHeap
        let workers = max(1, workers)
        running = workers
        for number in stride(from: 1, to: workers, by: 1) {
            let thread = Thread { self.labour() }
            thread.name = "age \(number)"
            thread.start()
        }
        labour()
        writing.lock()
        while running > 0 { writing.wait() }
        let failure = failure
        writing.unlock()
        if let failure { throw failure }
    }

    private func labour() {
        let batch = makeBatch()
        while let ticket = takeTicket(batch) {
            work(batch)
            guard hand(batch, ticket: ticket) else { break }
        }
        writing.lock()
        running -= 1
        writing.broadcast()
        writing.unlock()
    }

    /// Fills the batch and gives its number; nil at the end or after a failure.
    private func takeTicket(_ batch: ChunkBatch) -> Int? {
        reading.lock()
        defer { reading.unlock() }
        guard !hasFailed, fill(batch) else { return nil }
        defer { nextTicket += 1 }
        return nextTicket
    }

    private var hasFailed: Bool {
        writing.lock()
        defer { writing.unlock() }
        return failure != nil
    }

    /// Writes the batch when its turn has come; false when the stream failed here or before.
    private func hand(_ batch: ChunkBatch, ticket: Int) -> Bool {
        writing.lock()
        while turn != ticket, failure == nil { writing.wait() }
        let isOver = failure != nil
        writing.unlock()
        if isOver { return false }
        var failed: (any Error)?
        do {
            try write(batch)
            failed = batch.failure
        } catch {
            failed = error
        }
        writing.lock()
        failure = failed
        turn += 1
        writing.broadcast()
        writing.unlock()
        return failed == nil
    }
}
