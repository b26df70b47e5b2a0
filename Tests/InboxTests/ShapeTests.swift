import Age
import Durable
import Exchange
import Testing

@testable import Courier
@testable import Inbox

@Suite("The inbox looks itself at how a body is sealed")
struct ShapeTests {
    let world: World
    private let classic = AgeIdentity.generateClassic()

    init() throws { world = try World() }

    private func requirePostQuantum(version: Int64) throws {
        world.relay.setDirectory(
            try World.directory(
                lab: world.lab, cnam: world.cnamPair, version: version, now: world.clock.now, requirePostQuantum: true))
    }

    /// An inbox that also holds the classical key.
    private func agent() throws -> InboxAgent {
        try world.agent(
            keys: ParticipantKeys(
                id: world.keys.id, signing: world.cnamPair, sealing: [AgeIdentity.generate(), classic]))
    }

    @Test("a body to a classical key is refused where the directory requires post-quantum ones, and not delivered")
    func classical() async throws {
        try requirePostQuantum(version: 2)
        let parcel = try world.parcel(sealingKey: classic.recipient.text, directory: 2)
        world.relay.add(parcel)
        #expect(try await agent().receiveOnce() == 0)
        #expect(world.relay.receipts[parcel.key]?.value.reason == .invalid)
        #expect(try world.delivered() == [] && world.opening() == [])
        #expect(world.log.lines.contains { $0.hasPrefix("error refused") && $0.contains("post-quantum") })
    }

    @Test("what was sealed under a directory that let it is delivered after a later one forbids it")
    func before() async throws {
        let parcel = try world.parcel(sealingKey: classic.recipient.text, directory: 1)
        world.relay.add(parcel)
        try requirePostQuantum(version: 2)
        #expect(try await agent().receiveOnce() == 1)
    }

    @Test("a post-quantum body is delivered where the directory requires it")
    func postQuantum() async throws {
        try requirePostQuantum(version: 2)
        world.relay.add(try world.parcel(directory: 2))
        #expect(try await world.agent().receiveOnce() == 1)
    }

    @Test("a body that the way here spoilt in its header is fetched again, and not refused as its sender's")
    func spoilt() async throws {
        let parcel = try world.parcel()
        world.relay.add(parcel)
        world.relay.setBody([0x58] + parcel.body.dropFirst(), of: parcel.key.id)
        let agent = try world.agent()
        #expect(try await agent.receiveOnce() == 0)
        #expect(world.relay.receipts.isEmpty)
        world.relay.setBody(parcel.body, of: parcel.key.id)
        world.clock.advance(400)
        #expect(try await agent.receiveOnce() == 1)
    }
}
