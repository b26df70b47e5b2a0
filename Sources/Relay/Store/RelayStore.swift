import Dispatch
import Durable
import GRDB
import Synchronization

/// The relay's rows. A method is one transaction and keeps one invariant; every value is a bound parameter.
///
/// All of it blocks: call it on `DiskPool`.
final class RelayStore: Sendable {
    private let database: DatabasePool
    private let commits: SharedCommits
    private let faults: TransactionFaults?
    /// The time of leaves, and whether it is certain.
    let clock: RelayClock

    /// Opens or makes the database and brings its tables up to date.
    ///
    /// GRDB sets `synchronous=NORMAL` while it opens, whatever was asked for before; a power cut would then lose parcels
    /// that were acknowledged. So FULL is set after opening, and read back.
    init(path: String, faults: TransactionFaults? = nil, clock settings: ClockSettings) throws {
        var configuration = GRDB.Configuration()
        configuration.label = "relay"
        configuration.busyMode = .timeout(5)
        configuration.publicStatementArguments = false
        let database = try DatabasePool(path: path, configuration: configuration)
        try database.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA synchronous=FULL") }
        let synchronous = try Self.synchronous(database)
        guard synchronous == 2 else { throw RelayFailure.notDurable(synchronous: synchronous) }
        let migrator = RelaySchema.migrator
        let applied = try database.read { db in
            try db.tableExists("grdb_migrations") ? migrator.appliedIdentifiers(db) : []
        }
        guard !applied.contains(RelaySchema.withoutLog) else { throw RelayFailure.storeWithoutLog }
        guard try !database.read({ try migrator.hasBeenSuperseded($0) }) else { throw RelayFailure.newerStore }
        try migrator.migrate(database)
        guard try Self.isWriteAhead(database) else { throw RelayFailure.notWriteAhead }
        try Self.openReaders(of: database)
        clock = RelayClock(tick: try database.read(Self.tick), settings: settings)
        self.database = database
        commits = SharedCommits(database)
        self.faults = faults
    }

    /// What `PRAGMA synchronous` reads on the connection that writes.
    func synchronous() throws -> Int {
        try Self.synchronous(database)
    }

    /// Whether the file has a write-ahead log.
    ///
    /// A sync that fails while SQLite turns it on leaves the file with a rollback journal, and GRDB reads only the answer
    /// that comes before the failure: power cuts would then lose commits again. SQLite itself notices at its next look.
    private static func isWriteAhead(_ database: DatabasePool) throws -> Bool {
        try database.writeWithoutTransaction { db in
            _ = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM sqlite_master")
            return try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal"
        }
    }

    /// Opens every connection that reads, now. GRDB opens them when several are at work, and SQLite by the file's name: while
    /// that is gone, or another file's, a later one would fail, or read the other.
    private static func openReaders(of database: DatabasePool) throws {
        let (opened, allOpen) = (DispatchGroup(), DispatchSemaphore(value: 0))
        let failure = Mutex<(any Error)?>(nil)
        let count = database.configuration.maximumReaderCount
        for _ in 0..<count {
            opened.enter()
            database.asyncRead { reader in
                do {
                    // SQLite opens the write-ahead log at the first read.
                    _ = try Int.fetchOne(reader.get(), sql: "SELECT COUNT(*) FROM sqlite_master")
                } catch {
                    failure.withLock { $0 = error }
                    return opened.leave()
                }
                opened.leave()
                allOpen.wait()
            }
        }
        opened.wait()
        for _ in 0..<count { allOpen.signal() }
        if let error = failure.withLock({ $0 }) { throw error }
    }

    private static func synchronous(_ database: DatabasePool) throws -> Int {
        try database.writeWithoutTransaction { db in try Int.fetchOne(db, sql: "PRAGMA synchronous") ?? -1 }
    }

    /// Brings all that was written into the database's own file, so that it can be renamed once it is closed.
    func foldIn() throws {
        try database.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) }
    }

    /// Gives the files back; later calls throw.
    func close() throws {
        try database.close()
    }

    func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try database.read(body)
    }

    /// How many transactions wait to share the next commit.
    var waitingWrites: Int { commits.waiting }

    /// Keeps the database busy for as long as `body` takes, so that what comes meanwhile shares one commit.
    func keepBusy(_ body: () -> Void) throws {
        try commits.write { _ in body() }
    }

    /// One transaction; those of other threads share its commit.
    func write<Value>(_ name: String, _ body: (Database) throws -> Value) throws -> Value {
        try faults?.before(name)
        let value = try commits.write(body)
        try faults?.after(name)
        return value
    }

    /// One transaction of several parts, each of which stands or falls by itself.
    func writeAll<Value>(
        _ name: String, _ bodies: [(Database) throws -> Value]
    ) throws -> [Result<Value, any Error>] {
        try faults?.before(name)
        let values = commits.writeAll(bodies)
        try faults?.after(name)
        return values
    }
}
