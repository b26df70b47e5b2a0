import Courier
import Exchange
import TestSupport
import Testing

@testable import Outbox

@Suite("What the relay's log must say before a parcel counts as accepted")
struct LogTests {
    private static func position(_ size: Int64) throws -> LogPosition {
        try LogPosition(size: size, root: String(repeating: "A", count: 43) + "=")
    }

    @Test("A parcel that the log does not prove stays spooled with one alarm, and counts once it is proven")
    func unproven() async throws {
        let world = try World()
        world.relay.isSilent = true
        let alarm = TrustAlarm.frozenLog(quoted: 9, known: 2)
        world.relay.logAlarm = alarm
        let agent = try world.agent()
        _ = try await agent.takeFile(world.folder.write(World.messages(1...2).file, to: "a.hl7"))
        _ = try await agent.makeParcels(flush: true)
        for _ in 0..<2 {
            await #expect(throws: CourierFailure.trust(alarm)) { try await agent.uploadWaiting() }
        }
        #expect(try await agent.status().recipients.map { $0.parcelsByState[.accepted] ?? 0 } == [0, 0, 0])
        #expect(world.log.alarms == ["trust"])
        world.relay.logAlarm = nil
        #expect(try await agent.uploadWaiting() == 3)
        #expect(try await agent.status().recipients.map { $0.parcelsByState[.accepted] ?? 0 } == [1, 1, 1])
    }

    @Test("Manifests quote what was last seen of the log, and what receipts quote of it is demanded")
    func quoted() async throws {
        let world = try World()
        let seen = try Self.position(7)
        world.relay.position = seen
        let agent = try world.agent()
        try await world.send(world.folder.write(World.messages(1...2).file, to: "a.hl7"), with: agent)
        #expect(world.relay.parcels.map(\.manifest.value.checkpoint) == [seen, seen, seen])
        #expect(world.relay.quoted == [seen, seen, seen])
    }

    @Test("A receipt whose signer saw another log is an alarm and settles nothing")
    func splitView() async throws {
        let world = try World()
        world.relay.position = try Self.position(7)
        let agent = try world.agent()
        _ = try await agent.takeFile(world.folder.write(World.messages(1...2).file, to: "a.hl7"))
        _ = try await agent.makeParcels(flush: true)
        try await agent.uploadWaiting()
        world.relay.logAlarm = .forkedLog(size: 7)
        try await world.collectAll(agent)
        #expect(try await agent.status().recipients.map(\.delivered) == [0, 0, 0])
        #expect(world.log.alarms == ["trust", "trust", "trust"])
    }

    @Test(
        "Each receipt is looked for in the log where the relay says it is; one that is not there is an alarm, and counts"
    )
    func unloggedReceipt() async throws {
        let world = try World()
        world.relay.isSilent = true
        let agent = try world.agent()
        try await world.send(world.folder.write(World.messages(1...2).file, to: "a.hl7"), with: agent)
        let left = try #require(world.relay.parcels.first { $0.manifest.value.to.text == "spf" }).manifest.value.id
        world.relay.leaveOut([left])
        try world.relay.answerAll()
        try await world.collectAll(agent)
        #expect(Set(world.relay.soughtReceipts.map(\.parcel)) == Set(world.relay.parcels.map(\.manifest.value.id)))
        #expect(Set(world.relay.soughtReceipts.map(\.index)) == [1, 2, 3])
        #expect(world.log.alarms == ["trust"])
        #expect(world.log.lines.contains { $0.metadata["reason"] == "trust-unlogged-receipt" })
        #expect(try await agent.status().isSettled, "the outbox goes by the receipt, whatever the relay says")
        #expect(try agent.store.unprovenReceipts(limit: 10).isEmpty)
        try await world.collectAll(agent)
        #expect(world.relay.soughtReceipts.count == 3, "looked for once")
    }

    @Test("A log that cannot be read keeps no receipt from counting, and it is looked for after a restart")
    func logAway() async throws {
        let world = try World()
        world.relay.receiptLogFailure = .unreachable("no answer")
        func workBefore() async throws {
            let agent = try world.agent()
            try await world.send(world.folder.write(World.messages(1...2).file, to: "a.hl7"), with: agent)
            #expect(try await agent.status().isSettled)
            #expect(world.log.alarms == [])
            world.relay.receiptLogFailure = .trust(.brokenLog("a tile is missing"))
            try await world.collectAll(agent)
            #expect(world.log.alarms == ["trust"], "told once")
            try await agent.close()
        }
        try await workBefore()
        world.relay.receiptLogFailure = nil
        let again = try world.agent()
        try await world.collectAll(again)
        #expect(try again.store.unprovenReceipts(limit: 10).isEmpty)
    }
}
