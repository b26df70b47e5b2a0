import Durable
package import Exchange
import GRDB

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What a person decides about parcels that did not get there: beside a running outbox or without one.
///
/// Each decision is one transaction of the database; the outbox that runs, or the next one, acts on it. Nothing else of the
/// data folder is touched.
package struct ParcelDesk: Sendable {
    private let store: OutboxStore?

    /// How many parcels one list has.
    package static let listLimit = 1_000

    /// Opens the database of a data folder; a folder that has none has no parcels.
    package init(dataFolder: String) throws {
        let path = DataFolder.database(in: dataFolder)
        try FolderCheck(dataFolder: dataFolder).requireDatabase()
        store = try Disk.real.exists(path) ? OutboxStore(path: path) : nil
    }

    /// The parcels that somebody has to decide about, or with `all` every one that is not delivered or given up; the oldest
    /// first, one more than `listLimit` where there are more.
    package func parcels(at now: UTCTime, all: Bool = false) throws -> [ParcelStatus] {
        try store?.parcelStatuses(at: now, all: all, limit: ParcelDesk.listLimit + 1) ?? []
    }

    /// Has the reports of a parcel sent again, in a new one that supersedes it.
    package func sendAgain(_ id: ParcelID, at now: UTCTime) throws -> SendingAgain {
        try store?.sendAgain(parcel: id, at: now.secondsSinceEpoch) ?? .unknown
    }

    /// Gives a parcel up; false where there is nothing to give up.
    package func abandon(_ id: ParcelID, for reason: AbandonReason, at now: UTCTime) throws -> Bool {
        try store?.abandon(parcel: id, for: reason, at: now.secondsSinceEpoch) ?? false
    }

    /// How long a file may wait for its parcel before somebody should look.
    private static let fileSeconds: Int64 = 600

    /// Raw files that have waited for their parcel for so long that somebody should look, or with `all` every one that waits.
    package func waitingFiles(at now: UTCTime, all: Bool = false) throws -> [WaitingFile] {
        let latest = all ? Int64.max : now.adding(seconds: -ParcelDesk.fileSeconds).secondsSinceEpoch
        return try store?.waitingFiles(takenBefore: latest, limit: ParcelDesk.listLimit) ?? []
    }

    /// Gives up a raw file that waits for its parcel; false where none of that row does.
    package func abandon(file row: Int64) throws -> Bool {
        try store?.abandon(file: row) ?? false
    }

    /// What is kept of a parcel for good: the manifest that was signed here, and the receipt that was verified, once there is
    /// one. Nil where this outbox made no such parcel.
    package func notes(of id: ParcelID) throws -> (manifest: [UInt8], receipt: [UInt8]?)? {
        try store?.notes(of: id)
    }

    /// What became of the numbers of parcels to a recipient; nil where nothing was ever made for it.
    package func numbers(_ range: ClosedRange<Int64>, to recipient: String) throws -> [ParcelNumber]? {
        try store?.numbers(range, to: recipient)
    }

    /// Gives the database back.
    package func close() throws {
        try store?.close()
    }
}

/// A parcel as a person looks at it.
package struct ParcelStatus: Sendable, Hashable {
    /// What is the matter with it.
    package enum Standing: String, Sendable, CaseIterable {
        /// On its way, within its time.
        case underWay = "under-way"
        /// Its receipt is due and not there.
        case overdue
        /// Its deadline passed without a receipt.
        case expired
        /// The recipient refused it.
        case refused
        /// The relay will not take it.
        case rejected
        /// Its reports wait for a parcel that supersedes it.
        case again = "to-be-sent-again"

        /// Somebody has to decide.
        package var wantsDecision: Bool { self != .underWay && self != .again }
    }

    package let id: ParcelID
    package let recipient: String
    package let reports: Int
    package let standing: Standing
    package let madeAt: UTCTime
    package let expiresAt: UTCTime
    /// Why it was refused or rejected.
    package let reason: String?
}

extension OutboxStore {
    fileprivate func notes(of id: ParcelID) throws -> (manifest: [UInt8], receipt: [UInt8]?)? {
        try read { db in
            let sql = "SELECT manifest, receipt FROM parcels WHERE id = ?"
            guard let row = try Row.fetchOne(db, sql: sql, arguments: [id.text]) else { return nil }
            let (manifest, receipt): (Data, Data?) = (row["manifest"], row["receipt"])
            return (Array(manifest), receipt.map { Array($0) })
        }
    }

    func parcelStatuses(at now: UTCTime, all: Bool, limit: Int) throws -> [ParcelStatus] {
        try read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT id, name, state, madeAt, expiresAt, receiptDueAt, problem, receipt, CASE state
                        WHEN 'superseded' THEN waiting ELSE parcels.reports END AS reports
                    FROM (
                        SELECT parcels.*, recipients.name AS name, (
                            SELECT COUNT(*) FROM deliveries WHERE deliveries.origin = parcels.number AND parcel IS NULL
                        ) AS waiting
                        FROM parcels JOIN recipients ON recipients.id = parcels.recipient
                        WHERE state IN ('spooled', 'accepted', 'refused', 'rejected', 'superseded')
                    ) AS parcels
                    WHERE (state = 'superseded' AND waiting > 0)
                        OR (state IN ('refused', 'rejected'))
                        OR (state IN ('spooled', 'accepted') AND parcels.reports > 0
                            AND (:all OR receiptDueAt <= :now OR expiresAt <= :now))
                    ORDER BY number LIMIT :limit
                    """,
                arguments: ["all": all, "now": now.secondsSinceEpoch, "limit": limit])
            return try rows.map { try ParcelStatus($0, at: now.secondsSinceEpoch) }
        }
    }
}

extension ParcelStatus {
    fileprivate init(_ row: Row, at now: Int64) throws {
        guard let state = ParcelState(rawValue: row["state"]) else { throw OutboxFailure.inconsistent("parcel state") }
        let (expiresAt, dueAt): (Int64, Int64) = (row["expiresAt"], row["receiptDueAt"])
        let receipt: Data? = row["receipt"]
        let problem: String? = row["problem"]
        switch state {
        case .refused: standing = .refused
        case .rejected: standing = .rejected
        case .superseded: standing = .again
        case .spooled, .accepted, .delivered, .abandoned:
            standing = state == .accepted && expiresAt <= now ? .expired : dueAt <= now ? .overdue : .underWay
        }
        id = try ParcelID(row["id"])
        recipient = row["name"]
        reports = row["reports"]
        madeAt = UTCTime(secondsSinceEpoch: row["madeAt"])
        self.expiresAt = UTCTime(secondsSinceEpoch: expiresAt)
        // It was verified before it got here.
        switch standing {
        case .refused: reason = try receipt.flatMap { try Signed<Receipt>.unverified([UInt8]($0)).reason?.rawValue }
        case .rejected: reason = problem
        case .underWay, .overdue, .expired, .again: reason = nil
        }
    }
}
