import Exchange
import GRDB

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What became of a receipt.
enum ReceiptState: String, Sendable {
    /// To be posted.
    case waiting
    /// The relay has it.
    case posted
    /// The relay does not take it and never will: the parcel is gone there, or answered otherwise.
    case unwanted
}

extension InboxStore {
    /// Parcels whose receipt the relay does not have yet, the oldest first.
    func receiptsToPost() throws -> [ParcelKey] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: "SELECT sender, id FROM parcels WHERE receiptState = 'waiting' ORDER BY number"
            ).map { row in
                do {
                    return ParcelKey(from: try ParticipantID(row["sender"]), id: try ParcelID(row["id"]))
                } catch {
                    throw InboxFailure.inconsistent("parcel row")
                }
            }
        }
    }

    /// The receipt on a parcel, as it was signed.
    func receipt(of key: ParcelKey) throws -> [UInt8] {
        let note = try read { db in
            try Data.fetchOne(
                db, sql: "SELECT receipt FROM parcels WHERE sender = ? AND id = ?",
                arguments: [key.from.text, key.id.text])
        }
        guard let note else { throw InboxFailure.inconsistent("receipt") }
        return [UInt8](note)
    }

    /// Puts a receipt that the relay does not have in place of one that it does not take.
    func replaceReceipt(of key: ParcelKey, by receipt: Signed<Receipt>) throws {
        try transact(.receiptAgain) { db in
            try change(
                db,
                "UPDATE parcels SET receipt = ? WHERE sender = ? AND id = ? AND receiptState = 'waiting'",
                [Data(receipt.noteBytes), key.from.text, key.id.text])
        }
    }

    /// Says what became of a receipt.
    func receipt(of key: ParcelKey, is state: ReceiptState) throws {
        try transact(state == .waiting ? .receiptAgain : .receiptTaken) { db in
            try change(
                db, "UPDATE parcels SET receiptState = ? WHERE sender = ? AND id = ? AND receipt IS NOT NULL",
                [state.rawValue, key.from.text, key.id.text])
        }
    }
}
