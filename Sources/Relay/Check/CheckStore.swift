import Durable
import Exchange
import Foundation
import GRDB
import Notes
import TransparencyLog

/// The database as a check reads it: beside a relay that may be running, each look in one short transaction, changing
/// nothing.
struct CheckStore: Sendable {
    private let opened: DatabaseLook.Opened
    private var database: DatabaseQueue { opened.queue }

    /// Opens the database; refuses one that has other tables than this program makes, before it reads a row of it.
    init(folders: BlobFolders, disk: Disk, schema strictness: SchemaCheck.Strictness) throws {
        opened = try DatabaseLook(folders: folders, disk: disk).open { db in
            // A file that was in other hands may name functions in its schema, and pages that are not as long as they say.
            try db.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
        }
        try database.read { try SchemaCheck(strictness: strictness).require(in: $0) }
    }

    /// One look of a kind of its own.
    func look<Value>(_ body: (Database) throws -> Value) throws -> Value { try database.read(body) }

    /// Gives the file back; throws where what was read may not be of one state.
    func close() throws {
        try database.close()
        try opened.requireUnchanged()
    }

    /// Whether SQLite finds its file whole, each row of its types and under its table's rules.
    func isWhole() throws -> Bool {
        try database.read { db in
            try String.fetchAll(db, sql: "PRAGMA integrity_check(1)") == ["ok"]
                && Row.fetchOne(db, sql: "PRAGMA foreign_key_check") == nil
        }
    }

    /// How many leaves were ever sequenced.
    func sequenced() throws -> Int64 {
        try database.read { db in try Int64.fetchOne(db, sql: "SELECT leaves FROM sequenced") ?? 0 }
    }

    /// Every parcel's row without its notes and bytes, in one look.
    func parcels() throws -> [RowSketch] {
        try database.read { db in try Self.parcels(db) }
    }

    /// All that the log must have a leaf for, in one look.
    func expectations() throws -> LogExpectations {
        try database.read { db in
            var expected = LogExpectations(
                sequenced: try Int64.fetchOne(db, sql: "SELECT leaves FROM sequenced") ?? 0)
            for row in try Row.fetchAll(db, sql: "SELECT position, entry FROM leaves ORDER BY position") {
                expected.pending[row["position"]] = [UInt8](row["entry"] as Data)
            }
            for row in try Row.fetchAll(db, sql: "SELECT position, parcel, textHash FROM receipts") {
                expected.add(receipt: row["position"], on: row["parcel"], textHash: row["textHash"])
            }
            for sketch in try Self.parcels(db) { expected.add(sketch) }
            for row in try Row.fetchAll(db, sql: "SELECT participant, textHash FROM keysNotes") {
                expected.add(.keys, textHash: row["textHash"], place: "keysNotes/\(row["participant"] as String)")
            }
            for row in try Row.fetchAll(db, sql: "SELECT version, textHash FROM directories") {
                expected.add(.directory, textHash: row["textHash"], place: "directories/\(row["version"] as Int64)")
            }
            return expected
        }
    }

    /// Senders whose share is not what their parcels take up.
    func wrongShares() throws -> [String] {
        try database.read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT sender FROM (
                        SELECT sender, bytes, parcels, uploads FROM shares
                        UNION ALL
                        SELECT sender, -SUM(size), -COUNT(*), -SUM(state = 'uploading') FROM parcels
                        WHERE state <> 'ended' GROUP BY sender
                    )
                    GROUP BY sender HAVING SUM(bytes) <> 0 OR SUM(parcels) <> 0 OR SUM(uploads) <> 0 ORDER BY sender
                    """)
        }
    }

    /// One parcel as it is now.
    func parcel(_ id: ParcelID) throws -> StoredParcel? {
        try database.read { db in try RelayStore.parcel(id, db) }
    }

    /// Every row of parcels with the pair that signed its manifest, some at a time; one that cannot be read is named.
    func eachParcel(_ body: (Result<(StoredParcel, VerifyingPair), RelayFailure>, String) throws -> Void) throws {
        try eachPage(
            """
            SELECT parcels.rowid AS number, parcels.*, signers.ed25519, signers.mldsa65
            FROM parcels LEFT JOIN signers ON signers.fingerprint = parcels.signer
            WHERE parcels.rowid >= ? ORDER BY parcels.rowid LIMIT ?
            """
        ) { row in try body(Self.read(row), "parcels/\(row["number"] as Int64)") }
    }

    /// Notes that do not hold; those of parcels are looked at with their rows.
    func damagedNotes(pins: RootPins) throws -> [String] {
        try database.read { db in
            var check = NoteCheck(pins: pins)
            let keys = try Row.fetchCursor(db, sql: "SELECT participant, note, textHash FROM keysNotes")
            while let row = try keys.next() {
                check.look(atKeysOf: row["participant"], [UInt8](row["note"] as Data), textHash: row["textHash"])
            }
            let receipts = try Row.fetchCursor(db, sql: "SELECT parcel, recipient, note, textHash FROM receipts")
            while let row = try receipts.next() {
                check.look(
                    atReceiptOn: row["parcel"], by: row["recipient"], [UInt8](row["note"] as Data),
                    textHash: row["textHash"])
            }
            let directories = try Row.fetchAll(
                db, sql: "SELECT version, note, textHash FROM directories ORDER BY version")
            check.look(
                atDirectories: directories.map { row in
                    (version: row["version"], note: [UInt8](row["note"] as Data), textHash: row["textHash"])
                })
            return check.damaged
        }
    }

    private static func read(_ row: Row) -> Result<(StoredParcel, VerifyingPair), RelayFailure> {
        do {
            guard let ed25519 = row["ed25519"] as String?, let mldsa = row["mldsa65"] as String? else {
                throw RelayFailure.damagedStore("table signers")
            }
            return .success((try StoredParcel(row), try VerifyingPair(lines: [ed25519, mldsa])))
        } catch {
            return .failure(.damagedStore("table parcels"))
        }
    }

    private static func parcels(_ db: Database) throws -> [RowSketch] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT id, state, position, fetched, textHash, size, headerLength, slot, file FROM parcels
                ORDER BY rowid
                """
        ).map(RowSketch.init)
    }
}

/// What a row of parcels says of the world outside the database.
struct RowSketch: Sendable {
    /// Id and state are nil where they cannot be read: the check of rows names that.
    let id: ParcelID?
    let state: StoredParcel.State?
    let position: Int64?
    let isFetched: Bool
    let textHash: String
    let kept: (slot: Int, file: String, payloadSize: Int64)?

    init(_ row: Row) {
        id = try? ParcelID(row["id"] as String)
        state = StoredParcel.State(rawValue: row["state"])
        position = row["position"]
        isFetched = row["fetched"]
        textHash = row["textHash"]
        if let slot = row["slot"] as Int?, let file = row["file"] as String?, let header = row["headerLength"] as Int64?
        {
            kept = (slot, file, row["size"] - header)
        } else {
            kept = nil
        }
    }
}
