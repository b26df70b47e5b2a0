import Exchange
import Foundation
import NIOCore
import Notes
import Testing

@testable import Relay

@Suite("Keys notes and directories")
struct KeysAndDirectoryTests {
    private func post(_ note: Signed<KeysNote>, to relay: TestRelay, as id: String? = nil) async throws
        -> TestRelay.Answer
    {
        let id = id ?? note.value.by.text
        return try await relay.send("POST", "/v1/participants/\(id)/keys", as: id, bytes: note.noteBytes)
    }

    @Test("a participant makes itself known by its keys note, and rotates it")
    func keysNotes() async throws {
        let cast = Cast.one
        try await TestRelay.run(keys: false) { relay in
            let now = relay.clock.now
            #expect(try await relay.send("GET", "/v1/directory", as: Cast.labA).problem == .unauthorized)
            let first = try cast.keysNote(of: Cast.labA, at: now)
            #expect(try await post(first, to: relay).status == 201)
            #expect(try await post(first, to: relay).status == 200)
            #expect(try await relay.send("GET", "/v1/directory", as: Cast.labA).status == 200)
            #expect(try await relay.send("GET", "/v1/participants/lab-a/keys", as: Cast.labA).body == first.noteBytes)

            let second = try cast.keysNote(of: Cast.labA, number: 2, previous: first.textHash, at: now)
            let broken = try cast.keysNote(of: Cast.labA, number: 2, previous: second.textHash, at: now)
            #expect(try await post(broken, to: relay).problem == .badNote)
            #expect(try await post(second, to: relay).status == 201)
            #expect(try await post(first, to: relay).problem == .badNote)
            #expect(try await relay.send("GET", "/v1/participants/lab-a/keys", as: Cast.labA).body == second.noteBytes)
        }
    }

    @Test("no sealing key that is none is taken any more: the note before it stays, and one of other days is served on")
    func sealingKeys() async throws {
        let cast = Cast.one
        try await TestRelay.run(keys: false) { relay in
            let now = relay.clock.now
            let first = try cast.keysNote(of: Cast.ars, at: now)
            #expect(try await post(first, to: relay).status == 201)
            for key in [
                "age1xyz", "age1pq1xyz", String(Cast.sealingKey.dropLast()), Cast.sealingKey + "q",
                Cast.sealingKey.replacing("age1zv", with: "age1vz"), "age1pq1" + Cast.sealingKey.dropFirst(4),
            ] {
                let next = try cast.keysNote(of: Cast.ars, number: 2, previous: first.textHash, at: now, sealing: key)
                let answer = try await post(next, to: relay)
                #expect(answer.status == 422 && answer.problem == .badNote, "\(key)")
                let said = try Problem(text: answer.body).detail
                #expect(said.hasPrefix("keys note: sealing: whole age1") && !said.contains(key), "\(said)")
            }
            let path = "/v1/participants/\(Cast.ars)/keys"
            #expect(try await relay.send("GET", path, as: Cast.ars).body == first.noteBytes)
            let old = try cast.keysNote(of: Cast.labA, at: now, sealing: "age1xyz")
            try relay.server.vault.store.put(old)
            #expect(try await post(old, to: relay).status == 200)
            #expect(try await relay.send("GET", "/v1/participants/lab-a/keys", as: Cast.ars).body == old.noteBytes)
        }
    }

    @Test(
        "a stranger's token and note are answered alike whoever is named: enrolled, without keys yet, or in no directory"
    )
    func strangers() async throws {
        let cast = Cast.one
        try await TestRelay.run(keys: false) { relay in
            let now = relay.clock.now
            #expect(try await post(cast.keysNote(of: Cast.labA, at: now), to: relay).status == 201)
            func forged(_ id: String) throws -> String {
                try "Bearer " + cast.token(of: id, for: relay.origin, at: now, by: cast.pair("stranger"))
            }
            let named = [Cast.labA, Cast.labB, Cast.suspendedLab, "nobody-here"]
            for path in ["/v1/directory", "/v1/inbox", "/v1/participants/\(Cast.labB)/keys"] {
                var answers: Set<String> = []
                for id in named {
                    let answer = try await relay.send("GET", path, token: forged(id))
                    #expect(answer.status == 401, "\(path) as \(id)")
                    answers.insert(String(decoding: answer.body, as: UTF8.self))
                }
                #expect(answers.count == 1, "\(path)")
            }
            let own = try Signed<KeysNote>.sign(
                KeysNote(
                    by: ParticipantID("stranger"), number: 1, issuedAt: now,
                    signing: cast.pair("stranger").verifying.lines,
                    sealing: cast.keysNote(of: Cast.labA, at: now).value.sealing), by: cast.pair("stranger"))
            let tooLong = [UInt8](repeating: 0x41, count: KeysNote.noteLimit + 1)
            for (what, note, status) in [
                ("no note", nil, 401), ("nothing like a note", Array("A\n".utf8), 401),
                ("too long a note", tooLong, 413),
                ("a stranger's note", own.noteBytes, 401),
            ] as [(String, [UInt8]?, Int)] {
                var answers: Set<String> = []
                for id in named {
                    let answer = try await relay.send(
                        "POST", "/v1/participants/\(id)/keys", bytes: note, token: forged(id))
                    #expect(answer.status == status, "\(what) as \(id)")
                    answers.insert(String(decoding: answer.body, as: UTF8.self))
                }
                #expect(answers.count == 1, "\(what)")
            }
        }
    }

    /// First keys notes of a participant that break a rule, with what they are told; it signed them all the same.
    static func broken(_ note: Signed<KeysNote>, by pair: SigningPair) throws -> [(note: [UInt8], said: String)] {
        let text = String(decoding: note.note.text, as: UTF8.self)
        let key = try #require(text.firstRange(of: "\"sealing\":["))
        let until = try #require(note.value.sealing.first?.notAfter)
        return try [
            (text[..<key.upperBound] + "]}\n", "keys note: sealing: 1 key or more is expected"),
            (
                text.replacing(until.text, with: until.adding(seconds: 6 * 86_400).text),
                "sealing key: notAfter: after notBefore by 45 days at most"
            ),
            (text.replacing("\"number\":1", with: "\"number\":1,\"colour\":1"), "out of order"),
            (text.replacing("\"number\":1", with: "\"number\": 1"), "not in canonical form"),
        ].map { text, said in (try pair.sign(text: Array(String(text).utf8)).encoded, said) }
    }

    @Test("whoever is found to be itself is told which rule its first keys note breaks; a stranger is not")
    func brokenFirstNotes() async throws {
        let cast = Cast.one
        try await TestRelay.run(keys: false) { relay in
            let now = relay.clock.now
            let path = "/v1/participants/lab-a/keys"
            let forged = "Bearer " + (try cast.token(of: Cast.labA, for: relay.origin, at: now, signedBy: Cast.labB))
            for (note, said) in try Self.broken(cast.keysNote(of: Cast.labA, at: now), by: cast.pair(Cast.labA)) {
                let answer = try await relay.send("POST", path, as: Cast.labA, bytes: note)
                #expect(answer.status == 422 && answer.problem == .badNote, "\(said)")
                let detail = try Problem(text: answer.body).detail
                #expect(detail.contains(said), "\(detail)")
                #expect(try await relay.send("POST", path, bytes: note, token: forged).problem == .unauthorized)
            }
            #expect(try relay.server.vault.store.keysNote(of: ParticipantID(Cast.labA)) == nil)
        }
    }

    @Test("nobody posts another's keys, nor keys that the directory does not name")
    func foreignKeys() async throws {
        let cast = Cast.one
        try await TestRelay.run(keys: false) { relay in
            let now = relay.clock.now
            let note = try cast.keysNote(of: Cast.labA, at: now)
            #expect(try await post(note, to: relay, as: Cast.labB).status == 401)
            // The token is lab-b's, the path and the note are lab-a's.
            let token = "Bearer " + (try relay.token(of: Cast.labB))
            let crossed = try await relay.send(
                "POST", "/v1/participants/lab-a/keys", bytes: note.noteBytes, token: token)
            #expect(crossed.status == 401)
            // A pair of lab-a's own making, which no root vouched for.
            let false1 = try SigningPair.generate(name: Cast.labA)
            let forged = try Signed<KeysNote>.sign(
                KeysNote(
                    by: ParticipantID(Cast.labA), number: 1, issuedAt: now, signing: false1.verifying.lines,
                    sealing: note.value.sealing), by: false1)
            #expect(try await post(forged, to: relay).status == 401)
            #expect(try await post(cast.keysNote(of: Cast.suspendedLab, at: now), to: relay).status == 403)
            let old = try cast.keysNote(of: Cast.labB, at: now.adding(seconds: -41 * 86_400))
            #expect(try await post(old, to: relay).problem == .badNote)
            #expect(try relay.server.vault.store.keysNote(of: ParticipantID(Cast.labA)) == nil)
        }
    }

    @Test("the next directory is taken from the file and served beside the one before; others change nothing")
    func newDirectory() async throws {
        let cast = Cast.one
        let clock = TestClock()
        let first = try cast.directory(at: clock.now)
        try await TestRelay.run(clock: clock, directory: first) { relay in
            let hash = try SHA256Hex(first.textHash)
            func offer(_ note: SignedNote) async throws {
                _ = try relay.scratch.write(note.encoded, to: "directory.note")
                await relay.server.rounds.round()
            }
            let second = try cast.directory(version: 2, previous: hash, at: clock.now, suspending: [Cast.labB])
            try await offer(cast.directory(version: 2, previous: hash, at: clock.now, signers: [1]))
            try await offer(cast.directory(version: 3, previous: hash, at: clock.now))
            try await offer(cast.directory(version: 2, previous: SHA256Hex(of: []), at: clock.now))
            try await offer(cast.directory(at: clock.now, days: 31))
            #expect(relay.server.directories.current.version == 1)
            #expect(relay.server.directories.trouble != nil)
            #expect(try await relay.send("GET", "/v1/outbox", as: Cast.labB).status == 200)

            try await offer(second)
            #expect(relay.server.directories.trouble == nil)
            #expect(try await relay.send("GET", "/v1/directory", as: Cast.labA).body == second.encoded)
            #expect(try await relay.send("GET", "/v1/directory/1", as: Cast.labA).body == first.encoded)
            #expect(try await relay.send("GET", "/v1/directory/2", as: Cast.labA).body == second.encoded)
            // Whoever is suspended is refused from here on, with a token that held before, too.
            #expect(try await relay.send("GET", "/v1/outbox", as: Cast.labB).status == 403)
            try await offer(first)
            #expect(relay.server.directories.current.version == 2)
        }
    }

    @Test("under an expired directory parcels are not taken, and those that are there can be fetched")
    func expiredDirectory() async throws {
        let clock = TestClock()
        let note = try Cast.one.directory(at: clock.now, days: 5)
        let sealed = Sealed(size: 2_000)
        try await TestRelay.run(clock: clock, directory: note) { relay in
            let manifest = try await relay.deliver(sealed)
            #expect(
                String(decoding: try await relay.send("GET", "/health").body, as: UTF8.self)
                    == #"{"live":true,"ready":true}"#)
            clock.move(seconds: 5 * 86_400)
            let health = try await relay.send("GET", "/health")
            #expect(health.status == 503)
            #expect(
                String(decoding: health.body, as: UTF8.self)
                    == #"{"live":true,"ready":false,"reason":"directory-expired"}"#)
            let refused = try await relay.create(sealed.manifest(at: clock.now), body: sealed.bytes)
            #expect(refused.status == 503)
            #expect(refused.problem == .unavailable)
            let path = RelayPath.parcel(manifest.value.from, manifest.value.id)
            #expect(try await relay.send("GET", path, as: Cast.ars).body == sealed.bytes)
            #expect(try await relay.post(manifest.receipt(at: clock.now)).status == 201)
        }
    }

    @Test("without a directory that its pins vouch for, the relay does not start")
    func noDirectory() async throws {
        let clock = TestClock()
        for note in [
            try Cast.one.directory(at: clock.now, signers: [0]),
            try Cast.one.roots[0].sign(text: Array("hello\n".utf8)),
        ] {
            await #expect(throws: RelayFailure.self) {
                try await TestRelay.run(clock: clock, directory: note) { _ in }
            }
        }
    }
}
