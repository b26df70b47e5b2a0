// What the databases of both agents have in common: how they are made durable, and in whose words SQLite's failures are told.

package import GRDB

/// Failures of an agent that has a database.
package protocol DatabaseFailure: Error {
    /// Another process kept the database to itself for longer than is waited: no fault.
    static var databaseInUse: Self { get }

    /// Any other failure of SQLite's, by its extended result code.
    static func store(code: Int32) -> Self
}

extension DatabaseFailure {
    /// Does something with the database. What SQLite says of it is told by its code only, neither statement nor values.
    package static func telling<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let failure as DatabaseError where failure.resultCode == .SQLITE_BUSY {
            throw databaseInUse
        } catch let failure as DatabaseError {
            throw store(code: failure.extendedResultCode.rawValue)
        }
    }
}

extension DatabaseWriter {
    /// Has each commit synced; gives whether SQLite says that it does so.
    ///
    /// GRDB sets NORMAL when it turns the write-ahead log on, after `Configuration.prepareDatabase`: only a statement on the open
    /// connection lasts. With NORMAL a power cut loses transactions that were committed.
    package func syncCommits() throws -> Bool {
        try writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            return try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2
        }
    }

    /// Whether the file has a write-ahead log. A sync that fails while SQLite turns it on leaves the file without, and GRDB
    /// reads only the answer that comes before the failure; SQLite itself notices at its next look.
    package func isWriteAhead() throws -> Bool {
        try writeWithoutTransaction { db in
            _ = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM sqlite_master")
            return try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal"
        }
    }
}
