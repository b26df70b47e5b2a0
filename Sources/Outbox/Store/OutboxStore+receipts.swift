import Exchange
import GRDB

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension OutboxStore {
    private static let receiptCursor = "receipts"

    /// Up to which index of the relay's every receipt was dealt with.
    func receiptCursor() throws -> Int64 {
        try read { db in
            try Int64.fetchOne(
                db, sql: "SELECT value FROM cursors WHERE name = ?", arguments: [OutboxStore.receiptCursor]) ?? 0
        }
    }

    /// Moves the cursor; it never goes back.
    func advanceReceiptCursor(to value: Int64) throws {
        guard try receiptCursor() < value else { return }
        try transact(.advanceCursor) { db in
            try db.execute(
                sql: """
                    INSERT INTO cursors (name, value) VALUES (?, ?)
                    ON CONFLICT (name) DO UPDATE SET value = MAX(value, excluded.value)
                    """,
                arguments: [OutboxStore.receiptCursor, value])
        }
    }

    /// Writes down a verified receipt and what it settles; gives false when the parcel was settled before.
    ///
    /// With `delivered` the deliveries inside are over, and their segments and files wait for that many fewer. With
    /// `refused` they are not: the journal keeps the reports until a person decides.
    func settle(parcel number: Int64, outcome: Receipt.Outcome, receipt: [UInt8], at: Int64) throws -> Bool {
        try transact(.settleParcel) { db in
            try db.execute(
                sql: """
                    UPDATE parcels SET state = ?, receipt = ?, settledAt = ?
                    WHERE number = ? AND state IN ('spooled', 'accepted', 'rejected')
                    """,
                arguments: [outcome.rawValue, Data(receipt), at, number])
            guard db.changesCount == 1 else { return false }
            if outcome == .delivered { try OutboxStore.finishDeliveries(of: number, db) }
            return true
        }
    }

    /// A person gives a refused or rejected parcel up: its deliveries are over without having been made.
    func abandon(parcel id: ParcelID, at: Int64) throws -> Bool {
        try transact(.abandonParcel) { db in
            guard
                let number = try Int64.fetchOne(
                    db, sql: "SELECT number FROM parcels WHERE id = ? AND state IN ('refused', 'rejected')",
                    arguments: [id.text])
            else { return false }
            try db.execute(
                sql: "UPDATE parcels SET state = 'abandoned', settledAt = ? WHERE number = ?", arguments: [at, number])
            try OutboxStore.finishDeliveries(of: number, db)
            return true
        }
    }

    /// Parcels whose receipt is overdue and of which nobody was told yet.
    func overdueParcels(at now: Int64) throws -> [ParcelRow] {
        let numbers = try read { db in
            try Int64.fetchAll(
                db,
                sql: """
                    SELECT number FROM parcels
                    WHERE state IN ('spooled', 'accepted') AND receiptDueAt <= ? AND alarmedAt IS NULL ORDER BY number
                    """,
                arguments: [now])
        }
        let wanted = Set(numbers)
        guard let first = numbers.first, let last = numbers.last else { return [] }
        var found: [ParcelRow] = []
        var after = first - 1
        while after < last {
            let page = try parcels(in: [.spooled, .accepted], after: after)
            guard let end = page.last?.number else { break }
            found += page.filter { wanted.contains($0.number) }
            after = end
        }
        return found
    }

    /// Whether any receipt is overdue, told or not.
    func hasOverdue(at now: Int64) throws -> Bool {
        try read { db in
            try Bool.fetchOne(
                db,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM parcels WHERE state IN ('spooled', 'accepted') AND receiptDueAt <= ?)
                    """,
                arguments: [now])
        } ?? false
    }

    /// Somebody was told.
    func markAlarmed(parcel number: Int64, at: Int64) throws {
        try transact(.alarmParcel) { db in
            try db.execute(
                sql: "UPDATE parcels SET alarmedAt = ? WHERE number = ? AND alarmedAt IS NULL", arguments: [at, number])
        }
    }

    private static func finishDeliveries(of parcel: Int64, _ db: Database) throws {
        for (column, table, key) in [("segment", "segments", "number"), ("file", "files", "id")] {
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT \(column) AS owner, COUNT(*) AS count FROM deliveries
                    JOIN reports ON reports.id = report WHERE parcel = ? GROUP BY \(column)
                    """,
                arguments: [parcel])
            for row in rows {
                let count: Int = row["count"]
                let owner: Int64 = row["owner"]
                try db.execute(
                    sql: "UPDATE \(table) SET pending = pending - ? WHERE \(key) = ?", arguments: [count, owner])
            }
        }
    }
}
