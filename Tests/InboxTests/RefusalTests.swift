import Age
import Courier
import Durable
import Exchange
import LabReport
import Notes
import Testing

@testable import Inbox

@Suite("Parcels that are not delivered")
struct RefusalTests {
    let world: World

    init() throws { world = try World() }

    /// Adds a bad parcel between two good ones; the good ones are delivered, of the bad one nothing is.
    private func refusal(of bad: SealedParcel) async throws -> Receipt.Reason? {
        let before = try world.parcel()
        let after = try world.parcel()
        for parcel in [before, bad, after] { world.relay.add(parcel) }
        let agent = try world.agent()
        for _ in 0..<InboxAgent.copiesMax {
            try await agent.receiveOnce()
            world.clock.advance(400)
        }
        let names = [before, after].flatMap { [$0.key.name + ".csv", $0.key.name + ".ndjson"] }
        #expect(try world.delivered() == names.sorted())
        #expect(try world.staged() == [])
        #expect(try world.opening().allSatisfy { !$0.hasSuffix(".clear") })
        let receipt = world.relay.receipts[bad.key]
        #expect(receipt?.value.outcome != .delivered)
        #expect(try await agent.status().refusedParcels == (receipt == nil ? 0 : 1))
        if receipt != nil { #expect(try world.opening() == []) }
        return receipt?.value.reason
    }

    @Test("a body sealed to another's key cannot be opened")
    func otherKey() async throws {
        let other = try AgeIdentity.generate().recipient.text
        #expect(try await refusal(of: world.parcel(sealingKey: other)) == .cannotOpen)
    }

    @Test(
        "what is sealed to an older key of ours that was taken away waits for its key file, and is not refused",
        arguments: [false, true])
    func missingKey(begunAnew: Bool) async throws {
        let newer = try AgeIdentity.generate()
        let older = try AgeIdentity.generate()
        func keys(_ identities: [AgeIdentity]) throws -> ParticipantKeys {
            try ParticipantKeys(id: ParticipantID("cnam"), signing: world.cnamPair, sealing: identities)
        }
        func note(_ number: Int64, _ identity: AgeIdentity) throws -> KeysNote {
            try World.keysNote(
                world.cnamPair, number: number, sealing: identity.recipient.text, now: world.clock.now)
        }
        /// What an inbox with these keys delivers in so many turns. It gives its folder back.
        func receive(with identities: [AgeIdentity], turns: Int = 1) async throws -> Int {
            let agent = try world.agent(keys: keys(identities))
            var delivered = 0
            for _ in 0..<turns {
                delivered += try await agent.receiveOnce()
                world.clock.advance(400)
            }
            return delivered
        }
        world.relay.setKeys(try note(1, older))
        if !begunAnew { #expect(try await receive(with: [older]) == 0) }
        world.relay.setKeys(try note(2, newer))
        let parcel = try world.parcel(sealingKey: older.recipient.text)
        world.relay.add(parcel)
        #expect(try await receive(with: [newer], turns: 4) == 0)
        #expect(world.relay.receipts[parcel.key] == nil)
        #expect(world.log.count(of: "keys note 1") == 1)
        #expect(try await receive(with: [older, newer]) == 1)
        #expect(world.relay.receipts[parcel.key]?.value.outcome == .delivered)
    }

    @Test("a body that is not what the manifest says is fetched afresh, and refused when it stays so")
    func otherBody() async throws {
        var parcel = try world.parcel()
        parcel.body[parcel.body.count / 2] ^= 1
        #expect(try await refusal(of: parcel) == .cannotOpen)
        #expect(world.relay.fetches == 2 + InboxAgent.copiesMax)
    }

    @Test("a body spoilt on the way once is delivered from a fresh copy")
    func spoiltOnce() async throws {
        let parcel = try world.parcel()
        var spoilt = parcel
        spoilt.body[100] ^= 1
        world.relay.add(spoilt)
        let agent = try world.agent()
        #expect(try await agent.receiveOnce() == 0)
        world.relay.setBody(parcel.body, of: parcel.key.id)
        #expect(try await agent.receiveOnce() == 0)
        world.clock.advance(2)
        #expect(try await agent.receiveOnce() == 1)
        #expect(world.relay.receipts[parcel.key]?.value.outcome == .delivered)
    }

    @Test("lines that name another parcel, or fewer or more of them than said, break the binding")
    func binding() async throws {
        let other = try world.parcel(seq: 50)
        #expect(try await refusal(of: world.parcel(source: other.manifest.value.source)) == .binding)
    }

    @Test("one forwarded line among good ones breaks the binding")
    func forwardedLine() async throws {
        let stranger = try BodySource(
            from: ParticipantID("lab"), to: ParticipantID("spf"), id: world.parcel(seq: 60).key.id)
        let line = World.line(9, source: stranger.text)
        #expect(try await refusal(of: world.parcel(lines: { $0 + [line] })) == .binding)
    }

    @Test("fewer lines than said break the binding")
    func fewer() async throws {
        #expect(try await refusal(of: world.parcel(reports: 3, saying: 4)) == .binding)
    }

    @Test("more lines than said break the binding")
    func more() async throws {
        #expect(try await refusal(of: world.parcel(reports: 3, saying: 2)) == .binding)
    }

    @Test("a line that is bound but no report is invalid, and nothing of the parcel is handed over")
    func invalid() async throws {
        #expect(
            try await refusal(
                of: world.parcel(lines: { lines in
                    let text = String(decoding: lines[1], as: UTF8.self)
                    return [lines[0], Array(text.replacing("\"Patient\"", with: "\"Basic\"").utf8), lines[2]]
                })) == .invalid)
    }

    private func setLab(_ status: Directory.Status, in world: World, version: Int64 = 1) throws {
        world.relay.setDirectory(
            try World.directory(
                lab: world.lab, labStatus: status, cnam: world.cnamPair, version: version, now: world.clock.now))
    }

    @Test("a revoked sender is not entitled, nor a retired one with what the log had not before")
    func notEntitled() async throws {
        for status in [Directory.Status.retired, .revoked] {
            let world = try World()
            try setLab(status, in: world)
            let parcel = try world.parcel()
            world.relay.add(parcel)
            #expect(try await world.agent().receiveOnce() == 0)
            #expect(world.relay.receipts[parcel.key]?.value.reason == .notEntitled)
            #expect(try world.delivered() == [])
            #expect(world.relay.fetches == 0)
        }
    }

    @Test("what the log had before the sender retired, or this authority itself, is still delivered")
    func retired() async throws {
        for (lab, cnam) in [(Directory.Status.retired, Directory.Status.active), (.active, .retired)] {
            let world = try World()
            world.relay.setDirectory(
                try World.directory(
                    lab: world.lab, labStatus: lab, cnam: world.cnamPair, cnamStatus: cnam, now: world.clock.now))
            world.relay.setAcceptedAt(world.clock.now.adding(seconds: -60))
            let parcel = try world.parcel()
            world.relay.add(parcel)
            #expect(try await world.agent().receiveOnce() == 1)
            #expect(world.relay.receipts[parcel.key]?.value.outcome == .delivered)
        }
        // Of one that was revoked not even that.
        let world = try World()
        try setLab(.revoked, in: world)
        world.relay.setAcceptedAt(world.clock.now.adding(seconds: -60))
        world.relay.add(try world.parcel())
        #expect(try await world.agent().receiveOnce() == 0)
        #expect(try world.delivered() == [])
    }

    @Test("what a suspended sender sent waits without an answer, and is delivered once that is lifted")
    func suspended() async throws {
        try setLab(.suspended, in: world)
        let parcel = try world.parcel()
        world.relay.add(parcel)
        let agent = try world.agent()
        #expect(try await agent.receiveOnce() == 0)
        #expect(world.relay.receipts[parcel.key] == nil && world.relay.fetches == 0)
        try setLab(.active, in: world, version: 2)
        world.clock.advance(400)
        #expect(try await agent.receiveOnce() == 1)
        #expect(world.relay.receipts[parcel.key]?.value.outcome == .delivered)
    }

    /// What became of a parcel whose one report was changed, under a directory.
    private static func reason(
        of change: (inout Report) -> Void, to recipient: String = "cnam", finess: [String] = []
    ) async throws -> (Receipt.Outcome, Receipt.Reason?)? {
        let world = try World()
        world.relay.setDirectory(
            try World.directory(
                lab: world.lab, cnam: world.cnamPair, now: world.clock.now, to: recipient, finess: finess))
        let parcel = try world.parcel(reports: 1, report: change)
        world.relay.add(parcel)
        _ = try await world.agent().receiveOnce()
        let receipt = world.relay.receipts[parcel.key]?.value
        #expect(try world.delivered().isEmpty == (receipt?.outcome != .delivered))
        #expect(try world.opening().isEmpty)
        return receipt.map { ($0.outcome, $0.reason) }
    }

    @Test(
        "a report of a laboratory that the sender may not speak for is not entitled, whatever the sender's program let go"
    )
    func foreignLaboratory() async throws {
        let claim: (inout Report) -> Void = { $0.laboratory = Organisation(finess: "750712184") }
        #expect(try #require(await Self.reason(of: claim, finess: ["750712184"])) == (.delivered, nil))
        #expect(try #require(await Self.reason(of: claim, finess: ["750100125"])) == (.refused, .notEntitled))
        #expect(try #require(await Self.reason(of: claim)) == (.refused, .notEntitled))
    }

    @Test("where no route leads here only corrections of what came before are taken")
    func noRoute() async throws {
        #expect(try #require(await Self.reason(of: { _ in }, to: "spf")) == (.refused, .notEntitled))
        #expect(try #require(await Self.reason(of: { $0.action = .replace }, to: "spf")) == (.delivered, nil))
    }

    @Test("a manifest that the sender did not sign gets no answer, and holds up nobody")
    func forged() async throws {
        let thief = try World.pair("lab", 66)
        #expect(try await refusal(of: world.parcel(signer: thief)) == nil)
        #expect(world.log.count(of: "forged-manifest") == 1)
        let agent = try world.agent()
        #expect(try await agent.receiveOnce() == 0)
        #expect(
            await agent.unverifiedParcels == 1, "nothing waits of which anything is believed, and yet all is not well")
        #expect(world.log.lines.contains { $0.hasPrefix("error") && $0.contains("forged-manifest") })
    }

    @Test("a parcel for somebody else gets no answer")
    func notForMe() async throws {
        #expect(try await refusal(of: world.parcel(to: "spf")) == nil)
        #expect(world.log.count(of: "not-for-me") == 1)
    }

    @Test("a manifest listed under another id gets no answer")
    func otherID() async throws {
        let parcel = try world.parcel()
        let other = try world.parcel()
        world.relay.add(
            other.manifest.noteBytes, body: other.body, from: other.key.from, id: parcel.key.id, manifest: nil)
        #expect(try await world.agent().receiveOnce() == 0)
        #expect(world.relay.posts == 0 && world.log.count(of: "other-manifest") == 1)
    }

    @Test("another manifest under an id that was delivered is an alarm, and not delivered")
    func otherManifest() async throws {
        let parcel = try world.parcel()
        world.relay.add(parcel)
        let agent = try world.agent()
        try await agent.receiveOnce()
        let value = parcel.manifest.value
        let changed = try Manifest(
            id: value.id, from: value.from, to: value.to, createdAt: value.createdAt, expiresAt: value.expiresAt,
            size: value.size, sha256: value.sha256, reports: value.reports, seq: 2, keys: 1, directory: 1)
        let signed = try Signed.sign(changed, by: world.lab)
        world.relay.add(SealedParcel(manifest: signed, body: parcel.body, lines: []))
        #expect(try await agent.receiveOnce() == 0)
        #expect(world.relay.posts == 1 && world.log.count(of: "other-manifest") == 1)
    }

    @Test("a parcel past its deadline is not opened, and given up")
    func expired() async throws {
        let parcel = try world.parcel(days: 1)
        world.relay.add(parcel)
        world.clock.advance(86_400)
        let agent = try world.agent()
        #expect(try await agent.receiveOnce() == 0)
        #expect(world.relay.fetches == 0 && world.relay.posts == 0)
        world.clock.advance(InboxAgent.upkeepSeconds)
        try await agent.receiveOnce()
        #expect(try await agent.status().waiting == 0)
        #expect(try await agent.status().senders.first?.expiredParcels == 1)
    }

    @Test("a quoted directory that is newer is taken first; one that the relay does not serve is the freeze alarm")
    func directories() async throws {
        let parcel = try world.parcel(directory: 2)
        world.relay.add(parcel)
        let agent = try world.agent()
        #expect(try await agent.receiveOnce() == 0)
        #expect(world.log.count(of: "trust-frozen-directory") == 1)
        world.relay.setNewerDirectory(
            try World.directory(lab: world.lab, cnam: world.cnamPair, version: 2, now: world.clock.now))
        world.clock.advance(2)
        #expect(try await agent.receiveOnce() == 1)
        #expect(world.relay.receipts[parcel.key]?.value.directory == 2)
    }

    @Test("a sender that has changed its signing keys is verified by the new ones")
    func newKeys() async throws {
        let newPair = try World.pair("lab", 5)
        world.relay.setNewerDirectory(
            try World.directory(lab: newPair, cnam: world.cnamPair, version: 2, now: world.clock.now))
        world.relay.setNewerKeys(
            try World.keysNote(newPair, number: 2, sealing: "age1lab", now: world.clock.now))
        let parcel = try world.parcel(signer: newPair, directory: 2)
        world.relay.add(parcel)
        #expect(try await world.agent().receiveOnce() == 1)
    }
}
