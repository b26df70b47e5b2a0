import Courier
import Exchange
import Synchronization
import Testing

@testable import Inbox

@Suite("An inbox in which something waits for too long")
struct LateTests {
    @Test("Parcels that are not delivered, and receipts that are not taken, are late after an hour, since they came")
    func late() async throws {
        let world = try World()
        world.relay.add(try world.parcel())
        let seen = world.clock.now
        world.relay.fault.withLock { fault in
            fault = { at throws(CourierFailure) in if at == .post { throw .unreachable("away") } }
        }
        let agent = try world.agent()
        _ = try? await agent.receiveOnce()
        world.clock.advance(3_599)
        #expect(try InboxStatus.read(dataFolder: world.dataFolder).lateSince(at: world.clock.now) == nil)
        world.clock.advance(1)
        #expect(try InboxStatus.read(dataFolder: world.dataFolder).lateSince(at: world.clock.now) == seen)
        world.relay.fault.withLock { $0 = nil }
        try await agent.receiveOnce()
        #expect(try await agent.status().lateSince(at: world.clock.now) == nil)
    }
}
