import Courier
import Exchange
import Testing

@testable import Inbox

@Suite("What the relay's log must say before a parcel is delivered")
struct LogTests {
    let world: World

    init() throws { world = try World() }

    private static func position(_ size: Int64) throws -> LogPosition {
        try LogPosition(size: size, root: String(repeating: "A", count: 43) + "=")
    }

    @Test(
        "a parcel whose acceptance the log does not prove waits, unanswered, with an alarm; once proven it is delivered"
    )
    func unproven() async throws {
        let parcel = try world.parcel()
        world.relay.add(parcel)
        world.relay.setLogAlarm(.unloggedParcel(parcel.key.id))
        let agent = try world.agent()
        #expect(try await agent.receiveOnce() == 0)
        #expect(world.relay.fetches == 0, "nothing is fetched or opened on the strength of it")
        #expect(try world.delivered() == [])
        #expect(world.relay.receipts.isEmpty)
        #expect(world.log.count(of: "has no proof that its log has the acceptance") == 1)
        world.relay.setLogAlarm(nil)
        world.clock.advance(400)
        #expect(try await agent.receiveOnce() == 1)
    }

    @Test("what the sender saw of the log is demanded of it, and the receipt quotes what was last seen here")
    func quoted() async throws {
        let quoted = try Self.position(4)
        let parcel = try world.parcel(checkpoint: quoted)
        world.relay.add(parcel)
        world.relay.setPosition(try Self.position(9))
        #expect(try await world.agent().receiveOnce() == 1)
        #expect(world.relay.quoted == [quoted])
        #expect(world.relay.receipts[parcel.key]?.value.checkpoint == (try Self.position(9)))
    }
}
