import Courier
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
        let opened = try InboxFailure.telling { try DatabaseQueue(path: path, configuration: configuration) }
        queue = opened
        try InboxFailure.telling {
            guard try opened.syncCommits() else { throw InboxFailure.notDurable }
            // What it was written by knows rules that this version would break.
            guard try !opened.read(InboxSchema.migrator.hasBeenSuperseded) else { throw InboxFailure.databaseLater }
            try InboxSchema.migrator.migrate(opened)
            guard try opened.isWriteAhead() else { throw InboxFailure.notDurable }
        }
    }

    /// Opens what another process writes, to look at it only; nil where there is nothing yet.
    init?(readingFrom path: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        faults = nil
        let opened = try InboxFailure.telling { () -> DatabaseQueue? in
            do {
                let opened = try DatabaseQueue(path: path, configuration: configuration)
                return try opened.read { db in try db.tableExists("gaps") } ? opened : nil
            } catch let failure as DatabaseError where failure.resultCode == .SQLITE_CANTOPEN && Self.isMissing(path) {
                return nil
            }
        }
        guard let opened else { return nil }
        queue = opened
    }

    /// Nothing has that name. SQLite says the same of a file that this user may not open; where not even that can be seen, nothing is
    /// known to be missing.
    private static func isMissing(_ path: String) -> Bool { (try? Disk.real.exists(path)) == false }

    /// Reads what is committed.
    func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try InboxFailure.telling { try queue.read(body) }
    }

    /// One durable transaction.
    func transact<Value>(_ step: StoreStep, _ body: (Database) throws -> Value) throws -> Value {
        try faults?.before(step)
        let value = try InboxFailure.telling { try queue.write(body) }
        try faults?.after(step)
        return value
    }

    /// Gives the files back.
    func close() throws {
        try InboxFailure.telling { try queue.close() }
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
