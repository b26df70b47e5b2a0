import Age
import Exchange
import Foundation
import Notes
import Testing

@testable import Courier

@Suite("Trust in others' keys")
struct KeysNoteTrustTests: TrustSuite {
    let scene: TrustScene
    let served = ServedNotes()

    init() throws { scene = try TrustScene() }

    func trust() throws -> Trust {
        try trust(initial: fixture.note(fixture.directory()))
    }

    /// A keys note of the authority: `days` is when it was made.
    func note(
        _ number: Int64 = 1, after previous: Signed<KeysNote>? = nil, days: Int64 = 0, by keys: ParticipantKeys? = nil
    ) throws -> Signed<KeysNote> {
        let keys = keys ?? fixture.cnam
        let from = fixture.now.adding(seconds: days * 86_400)
        return try Signed.sign(
            KeysNote(
                by: fixture.cnam.id, number: number,
                previous: number == 1 ? nil : previous?.textHash ?? SHA256Hex(of: []),
                issuedAt: from, signing: keys.signing.verifying.lines,
                sealing: [
                    .init(key: keys.ownSealingKey, notBefore: from, notAfter: from.adding(seconds: 40 * 86_400))
                ]),
            by: keys.signing)
    }

    func alarm(_ trust: Trust, refresh: Bool = true) async throws -> TrustAlarm? {
        do {
            _ = try await trust.keysNote(of: fixture.cnam.id, refresh: refresh, source: served.keys)
        } catch CourierFailure.trust(let alarm) {
            return alarm
        }
        return nil
    }

    @Test("Keys are fetched once, kept, and asked for again only when told to or expired")
    func kept() async throws {
        let first = try note()
        served.serve(first)
        let trust = try trust()
        #expect(try await trust.keysNote(of: fixture.cnam.id, refresh: false, source: served.keys) == first.value)
        #expect(try await trust.keysNote(of: fixture.cnam.id, refresh: false, source: served.keys) == first.value)
        #expect(served.asked == 1)
        let again = try self.trust()
        #expect(try await again.keysNote(of: fixture.cnam.id, refresh: false, source: served.keys) == first.value)
        #expect(served.asked == 1, "what was kept serves after a restart")
        clock.advance(days: 20)
        let second = try note(2, after: first, days: 20)
        served.serve(second)
        #expect(try await again.keysNote(of: fixture.cnam.id, refresh: true, source: served.keys) == second.value)
        clock.advance(days: 40)
        let third = try note(3, after: second, days: 59)
        served.serve(third)
        #expect(try await again.keysNote(of: fixture.cnam.id, refresh: false, source: served.keys) == third.value)
        #expect(served.asked == 3)
    }

    @Test("Keys by another pair than the directory's are an alarm, also when they were known before")
    func wrongKeys() async throws {
        let thief = try Fixture.keys("cnam", 66)
        served.serve(try note(by: thief))
        #expect(try await alarm(trust()) == .wrongKeys(fixture.cnam.id))
        served.serve(try note())
        let trust = try trust()
        #expect(try await alarm(trust) == nil)
        let first = try fixture.note(fixture.directory())
        let next = try fixture.note(
            fixture.directory(version: 2, previous: SHA256Hex(of: first.text), cnam: thief.signing))
        let directories = ServedNotes([first, next])
        try await trust.refreshDirectory(source: directories.directory)
        #expect(try await alarm(trust, refresh: false) == .wrongKeys(fixture.cnam.id))
    }

    @Test("A keys note whose signature does not hold is an alarm")
    func forged() async throws {
        var bytes = try note().noteBytes
        bytes[bytes.count - 20] = bytes[bytes.count - 20] == 0x41 ? 0x42 : 0x41
        served.serve(bytes, asKeysOf: fixture.cnam.id)
        #expect(try await alarm(trust()) == .forgedKeysNote(fixture.cnam.id))
        served.serve(Array("rubbish".utf8), asKeysOf: fixture.cnam.id)
        #expect(try await alarm(trust()) == .forgedKeysNote(fixture.cnam.id))
        #expect(!FileManager.default.fileExists(atPath: folder("trust/keys/cnam.note")))
    }

    @Test("Another participant's keys are not this one's")
    func otherParticipant() async throws {
        let lab = try fixture.lab.keysNote(current: nil, now: fixture.now)
        served.serve(lab.noteBytes, asKeysOf: fixture.cnam.id)
        #expect(try await alarm(trust()) == .wrongKeys(fixture.cnam.id))
    }

    @Test("An older, a forked and an unchained keys note are alarms of their own, and the one known stays")
    func chain() async throws {
        let first = try note()
        let second = try note(2, after: first)
        served.serve(second)
        let trust = try trust()
        #expect(try await alarm(trust) == nil)
        served.serve(first)
        #expect(try await alarm(trust) == .oldKeysNote(fixture.cnam.id))
        clock.advance(days: 1)
        served.serve(try note(2, after: first, days: 1))
        #expect(try await alarm(trust) == .forkedKeysNote(fixture.cnam.id))
        served.serve(try note(3, after: first))
        #expect(try await alarm(trust) == .brokenKeysChain(fixture.cnam.id))
        #expect(try await alarm(trust, refresh: false) == nil)
    }

    @Test("Expired keys are an alarm, not something to seal to")
    func expired() async throws {
        served.serve(try note())
        let trust = try trust()
        #expect(try await alarm(trust) == nil)
        clock.advance(days: 41)
        #expect(try await alarm(trust, refresh: false) == .expiredKeysNote(fixture.cnam.id))
    }

    @Test("Keys from tomorrow, and a number that leaves none for later ones, are alarms of their own and not kept")
    func bounds() async throws {
        let trust = try trust()
        served.serve(try note(days: 1))
        #expect(try await alarm(trust) == .keysNoteAheadOfClock(fixture.cnam.id))
        served.serve(try note(Limits.integer))
        #expect(try await alarm(trust) == .keysNumberJump(fixture.cnam.id))
        #expect(!FileManager.default.fileExists(atPath: folder("trust/keys/cnam.note")))
        served.serve(try note())
        #expect(try await alarm(trust) == nil)
        served.serve(try note(Limits.integer))
        #expect(try await alarm(trust) == .keysNumberJump(fixture.cnam.id))
    }

    @Test("The numbers of a stolen key do not keep its owner from beginning anew under another")
    func replacedKey() async throws {
        let trust = try trust()
        served.serve(try note(1_000))
        #expect(try await alarm(trust) == nil)
        let fresh = try Fixture.keys("cnam", 67)
        let first = try fixture.note(fixture.directory())
        let next = try fixture.note(
            fixture.directory(version: 2, previous: SHA256Hex(of: first.text), cnam: fresh.signing))
        try await trust.refreshDirectory(source: ServedNotes([first, next]).directory)
        served.serve(try note(by: fresh))
        #expect(try await alarm(trust, refresh: false) == nil)
    }

    @Test("Who is not in the directory has no keys")
    func unknown() async throws {
        let trust = try trust()
        await #expect(throws: CourierFailure.trust(.unknownParticipant(fixture.ars.id))) {
            try await trust.keysNote(of: fixture.ars.id, refresh: false, source: served.keys)
        }
    }

    @Test("The own keys note is kept before anyone sees it, and goes on from there after a restart")
    func own() async throws {
        let trust = try trust()
        let first = try await trust.ownKeysNote(fixture.lab)
        #expect(try folder.bytes("trust/own-keys.note") == first.noteBytes)
        #expect(try await trust.ownKeysNote(fixture.lab) == first)
        clock.advance(days: 30)
        let second = try await self.trust().ownKeysNote(fixture.lab)
        #expect(second.value.number == 2 && second.value.previous == first.textHash)
        #expect(try folder.bytes("trust/own-keys.note") == second.noteBytes)
    }

    @Test("A stored note that is damaged is no forgery: the relay's is taken under the directory, and written over it")
    func damaged() async throws {
        let first = try note()
        served.serve(first)
        _ = try await trust().keysNote(of: fixture.cnam.id, refresh: false, source: served.keys)
        let name = "trust/keys/\(fixture.cnam.id.text).note"
        let whole = try folder.bytes(name)
        #expect(whole == first.noteBytes)
        for junk in [[], Array(repeating: 0, count: whole.count), Array(whole.dropLast(40))] as [[UInt8]] {
            _ = try folder.write(junk, to: name)
            let again = try trust()
            #expect(try await again.keysNote(of: fixture.cnam.id, refresh: false, source: served.keys) == first.value)
            #expect(await again.damagedNotes == ["keys/\(fixture.cnam.id.text).note"])
            #expect(try folder.bytes(name) == whole)
        }
        // It is believed under the directory only.
        _ = try folder.write([0], to: name)
        served.serve(try note(by: Fixture.keys("cnam", 67)))
        #expect(try await alarm(trust()) == .wrongKeys(fixture.cnam.id))
        #expect(try folder.bytes(name) == [0])
    }

    @Test("An own note that is damaged counts as forgotten, and is told")
    func damagedOwn() async throws {
        let first = try await trust().ownKeysNote(fixture.lab)
        _ = try folder.write(Array(repeating: 0, count: first.noteBytes.count), to: "trust/own-keys.note")
        let again = try trust()
        #expect(try await again.isBehind(first.value) == false)
        #expect(await again.damagedNotes == ["own-keys.note"])
        #expect(try await again.ownKeysNote(fixture.lab).value.number == 1)
        #expect(try await trust().damagedNotes.isEmpty)
    }
}
