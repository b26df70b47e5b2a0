import Exchange
import Foundation
import GRDB
import TransparencyLog

extension RelayStore {
    /// The newest keys note of a participant.
    func keysNote(of id: ParticipantID) throws -> [UInt8]? {
        try read { db in
            try Data.fetchOne(db, sql: "SELECT note FROM keysNotes WHERE participant = ?", arguments: [id.text])
        }.map { [UInt8]($0) }
    }

    /// Keeps a keys note unless one with a higher number is there; the caller has verified it. `replaced` is a note by keys
    /// that the directory no longer names: its number binds nobody.
    func put(_ keys: Signed<KeysNote>, inPlaceOf replaced: SHA256Hex? = nil) throws {
        try write("keys note") { db in
            let known = try String.fetchOne(
                db, sql: "SELECT textHash FROM keysNotes WHERE participant = ?", arguments: [keys.value.by.text])
            if known != keys.textHash.text { _ = try sequence(.keys, of: keys.textHash, db) }
            try Self.change(
                db,
                sql: """
                    INSERT INTO keysNotes (participant, number, note, textHash) VALUES (?, ?, ?, ?)
                    ON CONFLICT (participant) DO UPDATE
                    SET number = excluded.number, note = excluded.note, textHash = excluded.textHash
                    WHERE excluded.number > number OR excluded.textHash = textHash OR textHash = ?
                    """,
                arguments: [
                    keys.value.by.text, keys.value.number, Data(keys.noteBytes), keys.textHash.text,
                    replaced?.text ?? "",
                ])
        }
    }

    /// The versions of the directory that are kept.
    func directoryVersions() throws -> [Int64] {
        try read { db in try Int64.fetchAll(db, sql: "SELECT version FROM directories ORDER BY version") }
    }

    /// One version's note.
    func directory(version: Int64) throws -> [UInt8]? {
        try read { db in
            try Data.fetchOne(db, sql: "SELECT note FROM directories WHERE version = ?", arguments: [version])
        }.map { [UInt8]($0) }
    }

    /// Keeps a directory that was verified to follow the newest one. A version is never replaced.
    func put(directory version: Int64, note: [UInt8], textHash: SHA256Hex) throws {
        try write("directory") { db in
            try db.execute(
                sql: "INSERT INTO directories (version, note, textHash) VALUES (?, ?, ?)",
                arguments: [version, Data(note), textHash.text])
            _ = try sequence(.directory, of: textHash, db)
        }
    }
}
