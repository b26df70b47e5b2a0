import Exchange
import Foundation
import Notes
import TestSupport

@testable import Relay

/// A body with the shape of an age file, made by hand: nothing can open it.
struct Sealed: Sendable {
    let bytes: [UInt8]
    let headerLength: Int
    /// Texts of the header that must never be found on the relay's disk.
    let secrets: [String]

    init(size: Int, stanza: String = "X25519") {
        let share = Self.base64(32)
        let key = Self.base64(32)
        let mac = Self.base64(32)
        let header = Array("age-encryption.org/v1\n-> \(stanza) \(share)\n\(key)\n--- \(mac)\n".utf8)
        headerLength = header.count
        secrets = [share, key, mac]
        bytes = header + Self.random(size - header.count)
    }

    /// The manifest of this body, signed.
    func manifest(
        from: String = Cast.labA, to: String = Cast.ars, id: ParcelID? = nil, at time: UTCTime, days: Int64 = 10,
        size: Int64? = nil, sha256: SHA256Hex? = nil, kind: Manifest.Kind = .reports, directory: Int64 = 1,
        seq: Int64 = 1, checkpoint: LogPosition? = nil, signedBy signer: String? = nil, keys: Int64 = 1,
        mediaType: String = "application/pdf"
    ) throws -> Signed<Manifest> {
        let manifest = try Manifest(
            id: id ?? Self.newID(at: time), from: ParticipantID(from), to: ParticipantID(to), kind: kind,
            mediaType: kind == .reports ? Manifest.reportsMediaType : mediaType, createdAt: time,
            expiresAt: time.adding(seconds: days * 86_400), size: size ?? Int64(bytes.count),
            sha256: sha256 ?? SHA256Hex(of: bytes), reports: kind == .file ? 1 : 3, seq: seq, keys: keys,
            directory: directory, checkpoint: checkpoint, inReplyTo: kind == .feedback ? Self.newID(at: time) : nil)
        return try Signed.sign(manifest, by: Cast.one.pair(signer ?? from))
    }

    static func newID(at time: UTCTime) throws -> ParcelID {
        try ParcelID(time: time, random: random(10))
    }

    static func random(_ count: Int) -> [UInt8] {
        // One draw from the system: a draw a byte takes seconds for a body.
        var random = SeededRandom(seed: SeededRandom.newSeed())
        return random.bytes(count)
    }

    private static func base64(_ count: Int) -> String {
        Data(random(count)).base64EncodedString().replacing("=", with: "")
    }
}

extension Signed<Manifest> {
    /// The recipient's receipt on this manifest.
    func receipt(
        at time: UTCTime, outcome: Receipt.Outcome = .delivered, reason: Receipt.Reason? = nil,
        signedBy signer: String? = nil, directory: Int64 = 1, checkpoint: LogPosition? = nil
    ) throws -> Signed<Receipt> {
        try Signed<Receipt>.sign(
            Receipt(
                on: self, at: time, outcome: outcome, reason: reason, directory: directory, checkpoint: checkpoint),
            by: Cast.one.pair(signer ?? value.to.text))
    }
}
