import Durable
import GRDB

/// The outbox's database: one method is one transaction that keeps an invariant.
///
/// It holds no personal data: reports are named by keyed hashes, their messages lie sealed in segments. Thread-safe.
final class OutboxStore: Sendable {
    let pool: DatabasePool
    private let faults: StoreFaults?

    static let fileName = "outbox.sqlite"

    /// Opens or makes the database, and refuses to go on unless SQLite confirms its writes.
    init(path: String, faults: StoreFaults? = nil) throws {
        self.faults = faults
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.maximumReaderCount = 3
        configuration.label = "outbox"
        // Readers follow an index from page to page and seldom come back: what SQLite keeps for each by default (2 MB) is more
        // than they use.
        configuration.prepareDatabase { db in
            if db.configuration.readonly { try db.execute(sql: "PRAGMA cache_size = -512") }
        }
        let opened = try OutboxStore.failing { try DatabasePool(path: path, configuration: configuration) }
        pool = opened
        try OutboxStore.failing {
            // The pool sets NORMAL when it turns WAL on, after `Configuration.prepareDatabase`: only a statement on the
            // open connection lasts. With NORMAL a power cut loses transactions that were committed.
            try opened.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA synchronous = FULL") }
            guard try Self.synchronous(opened) == 2 else { throw OutboxFailure.notDurable }
            // What it was written by knows rules that this version would break.
            try opened.read(OutboxSchema.requireNotLater)
            try OutboxSchema.migrator.migrate(opened)
            guard try Self.isWriteAhead(opened) else { throw OutboxFailure.notDurable }
        }
    }

    /// Opens what another process writes, to look at it only.
    init(readingFrom path: String) throws {
        faults = nil
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        configuration.maximumReaderCount = 1
        configuration.label = "outbox-look"
        let opened = try OutboxStore.failing { try DatabasePool(path: path, configuration: configuration) }
        try OutboxStore.failing { try opened.read(OutboxSchema.requireCurrent) }
        pool = opened
    }

    /// Whether the file has a write-ahead log. A sync that fails while SQLite turns it on leaves the file without, and GRDB
    /// reads only the answer that comes before the failure; SQLite itself notices at its next look.
    private static func isWriteAhead(_ pool: DatabasePool) throws -> Bool {
        try pool.writeWithoutTransaction { db in
            _ = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM sqlite_master")
            return try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal"
        }
    }

    /// What `PRAGMA synchronous` reads on the connection that writes.
    func synchronous() throws -> Int { try OutboxStore.failing { try Self.synchronous(pool) } }

    private static func synchronous(_ pool: DatabasePool) throws -> Int {
        try pool.writeWithoutTransaction { db in try Int.fetchOne(db, sql: "PRAGMA synchronous") ?? -1 }
    }

    /// Reads on a snapshot.
    func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try OutboxStore.failing { try pool.read(body) }
    }

    /// One durable transaction.
    func transact<Value>(_ step: StoreStep, _ body: (Database) throws -> Value) throws -> Value {
        try faults?.before(step)
        let value = try OutboxStore.failing { try pool.write(body) }
        try faults?.after(step)
        return value
    }

    /// Gives the files back.
    func close() throws {
        try OutboxStore.failing { try pool.close() }
    }

    /// A failure of SQLite in our words: the code only, neither statement nor values. That another process wrote for too long is
    /// no fault.
    static func failing<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let failure as DatabaseError where failure.resultCode == .SQLITE_BUSY {
            throw OutboxFailure.databaseInUse
        } catch let failure as DatabaseError {
            throw OutboxFailure.store(code: failure.extendedResultCode.rawValue)
        }
    }
}

/// The transactions, by what they do: where a test can make the store fail.
enum StoreStep: String, Sendable, CaseIterable {
    case recover
    case keepCodes
    case keepIdentifierKey
    case takeReports
    case takeFile
    case closeSegment
    case makeParcel
    case beginAttempts
    case unmarkAttempts
    case giveNumberBack
    case acceptParcel
    case rejectParcel
    case settleParcel
    case advanceCursor
    case abandonParcel
    case sendAgain
    case loseParcel
    case tellExpiry
    case forgetEarlier
    case markProven
    case removeSegments
    case askReplay
    case replayHeld
    case dropHeld
    case tellDrops
    case forgetGone
    case alarmParcel
}

/// Failure points around each transaction: `before` it failed and did not happen, `after` it failed although it happened.
struct StoreFaults: Sendable {
    var before: @Sendable (StoreStep) throws -> Void
    var after: @Sendable (StoreStep) throws -> Void
}
