package import Exchange
import GRDB

/// What waits at the laboratory for longer than it should: for whom, since when. Nothing else tells it where no outbox runs.
package struct LateWork: Sendable, Hashable {
    /// What it waits for.
    package enum Stage: String, Sendable, CaseIterable {
        /// Reports, or a raw file, for a parcel.
        case sealing
        /// A parcel, for the relay to take it.
        case upload
        /// A parcel, for its receipt, which is due.
        case receipt
    }

    package let recipient: String
    package let stage: Stage
    /// When the oldest of it was taken or made, and for a receipt when that was due.
    package let since: UTCTime
    /// How many reports or files, and parcels.
    package let count: Int

    /// How much longer than a batch may wait something may take before somebody should look.
    static let patienceSeconds: Int64 = 600

    /// All of it, by recipient and stage, read beside a running outbox or without one.
    package static func read(dataFolder: String, ageSeconds: Int, at now: UTCTime) throws -> [LateWork] {
        try OutboxStore.look(into: dataFolder) { db in
            // A database of before, which only its outbox changes, has no such table.
            guard try db.tableExists("waitingFiles") else { return [] }
            let (now, late) = (now.secondsSinceEpoch, now.secondsSinceEpoch - patienceSeconds)
            return try reports(db, before: late - Int64(ageSeconds)) + rawFiles(db, before: late)
                + parcels(db, .upload, "madeAt", "state = 'spooled'", before: late)
                + parcels(db, .receipt, "receiptDueAt", "state IN ('spooled', 'accepted')", before: now)
        } ?? []
    }

    private static func reports(_ db: Database, before latest: Int64) throws -> [LateWork] {
        // What is sent again waits since it was asked for, and not since it was read.
        try all(
            db, .sealing,
            """
            SELECT recipients.name AS name, COUNT(*) AS count,
                MIN(COALESCE(parcels.settledAt, parcels.madeAt, readAt)) AS since
            FROM deliveries JOIN recipients ON recipients.id = deliveries.recipient
            JOIN reports ON reports.id = report LEFT JOIN parcels ON parcels.number = deliveries.origin
            WHERE deliveries.parcel IS NULL GROUP BY recipients.id
            """, before: latest)
    }

    private static func rawFiles(_ db: Database, before latest: Int64) throws -> [LateWork] {
        try all(
            db, .sealing,
            """
            SELECT name, COUNT(*) AS count, MIN(readAt) AS since FROM waitingFiles
            JOIN recipients ON recipients.id = recipient JOIN reports ON reports.id = report GROUP BY recipients.id
            """, before: latest)
    }

    private static func parcels(
        _ db: Database, _ stage: Stage, _ time: String, _ condition: String, before latest: Int64
    ) throws -> [LateWork] {
        try all(
            db, stage,
            """
            SELECT name, SUM(\(time) <= \(latest)) AS count, MIN(\(time)) AS since FROM parcels
            JOIN recipients ON recipients.id = recipient WHERE \(condition) AND reports > 0 GROUP BY recipients.id
            """, before: latest)
    }

    private static func all(
        _ db: Database, _ stage: Stage, _ sql: String, before latest: Int64
    ) throws -> [LateWork] {
        try Row.fetchAll(db, sql: "SELECT * FROM (\(sql)) WHERE since <= ? ORDER BY name", arguments: [latest])
            .map { row in
                LateWork(
                    recipient: row["name"], stage: stage, since: UTCTime(secondsSinceEpoch: row["since"]),
                    count: row["count"])
            }
    }
}
