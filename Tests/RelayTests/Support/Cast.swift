import Exchange
import Foundation
import Notes
import StrictJSON

@testable import Relay

/// Who takes part in the tests: one set of keys for all of them, made once.
struct Cast: Sendable {
    static let one: Cast = {
        guard let cast = try? Cast() else { preconditionFailure("keys for the tests cannot be made") }
        return cast
    }()

    let roots: [SigningPair]
    let registrar: SigningPair
    let pairs: [String: SigningPair]

    static let labA = "lab-a"
    static let labB = "lab-b"
    static let ars = "ars-11"
    static let cnam = "cnam"
    static let suspendedLab = "lab-suspended"
    static let revokedAuthority = "ars-revoked"
    static let auditor = "auditor"
    static let house = "relay-main"
    /// Two that retire in some tests.
    static let leavingLab = "lab-leaving"
    static let leavingAuthority = "ars-leaving"
    /// Everyone in the directory.
    static let everyone = [
        labA, labB, ars, cnam, suspendedLab, revokedAuthority, auditor, house, leavingLab, leavingAuthority,
    ]

    private init() throws {
        roots = try (1...3).map { try SigningPair.generate(name: "root-\($0)") }
        registrar = try SigningPair.generate(name: "registrar")
        pairs = Dictionary(
            uniqueKeysWithValues: try (Self.everyone + ["stranger"]).map { ($0, try SigningPair.generate(name: $0)) })
    }

    func pair(_ id: String) -> SigningPair {
        guard let pair = pairs[id] else { preconditionFailure("nobody is called that in the tests") }
        return pair
    }

    var pins: RootPins {
        get throws {
            try RootPins(threshold: 2, fingerprints: roots.map { try SHA256Hex($0.verifying.fingerprint) })
        }
    }

    /// A directory of everyone, signed by two of three roots, or by the registrar where it stands on a `base`.
    func directory(
        version: Int64 = 1, previous: SHA256Hex? = nil, base: Directory.Base? = nil, at time: UTCTime, days: Int64 = 30,
        suspending: Set<String> = [], retiring: Set<String> = [],
        revoking: Set<String> = [], removing: Set<String> = [], labKey: VerifyingPair? = nil,
        requirePostQuantum: Bool = false, signers: [Int] = [0, 2], quotaMegabytes: [String: Int64] = [:]
    ) throws -> SignedNote {
        func entry(_ id: String, _ role: Directory.Role, _ status: Directory.Status = .active) throws
            -> Directory.Participant
        {
            let key = id == Self.labA ? labKey ?? pair(id).verifying : pair(id).verifying
            return try Directory.Participant(
                id: ParticipantID(id), role: role, name: "Participant \(id)",
                status: suspending.contains(id)
                    ? .suspended : retiring.contains(id) ? .retired : revoking.contains(id) ? .revoked : status,
                retiredAt: retiring.contains(id) ? time : nil, fingerprint: SHA256Hex(key.fingerprint),
                quotaMegabytes: quotaMegabytes[id])
        }
        let directory = try Directory(
            version: version, previous: previous, base: base, issuedAt: time,
            expiresAt: time.adding(seconds: days * 86_400),
            threshold: 2,
            roots: roots.map { try Directory.Root(holder: ParticipantID($0.name), keys: $0.verifying.lines) },
            registrar: Directory.Registrar(id: ParticipantID(registrar.name), keys: registrar.verifying.lines),
            participants: [
                entry(Self.labA, .sender), entry(Self.labB, .sender), entry(Self.ars, .authority),
                entry(Self.cnam, .authority), entry(Self.suspendedLab, .sender, .suspended),
                entry(Self.revokedAuthority, .authority, .revoked), entry(Self.auditor, .auditor),
                entry(Self.house, .relay), entry(Self.leavingLab, .sender), entry(Self.leavingAuthority, .authority),
            ].filter { !removing.contains($0.id.text) },
            routes: [], profiles: [], requirePostQuantum: requirePostQuantum)
        guard base == nil else { return try registrar.sign(text: directory.text) }
        var note = try roots[signers[0]].sign(text: directory.text)
        for signer in signers.dropFirst() { note = try note.appending(roots[signer].sign(text: directory.text)) }
        return note
    }

    /// Nothing is ever sealed to it here.
    static let sealingKey = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"

    /// A participant's keys note.
    func keysNote(
        of id: String, number: Int64 = 1, previous: SHA256Hex? = nil, at time: UTCTime, by signer: SigningPair? = nil,
        sealing key: String = Cast.sealingKey
    ) throws -> Signed<KeysNote> {
        let signer = signer ?? pair(id)
        let note = try KeysNote(
            by: ParticipantID(id), number: number, previous: previous, issuedAt: time,
            signing: signer.verifying.lines,
            sealing: [
                KeysNote.SealingKey(key: key, notBefore: time, notAfter: time.adding(seconds: 40 * 86_400))
            ])
        return try Signed.sign(note, by: signer)
    }

    /// A request token, each part of which can be bent.
    func token(
        of id: String, for origin: String, at time: UTCTime, seconds: Int64 = 120, algorithm: String = "EdDSA",
        keyID: String? = nil, signedBy signer: String? = nil, extra: [JSON.Member] = []
    ) throws -> String {
        try token(
            of: id, for: origin, at: time, seconds: seconds, algorithm: algorithm,
            keyID: keyID ?? pair(id).verifying.ed25519KeyID, by: pair(signer ?? id), extra: extra)
    }

    /// The same with keys that are nobody's here.
    func token(
        of id: String, for origin: String, at time: UTCTime, seconds: Int64 = 120, algorithm: String = "EdDSA",
        keyID: String? = nil, by signer: SigningPair, extra: [JSON.Member] = []
    ) throws -> String {
        let header = JSON.object([
            .init("alg", .string(algorithm)), .init("typ", .string("JWT")),
            .init("kid", .string(keyID ?? signer.verifying.ed25519KeyID)),
        ])
        let claims = JSON.object(
            [
                .init("sub", .string(id)), .init("aud", .string(origin)),
                .init("iat", .integer(time.secondsSinceEpoch)),
                .init("exp", .integer(time.secondsSinceEpoch + seconds)),
            ] + extra)
        let signed = Self.base64URL(header.encoded) + "." + Self.base64URL(claims.encoded)
        return try signed + "." + Self.base64URL(signer.signEd25519(Array(signed.utf8)))
    }

    static func base64URL(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
