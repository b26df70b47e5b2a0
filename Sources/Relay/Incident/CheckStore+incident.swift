import Exchange
import Foundation
import GRDB
import Notes

extension CheckStore {
    /// What recipients said of their parcels, by the parcel's id.
    func outcomes() throws -> [String: Receipt.Outcome] {
        try look { db in
            var outcomes: [String: Receipt.Outcome] = [:]
            let rows = try Row.fetchCursor(db, sql: "SELECT parcel, note FROM receipts")
            while let row = try rows.next() {
                let bytes = [UInt8](row["note"] as Data)
                guard let note = try? SignedNote(parsing: bytes, maxBytes: Receipt.noteLimit),
                    let receipt = try? Receipt(text: note.text)
                else { continue }
                outcomes[row["parcel"]] = receipt.outcome
            }
            return outcomes
        }
    }

    /// Whether the newest directory lets nobody seal to a classical key; nil where there is none that can be read.
    func requiresPostQuantum() throws -> Bool? {
        try look { db in
            let sql = "SELECT note FROM directories ORDER BY version DESC LIMIT 1"
            guard let note = try Data.fetchOne(db, sql: sql),
                let signed = try? SignedNote(parsing: [UInt8](note), maxBytes: note.count)
            else { return nil }
            return (try? Directory(text: signed.text))?.requirePostQuantum
        }
    }
}
