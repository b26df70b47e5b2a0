import Exchange
import Foundation
import GRDB
import Notes
import TransparencyLog

extension RelayStore {
    /// Sequences a leaf within the transaction of what it tells; gives its index in the log.
    ///
    /// A crash behind the commit leaves a leaf that the next start publishes, with the same bytes at the same index.
    func sequence(_ event: LogLeaf.Event, of note: SHA256Hex, _ db: Database) throws -> Int64 {
        guard let hash = LowercaseHex.decode(note.text).flatMap({ LogHash($0) }) else {
            throw RelayFailure.damagedStore("a note's hash")
        }
        let index = try Int64.fetchOne(
            db.cachedStatement(sql: "UPDATE sequenced SET leaves = leaves + 1 RETURNING leaves - 1"))
        guard let index else { throw RelayFailure.damagedStore("table sequenced") }
        let leaf = LogLeaf(event, at: LogMinute(secondsSinceEpoch: clock.now.secondsSinceEpoch), note: hash)
        try db.cachedStatement(sql: "INSERT INTO leaves (position, entry) VALUES (?, ?)")
            .execute(arguments: [index, Data(leaf.encoded)])
        return index
    }

    /// How many leaves were ever sequenced.
    func sequenced() throws -> Int64 {
        try read { db in try Self.sequenced(db) }
    }

    static func sequenced(_ db: Database) throws -> Int64 {
        let count = try Int64.fetchOne(db, sql: "SELECT leaves FROM sequenced")
        guard let count else { throw RelayFailure.damagedStore("table sequenced") }
        return count
    }

    /// The entries from `index` on, `limit` at most; those that follow without a gap.
    func leaves(from index: Int64, limit: Int) throws -> [[UInt8]] {
        let rows = try read { db in
            try Row.fetchAll(
                db, sql: "SELECT position, entry FROM leaves WHERE position >= ? ORDER BY position LIMIT ?",
                arguments: [index, limit])
        }
        return try rows.enumerated().map { place, row in
            guard row["position"] as Int64 == index + Int64(place) else {
                throw RelayFailure.damagedStore("table leaves")
            }
            return [UInt8](row["entry"] as Data)
        }
    }

    /// The first leaf of this log that a row still names: of a parcel that waits, that nobody acknowledged, or whose row is still
    /// kept so that a late receipt finds it. Leaves below it are needed by none; nil where no row names one.
    func firstNeededLeaf() throws -> Int64? {
        try read { db in
            try Int64.fetchOne(
                db,
                sql: """
                    SELECT MIN(position) FROM (
                        SELECT MIN(position) AS position FROM parcels WHERE position >= 0
                        UNION ALL SELECT MIN(position) FROM receipts WHERE position >= 0
                        UNION ALL SELECT MIN(position) FROM leaves
                    )
                    """)
        }
    }

    /// Forgets leaves that are in the log's own files for good.
    func forgetLeaves(below index: Int64) throws {
        let first = try read { db in try Int64.fetchOne(db, sql: "SELECT MIN(position) FROM leaves") }
        guard let first, first < index else { return }
        try write("forget leaves") { db in
            try db.execute(sql: "DELETE FROM leaves WHERE position < ?", arguments: [index])
        }
    }
}
