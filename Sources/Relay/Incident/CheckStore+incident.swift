import Exchange
import Foundation
import GRDB
import TransparencyLog

extension CheckStore {
    /// Rows looked at together.
    static let incidentRows = 500

    /// How many parcels there are; no more than so many are counted: in a file that leads back to its own pages they would not end.
    func parcelCount(atMost most: Int) throws -> Int {
        try look { db in
            let sql = "SELECT COUNT(*) FROM (SELECT 1 FROM parcels LIMIT ?)"
            return try Int.fetchOne(db, sql: sql, arguments: [most]) ?? 0
        }
    }

    /// The hash of every parcel's manifest, and whether its row says that its bytes are gone, some at a time.
    func eachManifest(_ body: (LogHash, Bool) -> Void) throws {
        try eachPage(
            """
            SELECT rowid AS number, substr(textHash, 1, 65) AS textHash, state IS 'ended' AS ended
            FROM parcels WHERE rowid >= ? ORDER BY rowid LIMIT ?
            """
        ) { row in
            if let hash = LogHash(hexOf: row) { body(hash, row["ended"]) }
        }
    }

    /// Parcels from a row's number on, in the order in which they were begun, some at a time, with what their recipients said of them,
    /// and where to go on; nil for each whose row cannot be read. No more of a value is taken than one that can be read has.
    func incidentRows(from number: Int64) throws -> (rows: [IncidentRow?], next: Int64?) {
        let page = try page(
            """
            SELECT parcels.rowid AS number, substr(parcels.id, 1, 65) AS id, substr(parcels.sender, 1, 256) AS sender,
                substr(parcels.recipient, 1, 256) AS recipient, substr(parcels.signer, 1, 65) AS signer,
                substr(parcels.manifest, 1, \(Limits.noteBytes + 1)) AS manifest,
                substr(parcels.textHash, 1, 65) AS textHash, parcels.size, parcels.createdAt,
                substr(parcels.state, 1, 16) AS state, substr(receipts.note, 1, \(Limits.noteBytes + 1)) AS receipt
            FROM parcels LEFT JOIN receipts ON receipts.parcel = parcels.id
            WHERE parcels.rowid >= ? ORDER BY parcels.rowid LIMIT ?
            """, from: number)
        return (page.rows.map { try? IncidentRow($0) }, page.next)
    }

    /// Rows of a query that takes the first one's number and how many are wanted.
    func eachPage(_ sql: String, _ body: (Row) throws -> Void) throws {
        // A database that was in other hands may have rows of any number.
        var number: Int64? = .min
        while let first = number {
            let page = try page(sql, from: first)
            for row in page.rows { try body(row) }
            number = page.next
        }
    }

    private func page(_ sql: String, from number: Int64) throws -> (rows: [Row], next: Int64?) {
        let rows = try look { db in try Row.fetchAll(db, sql: sql, arguments: [number, Self.incidentRows]) }
        guard rows.count == Self.incidentRows, let last = rows.last?["number"] as Int64?, last < .max else {
            return (rows, nil)
        }
        // In a file that leads back to its own pages, rows would go on for ever.
        guard last >= number else { throw RelayFailure.damagedStore("table parcels") }
        return (rows, last + 1)
    }
}
