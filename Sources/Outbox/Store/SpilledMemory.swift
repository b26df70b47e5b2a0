import GRDB

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The part of a run's memory that memory has no room for: a database without a name, which SQLite removes as soon as it is open.
/// It holds keyed hashes, whose key is the run's own or the outbox's.
final class SpilledMemory: Sendable {
    private let queue: DatabaseQueue

    /// Nothing remembered.
    init() throws {
        var configuration = Configuration()
        configuration.label = "run"
        // All of it is one transaction, which nobody ever wants to be durable.
        configuration.allowsUnsafeTransactions = true
        queue = try SpilledMemory.failing {
            // SQLite's own word for a database that is removed when it is closed.
            let queue = try DatabaseQueue(path: "", configuration: configuration)
            try queue.inDatabase { db in
                try db.execute(
                    sql: """
                        PRAGMA journal_mode = OFF;
                        PRAGMA synchronous = OFF;
                        PRAGMA cache_size = -4096;
                        BEGIN;
                        CREATE TABLE taken (fingerprint BLOB PRIMARY KEY) WITHOUT ROWID;
                        CREATE TABLE earlier (key INTEGER PRIMARY KEY, content INTEGER NOT NULL);
                        CREATE TABLE versions (
                            filler BLOB NOT NULL,
                            root BLOB NOT NULL,
                            recipient TEXT NOT NULL,
                            route TEXT NOT NULL,
                            profile TEXT NOT NULL,
                            codes BLOB NOT NULL,
                            patient BLOB,
                            contents BLOB,
                            PRIMARY KEY (filler, root, recipient)
                        ) WITHOUT ROWID;
                        """)
            }
            return queue
        }
    }

    /// Remembers what was in memory until now. In the order of each table, since neighbours share a page.
    func add(_ newest: FileMemory.Newest) throws {
        try SpilledMemory.failing {
            try queue.inDatabase { db in
                let taken = try db.cachedStatement(sql: "INSERT OR IGNORE INTO taken (fingerprint) VALUES (?)")
                for fingerprint in newest.taken.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
                    try taken.execute(arguments: [Data(fingerprint)])
                }
                let earlier = try db.cachedStatement(sql: "INSERT OR REPLACE INTO earlier (key, content) VALUES (?, ?)")
                for (key, content) in newest.earlier.sorted(by: { $0.key < $1.key }) {
                    try earlier.execute(arguments: [key, content])
                }
                for (filler, versions) in newest.versions.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
                    try SpilledMemory.add(versions, of: filler, db)
                }
            }
        }
    }

    private static func add(_ versions: [VersionKey], of filler: [UInt8], _ db: Database) throws {
        var known: [VersionKey.Sent: VersionKey] = [:]
        for version in try self.versions(ofFiller: filler, db) { known[version.sent] = version }
        let statement = try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO versions (filler, root, recipient, route, profile, codes, patient, contents)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """)
        for version in versions {
            var whole = known[version.sent] ?? version
            whole.follow(with: version)
            try statement.execute(arguments: [
                Data(whole.filler), Data(whole.root), whole.recipient, whole.route, whole.profile,
                Data(PackedIntegers.pack(whole.codes)), whole.patient.map { Data($0) },
                Data(PackedIntegers.pack(whole.contents)),
            ])
        }
    }

    /// Which of these fingerprints belong to reports that were taken.
    func taken(among fingerprints: [[UInt8]]) throws -> Set<[UInt8]> {
        try look { db in
            let statement = try db.cachedStatement(sql: "SELECT 1 FROM taken WHERE fingerprint = ?")
            var known: Set<[UInt8]> = []
            for fingerprint in fingerprints
            where try Int.fetchOne(statement, arguments: [Data(fingerprint)]) != nil {
                known.insert(fingerprint)
            }
            return known
        }
    }

    /// Which of these messages and numbers were taken, and what is known of them.
    func earlier(among keys: [Int64]) throws -> [Int64: Int64] {
        try look { db in
            let statement = try db.cachedStatement(sql: "SELECT content FROM earlier WHERE key = ?")
            var known: [Int64: Int64] = [:]
            for key in keys {
                if let content = try Int64.fetchOne(statement, arguments: [key]) { known[key] = content }
            }
            return known
        }
    }

    /// What went out under a filler number.
    func versions(ofFiller filler: [UInt8], root: [UInt8]? = nil) throws -> [VersionKey] {
        try look { db in try SpilledMemory.versions(ofFiller: filler, root: root, db) }
    }

    /// How many versions lie under a number; no more than so many are counted.
    func versionCount(ofFiller filler: [UInt8], atMost most: Int) throws -> Int {
        try look { db in
            let statement = try db.cachedStatement(
                sql: "SELECT COUNT(*) FROM (SELECT 1 FROM versions WHERE filler = ? LIMIT ?)")
            return try Int.fetchOne(statement, arguments: [Data(filler), most]) ?? 0
        }
    }

    /// Under which of these numbers anything went out.
    func usedFillers(among fillers: [[UInt8]]) throws -> Set<[UInt8]> {
        guard !fillers.isEmpty else { return [] }
        return try look { db in
            let statement = try db.cachedStatement(sql: "SELECT 1 FROM versions WHERE filler = ? LIMIT 1")
            return try Set(fillers.filter { try Int.fetchOne(statement, arguments: [Data($0)]) != nil })
        }
    }

    private static func versions(
        ofFiller filler: [UInt8], root: [UInt8]? = nil, _ db: Database
    ) throws -> [VersionKey] {
        let statement = try db.cachedStatement(
            sql: "SELECT root, recipient, route, profile, codes, patient, contents FROM versions WHERE filler = ?"
                + (root == nil ? "" : " AND root = ?"))
        let arguments = StatementArguments([Data(filler)] + (root.map { [Data($0)] } ?? []))
        return try Row.fetchAll(statement, arguments: arguments).map { row in
            let (root, codes, patient): (Data, Data, Data?) = (row["root"], row["codes"], row["patient"])
            let contents: Data? = row["contents"]
            return VersionKey(
                filler: filler, root: Array(root), recipient: row["recipient"], route: row["route"],
                profile: row["profile"], codes: PackedIntegers.unpack(codes) ?? [],
                patient: patient.map { Array($0) }, contents: PackedIntegers.unpack(pairs: contents))
        }
    }

    private func look<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try SpilledMemory.failing { try queue.inDatabase(body) }
    }

    /// A failure of SQLite in our words.
    private static func failing<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let failure as DatabaseError {
            throw OutboxFailure.noRoomForRun(code: failure.extendedResultCode.rawValue)
        }
    }
}
