import Exchange
import GRDB

extension InboxStore {
    /// Remembers which sealing keys a keys note of ours offered: parcels that quote it are sealed to one of them.
    func remember(_ note: KeysNote) throws {
        guard try publishedKeys(number: note.number).isEmpty else { return }
        try transact(.publishKeys) { db in
            for key in note.sealing {
                try db.execute(
                    sql: "INSERT OR IGNORE INTO publishedKeys (number, sealingKey, offeredUntil) VALUES (?, ?, ?)",
                    arguments: [note.number, key.key, key.notAfter.secondsSinceEpoch])
            }
        }
    }

    /// The public sealing keys of a keys note of ours; none where this data folder did not see it published.
    func publishedKeys(number: Int64) throws -> [String] {
        try read { db in
            try String.fetchAll(
                db, sql: "SELECT sealingKey FROM publishedKeys WHERE number = ? ORDER BY sealingKey",
                arguments: [number])
        }
    }
}
