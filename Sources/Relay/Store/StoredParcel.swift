import Exchange
import Foundation
import GRDB

/// A parcel's row.
struct StoredParcel: Sendable, Equatable {
    /// How far a parcel is.
    enum State: String, Sendable {
        /// Bytes are missing, or the whole is not accepted yet.
        case uploading
        /// Accepted: the recipient can fetch it.
        case waiting
        /// A receipt was taken or the deadline has passed; its bytes are to be destroyed.
        case ending
        /// Its bytes are gone; the row stays for a while.
        case ended
    }

    /// What is kept of the body.
    struct Kept: Sendable, Equatable {
        /// The age header, encrypted under its shred key.
        var sealedHeader: [UInt8]
        /// Its length in clear.
        var headerLength: Int64
        /// Where the shred key is.
        var slot: Int
        /// The payload's file name, random.
        var file: String
    }

    var id: ParcelID
    var sender: ParticipantID
    var recipient: ParticipantID
    /// Fingerprint of the pair that signed the manifest.
    var signer: SHA256Hex
    /// The manifest note.
    var manifest: [UInt8]
    /// SHA-256 of the manifest's text.
    var textHash: SHA256Hex
    /// Bytes of the sealed body.
    var size: Int64
    /// SHA-256 of the sealed body.
    var sha256: SHA256Hex
    var expiresAt: UTCTime
    /// The manifest's number among its sender's parcels to its recipient; nil in a row from before it was kept.
    var seq: Int64?
    /// When the upload began, by the relay's clock.
    var createdAt: UTCTime
    var state: State
    /// Its place in the order of acceptance.
    var position: Int64?
    /// Absent before the header is whole and after deletion.
    var kept: Kept?

    /// Bytes of the payload, once the header is known.
    var payloadSize: Int64 { size - (kept?.headerLength ?? 0) }

    /// A row for an upload that begins.
    init(beginning signed: Signed<Manifest>, signer: SHA256Hex, now: UTCTime) {
        let manifest = signed.value
        id = manifest.id
        sender = manifest.from
        recipient = manifest.to
        self.signer = signer
        self.manifest = signed.noteBytes
        textHash = signed.textHash
        size = manifest.size
        sha256 = manifest.sha256
        expiresAt = manifest.expiresAt
        seq = manifest.seq
        createdAt = now
        state = .uploading
    }

    init(_ row: Row) throws {
        do {
            id = try ParcelID(row["id"] as String)
            sender = try ParticipantID(row["sender"] as String)
            recipient = try ParticipantID(row["recipient"] as String)
            signer = try SHA256Hex(row["signer"] as String)
            textHash = try SHA256Hex(row["textHash"] as String)
            sha256 = try SHA256Hex(row["sha256"] as String)
        } catch {
            throw RelayFailure.damagedStore("table parcels")
        }
        guard let state = State(rawValue: row["state"]) else { throw RelayFailure.damagedStore("table parcels") }
        self.state = state
        manifest = [UInt8](row["manifest"] as Data)
        size = row["size"]
        expiresAt = UTCTime(secondsSinceEpoch: row["expiresAt"])
        createdAt = UTCTime(secondsSinceEpoch: row["createdAt"])
        position = row["position"]
        seq = row["seq"]
        if let header = row["header"] as Data?, let length = row["headerLength"] as Int64?,
            let slot = row["slot"] as Int?, let file = row["file"] as String?
        {
            kept = Kept(sealedHeader: [UInt8](header), headerLength: length, slot: slot, file: file)
        }
    }
}
