import Notes
import StrictJSON

@testable import Exchange

/// Keys made once from fixed seeds, and well formed values around them.
struct Fixture {
    let lab: SigningPair
    let cnam: SigningPair
    let relay: SigningPair
    let roots: [SigningPair]
    let registrar: SigningPair

    init() throws {
        lab = try Fixture.pair("lab-rive-gauche", 1)
        cnam = try Fixture.pair("cnam", 2)
        relay = try Fixture.pair("relay", 3)
        registrar = try Fixture.pair("registrar", 9)
        roots = [try Fixture.pair("root-a", 11), try Fixture.pair("root-b", 12), try Fixture.pair("root-c", 13)]
    }

    static func pair(_ name: String, _ seed: UInt8) throws -> SigningPair {
        try SigningPair(
            name: name, ed25519Seed: [UInt8](repeating: seed, count: 32),
            mldsaSeed: [UInt8](repeating: seed, count: 32))
    }

    var labID: ParticipantID { get throws { try ParticipantID("lab-rive-gauche") } }
    var cnamID: ParticipantID { get throws { try ParticipantID("cnam") } }
    var now: UTCTime { get throws { try UTCTime("2026-11-23T10:00:00Z") } }
    var parcel: ParcelID { get throws { try ParcelID("019ab1c2-d3e4-7f56-8a9b-0c1d2e3f4a5b") } }

    func manifest(
        from: ParticipantID? = nil, to: ParticipantID? = nil, kind: Manifest.Kind = .reports,
        mediaType: String = Manifest.reportsMediaType, createdAt: UTCTime? = nil, expiresAt: UTCTime? = nil,
        size: Int64 = 4096, reports: Int? = nil, seq: Int64 = 1, keys: Int64 = 1, directory: Int64 = 1,
        checkpoint: LogPosition? = nil, supersedes: ParcelID? = nil, inReplyTo: ParcelID? = nil
    ) throws -> Manifest {
        try Manifest(
            id: parcel, from: from ?? labID, to: to ?? cnamID, kind: kind, mediaType: mediaType,
            createdAt: createdAt ?? now, expiresAt: expiresAt ?? now.adding(seconds: 10 * 86_400), size: size,
            sha256: SHA256Hex(of: []), reports: reports ?? (kind == .file ? 1 : 3), seq: seq, keys: keys,
            directory: directory,
            checkpoint: checkpoint, supersedes: supersedes, inReplyTo: inReplyTo)
    }

    func receipt(
        outcome: Receipt.Outcome = .delivered, reason: Receipt.Reason? = nil, at: UTCTime? = nil,
        checkpoint: LogPosition? = nil
    ) throws -> Receipt {
        try Receipt(
            on: Signed<Manifest>.sign(manifest(), by: lab), at: at ?? now, outcome: outcome, reason: reason,
            directory: 1, checkpoint: checkpoint)
    }

    func sealingKey(_ letter: Character = "q", from start: Int64 = 0, days: Int64 = 30) throws -> KeysNote.SealingKey {
        let notBefore = try now.adding(seconds: start)
        return try KeysNote.SealingKey(
            key: "age1" + String(repeating: letter, count: 58), notBefore: notBefore,
            notAfter: notBefore.adding(seconds: days * 86_400))
    }

    func keysNote(
        number: Int64 = 1, previous: SHA256Hex? = nil, issuedAt: UTCTime? = nil, sealing: [KeysNote.SealingKey]? = nil
    ) throws -> KeysNote {
        try KeysNote(
            by: cnamID, number: number, previous: previous, issuedAt: issuedAt ?? now, signing: cnam.verifying.lines,
            sealing: sealing ?? [sealingKey()])
    }

    func participant(
        _ pair: SigningPair, _ role: Directory.Role, status: Directory.Status = .active, finess: [String] = [],
        name: String? = nil, quotaMegabytes: Int64? = nil
    ) throws -> Directory.Participant {
        try Directory.Participant(
            id: ParticipantID(pair.name), role: role, name: name ?? "Établissement \(pair.name)", status: status,
            retiredAt: status == .retired ? now : nil, fingerprint: SHA256Hex(pair.verifying.fingerprint),
            finess: finess, quotaMegabytes: quotaMegabytes)
    }

    func registrarEntry(_ pair: SigningPair? = nil) throws -> Directory.Registrar {
        try Directory.Registrar(
            id: ParticipantID((pair ?? registrar).name), keys: (pair ?? registrar).verifying.lines)
    }

    func participants(
        lab labStatus: Directory.Status = .active, cnam cnamStatus: Directory.Status = .active
    ) throws -> [Directory.Participant] {
        [
            try participant(lab, .sender, status: labStatus, finess: ["750000018", "2A0000014"]),
            try participant(cnam, .authority, status: cnamStatus), try participant(relay, .relay),
        ]
    }

    func rootEntries(_ pairs: [SigningPair]? = nil) throws -> [Directory.Root] {
        try (pairs ?? roots).map { try Directory.Root(holder: ParticipantID($0.name), keys: $0.verifying.lines) }
    }

    func directory(
        version: Int64 = 1, previous: SHA256Hex? = nil, base: Directory.Base? = nil, issuedAt: UTCTime? = nil,
        expiresAt: UTCTime? = nil, threshold: Int = 2, roots: [Directory.Root]? = nil,
        registrar: Directory.Registrar? = nil, participants: [Directory.Participant]? = nil,
        routes: [JSON] = [.object([.init("id", .string("covid"))])], profiles: [JSON] = [],
        requirePostQuantum: Bool = false, retention: Directory.Retention? = nil
    ) throws -> Directory {
        try Directory(
            version: version, previous: previous, base: base, issuedAt: issuedAt ?? now,
            expiresAt: expiresAt ?? now.adding(seconds: 90 * 86_400), threshold: threshold,
            roots: roots ?? rootEntries(), registrar: registrar, participants: participants ?? self.participants(),
            routes: routes, profiles: profiles, requirePostQuantum: requirePostQuantum, retention: retention)
    }

    func note(_ directory: Directory, by signers: [SigningPair]) throws -> SignedNote {
        let first = try signers[0].sign(text: directory.text)
        return try signers.dropFirst().reduce(first) { try $0.appending($1.sign(text: directory.text)) }
    }

    func pins(_ threshold: Int = 2, _ pairs: [SigningPair]? = nil) throws -> RootPins {
        try RootPins(
            threshold: threshold, fingerprints: (pairs ?? roots).map { try SHA256Hex($0.verifying.fingerprint) })
    }

    func position() throws -> LogPosition {
        try LogPosition(size: 12, root: "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
    }
}
