import Exchange
import GRDB

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension OutboxStore {
    /// What waits for its first parcel, by recipient. Bytes are summed only up to `reportLimit` reports: with more the batch is
    /// due anyway.
    func waiting(reportLimit: Int) throws -> [WaitingRecipient] {
        try read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT recipient, name, COUNT(*) AS reports, MIN(report) AS oldest
                    FROM deliveries JOIN recipients ON recipients.id = recipient
                    WHERE parcel IS NULL AND origin IS NULL GROUP BY recipient ORDER BY name
                    """)
            return try rows.map { row in
                let id: Int64 = row["recipient"]
                let oldest: Int64 = row["oldest"]
                let bytes = try Int64.fetchOne(
                    db,
                    sql: """
                        SELECT SUM(length) FROM (
                            SELECT length FROM deliveries JOIN reports ON reports.id = report
                            WHERE recipient = ? AND parcel IS NULL AND origin IS NULL LIMIT ?)
                        """,
                    arguments: [id, reportLimit])
                let at = try Int64.fetchOne(db, sql: "SELECT readAt FROM reports WHERE id = ?", arguments: [oldest])
                return WaitingRecipient(
                    row: id, name: row["name"], reports: row["reports"], bytes: bytes ?? 0, oldestAt: at ?? 0)
            }
        }
    }

    /// The next deliveries of a recipient that are in no parcel, after report `after`, in the order of reports: those that
    /// never were in one, or those that were in `origin` first.
    func waitingDeliveries(
        of recipient: Int64, origin: Int64?, after report: Int64, limit: Int
    ) throws -> [WaitingDelivery] {
        try read { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT report, profile, results, retentionDays, receiptDueMinutes, part, identifier, takenBack, segment,
                        record, offset, length, rawBytes
                    FROM deliveries JOIN reports ON reports.id = report
                    WHERE recipient = ? AND parcel IS NULL AND origin IS ? AND report > ? ORDER BY report LIMIT ?
                    """)
            return try Row.fetchAll(statement, arguments: [recipient, origin, report, limit]).map { row in
                let blob: Data = row["results"]
                let takenBack: Data = row["takenBack"]
                let identifier: Data = row["identifier"]
                guard let results = PackedIntegers.unpack(blob), let takenBack = PackedIntegers.unpack(takenBack) else {
                    throw OutboxFailure.inconsistent("result or order indexes")
                }
                guard let roots = ReportRoots(stored: Array(identifier)) else {
                    throw OutboxFailure.inconsistent("roots of identifiers")
                }
                return WaitingDelivery(
                    report: row["report"], profile: row["profile"], results: results.map(Int.init),
                    terms: RouteTerms(retentionDays: row["retentionDays"], receiptDueMinutes: row["receiptDueMinutes"]),
                    part: row["part"], roots: roots, takenBack: takenBack.map(Int.init), place: OutboxStore.place(row),
                    rawBytes: row["rawBytes"])
            }
        }
    }

    /// Puts reports into a parcel: draws a sequence number of the recipient, has the manifest signed with it, and
    /// assigns the deliveries, all or nothing. The sealed body is durable before.
    func makeParcel(
        _ draft: ParcelDraft, sign: (_ seq: Int64) throws -> Signed<Manifest>
    ) throws {
        try transact(.makeParcel) { db in
            if let origin = draft.origin { try OutboxStore.requireAllWaiting(draft.reports.count, of: origin, db) }
            if draft.isFile, draft.origin == nil {
                for report in draft.reports { try OutboxStore.beginDelivery(ofFile: report, db) }
            }
            let seq = try OutboxStore.drawNumber(of: draft.recipient, origin: draft.origin, db)
            let signed = try sign(seq)
            let manifest = signed.value
            guard manifest.seq == seq, manifest.id == draft.id, manifest.reports == draft.lines else {
                throw OutboxFailure.inconsistent("manifest of a parcel")
            }
            try db.execute(
                sql: """
                    INSERT INTO parcels
                    (id, recipient, seq, state, reports, size, manifest, madeAt, receiptDueAt, expiresAt, origin)
                    VALUES (?, ?, ?, 'spooled', ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    draft.id.text, draft.recipient, seq, draft.reports.count, manifest.size, Data(signed.noteBytes),
                    manifest.createdAt.secondsSinceEpoch, draft.receiptDueAt, manifest.expiresAt.secondsSinceEpoch,
                    draft.origin,
                ])
            let number = db.lastInsertedRowID
            let assign = try db.cachedStatement(
                sql: "UPDATE deliveries SET parcel = ? WHERE recipient = ? AND report = ? AND parcel IS NULL")
            for report in draft.reports {
                try assign.execute(arguments: [number, draft.recipient, report])
                // A delivery that another parcel has already would reach its recipient twice.
                guard db.changesCount == 1 else { throw OutboxFailure.inconsistent("a delivery in two parcels") }
            }
        }
    }

    /// What `parcel(_:)` reads of each row.
    static let parcelRows = """
        SELECT number, parcels.id, name, state, manifest FROM parcels JOIN recipients ON recipients.id = recipient
        """

    /// Parcels in one of these states, oldest first, but for those to some recipients.
    func parcels(
        in states: Set<ParcelState>, notTo others: Set<String> = [], after number: Int64 = 0, limit: Int = 1_000
    ) throws -> [ParcelRow] {
        try read { db in
            let marks = others.map { _ in "?" }.joined(separator: ", ")
            let words = states.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")
            return try Row.fetchAll(
                db,
                sql: """
                    \(OutboxStore.parcelRows)
                    WHERE state IN (\(words)) AND number > ? AND name NOT IN (\(marks)) ORDER BY number LIMIT ?
                    """,
                arguments: [number] + StatementArguments(others.sorted()) + [limit]
            ).map(OutboxStore.parcel)
        }
    }

    /// The parcel of that id, whatever its state.
    func parcel(_ id: ParcelID) throws -> ParcelRow? {
        try read { db in
            try Row.fetchOne(
                db,
                sql: """
                    \(OutboxStore.parcelRows)
                    WHERE parcels.id = ?
                    """,
                arguments: [id.text]
            ).map(OutboxStore.parcel)
        }
    }

    /// The relay has it. One whose reports were acknowledged in another parcel meanwhile has nothing to wait for.
    func accept(parcel number: Int64, at: Int64) throws {
        try transact(.acceptParcel) { db in
            try db.execute(
                sql: """
                    UPDATE parcels SET state = CASE reports WHEN 0 THEN 'superseded' ELSE 'accepted' END, acceptedAt = ?
                    WHERE number = ? AND state = 'spooled'
                    """,
                arguments: [at, number])
        }
    }

    /// The relay will not take it, for a reason that does not pass; gives false when it is not spooled any more. With
    /// `neverAccepted` it surely did not, and the number goes back.
    func reject(parcel number: Int64, problem: String, neverAccepted: Bool = false) throws -> Bool {
        try transact(.rejectParcel) { db in
            try db.execute(
                sql: "UPDATE parcels SET state = 'superseded' WHERE number = ? AND state = 'spooled' AND reports = 0",
                arguments: [number])
            try db.execute(
                sql: "UPDATE parcels SET state = 'rejected', problem = ? WHERE number = ? AND state = 'spooled'",
                arguments: [problem, number])
            let isRejected = db.changesCount == 1
            if neverAccepted { try OutboxStore.giveNumberBack(of: number, db) }
            return isRejected
        }
    }

    static func parcel(_ row: Row) throws -> ParcelRow {
        let manifest: Data = row["manifest"]
        guard let state = ParcelState(rawValue: row["state"]) else { throw OutboxFailure.inconsistent("parcel state") }
        return ParcelRow(
            number: row["number"], id: try ParcelID(row["id"]), recipient: row["name"], state: state,
            manifest: Array(manifest))
    }
}
