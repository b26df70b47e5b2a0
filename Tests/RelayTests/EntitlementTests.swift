import Exchange
import Foundation
import Notes
import Testing

@testable import Relay

@Suite("Entitlement is judged again when the last byte has come")
struct EntitlementTests {
    private static let sealed = Sealed(size: 300_000)

    /// An upload of which the last bytes come when `meanwhile` has changed something.
    private static func upload(
        _ relay: TestRelay, _ manifest: Signed<Manifest>, meanwhile: () async throws -> Void
    ) async throws -> TestRelay.Answer {
        let id = manifest.value.id
        #expect(try await relay.create(manifest).status == 201)
        let (pieces, sending) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
        let length = Int64(sealed.bytes.count)
        async let answer = relay.patch(id, at: 0, pieces: pieces, length: length)
        sending.yield(Array(sealed.bytes[..<30_000]))
        // The request was let in, and its header is kept.
        while try relay.server.vault.store.parcel(id)?.kept == nil { await Task.yield() }
        try await meanwhile()
        sending.yield(Array(sealed.bytes[30_000...]))
        sending.finish()
        return try await answer
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let problem: ProblemType
        let change: @Sendable (TestRelay) async throws -> Void
    }

    static let cases = [
        Case(testDescription: "recipient revoked", problem: .unknownRecipient) {
            try await $0.change(revoking: [Cast.ars])
        },
        Case(testDescription: "recipient retired", problem: .unknownRecipient) {
            try await $0.change(retiring: [Cast.ars])
        },
        Case(testDescription: "sender suspended", problem: .notEntitled) {
            try await $0.change(suspending: [Cast.labA])
        },
        Case(testDescription: "sender retired", problem: .notEntitled) { try await $0.change(retiring: [Cast.labA]) },
        Case(testDescription: "sender revoked", problem: .notEntitled) { try await $0.change(revoking: [Cast.labA]) },
        Case(testDescription: "sender's keys replaced", problem: .badNote) {
            try await $0.change(labKey: SigningPair.generate(name: Cast.labA).verifying)
        },
        Case(testDescription: "post-quantum keys required", problem: .notSealed) {
            try await $0.change(requirePostQuantum: true)
        },
        Case(testDescription: "directory expired", problem: .unavailable) { $0.clock.move(seconds: 5 * 86_400) },
    ]

    @Test(
        "what changes between an upload's creation and its last byte refuses it, and nothing is published",
        arguments: cases)
    func changed(_ what: Case) async throws {
        let clock = TestClock()
        try await TestRelay.run(clock: clock, directory: Cast.one.directory(at: clock.now, days: 5)) { relay in
            let vault = relay.server.vault
            let manifest = try Self.sealed.manifest(at: clock.now)
            let before = try vault.store.sequenced()
            let answer = try await Self.upload(relay, manifest) { try await what.change(relay) }
            #expect(answer.problem == what.problem)
            #expect(try vault.store.parcel(manifest.value.id)?.state == .uploading)
            #expect(try relay.scratch.names(in: "payload") == [])
            // A directory that was taken has its leaf; the parcel has none.
            let versions = Int64(try vault.store.directoryVersions().count)
            #expect(try vault.store.sequenced() == before + versions - 1)
            #expect(try vault.store.inbox(of: manifest.value.to, after: 0, end: .max, now: clock.now) == [])
        }
    }

    @Test("whole and not let in for now, an upload says why, and is accepted once it may be")
    func heldWhole() async throws {
        let clock = TestClock()
        try await TestRelay.run(clock: clock) { relay in
            var manifests: [Signed<Manifest>] = []
            for seq in 1...2 {
                let manifest = try Self.sealed.manifest(at: clock.now, seq: Int64(seq))
                let answer = try await Self.upload(relay, manifest) { try await relay.change(suspending: [Cast.labA]) }
                #expect(answer.problem == .notEntitled)
                #expect(try await relay.head(manifest.value.id).status == 403)
                let again = try await relay.patch(manifest.value.id, at: 300_000, [])
                #expect(again.problem == .notEntitled)
                manifests.append(manifest)
                try await relay.change()
                #expect(try await relay.head(manifest.value.id).offset == 300_000)
            }
            #expect(try await relay.inbox().parcels.map(\.id) == manifests.map(\.value.id))
        }
    }

    @Test("whole and refused for good, nothing of an upload is left when its sender is told; it may come again")
    func refusedWhole() async throws {
        let clock = TestClock()
        try await TestRelay.run(clock: clock) { relay in
            let manifest = try Self.sealed.manifest(at: clock.now)
            let id = manifest.value.id
            let answer = try await Self.upload(relay, manifest) { try await relay.change(suspending: [Cast.ars]) }
            #expect(answer.problem == .unknownRecipient)
            #expect(try relay.server.vault.store.parcel(id)?.kept == nil)
            #expect(relay.server.vault.shredKeys.count == 0)
            #expect(try relay.scratch.names(in: "incoming") == [])
            #expect(try relay.scratch.names(in: "payload") == [])
            #expect(try await relay.patch(id, at: 300_000, []).problem == .unknownRecipient)
            try await relay.change()
            #expect(try await relay.head(id).offset == 0)
            #expect(try await relay.inbox().parcels.isEmpty)
            #expect(try await relay.patch(id, at: 0, Self.sealed.bytes[...]).offset == 300_000)
            #expect(try await relay.inbox().parcels.map(\.id) == [id])
        }
    }

    @Test(
        "a classical body that was begun before post-quantum keys were required does not go on; a post-quantum one does"
    )
    func postQuantum() async throws {
        let clock = TestClock()
        for (stanza, isTaken) in [("X25519", false), ("mlkem768x25519", true)] {
            let sealed = Sealed(size: 400_000, stanza: stanza)
            try await TestRelay.run(clock: clock) { relay in
                let manifest = try sealed.manifest(at: clock.now)
                let id = manifest.value.id
                #expect(try await relay.create(manifest).status == 201)
                #expect(try await relay.patch(id, at: 0, sealed.bytes[..<100_000]).offset == 100_000)
                try await relay.change(requirePostQuantum: true)
                let next = try await relay.patch(id, at: 100_000, sealed.bytes[100_000..<200_000])
                #expect(next.problem == (isTaken ? nil : .notSealed))
                #expect(try await relay.head(id).offset == (isTaken ? 200_000 : 100_000))
                if isTaken {
                    #expect(try await relay.patch(id, at: 200_000, sealed.bytes[200_000...]).offset == 400_000)
                }
                #expect(try await relay.inbox().parcels.map(\.id) == (isTaken ? [id] : []))
            }
        }
    }

    @Test("a small classical body that came whole while post-quantum keys came to be required is refused")
    func wholePostQuantum() async throws {
        let (clock, sealed) = (TestClock(), Sealed(size: 20_000))
        try await TestRelay.run(clock: clock) { relay in
            let manifest = try sealed.manifest(at: clock.now)
            let id = manifest.value.id
            #expect(try await relay.create(manifest).status == 201)
            let (pieces, sending) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
            async let answer = relay.patch(id, at: 0, pieces: pieces, length: Int64(sealed.bytes.count))
            sending.yield(Array(sealed.bytes[..<10_000]))
            // The request was let in: its body is being gathered.
            while relay.server.routes.uploads.desk.locks.take(id) {
                relay.server.routes.uploads.desk.locks.release(id)
                await Task.yield()
            }
            try await relay.change(requirePostQuantum: true)
            sending.yield(Array(sealed.bytes[10_000...]))
            sending.finish()
            #expect(try await answer.problem == .notSealed)
            #expect(try relay.scratch.names(in: "payload") == [])
            #expect(try await relay.inbox().parcels.isEmpty)
        }
    }

    @Test("a start accepts what a stop left whole only where it may still be accepted")
    func restarted() async throws {
        let (clock, scratch, cast) = (TestClock(), try Scratch(), Cast.one)
        let manifest = try Self.sealed.manifest(at: clock.now)
        let first = try cast.directory(at: clock.now)
        let second = try cast.directory(
            version: 2, previous: SHA256Hex(first.textHash), at: clock.now, suspending: [Cast.labA])
        let third = try cast.directory(version: 3, previous: SHA256Hex(second.textHash), at: clock.now)
        try await TestRelay.run(clock: clock, scratch: scratch, directory: first) { relay in
            let answer = try await Self.upload(relay, manifest) { try await relay.change(suspending: [Cast.labA]) }
            #expect(answer.problem == .notEntitled)
        }
        // The very note that it took.
        let kept = try Self.note(in: scratch)
        #expect(kept.text == second.text)
        try await TestRelay.run(clock: clock, scratch: scratch, directory: kept) { relay in
            #expect(try relay.server.vault.store.parcel(manifest.value.id)?.state == .uploading)
            _ = try scratch.write(third.encoded, to: "directory.note")
            await relay.server.rounds.once(.files)
            #expect(try relay.server.vault.store.parcel(manifest.value.id)?.state == .uploading)
        }
        try await TestRelay.run(clock: clock, scratch: scratch, directory: third) { relay in
            let page = try await relay.inbox()
            #expect(page.parcels.map(\.id) == [manifest.value.id])
        }
    }

    private static func note(in scratch: Scratch) throws -> SignedNote {
        try SignedNote(
            parsing: Array(Data(contentsOf: URL(filePath: scratch.path + "/directory.note"))), maxBytes: 1 << 20)
    }

    @Test("no later start accepts an upload whose sender was told that its recipient is none")
    func refusedStaysRefused() async throws {
        let (clock, scratch) = (TestClock(), try Scratch())
        let manifest = try Self.sealed.manifest(at: clock.now)
        try await TestRelay.run(clock: clock, scratch: scratch, directory: Cast.one.directory(at: clock.now)) { relay in
            let answer = try await Self.upload(relay, manifest) { try await relay.change(suspending: [Cast.ars]) }
            #expect(answer.problem == .unknownRecipient)
            try await relay.change()
        }
        try await TestRelay.run(clock: clock, scratch: scratch, directory: Self.note(in: scratch)) { relay in
            let page = try await relay.inbox()
            #expect(page.parcels.isEmpty)
            #expect(try relay.server.vault.store.parcel(manifest.value.id)?.state == .uploading)
        }
    }

    @Test("a start destroys what a stop left whole where the directory refuses it for good")
    func refusedByStart() async throws {
        let (clock, scratch, cast) = (TestClock(), try Scratch(), Cast.one)
        let manifest = try Self.sealed.manifest(at: clock.now)
        try await TestRelay.run(clock: clock, scratch: scratch, directory: cast.directory(at: clock.now)) { relay in
            let answer = try await Self.upload(relay, manifest) { try await relay.change(suspending: [Cast.labA]) }
            #expect(answer.problem == .notEntitled)
            #expect(try relay.server.vault.store.parcel(manifest.value.id)?.kept != nil)
            try await relay.change(suspending: [Cast.ars])
        }
        try await TestRelay.run(clock: clock, scratch: scratch, directory: Self.note(in: scratch)) { relay in
            #expect(try relay.server.vault.store.parcel(manifest.value.id)?.kept == nil)
            #expect(relay.server.vault.shredKeys.count == 0)
            try await relay.change()
            #expect(try await relay.head(manifest.value.id).offset == 0)
            #expect(try await relay.inbox().parcels.isEmpty)
        }
    }
}
