import Exchange
import Foundation
import GRDB
import Notes
import TransparencyLog

extension RelayStore {
    /// What a row says of a parcel that waits, to be compared with what is on the disk.
    struct Held: Sendable {
        let id: ParcelID
        let position: Int64
        let payloadSize: Int64
        let slot: Int
        let file: String
    }

    /// The parcel of that id, whoever asks.
    func parcel(_ id: ParcelID) throws -> StoredParcel? {
        try read { db in try Self.parcel(id, db) }
    }

    /// A recipient's waiting parcels with a position above `after` and below `end`, whose deadline is not past, in order.
    func inbox(of recipient: ParticipantID, after: Int64, end: Int64, now: UTCTime) throws -> [InboxPage.Entry] {
        let rows = try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT position, sender, id, manifest FROM parcels
                    WHERE state = 'waiting' AND recipient = ? AND position > ? AND position < ?
                        AND expiresAt > ?
                    ORDER BY position LIMIT ?
                    """,
                arguments: [recipient.text, after, end, now.secondsSinceEpoch, Exchange.Limits.pageEntries])
        }
        return try rows.map { row in
            InboxPage.Entry(
                index: row["position"], from: try ParticipantID(row["sender"] as String),
                id: try ParcelID(row["id"] as String),
                manifest: String(decoding: row["manifest"] as Data, as: UTF8.self))
        }
    }

    /// The pair that signed a manifest when it was taken; the directory may name another one since.
    func signer(_ fingerprint: SHA256Hex) throws -> VerifyingPair {
        let row = try read { db in
            try Row.fetchOne(
                db, sql: "SELECT ed25519, mldsa65 FROM signers WHERE fingerprint = ?", arguments: [fingerprint.text])
        }
        guard let row, let pair = try? VerifyingPair(lines: [row["ed25519"], row["mldsa65"]]),
            pair.fingerprint == fingerprint.text
        else { throw RelayFailure.damagedStore("table signers") }
        return pair
    }

    /// Turns parcels whose deadline has passed towards their end, `limit` at most; gives their ids.
    func expire(now: UTCTime, limit: Int) throws -> [ParcelID] {
        let isDue = try read { db in
            try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM parcels WHERE state = 'waiting' AND expiresAt <= ?)",
                arguments: [now.secondsSinceEpoch])
        }
        guard isDue == true else { return [] }
        return try write("expire") { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    UPDATE parcels SET state = 'ending' WHERE rowid IN
                        (SELECT rowid FROM parcels WHERE state = 'waiting' AND expiresAt <= ? LIMIT ?)
                    RETURNING id, textHash
                    """,
                arguments: [now.secondsSinceEpoch, limit])
            return try rows.map { row in
                _ = try sequence(.expired, of: SHA256Hex(row["textHash"] as String), db)
                return try ParcelID(row["id"] as String)
            }
        }
    }

    /// Notes that a parcel's bytes begin to go to its recipient; true for the first time ever.
    func fetch(_ id: ParcelID) throws -> Bool {
        let isKnown = try read { db in
            try Bool.fetchOne(db, sql: "SELECT fetched FROM parcels WHERE id = ?", arguments: [id.text])
        }
        guard isKnown == false else { return false }
        return try write("fetch") { db in
            let hash = try String.fetchOne(
                db, sql: "UPDATE parcels SET fetched = 1 WHERE id = ? AND fetched = 0 RETURNING textHash",
                arguments: [id.text])
            guard let hash else { return false }
            _ = try sequence(.fetched, of: SHA256Hex(hash), db)
            return true
        }
    }

    /// Parcels whose deletion began.
    func ending() throws -> [ParcelID] {
        try read { db in
            try String.fetchAll(db, sql: "SELECT id FROM parcels WHERE state = 'ending' ORDER BY id")
                .map { try ParcelID($0) }
        }
    }

    /// Forgets header, slot and file of a parcel that ends. The shred key must be destroyed.
    func end(_ id: ParcelID) throws {
        try write("end") { db in
            guard let parcel = try Self.parcel(id, db) else { throw RowMoved() }
            _ = try sequence(.deleted, of: parcel.textHash, db)
            try Self.change(
                db,
                sql: """
                    UPDATE parcels SET state = 'ended', header = NULL, headerLength = NULL, slot = NULL, file = NULL
                    WHERE id = ? AND state = 'ending'
                    """,
                arguments: [id.text])
        }
    }

    /// Accepted parcels above `position`, `limit` at most, in order.
    func held(after position: Int64, limit: Int) throws -> [Held] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT id, position, size - headerLength AS payloadSize, slot, file FROM parcels
                    WHERE position > ? AND state = 'waiting' ORDER BY position LIMIT ?
                    """,
                arguments: [position, limit]
            ).map { row in
                Held(
                    id: try ParcelID(row["id"] as String), position: row["position"], payloadSize: row["payloadSize"],
                    slot: row["slot"], file: row["file"])
            }
        }
    }

    /// Every slot that a row names.
    func slots() throws -> Set<Int> {
        try read { db in try Self.slots(db) }
    }

    static func slots(_ db: Database) throws -> Set<Int> {
        var slots: Set<Int> = []
        let cursor = try Int.fetchCursor(db, sql: "SELECT slot FROM parcels WHERE slot IS NOT NULL")
        while let slot = try cursor.next() { slots.insert(slot) }
        return slots
    }

    /// Those of `files` that a row names.
    func named(among files: [String]) throws -> Set<String> {
        try read { db in
            let statement = try db.cachedStatement(sql: "SELECT 1 FROM parcels WHERE file = ?")
            return Set(try files.filter { try Int.fetchOne(statement, arguments: [$0]) != nil })
        }
    }

    /// Removes rows of parcels that ended and whose deadline lies before `time`, with their receipts, `limit` at most; gives how
    /// many.
    @discardableResult
    func prune(before time: UTCTime, limit: Int) throws -> Int {
        let isOld = try read { db in
            try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM parcels WHERE state = 'ended' AND expiresAt < ?)",
                arguments: [time.secondsSinceEpoch])
        }
        guard isOld == true else { return 0 }
        return try write("prune") { db in
            try db.execute(
                sql: """
                    DELETE FROM parcels WHERE rowid IN
                        (SELECT rowid FROM parcels WHERE state = 'ended' AND expiresAt < ? LIMIT ?)
                    """,
                arguments: [time.secondsSinceEpoch, limit])
            return db.changesCount
        }
    }
}
