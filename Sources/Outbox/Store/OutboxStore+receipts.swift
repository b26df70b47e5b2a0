import Courier
import Exchange
import GRDB

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension OutboxStore {
    /// What the cursor is kept under: the log counts receipts, so that its successor's begin with the first again.
    private static func receiptCursor(_ log: String?) -> String { log.map { "receipts " + $0 } ?? "receipts" }

    /// Up to which index of the relay's every receipt was dealt with, in the log of that name.
    func receiptCursor(of log: String? = nil) throws -> Int64 {
        try read { db in
            try Int64.fetchOne(
                db, sql: "SELECT value FROM cursors WHERE name = ?", arguments: [OutboxStore.receiptCursor(log)]) ?? 0
        }
    }

    /// Moves the cursor; it never goes back.
    func advanceReceiptCursor(to value: Int64, of log: String? = nil) throws {
        guard try receiptCursor(of: log) < value else { return }
        try transact(.advanceCursor) { db in
            try db.execute(
                sql: """
                    INSERT INTO cursors (name, value) VALUES (?, ?)
                    ON CONFLICT (name) DO UPDATE SET value = MAX(value, excluded.value)
                    """,
                arguments: [OutboxStore.receiptCursor(log), value])
        }
    }

    /// Begins with the first receipt again: a relay that was restored counts anew.
    func resetReceiptCursor() throws {
        try transact(.advanceCursor) { db in
            try db.execute(sql: "DELETE FROM cursors WHERE name = 'receipts' OR name LIKE 'receipts %'")
        }
    }

    /// Writes down a verified receipt and what it settles; gives false when it says nothing new.
    ///
    /// With `delivered` the deliveries inside are over, and their segments and files wait for that many fewer. With
    /// `refused` they are not: the journal keeps the reports until a person decides. A `delivered` that comes late, on a
    /// parcel that was given up or superseded, still counts.
    ///
    /// `index` is where the relay says that its log has the receipt; 0 where it does not say.
    func settle(
        parcel number: Int64, outcome: Receipt.Outcome, receipt: [UInt8], index: Int64 = 0, at: Int64
    ) throws -> Bool {
        try transact(.settleParcel) { db in
            let isNews = try OutboxStore.settle(number, outcome, receipt, at: at, db)
            if isNews, index > 0 {
                try db.execute(
                    sql: "UPDATE parcels SET receiptIndex = ? WHERE number = ?", arguments: [index, number])
            }
            try OutboxStore.takeNumberBack(of: number, db)
            return isNews
        }
    }

    /// Receipts that settled parcels and were not looked for in the log yet.
    func unprovenReceipts(limit: Int) throws -> [UnprovenReceipt] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT number, receipt, receiptIndex FROM parcels WHERE receiptIndex IS NOT NULL
                    ORDER BY receiptIndex LIMIT ?
                    """,
                arguments: [limit]
            ).map { row in
                let note: Data = row["receipt"]
                let receipt = try Signed<Receipt>.unverified([UInt8](note))
                return UnprovenReceipt(
                    number: row["number"], receipt: LoggedReceipt(receipt, index: row["receiptIndex"]))
            }
        }
    }

    /// They were looked for.
    func markProven(_ numbers: [Int64]) throws {
        try transact(.markProven) { db in
            let statement = try db.cachedStatement(sql: "UPDATE parcels SET receiptIndex = NULL WHERE number = ?")
            for number in numbers { try statement.execute(arguments: [number]) }
        }
    }

    private static func settle(
        _ number: Int64, _ outcome: Receipt.Outcome, _ receipt: [UInt8], at: Int64, _ db: Database
    ) throws -> Bool {
        try db.execute(
            sql: """
                UPDATE parcels SET state = ?, receipt = ?, settledAt = ?
                WHERE number = ? AND state IN ('spooled', 'accepted', 'rejected')
                """,
            arguments: [outcome.rawValue, Data(receipt), at, number])
        if db.changesCount == 1 {
            if outcome == .delivered { try OutboxStore.finishDeliveries(of: number, db) }
            return true
        }
        guard outcome == .delivered else { return false }
        return try OutboxStore.settleLate(parcel: number, receipt: receipt, at: at, db)
    }

    /// Parcels whose receipt is overdue and of which nobody was told yet.
    func overdueParcels(at now: Int64) throws -> [ParcelRow] {
        let numbers = try read { db in
            try Int64.fetchAll(
                db,
                sql: """
                    SELECT number FROM parcels
                    WHERE state IN ('spooled', 'accepted') AND reports > 0 AND receiptDueAt <= ? AND alarmedAt IS NULL
                    ORDER BY number
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

    /// Their segments and files wait for that many fewer.
    static func finishDeliveries(of parcel: Int64, _ db: Database) throws {
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

/// A receipt that counts, and where the relay says that its log has it.
struct UnprovenReceipt: Sendable, Hashable {
    /// Of its parcel's row.
    var number: Int64
    var receipt: LoggedReceipt
}
