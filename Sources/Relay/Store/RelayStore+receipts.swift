import Exchange
import Foundation
import GRDB
import TransparencyLog

extension RelayStore {
    /// What came of a receipt.
    enum Taking: Equatable {
        /// It was taken; the parcel ends.
        case taken
        /// The same receipt was there.
        case known
        /// Another receipt was there.
        case conflict
        /// The parcel is not one that can have a receipt.
        case noParcel
    }

    /// Takes a receipt and turns its parcel towards its end, in one transaction: from here on the bytes go.
    func take(_ receipt: Signed<Receipt>) throws -> Taking {
        let value = receipt.value
        return try write("receipt") { db in
            guard let parcel = try Self.parcel(value.parcel, db), parcel.state != .uploading,
                parcel.sender == value.from, parcel.recipient == value.by
            else { return .noParcel }
            let known = try String.fetchOne(
                db, sql: "SELECT textHash FROM receipts WHERE parcel = ?", arguments: [value.parcel.text])
            if let known { return known == receipt.textHash.text ? .known : .conflict }
            let position = try sequence(.receipt, of: receipt.textHash, db)
            try db.execute(
                sql: """
                    INSERT INTO receipts (position, parcel, sender, recipient, note, textHash) VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    position, value.parcel.text, value.from.text, value.by.text, Data(receipt.noteBytes),
                    receipt.textHash.text,
                ])
            try db.execute(
                sql: "UPDATE parcels SET state = 'ending' WHERE id = ? AND state = 'waiting'",
                arguments: [value.parcel.text])
            return .taken
        }
    }

    /// The receipt note of a parcel.
    func receipt(of id: ParcelID) throws -> [UInt8]? {
        try read { db in
            try Data.fetchOne(db, sql: "SELECT note FROM receipts WHERE parcel = ?", arguments: [id.text])
        }.map { [UInt8]($0) }
    }

    /// The hash of its text.
    func receiptHash(of id: ParcelID) throws -> SHA256Hex? {
        try read { db in
            try String.fetchOne(db, sql: "SELECT textHash FROM receipts WHERE parcel = ?", arguments: [id.text])
        }.map { try SHA256Hex($0) }
    }

    /// Receipts on a sender's parcels with a position above `after` and below `end`, in order.
    func outbox(of sender: ParticipantID, after: Int64, end: Int64 = .max) throws -> [OutboxPage.Entry] {
        let rows = try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT position, parcel, recipient, note FROM receipts
                    WHERE sender = ? AND position > ? AND position < ? ORDER BY position LIMIT ?
                    """,
                arguments: [sender.text, after, end, Exchange.Limits.pageEntries])
        }
        return try rows.map { row in
            OutboxPage.Entry(
                index: row["position"], id: try ParcelID(row["parcel"] as String),
                to: try ParticipantID(row["recipient"] as String),
                receipt: String(decoding: row["note"] as Data, as: UTF8.self))
        }
    }
}
