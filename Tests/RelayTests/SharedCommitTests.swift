import Foundation
import GRDB
import Synchronization
import Testing

@testable import Relay

/// Many callers' writes under one commit.
struct SharedCommitTests {
    private struct Refused: Error {}

    /// Counts commits and what was taken back.
    private final class Commits: TransactionObserver, Sendable {
        private let counted = Mutex((commits: 0, rollbacks: 0))

        var count: Int { counted.withLock { $0.commits } }

        func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
        func databaseDidChange(with event: DatabaseEvent) {}
        func databaseDidCommit(_ db: Database) { counted.withLock { $0.commits += 1 } }
        func databaseDidRollback(_ db: Database) { counted.withLock { $0.rollbacks += 1 } }
    }

    private func database(_ scratch: Scratch) throws -> (DatabasePool, Commits) {
        let database = try DatabasePool(path: scratch.path + "/shared.sqlite")
        try database.write { db in
            try db.execute(
                sql: """
                    CREATE TABLE holders (id INTEGER PRIMARY KEY);
                    CREATE TABLE things (
                        id INTEGER PRIMARY KEY,
                        holder INTEGER REFERENCES holders (id) DEFERRABLE INITIALLY DEFERRED
                    );
                    """)
        }
        let commits = Commits()
        database.add(transactionObserver: commits, extent: .databaseLifetime)
        return (database, commits)
    }

    /// Runs `first`, and while it has not committed, hands in all of `others`; gives what came of each, `first` ahead.
    private func together(
        _ shared: SharedCommits, _ others: [@Sendable (Database) throws -> Void]
    ) -> [Result<Void, any Error>] {
        let results = Mutex([Int: Result<Void, any Error>]())
        let (began, mayEnd) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let group = DispatchGroup()
        func start(_ number: Int, _ body: @escaping @Sendable (Database) throws -> Void) {
            group.enter()
            Thread.detachNewThread {
                let result = Result { try shared.write(body) }
                results.withLock { $0[number] = result }
                group.leave()
            }
        }
        start(0) { _ in
            began.signal()
            mayEnd.wait()
        }
        began.wait()
        for (number, body) in others.enumerated() {
            start(number + 1, body)
            while shared.waiting <= number { sched_yield() }
        }
        mayEnd.signal()
        group.wait()
        return results.withLock { results in (0...others.count).compactMap { results[$0] } }
    }

    private func insert(_ id: Int, holder: Int? = nil) -> @Sendable (Database) throws -> Void {
        { db in try db.execute(sql: "INSERT INTO things (id, holder) VALUES (?, ?)", arguments: [id, holder]) }
    }

    private func isThere(_ result: Result<Void, any Error>) -> Bool {
        if case .success = result { true } else { false }
    }

    @Test("whoever comes while a commit is made shares the next: one commit for all of them")
    func shared() throws {
        let scratch = try Scratch()
        let (database, commits) = try database(scratch)
        let results = together(SharedCommits(database), (1...20).map { insert($0) })
        #expect(results.count == 21 && results.allSatisfy(isThere))
        #expect(try database.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM things") } == 20)
        #expect(commits.count == 2)
    }

    @Test("a part that fails is taken back alone, with all that it had done")
    func failedPart() throws {
        let scratch = try Scratch()
        let (database, _) = try database(scratch)
        let second = insert(2)
        let results = together(
            SharedCommits(database),
            [
                insert(1),
                {
                    try second($0)
                    throw Refused()
                }, insert(1), insert(3),
            ])
        #expect(results.map(isThere) == [true, true, false, false, true])
        #expect(try database.read { try Int.fetchAll($0, sql: "SELECT id FROM things ORDER BY id") } == [1, 3])
    }

    @Test("a commit that fails has failed for all who shared it, and the next one is unharmed")
    func failedCommit() throws {
        let scratch = try Scratch()
        let (database, _) = try database(scratch)
        let shared = SharedCommits(database)
        // Nobody holds it: found at the commit only.
        let results = together(shared, [insert(1), insert(2, holder: 9), insert(3)])
        #expect(results.map(isThere) == [true, false, false, false])
        #expect(try database.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM things") } == 0)
        try shared.write(insert(4))
        #expect(try database.read { try Int.fetchAll($0, sql: "SELECT id FROM things") } == [4])
    }

    @Test("a part that loses the transaction itself, as a full disk does, fails for all who shared it")
    func lostTransaction() throws {
        let scratch = try Scratch()
        let (database, _) = try database(scratch)
        let results = together(
            SharedCommits(database), [insert(1), { try $0.execute(sql: "ROLLBACK") }, insert(3)])
        #expect(results.dropFirst().allSatisfy { !isThere($0) })
        #expect(try database.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM things") } == 0)
    }

    @Test("eight threads, each a hundred writes: all are there, each gave its own value")
    func storm() throws {
        let scratch = try Scratch()
        let (database, _) = try database(scratch)
        let shared = SharedCommits(database)
        let wrong = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            for number in 0..<100 {
                let id = thread * 100 + number + 1
                let given = try? shared.write { db in
                    try db.execute(sql: "INSERT INTO things (id) VALUES (?)", arguments: [id])
                    return db.lastInsertedRowID
                }
                if given != Int64(id) { wrong.withLock { $0 += 1 } }
            }
        }
        #expect(wrong.withLock { $0 } == 0)
        #expect(try database.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM things") } == 800)
    }
}
