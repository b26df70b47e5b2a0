import Exchange
import GRDB

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension Manifest {
    /// What all parcels that take one another's place have in common: the id of the first of them.
    var origin: ParcelID { supersedes ?? id }
}

/// A parcel that was handed over, or is being so, in the place of another.
struct HandedOver: Sendable, Equatable {
    var id: ParcelID
    var seq: Int64
    var reports: Int
    /// It is in the sink, and answered.
    var isDelivered: Bool
}

extension InboxStore {
    /// The parcel of the same origin that was handed over or is being so, if it is another than this one.
    ///
    /// Any of the origin that was answered `delivered` says so: the one that was handed over may be forgotten by now.
    func handedOver(inPlaceOf manifest: Manifest) throws -> HandedOver? {
        try read { db in
            try Row.fetchOne(
                db,
                sql: """
                    SELECT id, seq, reports, state FROM parcels
                    WHERE sender = ? AND origin = ? AND id != ? AND state IN ('handing', 'delivered')
                    ORDER BY deliveredAs IS NOT NULL, number LIMIT 1
                    """,
                arguments: [manifest.from.text, manifest.origin.text, manifest.id.text]
            ).map { row in
                guard let id = try? ParcelID(row["id"]) else { throw InboxFailure.inconsistent("parcel row") }
                return HandedOver(
                    id: id, seq: row["seq"], reports: row["reports"], isDelivered: row["state"] == "delivered")
            }
        }
    }

    /// What the parcel holds is in the sink, under another one's name: this is the receipt that says so.
    func deliver(_ key: ParcelKey, as other: HandedOver, directory: Int64, receipt: Signed<Receipt>) throws {
        try transact(.deliver) { db in
            try change(
                db,
                """
                UPDATE parcels SET state = 'delivered', directory = ?, deliveredAs = ?, settledAt = ?, receipt = ?,
                    receiptState = 'waiting'
                WHERE sender = ? AND id = ? AND state = 'waiting'
                """,
                [
                    directory, other.id.text, receipt.value.at.secondsSinceEpoch, Data(receipt.noteBytes),
                    key.from.text, key.id.text,
                ])
        }
    }
}
