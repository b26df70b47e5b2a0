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

    /// Accepts whole parcels under one commit: **durable point 2**. Shred keys and payloads must be durable. Each stands or
    /// falls by itself; a commit that fails fails for all. The clock must be beyond doubt.
    func admit(_ parcels: [(row: StoredParcel, newcomer: Newcomer?)]) throws -> [Result<
        Admission, any Error
    >] {
        try writeAll(
            "whole",
            parcels.map { parcel in
                { db in try self.admit(parcel.row, parcel.newcomer, db) }
            })
    }

    private func admit(_ parcel: StoredParcel, _ newcomer: Newcomer?, _ db: Database) throws -> Admission {
        guard parcel.expiresAt > clock.now else { throw Problem.deadlinePassed }
        if let known = try Self.parcel(parcel.id, db) {
            guard known.sender == parcel.sender, known.textHash == parcel.textHash else { return .refused(.conflict) }
            // A request that got no further began it.
            guard known.state == .uploading, known.kept == nil else { return .refused(.known(known)) }
            return .accepted(position: try complete(parcel, db), repeatsNumber: false)
        }
        guard let newcomer else { throw RowMoved() }
        if let refusal = try Self.refusal(
            of: parcel.size, from: parcel.sender, newcomer.quota, isWhole: true, db)
        {
            return .refused(refusal)
        }
        let repeats = try Self.repeatsNumber(parcel, db)
        let position = try sequence(.accepted, of: parcel.textHash, db)
        try Self.insert(parcel, newcomer.pair, as: .waiting, at: position, db)
        return .accepted(position: position, repeatsNumber: repeats)
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
}
