import Notes
import StrictJSON
import Testing

@testable import Exchange

@Suite("Keys note")
struct KeysNoteTests {
    let fixture: Fixture

    init() throws { fixture = try Fixture() }

    @Test("cut, respelled, reordered, repeated, unknown and missing members are refused")
    func strict() throws {
        let first = try fixture.keysNote()
        try StrictCodec(text: first.text) { try KeysNote(text: $0).text }.check()
        let second = try fixture.keysNote(number: 2, previous: SHA256Hex(of: first.text))
        #expect(try KeysNote(text: second.text) == second)
        #expect(throws: ExchangeFailure.self) { try fixture.keysNote(number: 2) }
        #expect(throws: ExchangeFailure.self) { try fixture.keysNote(number: 1, previous: SHA256Hex(of: [])) }
        #expect(throws: ExchangeFailure.self) { try fixture.keysNote(number: 0) }
    }

    @Test("a wrong sealing key or signing pair is refused")
    func forms() throws {
        let text = try fixture.keysNote().text
        let bad: [(String, JSON)] = [
            ("type", .string("keys/2")), ("by", .string("lab")), ("sealing", .array([])), ("signing", .array([])),
            ("sealing.0.key", .string("age1")), ("sealing.0.key", .string("AGE1QQ")),
            ("sealing.0.key", .string("AGE-SECRET-KEY-1QQ")), ("sealing.0.key", .string("age1q q")),
            ("sealing.0.notAfter", .string("2026-11-23T10:00:00Z")), ("signing.1", .string("")),
            ("signing", .array(fixture.cnam.verifying.lines.reversed().map { .string($0) })),
            ("signing", .array(fixture.lab.verifying.lines.map { .string($0) })),
            ("signing", .array((fixture.cnam.verifying.lines + [""]).map { .string($0) })),
        ]
        for (path, value) in bad {
            let changed = try replacing(path, in: text, with: value)
            #expect(throws: ExchangeFailure.self, "\(path)") { try KeysNote(text: changed) }
        }
        #expect(throws: ExchangeFailure.self) {
            try fixture.keysNote(sealing: [fixture.sealingKey(), fixture.sealingKey()])
        }
    }

    @Test("each limit holds at the limit and not one past it")
    func limits() throws {
        let start = try fixture.now
        let letters = "023456789acdefghj".map { $0 }
        let many = try letters.map { try fixture.sealingKey($0) }
        _ = try fixture.keysNote(sealing: Array(many.prefix(Limits.sealingKeys)))
        #expect(throws: ExchangeFailure.pastLimit(what: "sealing keys", limit: Int64(Limits.sealingKeys))) {
            try fixture.keysNote(sealing: many)
        }
        let postQuantum = try letters.prefix(Limits.sealingKeys).map { letter in
            try KeysNote.SealingKey(
                key: "age1pq1" + String(repeating: letter, count: 1_952), notBefore: start,
                notAfter: start.adding(seconds: 60))
        }
        let note = try Signed.sign(fixture.keysNote(sealing: postQuantum), by: fixture.cnam)
        #expect(note.noteBytes.count <= Limits.keysNoteBytes)
        func key(bytes: Int, seconds: Int64) throws -> KeysNote.SealingKey {
            try KeysNote.SealingKey(
                key: "age1" + String(repeating: "q", count: bytes - 4), notBefore: start,
                notAfter: start.adding(seconds: seconds))
        }
        _ = try key(bytes: Limits.sealingKeyBytes, seconds: Limits.sealingKeySeconds)
        #expect(throws: ExchangeFailure.self) { try key(bytes: Limits.sealingKeyBytes + 1, seconds: 1) }
        #expect(throws: ExchangeFailure.self) { try key(bytes: 62, seconds: Limits.sealingKeySeconds + 1) }
        let long = [UInt8](repeating: UInt8(ascii: "x"), count: Limits.keysNoteBytes + 1)
        #expect(throws: ExchangeFailure.pastLimit(what: "keys note", limit: Int64(Limits.keysNoteBytes))) {
            try KeysNote.verified(note: long, participant: fixture.participant(fixture.cnam, .authority), now: start)
        }
        #expect(throws: ExchangeFailure.self) {
            try KeysNote.verified(
                note: long.dropLast(), participant: fixture.participant(fixture.cnam, .authority), now: start)
        }
    }

    @Test("of the valid sealing keys the newest is sealed to")
    func newest() throws {
        let day: Int64 = 86_400
        let note = try fixture.keysNote(sealing: [
            fixture.sealingKey("a", from: -20 * day), fixture.sealingKey("c", from: 5 * day),
            fixture.sealingKey("d", from: -10 * day),
        ])
        func letter(_ days: Int64) throws -> Character? {
            try note.sealingKey(at: fixture.now.adding(seconds: days * day))?.key.last
        }
        #expect(try letter(-21) == nil)
        #expect(try letter(-20) == "a")
        #expect(try letter(0) == "d")
        #expect(try letter(5) == "c")
        #expect(try letter(34) == "c")
        #expect(try letter(35) == nil)
        #expect(try note.expiresAt == fixture.now.adding(seconds: 35 * day))
    }

    @Test("where the directory wants it, only post-quantum keys are sealed to")
    func postQuantum() throws {
        let classical = try fixture.sealingKey("q")
        let hybrid = try KeysNote.SealingKey(
            key: "age1pq1" + String(repeating: "q", count: 1_952), notBefore: fixture.now.adding(seconds: -60),
            notAfter: fixture.now.adding(seconds: 60))
        let note = try fixture.keysNote(sealing: [classical, hybrid])
        #expect(try note.sealingKey(at: fixture.now) == classical)
        #expect(try note.sealingKey(at: fixture.now, postQuantum: true) == hybrid)
        #expect(try fixture.keysNote().sealingKey(at: fixture.now, postQuantum: true) == nil)
    }

    @Test("a sealing key is one by its form: its kind's length, and check characters that belong to it")
    func sealingKeyForm() throws {
        let key = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
        #expect(SealingKeyForm.holds(key))
        for place in key.indices {
            var changed = key
            changed.replaceSubrange(place...place, with: key[place] == "q" ? "p" : "q")
            #expect(!SealingKeyForm.holds(changed), "\(changed)")
        }
        // Right check characters, but one byte too few, one too many, a spare bit that is set, another kind's name.
        for wrong in [
            "", "age", "age1", "age1pq1", "age11", key.uppercased(), key + "q", String(key.dropLast()),
            "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqar9jk6",
            "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqzhlqeg",
            "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73epp9g8nq",
            "ag1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73eq338taa",
            "age1pq1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73eqptjenv",
        ] {
            #expect(!SealingKeyForm.holds(wrong), "\(wrong)")
        }
        let note = try fixture.keysNote(sealing: [fixture.sealingKey("q")])
        #expect(throws: ExchangeFailure.self) { try note.requireSealingKeys() }
    }

    @Test("a number past what every reader keeps is told as that")
    func largestNumber() throws {
        #expect(
            throws: ExchangeFailure.malformed(
                what: "keys note", member: "number", rule: "1 to \(Limits.integer) is expected")
        ) { try fixture.keysNote(number: Limits.integer + 1, previous: SHA256Hex(of: [])) }
        #expect(
            throws: ExchangeFailure.malformed(
                what: "manifest", member: "seq", rule: "1 to \(Limits.integer) is expected")
        ) { try fixture.manifest(seq: Limits.integer + 1) }
    }

    @Test("a sealing key of a far year does not keep a note from expiring")
    func farKeys() throws {
        let span = Limits.sealingKeySeconds
        _ = try fixture.keysNote(sealing: [fixture.sealingKey(from: span)])
        #expect(throws: ExchangeFailure.self) { try fixture.keysNote(sealing: [fixture.sealingKey(from: span + 1)]) }
    }

    private func verified(
        _ signed: Signed<KeysNote>, after known: Signed<KeysNote>? = nil, now: UTCTime? = nil
    ) throws -> Signed<KeysNote> {
        try KeysNote.verified(
            note: signed.noteBytes, participant: fixture.participant(fixture.cnam, .authority), after: known,
            now: now ?? fixture.now)
    }

    @Test("a keys note is taken when the directory's fingerprint is that of the pair that signed it")
    func fingerprint() throws {
        let signed = try Signed.sign(fixture.keysNote(), by: fixture.cnam)
        #expect(try verified(signed) == signed)
        #expect(throws: ExchangeFailure.wrongFingerprint(try fixture.labID)) {
            try KeysNote.verified(
                note: signed.noteBytes, participant: fixture.participant(fixture.lab, .sender), now: fixture.now)
        }
        // A thief's pair under the right name, inside and outside.
        let thief = try Fixture.pair("cnam", 66)
        let forged = try KeysNote(
            by: fixture.cnamID, number: 9, previous: SHA256Hex(of: []), issuedAt: fixture.now,
            signing: thief.verifying.lines, sealing: [fixture.sealingKey()])
        #expect(throws: ExchangeFailure.wrongFingerprint(try fixture.cnamID)) {
            try verified(Signed.sign(forged, by: thief))
        }
        // The right pair inside, but the thief signed.
        let note = try thief.sign(text: fixture.keysNote().text)
        #expect(throws: ExchangeFailure.self) {
            try KeysNote.verified(
                note: note.encoded, participant: fixture.participant(fixture.cnam, .authority), now: fixture.now)
        }
    }

    @Test("a lower number, another text under the same number and a broken chain are refused")
    func chain() throws {
        let first = try Signed.sign(fixture.keysNote(), by: fixture.cnam)
        let second = try Signed.sign(fixture.keysNote(number: 2, previous: first.textHash), by: fixture.cnam)
        let fork = try Signed.sign(fixture.keysNote(number: 2, previous: SHA256Hex(of: [])), by: fixture.cnam)
        let fourth = try Signed.sign(fixture.keysNote(number: 4, previous: SHA256Hex(of: [])), by: fixture.cnam)
        #expect(try verified(second, after: first) == second)
        #expect(try verified(second, after: second) == second)
        #expect(try verified(fourth, after: first) == fourth)
        #expect(throws: ExchangeFailure.keys(.lowerNumber)) { try verified(first, after: second) }
        #expect(throws: ExchangeFailure.keys(.sameNumberOtherText)) { try verified(fork, after: second) }
        #expect(throws: ExchangeFailure.keys(.brokenPrevious)) { try verified(fork, after: first) }
    }

    @Test("a keys note dated ahead of the clock is refused, but for what two clocks may differ")
    func ahead() throws {
        let skew = Limits.clockSkewSeconds
        let near = try Signed.sign(
            fixture.keysNote(issuedAt: fixture.now.adding(seconds: skew)), by: fixture.cnam)
        #expect(try verified(near) == near)
        let far = try Signed.sign(
            fixture.keysNote(issuedAt: fixture.now.adding(seconds: skew + 1)), by: fixture.cnam)
        #expect(throws: ExchangeFailure.keys(.ahead)) { try verified(far) }
    }

    @Test("a number that would leave none for later notes is refused, known or not")
    func numberJump() throws {
        func note(_ number: Int64) throws -> Signed<KeysNote> {
            try Signed.sign(fixture.keysNote(number: number, previous: SHA256Hex(of: [1])), by: fixture.cnam)
        }
        let step = Limits.keysNumberStep
        let known = try note(7)
        _ = try verified(note(step))
        _ = try verified(note(7 + step), after: known)
        for (jump, after) in [(step + 1, nil), (8 + step, known), (Limits.integer, known), (Limits.integer, nil)] {
            #expect(throws: ExchangeFailure.keys(.numberJump)) { try verified(note(jump), after: after) }
        }
    }

    @Test("a stolen key's numbers do not bind the key that replaces it")
    func ratchetOfEachKey() throws {
        let stolen = try Fixture.pair("cnam", 44)
        let last = try KeysNote(
            by: fixture.cnamID, number: 900, previous: SHA256Hex(of: [1]), issuedAt: fixture.now,
            signing: stolen.verifying.lines, sealing: [fixture.sealingKey()])
        let fresh = try Signed.sign(fixture.keysNote(number: 1), by: fixture.cnam)
        #expect(try verified(fresh, after: Signed.sign(last, by: stolen)) == fresh)
    }

    @Test("a keys note whose last sealing key has expired is refused")
    func expired() throws {
        let signed = try Signed.sign(fixture.keysNote(), by: fixture.cnam)
        let end = signed.value.expiresAt
        _ = try verified(signed, now: end.adding(seconds: -1))
        #expect(throws: ExchangeFailure.keys(.expired)) { try verified(signed, now: end) }
    }
}
