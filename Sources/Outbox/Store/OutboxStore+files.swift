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

/// What became of a raw file that was taken before.
enum RawFileStanding: Sendable, Hashable {
    /// It waits, is with the relay, or arrived.
    case underWay
    /// Its parcel did not get there, and waits for somebody to decide.
    case stopped(ParcelID)
    /// A person gave it up.
    case abandoned
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

    /// Recipients for whom files wait for their first parcel.
    func recipientsOfFiles() throws -> [(row: Int64, name: String)] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: "SELECT id, name FROM recipients WHERE id IN (SELECT recipient FROM waitingFiles) ORDER BY id"
            ).map { (row: $0["id"], name: $0["name"]) }
        }
    }

    /// Files that wait for their first parcel to one recipient, the oldest first, from behind `report` on.
    func waitingFiles(of recipient: Int64, after report: Int64, limit: Int) throws -> [JournalledFile] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT report, retentionDays, receiptDueMinutes, segment, record, offset, length, rawBytes
                    FROM waitingFiles JOIN reports ON reports.id = report
                    WHERE recipient = ? AND report > ? ORDER BY report LIMIT ?
                    """,
                arguments: [recipient, report, limit]
            ).map { row in
                JournalledFile(
                    report: row["report"], place: OutboxStore.place(row), bytes: row["rawBytes"],
                    terms: RouteTerms(
                        retentionDays: row["retentionDays"], receiptDueMinutes: row["receiptDueMinutes"]))
            }
        }
    }

    /// How a raw file that was taken stands; nil where none of that hash was.
    func standing(ofRawFile hash: String) throws -> RawFileStanding? {
        try read { db in
            guard
                let row = try Row.fetchOne(
                    db,
                    sql: """
                        SELECT parcels.id, parcels.state, deliveries.report IS NULL AND waitingFiles.report IS NULL AS isOver
                        FROM files JOIN reports ON reports.file = files.id
                        LEFT JOIN deliveries ON deliveries.report = reports.id
                        LEFT JOIN parcels ON parcels.number = deliveries.parcel
                        LEFT JOIN waitingFiles ON waitingFiles.report = reports.id
                        WHERE sha256 = ?
                        """,
                    arguments: [hash])
            else { return nil }
            if row["isOver"] { return .abandoned }
            guard let id: String = row["id"], let word: String = row["state"], let state = ParcelState(rawValue: word)
            else { return .underWay }
            switch state {
            case .abandoned: return .abandoned
            case .refused, .rejected: return .stopped(try ParcelID(id))
            case .spooled, .accepted, .delivered, .superseded: return .underWay
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
        // A person may have given it up meanwhile.
        guard db.changesCount == 1 else { throw NoLongerWaiting() }
        try db.execute(sql: "DELETE FROM waitingFiles WHERE report = ?", arguments: [report])
    }
}

extension WaitingDelivery {
    /// The file that is delivered, where it is no report.
    var file: JournalledFile? {
        rawBytes.map { JournalledFile(report: report, place: place, bytes: $0, terms: terms) }
    }
}
