import Exchange
import Logging
import Testing

@testable import Relay

/// What a version of the directory that a running relay takes means for its very next request, with a token and over a
/// connection that held before.
@Suite("Who was just suspended, revoked, retired or left out, at a relay that runs")
struct DirectoryStandingTests {
    @Test("two weeks before the directory's end a line says so, another at its end and at a start behind it, each once")
    func end() async throws {
        let (scratch, clock) = (try Scratch(), TestClock())
        let note = try Cast.one.directory(at: clock.now)
        let soon = "the directory ends within two weeks: have"
        let over = "the directory has expired: parcels are not taken"
        try await TestRelay.run(clock: clock, scratch: scratch, directory: note) { relay in
            func look(_ counts: (soon: Int, over: Int)) async {
                for _ in 0..<3 { await relay.server.rounds.once(.files) }
                #expect(relay.lines.count(.error, saying: soon) == counts.soon)
                #expect(relay.lines.count(.error, saying: over) == counts.over)
            }
            clock.move(seconds: 15 * 86_400)
            await look((0, 0))
            clock.move(seconds: 2 * 86_400)
            await look((1, 0))
            clock.move(seconds: 13 * 86_400)
            await look((1, 1))
        }
        try await TestRelay.run(clock: clock, scratch: scratch, directory: note) { relay in
            for _ in 0..<2 { await relay.server.rounds.once(.files) }
            #expect(relay.lines.count(.error, saying: over) == 1)
            #expect(relay.lines.count(.error, saying: soon) == 0)
        }
    }

    enum Change: String, CaseIterable, Sendable {
        case suspended, revoked, retired
        /// A version without the entry: nobody may leave so, and no relay takes it.
        case removed

        func make(of id: String, at relay: TestRelay) async throws {
            switch self {
            case .suspended: try await relay.change(suspending: [id])
            case .revoked: try await relay.change(revoking: [id])
            case .retired: try await relay.change(retiring: [id])
            case .removed:
                let version = relay.server.directories.current.version
                await #expect(throws: TestRelay.NotTaken.self) { try await relay.change(removing: [id]) }
                #expect(relay.server.directories.current.version == version)
                let one = try ParticipantID(id)
                #expect(relay.server.directories.current[one]?.status == .active)
            }
        }

        /// Who is out of the directory's good grace is told nothing but that; who retired may end what was begun.
        var isOut: Bool { self == .suspended || self == .revoked }
        var isIn: Bool { self == .removed }
    }

    @Test(
        "a sender: begins an upload, goes on with one, gives one up, lists, fetches a proof", arguments: Change.allCases
    )
    func sender(_ change: Change) async throws {
        let sealed = Sealed(size: 20_000)
        try await TestRelay.run { relay in
            let sent = try await relay.deliver(sealed)
            let half = try sealed.manifest(at: relay.clock.now, seq: 2)
            #expect(try await relay.create(half).status == 201)
            #expect(try await relay.patch(half.value.id, at: 0, sealed.bytes[..<1_000]).offset == 1_000)
            #expect(try await relay.send("GET", "/v1/outbox", as: Cast.labA).status == 200)
            let leaves = relay.server.vault.log.size
            try await change.make(of: Cast.labA, at: relay)

            let begun = try await relay.create(sealed.manifest(at: relay.clock.now, seq: 3))
            #expect(begun.problem == (change.isIn ? nil : .notEntitled))
            let whole = Sealed(size: 2_000)
            let small = try await relay.create(whole.manifest(at: relay.clock.now, seq: 4), body: whole.bytes)
            #expect(small.problem == (change.isIn ? nil : .notEntitled))
            let goneOn = try await relay.patch(half.value.id, at: 1_000, sealed.bytes[1_000...])
            #expect(goneOn.problem == (change.isIn ? nil : .notEntitled))
            // Of what it tried nothing is in the log, nor where its recipient sees it.
            let accepted = change.isIn ? 2 : 0
            #expect(relay.server.vault.log.size == leaves + Int64(accepted) + (change.isIn ? 0 : 1))
            #expect(try await relay.inbox().parcels.count == 1 + accepted)

            let may = change.isOut ? 403 : 200
            #expect(try await relay.send("GET", "/v1/outbox", as: Cast.labA).status == may)
            #expect(try await relay.send("GET", "/v1/directory", as: Cast.labA).status == may)
            let path = RelayPath.parcel(sent.value.from, sent.value.id)
            #expect(try await relay.send("GET", path + "/proof", as: Cast.labA).status == may)
            let tus = [("Tus-Resumable", "1.0.0")]
            let ended = try await relay.send(
                "DELETE", RelayPath.upload(half.value.id), as: Cast.labA, headers: tus)
            // Accepted meanwhile, it is no upload any more.
            #expect(ended.status == (change.isOut ? 403 : change.isIn ? 409 : 204))

            // What it sent before is its recipient's to judge: the relay serves it, and takes the receipt.
            #expect(try await relay.send("GET", path, as: Cast.ars).body == sealed.bytes)
            #expect(try await relay.post(sent.receipt(at: relay.clock.now)).status == 201)
            #expect(try await relay.send("GET", path + "/receipt", as: Cast.labA).status == may)
        }
    }

    @Test("a recipient: lists, fetches, acknowledges, and is sent to", arguments: Change.allCases)
    func recipient(_ change: Change) async throws {
        let sealed = Sealed(size: 2_000)
        try await TestRelay.run { relay in
            let sent = try await relay.deliver(sealed)
            #expect(try await relay.inbox().parcels.count == 1)
            try await change.make(of: Cast.ars, at: relay)

            let next = try await relay.create(sealed.manifest(at: relay.clock.now, seq: 2))
            #expect(next.problem == (change.isIn ? nil : .unknownRecipient))
            let may = change.isOut ? 403 : 200
            let path = RelayPath.parcel(sent.value.from, sent.value.id)
            #expect(try await relay.send("GET", "/v1/inbox?after=0&wait=0", as: Cast.ars).status == may)
            for part in ["/manifest", "/proof", ""] {
                #expect(try await relay.send("GET", path + part, as: Cast.ars).status == may, "\(part)")
            }
            #expect(try await relay.post(sent.receipt(at: relay.clock.now)).status == (change.isOut ? 403 : 201))
            // Without a receipt the parcel waits, and its sender sees none.
            #expect(try await relay.outbox().receipts.count == (change.isOut ? 0 : 1))
            #expect(try relay.scratch.names(in: "payload").count == (change.isOut ? 1 : 0))
        }
    }

    @Test("a suspension that is lifted lets both go on where they were, with the token that they had")
    func lifted() async throws {
        let sealed = Sealed(size: 2_000)
        try await TestRelay.run { relay in
            let sent = try await relay.deliver(sealed)
            let half = try sealed.manifest(at: relay.clock.now, seq: 2)
            #expect(try await relay.create(half).status == 201)
            try await relay.change(suspending: [Cast.labA, Cast.ars])
            #expect(try await relay.patch(half.value.id, at: 0, sealed.bytes).status == 403)
            #expect(try await relay.post(sent.receipt(at: relay.clock.now)).status == 403)
            try await relay.change()
            #expect(try await relay.patch(half.value.id, at: 0, sealed.bytes).status == 204)
            #expect(try await relay.post(sent.receipt(at: relay.clock.now)).status == 201)
            #expect(try await relay.inbox().parcels.map(\.id) == [half.value.id])
        }
    }
}
