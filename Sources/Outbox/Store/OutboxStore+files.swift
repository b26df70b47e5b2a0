import Exchange
import GRDB

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What one transaction writes down of a raw file that was taken: it lies sealed in a segment of its own, durably.
struct RawFileDraft: Sendable {
    /// What the file is known by, with its recipient.
    var hash: String
    var bytes: Int64
    var extent: SegmentExtent
    /// Its first record.
    var place: RecordPlace
    var fingerprint: [UInt8]
    var recipient: String
    var route: String
    var terms: RouteTerms
    var reading: ReadingSettings
    var at: Int64
}

/// A raw file that is journalled, and where it is to go.
struct JournalledFile: Sendable, Hashable {
    /// Its row among the reports: it is delivered as one.
    var report: Int64
    /// Its first record.
    var place: RecordPlace
    var bytes: Int64
    var terms: RouteTerms
}

/// One that waits for its first parcel.
struct WaitingFile: Sendable, Hashable {
    /// Row of the recipient.
    var recipient: Int64
    var name: String
    var file: JournalledFile
}

/// Raw files to one recipient: rows among the reports, without results and profile.
extension OutboxStore {
    /// Takes a file: after this transaction, and not before, it counts.
    func take(_ draft: RawFileDraft) throws {
        try transact(.takeFile) { db in
            try db.execute(
                sql: """
                    INSERT INTO files (sha256, size, state, offset, pieces, reports, taken, held, pending, startedAt, finishedAt)
                    VALUES (?, ?, 'taken', ?, 1, 0, 0, 0, 1, ?, ?)
                    """,
                arguments: [draft.hash, draft.bytes, draft.bytes, draft.at, draft.at])
            let file = db.lastInsertedRowID
            try OutboxStore.record(draft.extent, draft.reading, db)
            try db.execute(
                sql: "UPDATE segments SET pending = pending + 1 WHERE number = ?", arguments: [draft.extent.number])
            try db.execute(
                sql: """
                    INSERT INTO reports (file, ordinal, part, state, segment, record, offset, length, fingerprint, identifier,
                        readAt, rawBytes)
                    VALUES (?, 1, 0, 'taken', ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    file, draft.place.segment, draft.place.index, draft.place.offset, draft.place.length,
                    Data(draft.fingerprint), Data(draft.fingerprint), draft.at, draft.bytes,
                ])
            let report = db.lastInsertedRowID
            try db.execute(
                sql: "INSERT INTO recipients (name) VALUES (?) ON CONFLICT (name) DO NOTHING",
                arguments: [draft.recipient])
            try db.execute(
                sql: """
                    INSERT INTO waitingFiles (report, recipient, route, retentionDays, receiptDueMinutes)
                    SELECT ?, id, ?, ?, ? FROM recipients WHERE name = ?
                    """,
                arguments: [
                    report, draft.route, draft.terms.retentionDays, draft.terms.receiptDueMinutes, draft.recipient,
                ])
            guard db.changesCount == 1 else { throw OutboxFailure.inconsistent("recipient row") }
        }
    }

    /// Files that wait for their first parcel, the oldest first.
    func waitingFiles(limit: Int = 100) throws -> [WaitingFile] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT report, recipients.id AS recipient, name, retentionDays, receiptDueMinutes, segment, record, offset,
                        length, rawBytes
                    FROM waitingFiles JOIN reports ON reports.id = report
                    JOIN recipients ON recipients.id = waitingFiles.recipient
                    ORDER BY report LIMIT ?
                    """,
                arguments: [limit]
            ).map { row in
                WaitingFile(
                    recipient: row["recipient"], name: row["name"],
                    file: JournalledFile(
                        report: row["report"], place: OutboxStore.place(row), bytes: row["rawBytes"],
                        terms: RouteTerms(
                            retentionDays: row["retentionDays"], receiptDueMinutes: row["receiptDueMinutes"])))
            }
        }
    }

    /// A file that is put into its first parcel has a delivery from now on, like any report.
    static func beginDelivery(ofFile report: Int64, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO deliveries (recipient, report, route, profile, results, retentionDays, receiptDueMinutes)
                SELECT recipient, report, route, '', x'', retentionDays, receiptDueMinutes FROM waitingFiles WHERE report = ?
                """,
            arguments: [report])
        try db.execute(sql: "DELETE FROM waitingFiles WHERE report = ?", arguments: [report])
    }
}

extension WaitingDelivery {
    /// The file that is delivered, where it is no report.
    var file: JournalledFile? {
        rawBytes.map { JournalledFile(report: report, place: place, bytes: $0, terms: terms) }
    }
}
