import Age
import Crypto
import Exchange
import Foundation
import Notes

/// Everyone who takes part in a measurement: roots, senders and one authority, with a relay's configuration for them in a
/// folder of their own.
struct Town: Sendable {
    let folder: URL
    let port: Int
    let authority: SigningPair
    let senders: [SigningPair]
    let sealing: AgeIdentity
    let startedAt: UTCTime
    private let roots: [SigningPair]

    var origin: String { "https://127.0.0.1:\(port)" }

    init(folder: URL, port: Int, senders count: Int) throws {
        self.folder = folder
        self.port = port
        startedAt = UTCTime(secondsSinceEpoch: Int64(Date().timeIntervalSince1970))
        roots = try (1...2).map { try SigningPair.generate(name: "root-\($0)") }
        authority = try SigningPair.generate(name: "authority")
        senders = try (1...count).map { try SigningPair.generate(name: "lab-\($0)") }
        sealing = try AgeIdentity.generate()
        for name in ["relay-data", "tls"] {
            try FileManager.default.createDirectory(
                at: folder.appending(path: name), withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        }
        try write(directory().encoded, "directory.note")
        try write(Array(configuration.utf8), "relay.yaml")
    }

    /// The town that `keep` left in a folder.
    init(kept folder: URL) throws {
        func pair(_ name: String) throws -> SigningPair {
            try SigningPair(
                fileText: String(contentsOf: folder.appending(path: "\(name).signing"), encoding: .utf8))
        }
        self.folder = folder
        roots = []
        authority = try pair("authority")
        senders = try [pair("lab-1")]
        let words = try String(contentsOf: folder.appending(path: "town"), encoding: .utf8).split(separator: " ")
        port = Int(words[0]) ?? 0
        startedAt = UTCTime(secondsSinceEpoch: Int64(words[1]) ?? 0)
        sealing = try AgeIdentity(String(words[2]))
    }

    /// Leaves what another run needs in the folder.
    func keep() throws {
        for pair in [authority, senders[0]] { try write(Array(pair.fileText.utf8), "\(pair.name).signing") }
        try write(Array("\(port) \(startedAt.secondsSinceEpoch) \(sealing.text)".utf8), "town")
    }

    /// The authority's receipt.
    func receipt(on parcel: Parcel) throws -> Signed<Receipt> {
        try Signed<Receipt>.sign(
            Receipt(
                on: parcel.manifest, at: startedAt, outcome: .delivered, reason: nil, directory: 1, checkpoint: nil),
            by: authority)
    }

    func write(_ bytes: [UInt8], _ name: String) throws {
        try Data(bytes).write(to: folder.appending(path: name))
    }

    private func directory() throws -> SignedNote {
        func entry(_ pair: SigningPair, _ role: Directory.Role) throws -> Directory.Participant {
            try Directory.Participant(
                id: ParticipantID(pair.name), role: role, name: "Participant \(pair.name)", status: .active,
                fingerprint: SHA256Hex(pair.verifying.fingerprint), quotaMegabytes: role == .sender ? 90_000 : nil)
        }
        let directory = try Directory(
            version: 1, previous: nil, issuedAt: startedAt, expiresAt: startedAt.adding(seconds: 30 * 86_400),
            threshold: 2,
            roots: roots.map { try Directory.Root(holder: ParticipantID($0.name), keys: $0.verifying.lines) },
            registrar: nil,
            participants: try [entry(authority, .authority)] + senders.map { try entry($0, .sender) },
            routes: [], profiles: [], requirePostQuantum: true)
        return try roots[1].sign(text: directory.text).appendedTo(roots[0].sign(text: directory.text))
    }

    private var configuration: String {
        """
        listen:
          host: 127.0.0.1
          port: \(port)
        origin: \(origin)
        tls:
          certificate: tls/certificate.pem
          key: tls/key.pem
        data: relay-data
        directory:
          file: directory.note
          threshold: 2
          roots: [\(roots.map(\.verifying.fingerprint).joined(separator: ", "))]
        limits:
          totalGigabytes: 90
          connections: 2000
          connectionsPerAddress: 2000
          requestsPerSecond: 100000
          openUploads: 2000

        """
    }

    /// The authority's keys note, which says what to seal to.
    func keysNote(of pair: SigningPair) throws -> Signed<KeysNote> {
        let note = try KeysNote(
            by: ParticipantID(pair.name), number: 1, previous: nil, issuedAt: startedAt,
            signing: pair.verifying.lines,
            sealing: [
                KeysNote.SealingKey(
                    key: sealing.recipient.text, notBefore: startedAt,
                    notAfter: startedAt.adding(seconds: 40 * 86_400))
            ])
        return try Signed.sign(note, by: pair)
    }

    /// A request token that holds for five minutes, made by hand: what a token costs its maker is not measured.
    func token(of pair: SigningPair) throws -> String {
        let time = Int64(Date().timeIntervalSince1970)
        let header = #"{"alg":"EdDSA","typ":"JWT","kid":"\#(pair.verifying.ed25519KeyID)"}"#
        let claims = #"{"sub":"\#(pair.name)","aud":"\#(origin)","iat":\#(time),"exp":\#(time + 300)}"#
        let signed = base64URL(Array(header.utf8)) + "." + base64URL(Array(claims.utf8))
        return try signed + "." + base64URL(pair.signEd25519(Array(signed.utf8)))
    }

    /// A sealed body of `size` bytes, a size class, and its signed manifest.
    func parcel(from pair: SigningPair, size: Int64, seq: Int64, text: [UInt8]) throws -> Parcel {
        let sealer = try AgeSealer(recipients: [sealing.recipient])
        var length = size
        while sealer.sealedSize(plaintext: length) > size { length -= sealer.sealedSize(plaintext: length) - size }
        var body: [UInt8] = []
        var sealing = sealer
        try sealing.push(text.prefix(Int(length)), into: &body)
        try sealing.finish(into: &body)
        return try parcel(from: pair, body: body, hash: SHA256Hex(of: body), seq: seq)
    }

    /// The same body under another manifest.
    func again(_ parcel: Parcel, from pair: SigningPair, seq: Int64) throws -> Parcel {
        try self.parcel(from: pair, body: parcel.body, hash: parcel.manifest.value.sha256, seq: seq)
    }

    private func parcel(from pair: SigningPair, body: [UInt8], hash: SHA256Hex, seq: Int64) throws -> Parcel {
        let manifest = try Manifest(
            id: ParcelID(time: startedAt, random: (0..<10).map { _ in UInt8.random(in: .min ... .max) }),
            from: ParticipantID(pair.name), to: ParticipantID(authority.name), createdAt: startedAt,
            expiresAt: startedAt.adding(seconds: 10 * 86_400), size: Int64(body.count), sha256: hash,
            reports: 20, seq: seq, keys: 1, directory: 1)
        return Parcel(manifest: try Signed.sign(manifest, by: pair), body: body)
    }

    private func base64URL(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}

/// A sealed body and what is said of it.
struct Parcel: Sendable {
    let manifest: Signed<Manifest>
    let body: [UInt8]

    /// The manifest as tus carries it.
    var metadata: String { "manifest " + Data(manifest.noteBytes).base64EncodedString() }
}

extension SignedNote {
    func appendedTo(_ first: SignedNote) throws -> SignedNote { try first.appending(self) }
}
