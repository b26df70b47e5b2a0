import Age
import Courier
import Durable
import Exchange
import Foundation
import Notes
import Testing

@testable import Inbox

/// Destroying a sealing key closes every copy of what was sealed to it, wherever it was kept: also for its own recipient.
@Suite("A recipient's sealing key that was destroyed")
struct DestroyedKeyTests {
    let world: World
    let destroyed: AgeIdentity
    let newer: AgeIdentity

    init() throws {
        world = try World()
        destroyed = try AgeIdentity.generate()
        newer = try AgeIdentity.generate()
    }

    private func receive(with identities: [AgeIdentity], turns: Int = 1) async throws -> Int {
        let keys = try ParticipantKeys(id: ParticipantID("cnam"), signing: world.cnamPair, sealing: identities)
        let agent = try world.agent(keys: keys)
        var delivered = 0
        for _ in 0..<turns {
            delivered += try await agent.receiveOnce()
            world.clock.advance(400)
        }
        return delivered
    }

    private func publish(_ number: Int64, _ identity: AgeIdentity) throws {
        world.relay.setKeys(
            try World.keysNote(
                world.cnamPair, number: number, sealing: identity.recipient.text, now: world.clock.now))
    }

    @Test(
        "what waits is never opened nor answered, an error says why, and its deadline ends it; what comes after is delivered"
    )
    func destroyedWhileWaiting() async throws {
        try publish(1, destroyed)
        #expect(try await receive(with: [destroyed]) == 0)
        let waiting = try world.parcel(sealingKey: destroyed.recipient.text, days: 2)
        let copy = waiting.body
        world.relay.add(waiting)
        // The copy would open while the key is there: what is shown below is the key's doing.
        #expect(throws: Never.self) { try AgeOpener.open(copy, with: [destroyed]) }

        try publish(2, newer)
        let next = try world.parcel(sealingKey: newer.recipient.text)
        world.relay.add(next)
        #expect(try await receive(with: [newer], turns: 6) == 1)
        #expect(try world.delivered() == [next.key.name + ".csv", next.key.name + ".ndjson"])
        #expect(world.relay.receipts[waiting.key] == nil, "a refusal would say that its sender did something wrong")
        let told = world.log.lines.filter { $0.contains("key-missing") }
        #expect(told.count == 1 && told.allSatisfy { $0.hasPrefix("error") })
        #expect(try world.opening().allSatisfy { !$0.hasSuffix(".clear") })
        #expect(throws: AgeFailure.self) { try AgeOpener.open(copy, with: [newer]) }

        // At its deadline the relay has it no longer.
        world.clock.advance(2 * 86_400)
        world.relay.remove(waiting.manifest.value.id)
        #expect(try await receive(with: [newer]) == 0)
        #expect(world.log.lines.contains { $0.hasPrefix("error") && $0.contains("deadline passed") })
        #expect(try world.opening() == [], "not even what is sealed stays")
        #expect(world.relay.receipts[waiting.key] == nil)
        let status = try InboxStatus.read(dataFolder: world.dataFolder)
        #expect(status.deliveredParcels == 1 && status.refusedParcels == 0 && status.waiting == 0)
    }
}
