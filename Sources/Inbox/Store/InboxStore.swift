import Durable
import GRDB

/// The inbox's database: one method is one transaction that keeps an invariant. It holds no personal data. Thread-safe.
final class InboxStore: Sendable {
    private let queue: DatabaseQueue
    private let faults: StoreFaults?

    /// Opens or makes the database, and refuses to go on unless SQLite confirms its writes. Another process that writes is waited
    /// for so long.
    init(path: String, faults: StoreFaults? = nil, patienceSeconds: Double = 10) throws {
        self.faults = faults
        var configuration = Configuration()
        configuration.journalMode = .wal
        configuration.busyMode = .timeout(patienceSeconds)
        configuration.label = "inbox"
        let opened = try InboxStore.failing { try DatabaseQueue(path: path, configuration: configuration) }
        queue = opened
        try InboxStore.failing {
            // GRDB sets NORMAL when it turns WAL on, after `Configuration.prepareDatabase`: only a statement on the open
            // connection lasts. With NORMAL a power cut loses transactions that were committed.
            let synchronous = try opened.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = FULL")
                return try Int.fetchOne(db, sql: "PRAGMA synchronous")
            }
            guard synchronous == 2 else { throw InboxFailure.notDurable }
            // What it was written by knows rules that this version would break.
            guard try !opened.read(InboxSchema.migrator.hasBeenSuperseded) else { throw InboxFailure.databaseLater }
            try InboxSchema.migrator.migrate(opened)
            guard try Self.isWriteAhead(opened) else { throw InboxFailure.notDurable }
        }
    }

    /// Whether the file has a write-ahead log. A sync that fails while SQLite turns it on leaves the file without, and GRDB
    /// reads only the answer that comes before the failure; SQLite itself notices at its next look.
    private static func isWriteAhead(_ queue: DatabaseQueue) throws -> Bool {
        try queue.writeWithoutTransaction { db in
            _ = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM sqlite_master")
            return try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal"
        }
    }

    /// Opens what another process writes, to look at it only; nil where there is nothing yet.
    init?(readingFrom path: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        faults = nil
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
            guard try queue.read({ db in try db.tableExists("gaps") }) else { return nil }
        } catch let failure as DatabaseError where failure.resultCode == .SQLITE_CANTOPEN && Self.isMissing(path) {
            return nil
        } catch let failure as DatabaseError where failure.resultCode == .SQLITE_BUSY {
            throw InboxFailure.databaseInUse
        } catch let failure as DatabaseError {
            throw InboxFailure.store(code: failure.extendedResultCode.rawValue)
        }
    }

    /// Nothing has that name. SQLite says the same of a file that this user may not open; where not even that can be seen, nothing is
    /// known to be missing.
    private static func isMissing(_ path: String) -> Bool { (try? Disk.real.exists(path)) == false }

    /// Reads what is committed.
    func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try InboxStore.failing { try queue.read(body) }
    }

    /// One durable transaction.
    func transact<Value>(_ step: StoreStep, _ body: (Database) throws -> Value) throws -> Value {
        try faults?.before(step)
        let value = try InboxStore.failing { try queue.write(body) }
        try faults?.after(step)
        return value
    }

    /// Gives the files back.
    func close() throws {
        try InboxStore.failing { try queue.close() }
    }

    /// A failure of SQLite in our words: the code only, neither statement nor values. That another process wrote for too long is
    /// no fault.
    private static func failing<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let failure as DatabaseError where failure.resultCode == .SQLITE_BUSY {
            throw InboxFailure.databaseInUse
        } catch let failure as DatabaseError {
            throw InboxFailure.store(code: failure.extendedResultCode.rawValue)
        }
    }
}

/// The transactions, by what they do: where a test can make the store fail.
enum StoreStep: String, Sendable, CaseIterable {
    case see
    case handOver
    case deliver
    case refuse
    case receiptTaken
    case receiptAgain
    case expire
    case forget
    case publishKeys
    case removeFiles
}

/// Failure points around each transaction: `before` it failed and did not happen, `after` it failed although it happened.
struct StoreFaults: Sendable {
    var before: @Sendable (StoreStep) throws -> Void
    var after: @Sendable (StoreStep) throws -> Void
}
