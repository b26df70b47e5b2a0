import Exchange
import Foundation
import GRDB
import Notes
import TransparencyLog

extension RelayStore {
    /// What came of asking to begin an upload.
    enum Beginning: Equatable {
        /// A new row.
        case begun
        /// The same manifest text was there.
        case known(StoredParcel)
        /// The id is another sender's, or has another manifest.
        case conflict
        /// All parcels together would be larger than the relay keeps.
        case full
        /// This sender's parcels together would be larger than its share.
        case shareFull
        /// It alone is larger than this sender's share, or than all that the relay keeps: no waiting makes room for it.
        case overShare
        /// This sender's unfinished uploads together would be more than half of what the relay keeps.
        case openFull
        /// This sender has as many uploads open as it may.
        case tooManyOpen
    }

    /// How much may be kept.
    struct Quota: Sendable {
        /// Bytes of all parcels together.
        var totalBytes: Int64
        /// Bytes of one sender's parcels together, the declared size of unfinished ones included.
        var senderBytes: Int64 = .max
        /// Unfinished uploads of one sender.
        var openUploads: Int

        /// How large one parcel may be that ever has room here.
        var parcelBytes: Int64 { min(senderBytes, totalBytes) }
    }

    /// What would come of a parcel by now, before anything costly is done for it: `begun` where nothing stands against it.
    func outlook(for manifest: Manifest, textHash: SHA256Hex, quota: Quota, isWhole: Bool) throws -> Beginning {
        try read { db in
            if let known = try Self.parcel(manifest.id, db) {
                return known.sender == manifest.from && known.textHash == textHash ? .known(known) : .conflict
            }
            return try Self.refusal(of: manifest.size, from: manifest.from, quota, isWhole: isWhole, db) ?? .begun
        }
    }

    /// Begins an upload: one id has one sender and one manifest text, ever.
    func begin(_ parcel: StoredParcel, pair: VerifyingPair, quota: Quota) throws -> Beginning {
        try write("begin") { db in
            if let known = try Self.parcel(parcel.id, db) {
                return known.sender == parcel.sender && known.textHash == parcel.textHash ? .known(known) : .conflict
            }
            if let refusal = try Self.refusal(of: parcel.size, from: parcel.sender, quota, isWhole: false, db) {
                return refusal
            }
            try Self.insert(parcel, pair, as: .uploading, at: nil, db)
            return .begun
        }
    }

    /// A new row: of an upload that begins, or of a parcel that is accepted whole.
    static func insert(
        _ parcel: StoredParcel, _ pair: VerifyingPair, as state: StoredParcel.State, at position: Int64?, _ db: Database
    ) throws {
        try keep(pair, as: parcel.signer, db)
        let kept = parcel.kept
        try db.cachedStatement(
            sql: """
                INSERT INTO parcels
                    (id, sender, recipient, signer, manifest, textHash, size, sha256, expiresAt, createdAt, seq,
                     state, position, header, headerLength, slot, file)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(
            arguments: [
                parcel.id.text, parcel.sender.text, parcel.recipient.text, parcel.signer.text,
                Data(parcel.manifest), parcel.textHash.text, parcel.size, parcel.sha256.text,
                parcel.expiresAt.secondsSinceEpoch, parcel.createdAt.secondsSinceEpoch, parcel.seq,
                state.rawValue, position, kept.map { Data($0.sealedHeader) }, kept?.headerLength, kept?.slot,
                kept?.file,
            ])
    }

    /// Whether another parcel that was accepted from its sender to its recipient has the same number. One that was refused gives its
    /// number to the next, and what was sent of it may still lie here.
    func repeatsNumber(_ parcel: StoredParcel) throws -> Bool {
        try read { db in try Self.repeatsNumber(parcel, db) }
    }

    static func repeatsNumber(_ parcel: StoredParcel, _ db: Database) throws -> Bool {
        try Bool.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT EXISTS (
                        SELECT 1 FROM parcels
                        WHERE sender = ? AND recipient = ? AND seq = ? AND id <> ? AND state <> 'uploading')
                    """),
            arguments: [parcel.sender.text, parcel.recipient.text, parcel.seq, parcel.id.text]) ?? false
    }

    /// Keeps the pair that signed a manifest, once.
    static func keep(_ pair: VerifyingPair, as fingerprint: SHA256Hex, _ db: Database) throws {
        let isKnown = try Bool.fetchOne(
            db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM signers WHERE fingerprint = ?)"),
            arguments: [fingerprint.text])
        guard isKnown != true else { return }
        try db.execute(
            sql: "INSERT INTO signers (fingerprint, ed25519, mldsa65) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            arguments: [fingerprint.text, pair.ed25519Line, pair.mldsaLine])
    }

    /// Why a parcel of `size` bytes is not taken; nil where it may be. One that comes whole is never open: what open uploads may
    /// take up does not concern it.
    static func refusal(
        of size: Int64, from sender: ParticipantID, _ quota: Quota, isWhole: Bool, _ db: Database
    ) throws -> Beginning? {
        guard size <= quota.parcelBytes else { return .overShare }
        let share = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT bytes, uploads FROM shares WHERE sender = ?"), arguments: [sender.text])
        guard isWhole || (share?["uploads"] ?? 0) < quota.openUploads else { return .tooManyOpen }
        guard (share?["bytes"] ?? 0) <= quota.senderBytes - size else { return .shareFull }
        guard try isWhole || isOpenFor(size, from: sender, quota, db) else { return .openFull }
        let kept = try Int64.fetchOne(db.cachedStatement(sql: "SELECT COALESCE(SUM(bytes), 0) FROM shares"))
        return (kept ?? 0) <= quota.totalBytes - size ? nil : .full
    }

    /// What nobody may ever finish must not keep out what is whole. One alone may be as large as the share.
    private static func isOpenFor(
        _ size: Int64, from sender: ParticipantID, _ quota: Quota, _ db: Database
    ) throws -> Bool {
        let open =
            try Int64.fetchOne(
                db.cachedStatement(
                    sql: "SELECT COALESCE(SUM(size), 0) FROM parcels WHERE state = 'uploading' AND sender = ?"),
                arguments: [sender.text]) ?? 0
        return open == 0 || open <= quota.totalBytes / 2 - size
    }

    /// Puts what is kept of the body into the row. The shred key must be durable in its slot.
    func keep(_ kept: StoredParcel.Kept, of id: ParcelID) throws {
        try write("keep header") { db in
            try Self.change(
                db,
                sql: """
                    UPDATE parcels SET header = ?, headerLength = ?, slot = ?, file = ?
                    WHERE id = ? AND state = 'uploading' AND header IS NULL
                    """,
                arguments: [Data(kept.sealedHeader), kept.headerLength, kept.slot, kept.file, id.text])
        }
    }

    /// Accepts a parcel: **durable point 2**. Its payload must be durable under its name. Gives its leaf's index.
    ///
    /// The last place to look at the clock: a body may have come slowly, or have waited for a start.
    func accept(_ id: ParcelID) throws -> Int64 {
        try clock.requireSure()
        return try write("accept") { db in
            guard let parcel = try Self.parcel(id, db) else { throw RowMoved() }
            guard parcel.expiresAt > clock.now else { throw Problem.deadlinePassed }
            let position = try sequence(.accepted, of: parcel.textHash, db)
            try Self.change(
                db,
                sql: """
                    UPDATE parcels SET state = 'waiting', position = ?
                    WHERE id = ? AND state = 'uploading' AND header IS NOT NULL
                    """,
                arguments: [position, id.text])
            return position
        }
    }

    /// Lets an upload begin again at its first byte. The shred key must be destroyed.
    func restart(_ id: ParcelID) throws {
        try write("restart") { db in
            try Self.change(
                db,
                sql: """
                    UPDATE parcels SET header = NULL, headerLength = NULL, slot = NULL, file = NULL
                    WHERE id = ? AND state = 'uploading'
                    """,
                arguments: [id.text])
        }
    }

    /// Forgets an upload that was never finished. The shred key must be destroyed.
    func abandon(_ id: ParcelID) throws {
        try write("abandon") { db in
            try Self.change(
                db, sql: "DELETE FROM parcels WHERE id = ? AND state = 'uploading'", arguments: [id.text])
        }
    }

    /// All unfinished uploads.
    func uploads() throws -> [StoredParcel] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM parcels WHERE state = 'uploading' ORDER BY sender, size")
                .map(StoredParcel.init)
        }
    }

    static func parcel(_ id: ParcelID, _ db: Database) throws -> StoredParcel? {
        try Row.fetchOne(db.cachedStatement(sql: "SELECT * FROM parcels WHERE id = ?"), arguments: [id.text])
            .map(StoredParcel.init)
    }

    /// Changes exactly one row, or refuses: the caller's picture of it was wrong.
    static func change(_ db: Database, sql: String, arguments: StatementArguments) throws {
        try db.cachedStatement(sql: sql).execute(arguments: arguments)
        guard db.changesCount == 1 else { throw RowMoved() }
    }
}

/// A row was not in the state that the caller had found it in.
struct RowMoved: Error {}

extension RelayStore.Beginning {
    /// What a sender is told whose upload is not begun; nil where it is.
    func refusal(_ quota: RelayStore.Quota) -> Problem? {
        switch self {
        case .begun, .known: nil
        case .conflict: Self.conflictProblem
        case .full: Problem(.full, detail: "the relay keeps as much as it may; nothing was lost, try again later")
        case .shareFull:
            Problem(
                .full, detail: "this sender's share of the relay is taken up until receipts come; nothing was lost")
        case .overShare:
            Problem(
                .tooLarge,
                detail:
                    "the parcel is larger than this sender's whole share of the relay (\(quota.parcelBytes) bytes): ask its "
                    + "operator for a larger one, or send less in one parcel")
        case .openFull:
            Problem(
                .full, detail: "unfinished uploads of this sender take up half of the relay: finish or end those first")
        case .tooManyOpen:
            Problem(
                .tooMany, detail: "\(quota.openUploads) uploads of this sender are unfinished: finish those first")
        }
    }

    static var conflictProblem: Problem {
        Problem(.conflict, detail: "this parcel id was used before with another manifest: use a new id")
    }
}

extension Problem {
    /// A parcel that is no longer taken.
    static var deadlinePassed: Problem {
        Problem(.expired, detail: "the parcel's deadline has passed: send what it holds as a new parcel")
    }
}
