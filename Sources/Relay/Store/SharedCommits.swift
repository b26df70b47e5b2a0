import Dispatch
import GRDB
import Synchronization

/// Writes of many callers under one commit, which is one fsync: whoever comes while a commit is being made shares the next.
///
/// Each caller's part stands or falls by itself, as if it had a transaction of its own; a commit that fails fails for all
/// who share it. Parts are done in the order in which they came. Blocks its caller until its part is durable or failed.
final class SharedCommits: Sendable {
    private let database: DatabasePool
    private let queue = Mutex(Queue())

    private struct Queue {
        var waiting: [Part] = []
        /// One of the callers makes a commit, or was told to.
        var isAtWork = false
    }

    init(_ database: DatabasePool) {
        self.database = database
    }

    /// How many parts wait for the next commit.
    var waiting: Int { queue.withLock { $0.waiting.count } }

    /// Does `body` in a transaction and gives what it gives.
    func write<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try withoutActuallyEscaping(body) { body in
            guard let result = writeAll([body]).first else { throw RowMoved() }
            return try result.get()
        }
    }

    /// Does all `bodies` under one commit, each as `write` would, and gives what each gives.
    func writeAll<Value>(_ bodies: [(Database) throws -> Value]) -> [Result<Value, any Error>] {
        guard !bodies.isEmpty else { return [] }
        // Whoever makes the commit writes these, before this caller is woken to read them.
        var results = [Result<Value, any Error>?](repeating: nil, count: bodies.count)
        let parts = bodies.enumerated().map { place, body in
            Part { db in
                let value = Result { try body(db) }
                results[place] = value
                _ = try value.get()
            }
        }
        let isFirst = queue.withLock { queue in
            queue.waiting += parts
            defer { queue.isAtWork = true }
            return !queue.isAtWork
        }
        if isFirst {
            lead()
        } else {
            // All are of one commit: the lead, where it falls to them, falls to the first of them, and does the others' too.
            for part in parts where part.waitIsToLead() { lead() }
        }
        return zip(parts, results).map { part, result in
            part.failure.map { .failure($0) } ?? result ?? .failure(RowMoved())
        }
    }

    /// Makes one commit of all parts that wait, and hands the lead to one of those that came meanwhile.
    private func lead() {
        let batch = queue.withLock { queue in
            defer { queue.waiting = [] }
            return queue.waiting
        }
        commit(batch)
        let next = queue.withLock { queue in
            if queue.waiting.isEmpty { queue.isAtWork = false }
            return queue.waiting.first
        }
        next?.tell(.lead)
        for part in batch { part.tell(.over) }
    }

    private func commit(_ batch: [Part]) {
        do {
            try database.writeWithoutTransaction { db in
                try db.inTransaction(.immediate) {
                    if batch.count == 1 {
                        for part in batch { try part.run(db) }
                    } else {
                        for part in batch { try Self.attempt(part, db) }
                    }
                    return .commit
                }
            }
        } catch {
            // Nothing of the transaction is there: what was done of the others' parts went with it.
            for part in batch where part.failure == nil { part.failure = error }
        }
    }

    private static func attempt(_ part: Part, _ db: Database) throws {
        do {
            try db.inSavepoint {
                try part.run(db)
                return .commit
            }
        } catch {
            part.failure = error
            // A disk that is full or broken takes all of a transaction back, not only the part that met it.
            guard db.isInsideTransaction else { throw error }
        }
    }

    /// One caller's part of a commit. Unchecked: one thread at a time has it, and the semaphore orders them.
    private final class Part: @unchecked Sendable {
        enum Word { case lead, over }

        private var work: ((Database) throws -> Void)?
        var failure: (any Error)?
        private var word = Word.over
        private let told = DispatchSemaphore(value: 0)

        init(_ work: @escaping (Database) throws -> Void) {
            self.work = work
        }

        func run(_ db: Database) throws { try work?(db) }

        /// Waits; true when it is this caller's turn to make the commit, false when its part is over.
        func waitIsToLead() -> Bool {
            told.wait()
            return word == .lead
        }

        func tell(_ word: Word) {
            self.word = word
            // The caller's closure is the caller's: nothing of it may be held here when the caller returns.
            if word == .over { work = nil }
            told.signal()
        }
    }
}
