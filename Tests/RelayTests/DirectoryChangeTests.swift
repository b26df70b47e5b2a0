import Exchange
import Foundation
import Notes
import Testing

@testable import Relay

@Suite("Directories by the registrar, in a folder, and who has left")
struct DirectoryChangeTests {
    private let cast = Cast.one

    private func base(_ note: SignedNote) throws -> Directory.Base {
        try Directory.Base(version: 1, sha256: SHA256Hex(note.textHash))
    }

    private func second(
        after first: SignedNote, at time: UTCTime, days: Int64 = 30, suspending: Set<String>
    ) throws -> SignedNote {
        try cast.directory(
            version: 2, previous: SHA256Hex(first.textHash), base: base(first), at: time, days: days,
            suspending: suspending)
    }

    @Test("the registrar's version that is dated ahead is not taken before its time, and stops nobody")
    func datedAhead() async throws {
        let (clock, scratch) = (TestClock(), try Scratch())
        let first = try cast.directory(at: clock.now)
        let day: Int64 = 86_400
        let ahead = try second(after: first, at: clock.now.adding(seconds: day), days: 29, suspending: [Cast.labB])
        try await TestRelay.run(clock: clock, scratch: scratch, directory: first) { relay in
            _ = try scratch.write(ahead.encoded, to: "directory.note")
            for _ in 0..<2 {
                await relay.server.rounds.round()
                #expect(relay.server.directories.current.version == 1)
                #expect(relay.server.directories.trouble?.contains("dated ahead of the clock") == true)
            }
            #expect(relay.server.vault.clock.reading.doubt == nil)
            _ = try await relay.deliver(Sealed(size: 5_000))
            clock.move(seconds: day)
            await relay.server.rounds.round()
            #expect(relay.server.directories.current.version == 2)
            #expect(relay.server.directories.trouble == nil)
        }
    }

    @Test("the registrar's version is taken, served, and gone by after a restart; one beyond its rights is not")
    func registrar() async throws {
        let (clock, scratch) = (TestClock(), try Scratch())
        let first = try cast.directory(at: clock.now)
        let overreach = try second(after: first, at: clock.now, suspending: [Cast.ars])
        let longer = try second(after: first, at: clock.now, days: 31, suspending: [])
        let good = try second(after: first, at: clock.now, suspending: [Cast.labB])
        try await TestRelay.run(clock: clock, scratch: scratch, directory: first) { relay in
            for refused in [overreach, longer] {
                _ = try scratch.write(refused.encoded, to: "directory.note")
                await relay.server.rounds.round()
                #expect(relay.server.directories.current.version == 1)
                #expect(relay.server.directories.trouble?.contains("only the root holders may") == true)
            }
            _ = try scratch.write(good.encoded, to: "directory.note")
            await relay.server.rounds.round()
            #expect(relay.server.directories.trouble == nil)
            #expect(try await relay.send("GET", "/v1/directory/2", as: Cast.labA).body == good.encoded)
            #expect(try await relay.send("GET", "/v1/outbox", as: Cast.labB).status == 403)
        }
        try await TestRelay.run(clock: clock, scratch: scratch, directory: good) { relay in
            #expect(relay.server.directories.current.version == 2)
            let served = try await relay.send("GET", "/v1/directory/1", as: Cast.labA)
            #expect(served.body == first.encoded)
        }
    }

    @Test("a relay that knows none does not begin with what only the registrar signed")
    func registrarFirst() async throws {
        let clock = TestClock()
        let good = try second(after: cast.directory(at: clock.now), at: clock.now, suspending: [])
        await #expect {
            try await TestRelay.run(clock: clock, directory: good) { _ in }
        } throws: { error in
            (error as? RelayFailure)?.description.contains("name a folder in directory.file") == true
        }
    }

    @Test("from a folder all versions are taken in their order, at the start and later")
    func folder() async throws {
        let (clock, scratch) = (TestClock(), try Scratch())
        let first = try cast.directory(at: clock.now)
        let second = try second(after: first, at: clock.now, suspending: [Cast.labB])
        let third = try cast.directory(
            version: 3, previous: SHA256Hex(second.textHash), at: clock.now, suspending: [Cast.labB])
        let folder = scratch.data + "-directories"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        func put(_ note: SignedNote, _ name: String) throws {
            try Data(note.encoded).write(to: URL(filePath: folder + "/" + name))
        }
        try put(first, "1.note")
        try put(second, "2.note")
        try put(third, "other.note")
        try await TestRelay.run(clock: clock, scratch: scratch, change: { $0.directoryPath = folder }) { relay in
            #expect(relay.server.directories.current.version == 2)
            try Data(third.encoded).write(to: URL(filePath: folder + "/4.note"))
            await relay.server.rounds.round()
            #expect(relay.server.directories.current.version == 2, "none is skipped")
            try Data(third.encoded).write(to: URL(filePath: folder + "/3.note"))
            await relay.server.rounds.round()
            #expect(relay.server.directories.current.version == 3)
            for (version, note) in [(1, first), (2, second), (3, third)] {
                #expect(try await relay.send("GET", "/v1/directory/\(version)", as: Cast.labA).body == note.encoded)
            }
        }
    }

    @Test("who retired ends what was under way and begins nothing; who is suspended or revoked does neither")
    func retired() async throws {
        let clock = TestClock()
        let first = try cast.directory(at: clock.now)
        let sealed = Sealed(size: 2_000)
        try await TestRelay.run(clock: clock, directory: first) { relay in
            let manifest = try await relay.deliver(sealed)
            let half = try sealed.manifest(at: clock.now)
            _ = try await relay.create(half)
            let second = try cast.directory(
                version: 2, previous: SHA256Hex(first.textHash), at: clock.now.adding(seconds: 60),
                retiring: [Cast.labA, Cast.ars])
            _ = try relay.scratch.write(second.encoded, to: "directory.note")
            clock.move(seconds: 120)
            await relay.server.rounds.round()
            #expect(relay.server.directories.current.version == 2)

            #expect(try await relay.create(sealed.manifest(at: clock.now)).problem == .notEntitled)
            #expect(try await relay.patch(half.value.id, at: 0, sealed.bytes).problem == .notEntitled)
            #expect(
                try await relay.create(sealed.manifest(from: Cast.labB, at: clock.now)).problem == .unknownRecipient)

            #expect(try await relay.inbox().parcels.count == 1)
            let path = RelayPath.parcel(manifest.value.from, manifest.value.id)
            #expect(try await relay.send("GET", path, as: Cast.ars).body == sealed.bytes)
            #expect(try await relay.post(manifest.receipt(at: clock.now)).status == 201)
            #expect(try await relay.outbox().receipts.count == 1)
        }
    }

    @Test("after a key was replaced its owner begins anew, whatever number the old one had reached")
    func replacedKey() async throws {
        let clock = TestClock()
        let first = try cast.directory(at: clock.now)
        let fresh = try SigningPair.generate(name: Cast.labA)
        try await TestRelay.run(clock: clock, keys: false, directory: first) { relay in
            func post(_ note: Signed<KeysNote>, by signer: SigningPair) async throws -> TestRelay.Answer {
                let token = try cast.token(of: Cast.labA, for: relay.origin, at: clock.now, by: signer)
                return try await relay.send(
                    "POST", "/v1/participants/lab-a/keys", bytes: note.noteBytes, token: "Bearer " + token)
            }
            let old = cast.pair(Cast.labA)
            let high = try cast.keysNote(of: Cast.labA, number: 1_000, previous: SHA256Hex(of: []), at: clock.now)
            #expect(try await post(high, by: old).status == 201)
            let second = try cast.directory(
                version: 2, previous: SHA256Hex(first.textHash), at: clock.now, labKey: fresh.verifying)
            _ = try relay.scratch.write(second.encoded, to: "directory.note")
            await relay.server.rounds.round()
            let note = try cast.keysNote(of: Cast.labA, at: clock.now, by: fresh)
            #expect(try await post(note, by: fresh).status == 201)
            #expect(try await post(note, by: fresh).status == 200)
            let next = try cast.keysNote(
                of: Cast.labA, number: 2, previous: note.textHash, at: clock.now, by: fresh)
            #expect(try await post(next, by: fresh).status == 201)
            #expect(try await post(note, by: fresh).problem == .badNote)
            let token = try cast.token(of: Cast.labA, for: relay.origin, at: clock.now, by: fresh)
            let served = try await relay.send("GET", "/v1/participants/lab-a/keys", token: "Bearer " + token)
            #expect(served.body == next.noteBytes)
        }
    }

    @Test("keys from the future, and a number that leaves none for later ones, are not taken")
    func keysBounds() async throws {
        try await TestRelay.run(keys: false) { relay in
            func post(_ note: Signed<KeysNote>) async throws -> ProblemType? {
                try await relay.send(
                    "POST", "/v1/participants/lab-a/keys", as: Cast.labA, bytes: note.noteBytes
                ).problem
            }
            let now = relay.clock.now
            #expect(try await post(cast.keysNote(of: Cast.labA, at: now.adding(seconds: 86_400))) == .clockDiffers)
            let jump = try cast.keysNote(of: Cast.labA, number: Limits.integer, previous: SHA256Hex(of: []), at: now)
            #expect(try await post(jump) == .badNote)
            #expect(try await post(cast.keysNote(of: Cast.labA, at: now)) == nil)
        }
    }
}
