import Courier
package import Exchange
import GRDB

/// What an inbox has done and has before it.
package struct InboxStatus: Equatable, Sendable {
    /// One sender's part.
    package struct Sender: Equatable, Sendable {
        /// The sender.
        package let id: ParticipantID
        /// Its highest parcel number.
        package let highestSeq: Int64
        /// How many numbers below it were never seen, but for those that a person has dealt with as an old folder's,
        package let missing: Int64
        /// and which: the first few stretches of them.
        package let gaps: [ClosedRange<Int64>]
        /// Its parcels that were delivered.
        package let deliveredParcels: Int
        /// The reports in them.
        package let deliveredReports: Int
        /// Its parcels that were refused.
        package let refusedParcels: Int
        /// Its parcels whose deadline passed before they could be delivered.
        package let expiredParcels: Int
    }

    /// Of so many stretches of missing numbers it is told which they are.
    static let gapsTold = 20

    /// Each sender that a parcel was ever seen of.
    package var senders: [Sender] = []
    /// Parcels that were seen and are not delivered yet.
    package var waiting = 0
    /// Parcels whose hand-over is decided and not finished.
    package var handing = 0
    /// Receipts that the relay does not have yet.
    package var receiptsWaiting = 0

    /// When the first of the parcels that wait, or are being handed over, was seen.
    package var waitingSince: UTCTime?
    /// When the first of the receipts that the relay does not have was signed.
    package var receiptsSince: UTCTime?

    /// Parcels whose files were delivered and not removed from the sink by Pli.
    package var inSink = 0
    /// When the oldest of them was delivered, where it is known.
    package var oldestInSink: UTCTime?
    /// Parcels whose files Pli removed from the sink.
    package var removedParcels = 0
    /// The days after which it removes them, as it last reckoned; nil where it removes none.
    package var retentionDays: Int?
    /// Parcels were received here by a version that removed nothing.
    package var keptAllOnce = false

    /// Whether files lie in the sink at `now` that were to be removed a day ago.
    package func isPastRetention(at now: UTCTime) -> Bool {
        guard let retentionDays, let oldestInSink else { return false }
        return oldestInSink.adding(seconds: Int64(retentionDays + 1) * 86_400) < now
    }

    /// Since when something waits here that should have gone on within the hour; nil where nothing does.
    package func lateSince(at now: UTCTime) -> UTCTime? {
        let since = [waitingSince, receiptsSince].compactMap { $0?.secondsSinceEpoch }.min()
        guard let since, since <= now.adding(seconds: -3_600).secondsSinceEpoch else { return nil }
        return UTCTime(secondsSinceEpoch: since)
    }

    /// Parcels delivered, of all senders.
    package var deliveredParcels: Int { senders.reduce(0) { $0 + $1.deliveredParcels } }
    /// Reports delivered, of all senders.
    package var deliveredReports: Int { senders.reduce(0) { $0 + $1.deliveredReports } }
    /// Parcels refused, of all senders.
    package var refusedParcels: Int { senders.reduce(0) { $0 + $1.refusedParcels } }

    /// Reads the status of an inbox from its data folder, while it runs or not. One that never ran has done nothing.
    package static func read(dataFolder: String) throws -> InboxStatus {
        try InboxFolderCheck(dataFolder: dataFolder).requireDatabase()
        guard let store = try InboxStore(readingFrom: InboxFolder.database(in: dataFolder)) else {
            return InboxStatus()
        }
        return try store.status(settled: OldFolderNote(dataFolder: dataFolder).doneAt())
    }
}

extension InboxAgent {
    /// What this inbox has done and has before it.
    package func status() throws -> InboxStatus { try store.status(settled: oldFolder.doneAt()) }
}

extension InboxStore {
    /// Everything in one look. Gaps that were noticed until `settled` are those of an old copy of the data folder, and a person has dealt
    /// with them: what comes late closes them all the same.
    func status(settled: UTCTime? = nil) throws -> InboxStatus {
        try read { db in
            var status = InboxStatus()
            let since = settled?.secondsSinceEpoch ?? .min
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT *, (
                        SELECT COALESCE(SUM(last - first + 1), 0) FROM gaps WHERE sender = name AND noticedAt > ?
                    ) AS missing
                    FROM senders ORDER BY name
                    """, arguments: [since])
            for row in rows {
                guard let id = try? ParticipantID(row["name"]) else { throw InboxFailure.inconsistent("sender") }
                status.senders.append(
                    InboxStatus.Sender(
                        id: id, highestSeq: row["highestSeq"], missing: row["missing"],
                        gaps: try SeqLedger.gaps(of: id.text, since: since, limit: InboxStatus.gapsTold, in: db),
                        deliveredParcels: row["deliveredParcels"], deliveredReports: row["deliveredReports"],
                        refusedParcels: row["refusedParcels"], expiredParcels: row["expiredParcels"]))
            }
            func count(_ condition: String) throws -> Int {
                try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM parcels WHERE \(condition)") ?? 0
            }
            status.waiting = try count("state = 'waiting'")
            status.handing = try count("state = 'handing'")
            status.receiptsWaiting = try count("receiptState = 'waiting'")
            func first(_ column: String, _ condition: String) throws -> UTCTime? {
                try Int64.fetchOne(db, sql: "SELECT MIN(\(column)) FROM parcels WHERE \(condition)")
                    .map { UTCTime(secondsSinceEpoch: $0) }
            }
            status.waitingSince = try first("seenAt", "state IN ('waiting', 'handing')")
            status.receiptsSince = try first("settledAt", "receiptState = 'waiting'")
            try addSink(to: &status, db)
            return status
        }
    }

    /// An inbox of an earlier version, which only it changes, has no such tables.
    private func addSink(to status: inout InboxStatus, _ db: Database) throws {
        guard try db.tableExists("deposits"),
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT keptAll, days, removedParcels, (SELECT COUNT(*) FROM deposits) AS inSink,
                        (SELECT MIN(deliveredAt) FROM deposits) AS oldest FROM sinkKeeping
                    """)
        else { return }
        let oldest: Int64? = row["oldest"]
        status.inSink = row["inSink"]
        status.oldestInSink = oldest.map { UTCTime(secondsSinceEpoch: $0) }
        status.removedParcels = row["removedParcels"]
        status.retentionDays = row["days"]
        status.keptAllOnce = row["keptAll"]
    }
}
