import Exchange
import Foundation
import GRDB
import Notes
import TransparencyLog

extension RelayStore {
    /// What came of a whole parcel.
    enum Admission: Equatable, Sendable {
        /// It waits for its recipient; its leaf has this index. A number used twice is told, not refused.
        case accepted(position: Int64, repeatsNumber: Bool)
        /// Nothing of it was taken.
        case refused(Beginning)
    }

    /// What would come of a whole parcel by now, before anything costly is done for it: `begun` where nothing stands against it.
    func outlook(forWhole manifest: Manifest, textHash: SHA256Hex, quota: Quota) throws -> Beginning {
        try read { db in
            if let known = try Self.parcel(manifest.id, db) {
                return known.sender == manifest.from && known.textHash == textHash ? .known(known) : .conflict
            }
            return try Self.refusal(ofWhole: manifest.size, from: manifest.from, quota, db) ?? .begun
        }
    }

    /// Accepts whole parcels under one commit: **durable point 2**. Shred keys and payloads must be durable. Each stands or
    /// falls by itself; a commit that fails fails for all. The clock must be beyond doubt.
    func admit(_ parcels: [(row: StoredParcel, newcomer: WholeParcel.Newcomer?)]) throws -> [Result<
        Admission, any Error
    >] {
        try writeAll(
            "whole",
            parcels.map { parcel in
                { db in try self.admit(parcel.row, parcel.newcomer, db) }
            })
    }

    private func admit(_ parcel: StoredParcel, _ newcomer: WholeParcel.Newcomer?, _ db: Database) throws -> Admission {
        guard parcel.expiresAt > clock.now else { throw Problem.deadlinePassed }
        if let known = try Self.parcel(parcel.id, db) {
            guard known.sender == parcel.sender, known.textHash == parcel.textHash else { return .refused(.conflict) }
            // A request that got no further began it.
            guard known.state == .uploading, known.kept == nil else { return .refused(.known(known)) }
            return .accepted(position: try complete(parcel, db), repeatsNumber: false)
        }
        guard let newcomer else { throw RowMoved() }
        if let refusal = try Self.refusal(ofWhole: parcel.size, from: parcel.sender, newcomer.quota, db) {
            return .refused(refusal)
        }
        let repeats = try Self.repeatsNumber(parcel, db)
        return .accepted(position: try insert(parcel, newcomer.pair, db), repeatsNumber: repeats)
    }

    private func complete(_ parcel: StoredParcel, _ db: Database) throws -> Int64 {
        guard let kept = parcel.kept else { throw RowMoved() }
        let position = try sequence(.accepted, of: parcel.textHash, db)
        try Self.change(
            db,
            sql: """
                UPDATE parcels
                SET state = 'waiting', position = ?, header = ?, headerLength = ?, slot = ?, file = ?
                WHERE id = ? AND state = 'uploading' AND header IS NULL
                """,
            arguments: [
                position, Data(kept.sealedHeader), kept.headerLength, kept.slot, kept.file, parcel.id.text,
            ])
        return position
    }

    private func insert(_ parcel: StoredParcel, _ pair: VerifyingPair, _ db: Database) throws -> Int64 {
        guard let kept = parcel.kept else { throw RowMoved() }
        try Self.keep(pair, as: parcel.signer, db)
        let position = try sequence(.accepted, of: parcel.textHash, db)
        try db.cachedStatement(
            sql: """
                INSERT INTO parcels
                    (id, sender, recipient, signer, manifest, textHash, size, sha256, expiresAt, createdAt, seq,
                     state, position, header, headerLength, slot, file)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?, ?, ?, ?)
                """
        ).execute(
            arguments: [
                parcel.id.text, parcel.sender.text, parcel.recipient.text, parcel.signer.text,
                Data(parcel.manifest), parcel.textHash.text, parcel.size, parcel.sha256.text,
                parcel.expiresAt.secondsSinceEpoch, parcel.createdAt.secondsSinceEpoch, parcel.seq,
                position, Data(kept.sealedHeader), kept.headerLength, kept.slot, kept.file,
            ])
        return position
    }

    /// A whole parcel is never open: what open uploads may take up does not concern it.
    private static func refusal(
        ofWhole size: Int64, from sender: ParticipantID, _ quota: Quota, _ db: Database
    ) throws -> Beginning? {
        let share = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT bytes FROM shares WHERE sender = ?"), arguments: [sender.text])
        guard (share ?? 0) <= quota.senderBytes - size else { return .shareFull }
        let kept = try Int64.fetchOne(db.cachedStatement(sql: "SELECT COALESCE(SUM(bytes), 0) FROM shares"))
        return (kept ?? 0) <= quota.totalBytes - size ? nil : .full
    }
}
