import Age
import Durable
import Exchange
import Foundation
import TestSupport
import Testing

@testable import Courier

/// What a recipient must not take, each with the reason it answers.
@Suite("Opening bodies that are wrong")
struct OpeningTests {
    let fixture: Fixture
    let folder: TemporaryFolder

    init() throws {
        fixture = try Fixture()
        folder = try TemporaryFolder()
    }

    /// Seals a payload as an evil or broken sender could, and opens it under a manifest that describes it.
    func open(
        payload: [UInt8], reports: Int = 2, keys: ParticipantKeys? = nil, limits: UnpackLimits = UnpackLimits(),
        change: (inout [UInt8]) -> Void = { _ in }
    ) throws {
        let recipient = try AgeRecipient(fixture.cnam.ownSealingKey)
        var sealed = try AgeSealer.seal(payload, to: [recipient])
        change(&sealed)
        try open(sealed: sealed, reports: reports, keys: keys, limits: limits)
    }

    func open(
        sealed: [UInt8], reports: Int = 2, keys: ParticipantKeys? = nil, limits: UnpackLimits = UnpackLimits()
    ) throws {
        let path = try folder.write(sealed, to: "body.age")
        let manifest = try fixture.manifest(
            size: Int64(sealed.count), sha256: SHA256Hex(of: sealed), reports: reports)
        try SealedBodyReader.open(
            path: path, keys: keys ?? fixture.cnam, manifest: manifest, into: folder("open/clear"), disk: .real,
            limits: limits)
    }

    func gzip(_ lines: [[UInt8]]) throws -> [UInt8] {
        try GzipTests.member(lines.flatMap { $0 + [UInt8(ascii: "\n")] })
    }

    var lines: [[UInt8]] { [fixture.line(1), fixture.line(2)] }

    /// The failure, after which nothing of the clear text may be left.
    func failure(of work: () throws -> Void) throws -> CourierFailure {
        do {
            try work()
        } catch let failure as CourierFailure {
            #expect(!FileManager.default.fileExists(atPath: folder("open/clear")), "clear text was left: \(failure)")
            return failure
        }
        Issue.record("it was opened")
        return .cancelled
    }

    @Test("What an honest sender without Pli makes is opened: one member, no padding, any size")
    func honest() throws {
        try open(payload: gzip(lines))
        try open(payload: gzip((1...1_500).map { fixture.line($0, bytes: 1_200) }), reports: 1_500)
    }

    @Test(
        "A line of another parcel, sender or recipient is a binding failure",
        arguments: ["id", "from", "to", "none", "not JSON"])
    func wrongSource(kind: String) throws {
        let other = try ParcelID("019ab1c2-d3e4-7f56-8a9b-0c1d2e3f4a5c")
        var line = Array("{}".utf8)
        switch kind {
        case "id": line = fixture.line(2, source: BodySource(from: fixture.lab.id, to: fixture.cnam.id, id: other))
        case "from":
            line = fixture.line(2, source: BodySource(from: fixture.ars.id, to: fixture.cnam.id, id: fixture.parcel))
        case "to":
            line = fixture.line(2, source: BodySource(from: fixture.lab.id, to: fixture.ars.id, id: fixture.parcel))
        case "none": line = Array(#"{"resourceType":"Bundle"}"#.utf8)
        default: line = Array("nonsense".utf8)
        }
        let failure = try failure { try open(payload: gzip([fixture.line(1), line])) }
        #expect(failure == .binding("line 2 does not name this parcel as its source"))
        #expect(failure.receiptReason == .binding)
    }

    @Test("A body forwarded to another recipient does not open as that recipient's")
    func forwarded() throws {
        // The recipient opens the body, seals it again to a third, and signs a manifest of its own around it.
        let sealed = try AgeSealer.seal(gzip(lines), to: [AgeRecipient(fixture.ars.ownSealingKey)])
        let path = try folder.write(sealed, to: "body.age")
        let manifest = try Manifest(
            id: fixture.parcel, from: fixture.cnam.id, to: fixture.ars.id, createdAt: fixture.now,
            expiresAt: fixture.now.adding(seconds: 86_400), size: Int64(sealed.count), sha256: SHA256Hex(of: sealed),
            reports: 2, seq: 1, keys: 1, directory: 1)
        let failure = try failure {
            try SealedBodyReader.open(path: path, keys: fixture.ars, manifest: manifest, into: folder("open/clear"))
        }
        #expect(failure.receiptReason == .binding)
    }

    @Test("A line more or fewer than the manifest says is a binding failure", arguments: [1, 3])
    func wrongCount(count: Int) throws {
        let failure = try failure { try open(payload: gzip(lines), reports: count) }
        #expect(failure.receiptReason == .binding)
    }

    @Test("Lines that are empty, not ended, or too long are refused")
    func wrongLines() throws {
        #expect(try failure { try open(payload: gzip([fixture.line(1), []])) }.receiptReason == .binding)
        let unended = try GzipTests.member(fixture.line(1) + [0x0a] + fixture.line(2))
        #expect(try failure { try open(payload: unended) }.receiptReason == .invalid)
        var limits = UnpackLimits()
        limits.lineBytes = fixture.line(1).count
        try open(payload: gzip(lines), limits: limits)
        limits.lineBytes -= 1
        #expect(try failure { try open(payload: gzip(lines), limits: limits) } == .invalid("line 1 is too long"))
    }

    @Test("A gzip bomb is refused at its bound")
    func bomb() throws {
        let zeros = try GzipTests.member([UInt8](repeating: 0, count: 4_000_000))
        var limits = UnpackLimits()
        limits.memberBytes = 1_000_000
        #expect(try failure { try open(payload: zeros, limits: limits) }.receiptReason == .invalid)
        limits = UnpackLimits()
        limits.freeBytes = 1_000_000
        limits.ratio = 10
        #expect(try failure { try open(payload: zeros, limits: limits) }.receiptReason == .invalid)
    }

    @Test("What is not gzip, or has something behind it, is invalid")
    func notGzip() throws {
        for payload in [[], Array("plain".utf8), try gzip(lines) + [0], Array(try gzip(lines).dropLast())] {
            #expect(try failure { try open(payload: payload) }.receiptReason == .invalid)
        }
    }

    @Test("A body sealed to somebody else cannot be opened")
    func wrongKey() throws {
        let failure = try failure { try open(payload: gzip(lines), keys: fixture.ars) }
        #expect(failure.receiptReason == .cannotOpen && failure.label == "cannot-open")
        #expect(!failure.isTransient)
    }

    @Test("An older key of the recipient still opens")
    func olderKey() throws {
        let old = AgeIdentity.generateClassic()
        let keys = try ParticipantKeys(
            id: fixture.cnam.id, signing: fixture.cnam.signing, sealing: [old, AgeIdentity.generate()])
        try open(sealed: AgeSealer.seal(gzip(lines), to: [old.recipient]), keys: keys)
        #expect(keys.ownSealingKey != old.recipient.text)
    }

    @Test("A sealed body that its own sender flipped, cut or extended cannot be opened")
    func sealedWrong() throws {
        let changes: [(inout [UInt8]) -> Void] = [
            { $0[$0.count - 1] ^= 1 }, { $0[$0.count / 2] ^= 1 }, { $0[5] ^= 1 }, { $0.removeLast() },
            { $0.removeLast(20) }, { $0.append(0) }, { $0 = Array("age-encryption.org/v1\n".utf8) },
        ]
        for (index, change) in changes.enumerated() {
            let failure = try failure { try open(payload: gzip(lines), change: change) }
            #expect(failure.receiptReason == .cannotOpen && failure.label == "cannot-open", "change \(index)")
        }
    }

    @Test("A body that is not the manifest's is damaged: to be fetched again, never decrypted")
    func damaged() throws {
        let sealed = try AgeSealer.seal(gzip(lines), to: [AgeRecipient(fixture.cnam.ownSealingKey)])
        let manifest = try fixture.manifest(size: Int64(sealed.count), sha256: SHA256Hex(of: sealed), reports: 2)
        var flipped = sealed
        flipped[sealed.count - 3] ^= 1
        for wrong in [flipped, Array(sealed.dropLast()), sealed + [0], []] {
            let path = try folder.write(wrong, to: "body.age")
            let failure = try failure {
                try SealedBodyReader.open(
                    path: path, keys: fixture.cnam, manifest: manifest, into: folder("open/clear"))
            }
            #expect(failure.label == "damaged-body" && failure.isTransient)
        }
    }

    @Test("Clear text goes only where nobody else may enter, and replaces what a crash left")
    func privateFolder() throws {
        try FileManager.default.createDirectory(
            atPath: folder("open"), withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
        let failure = try failure { try open(payload: gzip(lines)) }
        #expect(failure.label == "usage")
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder("open"))
        try folder.write(Array("left by a crash".utf8), to: "open/clear")
        try open(payload: gzip(lines))
        #expect(try folder.bytes("open/clear") == lines.flatMap { $0 + [UInt8(ascii: "\n")] })
    }

    @Test("A full disk refuses the opening and leaves nothing")
    func fullDisk() throws {
        let sealed = try AgeSealer.seal(gzip(lines), to: [AgeRecipient(fixture.cnam.ownSealingKey)])
        let path = try folder.write(sealed, to: "body.age")
        let manifest = try fixture.manifest(size: Int64(sealed.count), sha256: SHA256Hex(of: sealed), reports: 2)
        let disk = Disk(before: { step, path throws(DurableFailure) in
            if step == .write { throw DurableFailure.full(step, path: "clear") }
        })
        let failure = try failure {
            try SealedBodyReader.open(
                path: path, keys: fixture.cnam, manifest: manifest, into: folder("open/clear"), disk: disk)
        }
        #expect(failure == .disk(.full(.write, path: "clear")) && failure.isTransient)
    }

    @Test("Lines are cut alike wherever the pieces end, and refused past their limit")
    func splitting() throws {
        var random = SeededRandom(seed: 9)
        let lines = (0..<200).map { _ in [UInt8](repeating: 0x61, count: Int.random(in: 0...50, using: &random)) }
        let bytes = lines.flatMap { $0 + [UInt8(ascii: "\n")] }
        for _ in 0..<50 {
            var splitter = LineSplitter(limit: 50)
            var found: [[UInt8]] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...300, using: &random))
                rest = rest.dropFirst(piece.count)
                let isWithinLimit = splitter.push(piece) { found.append(Array($0)) }
                #expect(isWithinLimit)
            }
            #expect(found == lines && splitter.isAtLineEnd, "seed 9")
        }
        var short = LineSplitter(limit: 3)
        #expect(short.push(Array("abc\nab".utf8)[...]) { _ in })
        #expect(!short.push(Array("cd".utf8)[...]) { _ in })
    }
}
