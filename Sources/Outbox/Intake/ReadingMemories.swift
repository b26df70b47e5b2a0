package import LabReport
import Synchronization

/// The memories of the threads that read messages at once: each thread borrows one for a message.
///
/// As many are made as threads ever read together.
package final class ReadingMemories: Sendable {
    /// Unchecked: a memory that is lent is out of the list, so that one thread at a time sees it.
    private struct Lent: @unchecked Sendable {
        let memory: ReadingMemory
    }

    private let free = Mutex<[Lent]>([])

    /// None made.
    package init() {}

    /// What `body` gives with a memory that nobody else has meanwhile.
    package func lend<Result>(_ body: (ReadingMemory) -> Result) -> Result {
        let lent = free.withLock { $0.popLast() } ?? Lent(memory: ReadingMemory())
        defer { free.withLock { $0.append(lent) } }
        return body(lent.memory)
    }
}
