import Exchange
import Foundation
import Synchronization
import Testing

@testable import Notes
@testable import Relay

@Suite("ML-DSA is verified for nobody who failed a cheaper check")
struct VerificationOrderTests {
    /// Counts what the relay verifies.
    private final class Tally: Sendable {
        private let counts = Mutex<[KeyType: Int]>([:])

        func see(_ type: KeyType) { counts.withLock { $0[type, default: 0] += 1 } }

        /// What one request cost.
        func during(_ request: () async throws -> TestRelay.Answer) async throws -> (TestRelay.Answer, [KeyType: Int]) {
            counts.withLock { $0 = [:] }
            let answer = try await request()
            return (answer, counts.withLock { $0 })
        }
    }

    /// A relay whose verifications are counted.
    private static func run(
        keys: Bool = true, change: (inout RelayConfiguration) -> Void = { _ in },
        _ body: @escaping @Sendable (TestRelay, Tally) async throws -> Void
    ) async throws {
        let tally = Tally()
        try await SignatureWatch.$current.withValue(SignatureWatch { tally.see($0) }) {
            try await TestRelay.run(keys: keys, change: change) { relay in try await body(relay, tally) }
        }
    }

    /// A note whose first or second line was made for another text.
    private static func spoilt(_ note: SignedNote, line: Int, by pair: SigningPair) throws -> [UInt8] {
        var lines = note.signatures
        lines[line] = try pair.sign(text: Array("another text\n".utf8)).signatures[line]
        return try SignedNote(text: note.text, signatures: lines).encoded
    }

    private static func expect(
        _ problem: ProblemType?, costing expected: [KeyType: Int], _ tally: Tally, _ what: String,
        sourceLocation: SourceLocation = #_sourceLocation, _ request: () async throws -> TestRelay.Answer
    ) async throws {
        let (answer, cost) = try await tally.during(request)
        #expect(answer.problem == problem, "\(what): \(answer.status)", sourceLocation: sourceLocation)
        #expect(cost == expected, "\(what)", sourceLocation: sourceLocation)
    }

    private static func create(
        _ note: [UInt8], length: Int64, _ relay: TestRelay, as id: String? = Cast.labA, token: String? = nil,
        fields: [(String, String)] = [("Tus-Resumable", "1.0.0")]
    ) async throws -> TestRelay.Answer {
        try await relay.send(
            "POST", RelayPath.uploads, as: id,
            headers: fields + [
                ("Upload-Length", String(length)),
                ("Upload-Metadata", "manifest " + Data(note).base64EncodedString()),
            ], token: token)
    }

    @Test("an upload that is refused for its token, its fields or its first line costs no second line")
    func beforeTheManifest() async throws {
        let sealed = Sealed(size: 2_000)
        try await Self.run { relay, tally in
            let manifest = try sealed.manifest(at: relay.clock.now)
            let (note, size) = (manifest.noteBytes, manifest.value.size)
            let forged =
                "Bearer "
                + (try Cast.one.token(
                    of: Cast.labA, for: relay.origin, at: relay.clock.now, signedBy: Cast.labB))
            let tus = [("Tus-Resumable", "1.0.0")]
            try await Self.expect(.unauthorized, costing: [:], tally, "no token") {
                try await Self.create(note, length: size, relay, as: nil)
            }
            try await Self.expect(.unauthorized, costing: [:], tally, "forged token") {
                try await Self.create(note, length: size, relay, as: nil, token: forged)
            }
            for id in [Cast.ars, Cast.auditor, Cast.suspendedLab] {
                try await Self.expect(.notEntitled, costing: [:], tally, id) {
                    try await Self.create(note, length: size, relay, as: id)
                }
            }
            try await Self.expect(.uploadVersion, costing: [:], tally, "no version") {
                try await Self.create(note, length: size, relay, fields: [])
            }
            try await Self.expect(.malformed, costing: [:], tally, "length later") {
                try await Self.create(note, length: size, relay, fields: tus + [("Upload-Defer-Length", "1")])
            }
            try await Self.expect(.badNote, costing: [:], tally, "another's manifest") {
                try await Self.create(note, length: size, relay, as: Cast.labB)
            }
            let first = try Self.spoilt(manifest.note, line: 0, by: Cast.one.pair(Cast.labA))
            try await Self.expect(.badNote, costing: [.ed25519: 1], tally, "first line") {
                try await Self.create(first, length: size, relay)
            }
            // The count can count.
            let second = try Self.spoilt(manifest.note, line: 1, by: Cast.one.pair(Cast.labA))
            try await Self.expect(.badNote, costing: [.ed25519: 1, .mldsa65: 1], tally, "second line") {
                try await Self.create(second, length: size, relay)
            }
            try await Self.expect(nil, costing: [.ed25519: 1, .mldsa65: 1], tally, "good") {
                try await Self.create(note, length: size, relay)
            }
        }
    }

    @Test("nor does one that is refused for its length, its size, its recipient, a quota or for want of room")
    func afterTheFirstLine() async throws {
        let sealed = Sealed(size: 2_000)
        try await Self.run(
            change: {
                $0.totalBytes = 100_000
                $0.senderPercent = 90
                $0.openUploads = 2
            }
        ) { relay, tally in
            let now = relay.clock.now
            func refused(
                _ problem: ProblemType, _ what: String, _ manifest: Signed<Manifest>, length: Int64? = nil
            ) async throws {
                try await Self.expect(problem, costing: [.ed25519: 1], tally, what) {
                    try await relay.create(manifest, length: length)
                }
            }
            let good = try sealed.manifest(at: now)
            try await refused(.malformed, "another length", good, length: 1_999)
            try await refused(.unknownRecipient, "to a laboratory", sealed.manifest(to: Cast.labB, at: now))
            try await refused(
                .unknownRecipient, "to a revoked one", sealed.manifest(to: Cast.revokedAuthority, at: now))
            try await refused(.kindNotAllowed, "feedback", sealed.manifest(at: now, kind: .feedback))
            try await refused(.directoryAhead, "a newer directory", sealed.manifest(at: now, directory: 2))
            try await refused(.clockDiffers, "of tomorrow", sealed.manifest(at: now.adding(seconds: 86_400)))
            try await refused(
                .expired, "of last month", sealed.manifest(at: now.adding(seconds: -20 * 86_400), days: 10))
            try await refused(.tooLarge, "past its share", sealed.manifest(at: now, size: 95_000))
            relay.freeBytes.set(0)
            try await refused(.full, "no room", good)
            relay.freeBytes.set(1 << 40)
            #expect(try await relay.create(good).status == 201)
            try await refused(.full, "half of it open", sealed.manifest(at: now, size: 60_000))
            try await refused(.full, "past what is left of its share", sealed.manifest(at: now, size: 89_000))
            try await refused(.conflict, "the id again", sealed.manifest(id: good.value.id, at: now, seq: 2))
            #expect(try await relay.create(sealed.manifest(at: now, seq: 3)).status == 201)
            try await refused(.tooMany, "a third at once", sealed.manifest(at: now, seq: 4))
        }
    }

    @Test("a receipt that is refused for its parcel, its text or another before it costs none either")
    func receipts() async throws {
        let sealed = Sealed(size: 2_000)
        try await Self.run { relay, tally in
            let now = relay.clock.now
            let (parcel, other) = (try await relay.deliver(sealed), try await relay.deliver(sealed))
            let good = try parcel.receipt(at: now)
            func refused(
                _ problem: ProblemType, _ what: String, costing cost: [KeyType: Int] = [.ed25519: 1],
                as id: String = Cast.ars, on manifest: Signed<Manifest>? = nil, _ note: [UInt8]
            ) async throws {
                let value = (manifest ?? parcel).value
                try await Self.expect(problem, costing: cost, tally, what) {
                    try await relay.send("POST", RelayPath.receipt(value.from, value.id), as: id, bytes: note)
                }
            }
            try await refused(.notFound, "somebody else's", costing: [:], as: Cast.cnam, good.noteBytes)
            try await refused(.badNote, "on another parcel", on: other, good.noteBytes)
            try await refused(.clockDiffers, "of tomorrow", parcel.receipt(at: now.adding(seconds: 86_400)).noteBytes)
            try await refused(.directoryAhead, "a newer directory", parcel.receipt(at: now, directory: 2).noteBytes)
            let pair = Cast.one.pair(Cast.ars)
            try await refused(.badNote, "first line", Self.spoilt(good.note, line: 0, by: pair))
            try await refused(
                .badNote, "second line", costing: [.ed25519: 1, .mldsa65: 1], Self.spoilt(good.note, line: 1, by: pair))
            // Its own two lines, and those of the manifest that was kept.
            try await Self.expect(nil, costing: [.ed25519: 2, .mldsa65: 2], tally, "good") {
                try await relay.post(good)
            }
            let refusal = try parcel.receipt(at: now, outcome: .refused, reason: .invalid)
            try await refused(.conflict, "another one", refusal.noteBytes)
        }
    }

    @Test(
        "keys are posted by whoever the token names: a note of somebody else costs no signature, and its second line comes last"
    )
    func keys() async throws {
        try await Self.run(keys: false) { relay, tally in
            let (cast, now) = (Cast.one, relay.clock.now)
            let first = try cast.keysNote(of: Cast.labA, at: now)
            let path = "/v1/participants/lab-a/keys"
            func posted(
                _ note: [UInt8], _ problem: ProblemType?, _ what: String, costing cost: [KeyType: Int] = [:],
                token: String? = nil
            ) async throws {
                try await Self.expect(problem, costing: cost, tally, what) {
                    try await relay.send(
                        "POST", path, as: token == nil ? Cast.labA : nil, bytes: note, token: token)
                }
            }
            let foreign = "Bearer " + (try relay.token(of: Cast.labB))
            let forged = "Bearer " + (try cast.token(of: Cast.labA, for: relay.origin, at: now, signedBy: Cast.labB))
            try await posted(first.noteBytes, .unauthorized, "another's token", token: foreign)
            try await posted(first.noteBytes, .unauthorized, "forged token", token: forged)
            let own = try SigningPair.generate(name: Cast.labA)
            let unvouched = try cast.keysNote(of: Cast.labA, at: now, by: own)
            try await posted(unvouched.noteBytes, .unauthorized, "keys that no root vouched for")
            let pair = cast.pair(Cast.labA)
            try await posted(
                Self.spoilt(first.note, line: 0, by: pair), .badNote, "first line", costing: [.ed25519: 1])
            for (note, what) in try KeysAndDirectoryTests.broken(first, by: pair) {
                try await posted(note, .badNote, what)
            }
            try await posted(
                first.noteBytes, nil, "good", costing: [.ed25519: 1, .mldsa65: 1])

            // From here on its keys are known, and whoever forges its token is answered as before, so as not to learn that.
            let next = try cast.keysNote(of: Cast.labA, number: 2, previous: first.textHash, at: now)
            let long = [UInt8](repeating: 0x41, count: KeysNote.noteLimit + 1)
            try await posted(long, .tooLarge, "forged, with more than a note", token: forged)
            try await posted(next.noteBytes, .unauthorized, "forged, with its true note", token: forged)
            try await posted(long, .tooLarge, "more than a note")
            try await posted(unvouched.noteBytes, .badNote, "keys that no root vouched for")
            let broken = try cast.keysNote(of: Cast.labA, number: 2, previous: next.textHash, at: now)
            try await posted(broken.noteBytes, .badNote, "another note before", costing: [.ed25519: 1])
            try await posted(next.noteBytes, nil, "the next", costing: [.ed25519: 1, .mldsa65: 1])
            try await posted(first.noteBytes, .badNote, "a lower number", costing: [.ed25519: 1])
        }
    }

    @Test("after a restart, whoever holds no token makes the relay verify nothing, whomever it names")
    func restarted() async throws {
        let scratch = try Scratch()
        let clock = TestClock()
        try await TestRelay.run(clock: clock, scratch: scratch) { _ in }
        let tally = Tally()
        try await SignatureWatch.$current.withValue(SignatureWatch { tally.see($0) }) {
            try await TestRelay.run(clock: clock, scratch: scratch, keys: false) { relay in
                for id in Cast.everyone {
                    let forged = try Cast.one.token(
                        of: id, for: relay.origin, at: clock.now, keyID: Cast.one.pair(id).verifying.ed25519KeyID,
                        signedBy: "stranger")
                    try await Self.expect(.unauthorized, costing: [:], tally, id) {
                        try await relay.send("GET", RelayPath.inbox, token: "Bearer " + forged)
                    }
                }
            }
        }
    }
}
