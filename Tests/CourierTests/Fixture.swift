import Age
import Exchange
import Notes
import Synchronization

@testable import Courier

/// A clock that stands where a test puts it.
final class TestClock: Sendable {
    private let state: Mutex<UTCTime>

    init(_ time: UTCTime) {
        state = Mutex(time)
    }

    var time: UTCTime {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }

    var read: @Sendable () -> UTCTime { { [self] in time } }

    func advance(days: Int64) {
        time = time.adding(seconds: days * 86_400)
    }
}

/// A lab, two authorities and three root holders, from fixed seeds.
struct Fixture {
    let lab: ParticipantKeys
    let cnam: ParticipantKeys
    let ars: ParticipantKeys
    let roots: [SigningPair]
    let registrar: SigningPair
    let now: UTCTime
    let parcel: ParcelID

    init() throws {
        lab = try Fixture.keys("lab-rive-gauche", 1)
        cnam = try Fixture.keys("cnam", 2)
        ars = try Fixture.keys("ars-11", 3)
        roots = [try Fixture.pair("root-a", 11), try Fixture.pair("root-b", 12), try Fixture.pair("root-c", 13)]
        registrar = try Fixture.pair("registrar", 9)
        now = try UTCTime("2026-11-23T10:00:00Z")
        parcel = try ParcelID("019ab1c2-d3e4-7f56-8a9b-0c1d2e3f4a5b")
    }

    static func pair(_ name: String, _ seed: UInt8) throws -> SigningPair {
        try SigningPair(
            name: name, ed25519Seed: [UInt8](repeating: seed, count: 32), mldsaSeed: [UInt8](repeating: seed, count: 32)
        )
    }

    static func keys(_ name: String, _ seed: UInt8) throws -> ParticipantKeys {
        try ParticipantKeys(id: ParticipantID(name), signing: pair(name, seed), sealing: [AgeIdentity.generate()])
    }

    func manifest(
        size: Int64, sha256: SHA256Hex, reports: Int, id: ParcelID? = nil, to: ParticipantID? = nil
    ) throws -> Manifest {
        try Manifest(
            id: id ?? parcel, from: lab.id, to: to ?? cnam.id, createdAt: now,
            expiresAt: now.adding(seconds: 10 * 86_400), size: size, sha256: sha256, reports: reports, seq: 1, keys: 1,
            directory: 1)
    }

    var source: BodySource { BodySource(from: lab.id, to: cnam.id, id: parcel) }

    /// A line as an outbox writes it, of about `bytes` bytes.
    func line(_ number: Int, source: BodySource? = nil, bytes: Int = 0) -> [UInt8] {
        let filler = String(repeating: "x", count: bytes)
        let meta = #""meta":{"source":"\#((source ?? self.source).text)"}"#
        return Array(#"{"resourceType":"Bundle",\#(meta),"number":\#(number),"filler":"\#(filler)"}"#.utf8)
    }

    // MARK: Directory

    func directory(
        version: Int64 = 1, previous: SHA256Hex? = nil, issuedAt: UTCTime? = nil, days: Int64 = 90,
        base: Directory.Base? = nil, name: String = "CNAM", cnam cnamPair: SigningPair? = nil,
        roots: [SigningPair]? = nil, registrar: SigningPair? = nil, withoutLab: Bool = false
    ) throws -> Directory {
        let issuedAt = issuedAt ?? now
        let others = try withoutLab ? [] : [participant(lab.signing, .sender, name: "Laboratoire")]
        return try Directory(
            version: version, previous: previous, base: base, issuedAt: issuedAt,
            expiresAt: issuedAt.adding(seconds: days * 86_400),
            threshold: 2,
            roots: (roots ?? self.roots).map {
                try Directory.Root(holder: ParticipantID($0.name), keys: $0.verifying.lines)
            },
            registrar: registrar.map {
                try Directory.Registrar(id: ParticipantID($0.name), keys: $0.verifying.lines)
            }, participants: others + [participant(cnamPair ?? cnam.signing, .authority, name: name)], routes: [],
            profiles: [], requirePostQuantum: false)
    }

    private func participant(
        _ pair: SigningPair, _ role: Directory.Role, name: String
    ) throws -> Directory.Participant {
        try Directory.Participant(
            id: ParticipantID(pair.name), role: role, name: name, fingerprint: SHA256Hex(pair.verifying.fingerprint))
    }

    func note(_ directory: Directory, by signers: [SigningPair]? = nil) throws -> SignedNote {
        let signers = signers ?? Array(roots.prefix(2))
        let first = try signers[0].sign(text: directory.text)
        return try signers.dropFirst().reduce(first) { try $0.appending($1.sign(text: directory.text)) }
    }

    func pins(_ pairs: [SigningPair]? = nil) throws -> RootPins {
        try RootPins(threshold: 2, fingerprints: (pairs ?? roots).map { try SHA256Hex($0.verifying.fingerprint) })
    }

    /// Directories 1 to `count`, each chained to the one before, issued a day apart.
    func chain(_ count: Int, days: Int64 = 90) throws -> [SignedNote] {
        var notes: [SignedNote] = []
        for version in 1...count {
            let previous = notes.last.map { SHA256Hex(of: $0.text) }
            notes.append(
                try note(
                    directory(
                        version: Int64(version), previous: previous,
                        issuedAt: now.adding(seconds: Int64(version - count) * 86_400), days: days)))
        }
        return notes
    }
}

/// A relay's directory and keys notes, as far as `Trust` asks for them.
final class ServedNotes: Sendable {
    private let state = Mutex(
        (directories: [Int64: [UInt8]](), newest: Int64(0), keys: [ParticipantID: [UInt8]](), asked: 0))

    init(_ directories: [SignedNote] = []) {
        for (index, note) in directories.enumerated() { serve(note, as: Int64(index + 1)) }
    }

    /// Requests so far.
    var asked: Int { state.withLock { $0.asked } }

    func serve(_ note: SignedNote, as version: Int64) {
        state.withLock { state in
            state.directories[version] = note.encoded
            state.newest = max(state.newest, version)
        }
    }

    func serve(newest version: Int64) {
        state.withLock { state in
            state.directories = state.directories.filter { $0.key <= version }
            state.newest = version
        }
    }

    func serve(_ note: Signed<KeysNote>) {
        serve(note.noteBytes, asKeysOf: note.value.by)
    }

    func serve(_ bytes: [UInt8], asKeysOf id: ParticipantID) {
        state.withLock { $0.keys[id] = bytes }
    }

    var directory: Trust.DirectorySource {
        { [self] version throws(CourierFailure) in
            let note = state.withLock { state in
                state.asked += 1
                return state.directories[version ?? state.newest]
            }
            guard let note else { throw .refused(Problem(.notFound, detail: "no such version")) }
            return note
        }
    }

    var keys: Trust.KeysSource {
        { [self] id throws(CourierFailure) in
            let note = state.withLock { state in
                state.asked += 1
                return state.keys[id]
            }
            guard let note else { throw .refused(Problem(.notFound, detail: "no keys")) }
            return note
        }
    }
}
