import Courier
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
        let opened = try OutboxFailure.telling { try DatabasePool(path: path, configuration: configuration) }
        pool = opened
        try OutboxFailure.telling {
            guard try opened.syncCommits() else { throw OutboxFailure.notDurable }
            // What it was written by knows rules that this version would break.
            try opened.read(OutboxSchema.requireNotLater)
            try OutboxSchema.migrator.migrate(opened)
            guard try opened.isWriteAhead() else { throw OutboxFailure.notDurable }
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
        let opened = try OutboxFailure.telling { try DatabasePool(path: path, configuration: configuration) }
        try OutboxFailure.telling { try opened.read(OutboxSchema.requireCurrent) }
        pool = opened
    }

    /// What `PRAGMA synchronous` reads on the connection that writes.
    func synchronous() throws -> Int {
        try OutboxFailure.telling {
            try pool.writeWithoutTransaction { db in try Int.fetchOne(db, sql: "PRAGMA synchronous") ?? -1 }
        }
    }

    /// Reads on a snapshot.
    func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try OutboxFailure.telling { try pool.read(body) }
    }

    /// One durable transaction.
    func transact<Value>(_ step: StoreStep, _ body: (Database) throws -> Value) throws -> Value {
        try faults?.before(step)
        let value = try OutboxFailure.telling { try pool.write(body) }
        try faults?.after(step)
        return value
    }

    /// Gives the files back.
    func close() throws {
        try OutboxFailure.telling { try pool.close() }
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
