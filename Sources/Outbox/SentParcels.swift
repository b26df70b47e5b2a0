package import Exchange
import GRDB

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A parcel that holds reports of files that were given to one `pli send`, and what became of it.
package struct SentParcel: Sendable, Hashable {
    package let id: ParcelID
    package let recipient: String
    /// All that it holds: reports of other files may be beside them.
    package let reports: Int
    package let state: ParcelState
    /// Why it was refused or rejected.
    package let reason: String?

    /// Its recipient refused it, or the relay did not take it: its reports wait in the journal for a person.
    package var isTurnedAway: Bool { state == .refused || state == .rejected }
    /// The relay has it, and nobody has answered for it yet. One that is still spooled has no receipt to come.
    package var awaitsReceipt: Bool { state == .accepted }
}

extension OutboxAgent {
    /// The parcels that hold reports of these files, by their hashes: those that this agent made, and of earlier ones those that
    /// nobody acknowledged. The oldest first.
    package func parcels(ofFiles hashes: Set<String>) throws -> [SentParcel] {
        try store.parcels(ofFiles: hashes, madeSince: startedAt)
    }
}

extension OutboxStore {
    /// From the parcels and not from the reports: of those a database has years, and no index by file.
    func parcels(ofFiles hashes: Set<String>, madeSince: Int64) throws -> [SentParcel] {
        guard !hashes.isEmpty else { return [] }
        return try read { db in
            let files = try Int64.fetchSet(
                db,
                sql: "SELECT id FROM files WHERE sha256 IN (\(databaseQuestionMarks(count: hashes.count)))",
                arguments: StatementArguments(hashes))
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT number, parcels.id, name, state, parcels.reports, problem, receipt FROM parcels
                    JOIN recipients ON recipients.id = recipient
                    WHERE parcels.reports > 0 AND (state IN ('spooled', 'accepted', 'refused', 'rejected') OR madeAt >= ?)
                    ORDER BY number
                    """,
                arguments: [madeSince])
            let owners = try db.cachedStatement(
                sql: """
                    SELECT DISTINCT file FROM deliveries JOIN reports ON reports.id = deliveries.report
                    WHERE deliveries.parcel = ?
                    """)
            return try rows.compactMap { row in
                let number: Int64 = row["number"]
                let holds = try Int64.fetchSet(owners, arguments: [number])
                return files.isDisjoint(with: holds) ? nil : try SentParcel(row)
            }
        }
    }
}

extension SentParcel {
    fileprivate init(_ row: Row) throws {
        guard let state = ParcelState(rawValue: row["state"]) else { throw OutboxFailure.inconsistent("parcel state") }
        let receipt: Data? = row["receipt"]
        id = try ParcelID(row["id"])
        recipient = row["name"]
        reports = row["reports"]
        self.state = state
        // A receipt was verified before it got here.
        reason =
            switch state {
            case .refused: try receipt.flatMap { try Signed<Receipt>.unverified([UInt8]($0)).reason?.rawValue }
            case .rejected: row["problem"]
            case .spooled, .accepted, .delivered, .superseded, .abandoned: nil
            }
    }
}
