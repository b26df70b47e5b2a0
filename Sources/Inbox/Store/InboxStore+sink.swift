import Exchange
import GRDB

/// A parcel whose files were brought into the sink, and were not removed from it.
struct Deposit: Sendable {
    /// In the order in which they are looked at.
    let number: Int64
    let key: ParcelKey
    /// The sink's folder then; nil of what was delivered before it was noted.
    let folder: String?
}

extension InboxStore {
    /// Notes that a parcel's files lie in `folder`, in the transaction that delivers it.
    ///
    /// A hand-over that a crash interrupted is finished before the relay was asked anything: a clock that is behind then must not make
    /// the files older than the parcel's first sight, when both clocks agreed.
    static func deposit(_ key: ParcelKey, in folder: String, at now: UTCTime, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO deposits (sender, id, folder, deliveredAt)
                SELECT sender, id, ?, MAX(?, seenAt) FROM parcels WHERE sender = ? AND id = ?
                """,
            arguments: [folder, now.secondsSinceEpoch, key.from.text, key.id.text])
    }

    /// What was delivered before this was noted counts from now.
    func dateDeposits(at now: UTCTime) throws {
        let undated = try read { db in
            try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM deposits WHERE deliveredAt IS NULL)") ?? false
        }
        guard undated else { return }
        try transact(.removeFiles) { db in
            try db.execute(
                sql: "UPDATE deposits SET deliveredAt = ? WHERE deliveredAt IS NULL", arguments: [now.secondsSinceEpoch]
            )
        }
    }

    /// Parcels that were delivered at `latest` or before, behind `number`.
    func deposits(deliveredBy latest: UTCTime, after number: Int64, limit: Int) throws -> [Deposit] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT number, sender, id, folder FROM deposits WHERE deliveredAt <= ? AND number > ?
                    ORDER BY number LIMIT ?
                    """,
                arguments: [latest.secondsSinceEpoch, number, limit]
            ).map { row in
                guard let from = try? ParticipantID(row["sender"]), let id = try? ParcelID(row["id"]) else {
                    throw InboxFailure.inconsistent("parcel row")
                }
                return Deposit(number: row["number"], key: ParcelKey(from: from, id: id), folder: row["folder"])
            }
        }
    }

    /// Their files are gone, `removed` of them by our hand.
    func forget(_ deposits: [Deposit], removed: Int) throws {
        guard !deposits.isEmpty else { return }
        try transact(.removeFiles) { db in
            for deposit in deposits {
                try db.execute(sql: "DELETE FROM deposits WHERE number = ?", arguments: [deposit.number])
            }
            try db.execute(sql: "UPDATE sinkKeeping SET removedParcels = removedParcels + ?", arguments: [removed])
        }
    }

    /// The days that files are kept by now, for whoever looks; nil where nothing is removed.
    func note(retentionDays days: Int?) throws {
        let known = try read { db in try Int.fetchOne(db, sql: "SELECT days FROM sinkKeeping") }
        guard known != days else { return }
        try transact(.removeFiles) { db in
            try db.execute(sql: "UPDATE sinkKeeping SET days = ?", arguments: [days])
        }
    }

    /// Whether parcels were received here by a version that removed nothing.
    func keptAllOnce() throws -> Bool {
        try read { db in try Bool.fetchOne(db, sql: "SELECT keptAll FROM sinkKeeping") ?? false }
    }
}
