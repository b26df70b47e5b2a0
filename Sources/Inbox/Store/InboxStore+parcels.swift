import Exchange
import GRDB

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension InboxStore {
    /// What is remembered of a parcel.
    func parcel(_ key: ParcelKey) throws -> ParcelRow? {
        try read { db in
            try Row.fetchOne(
                db, sql: "SELECT \(ParcelRow.columns) FROM parcels WHERE sender = ? AND id = ?",
                arguments: [key.from.text, key.id.text]
            ).map { try ParcelRow($0) }
        }
    }

    /// How many parcels were ever delivered.
    func deliveredParcels() throws -> Int64 {
        try read { db in try Int64.fetchOne(db, sql: "SELECT SUM(deliveredParcels) FROM senders") ?? 0 }
    }

    /// The id that was made last, of all that are remembered.
    func newestParcel() throws -> ParcelID? {
        try read { db in try String.fetchOne(db, sql: "SELECT MAX(id) FROM parcels").map { try ParcelID($0) } }
    }

    /// The parcels that have waited longest.
    func longestWaiting(limit: Int) throws -> [ParcelRow] {
        try read { db in
            try Row.fetchAll(
                db, sql: "SELECT \(ParcelRow.columns) FROM parcels WHERE state = 'waiting' ORDER BY number LIMIT ?",
                arguments: [limit]
            ).map { try ParcelRow($0) }
        }
    }

    /// The parcels whose hand-over is decided and not finished.
    func handing() throws -> [ParcelRow] {
        try read { db in
            try Row.fetchAll(
                db, sql: "SELECT \(ParcelRow.columns) FROM parcels WHERE state = 'handing' ORDER BY number"
            )
            .map { try ParcelRow($0) }
        }
    }

    /// Remembers a parcel whose manifest was verified, and its number among those of its sender.
    func see(_ manifest: Signed<Manifest>, at now: UTCTime) throws -> SeqFinding {
        let value = manifest.value
        return try transact(.see) { db in
            try db.execute(
                sql: """
                    INSERT INTO parcels (sender, id, state, manifest, seq, reports, seenAt, expiresAt, origin)
                    VALUES (?, ?, 'waiting', ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    value.from.text, value.id.text, Data(manifest.noteBytes), value.seq, value.reports,
                    now.secondsSinceEpoch, value.expiresAt.secondsSinceEpoch, value.origin.text,
                ])
            return try SeqLedger.note(value.seq, of: value.from.text, at: now.secondsSinceEpoch, in: db)
        }
    }

    /// Decides the hand-over: from here on the parcel can only become delivered.
    func beginHandOver(_ key: ParcelKey, directory: Int64) throws {
        try transact(.handOver) { db in
            try change(
                db,
                "UPDATE parcels SET state = 'handing', directory = ? WHERE sender = ? AND id = ? AND state = 'waiting'",
                [directory, key.from.text, key.id.text])
        }
    }

    /// The parcel is in the sink at `folder`: it is delivered, and this is the receipt that says so.
    func deliver(_ row: ParcelRow, into folder: String, receipt: Signed<Receipt>) throws {
        try transact(.deliver) { db in
            try change(
                db,
                """
                UPDATE parcels SET state = 'delivered', settledAt = ?, receipt = ?, receiptState = 'waiting'
                WHERE sender = ? AND id = ? AND state = 'handing'
                """,
                [
                    receipt.value.at.secondsSinceEpoch, Data(receipt.noteBytes), row.key.from.text,
                    row.key.id.text,
                ])
            try change(
                db,
                """
                UPDATE senders SET deliveredParcels = deliveredParcels + 1, deliveredReports = deliveredReports + ?
                WHERE name = ?
                """,
                [row.manifest.reports, row.key.from.text])
            try InboxStore.deposit(row.key, in: folder, at: receipt.value.at, db)
        }
    }

    /// The parcel is refused, and this is the receipt that says so.
    func refuse(_ key: ParcelKey, receipt: Signed<Receipt>) throws {
        try transact(.refuse) { db in
            try change(
                db,
                """
                UPDATE parcels SET state = 'refused', settledAt = ?, reason = ?, receipt = ?, receiptState = 'waiting'
                WHERE sender = ? AND id = ? AND state = 'waiting'
                """,
                [
                    receipt.value.at.secondsSinceEpoch, receipt.value.reason?.rawValue,
                    Data(receipt.noteBytes), key.from.text, key.id.text,
                ])
            try change(db, "UPDATE senders SET refusedParcels = refusedParcels + 1 WHERE name = ?", [key.from.text])
        }
    }

    /// Gives up the parcels whose deadline has passed before they could be delivered.
    func expire(at now: UTCTime) throws -> [ParcelKey] {
        let condition = "state = 'waiting' AND expiresAt <= :now"
        let arguments: StatementArguments = ["now": now.secondsSinceEpoch]
        let any = try read { db in
            try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM parcels WHERE \(condition))", arguments: arguments)
        }
        guard any == true else { return [] }
        return try transact(.expire) { db in
            let rows = try Row.fetchAll(
                db, sql: "SELECT \(ParcelRow.columns) FROM parcels WHERE \(condition)", arguments: arguments)
            let keys = try rows.map { try ParcelRow($0).key }
            try db.execute(
                sql: """
                    UPDATE senders SET expiredParcels = expiredParcels
                        + (SELECT COUNT(*) FROM parcels WHERE sender = senders.name AND \(condition))
                    """, arguments: arguments)
            try db.execute(
                sql: "UPDATE parcels SET state = 'expired', settledAt = :now WHERE \(condition)", arguments: arguments)
            return keys
        }
    }

    /// Forgets what is over for long enough that its id cannot come back: a parcel past its deadline is never opened.
    func forget(at now: UTCTime) throws {
        let latest = now.secondsSinceEpoch - Limits.rememberedSeconds
        try transact(.forget) { db in
            try db.execute(
                sql: "DELETE FROM parcels WHERE expiresAt < ? AND state IN ('delivered', 'refused', 'expired')",
                arguments: [latest])
        }
    }

    /// Names of the parcels in a state.
    func names(in state: ParcelRow.State) throws -> Set<String> {
        try read { db in
            try String.fetchSet(
                db, sql: "SELECT sender || '-' || id FROM parcels WHERE state = ?", arguments: [state.rawValue])
        }
    }

    /// Changes exactly one row: anything else means that the database and the program disagree.
    func change(_ db: Database, _ sql: String, _ arguments: StatementArguments) throws {
        try db.execute(sql: sql, arguments: arguments)
        guard db.changesCount == 1 else { throw InboxFailure.inconsistent("one row was to change") }
    }
}
