import Courier
import Exchange
import TestSupport
import Testing

@testable import Outbox

@Suite("A relay that has no room for a parcel")
struct RoomTests {
    /// Two parcels to each of three recipients in the spool.
    private static func spooled() async throws -> (World, OutboxAgent) {
        let world = try World()
        let agent = try world.agent()
        for number in 1...2 {
            let path = try world.folder.write(World.messages(number...number).file, to: "\(number).hl7")
            _ = try await agent.takeFile(path)
            #expect(try await agent.makeParcels(flush: true) == 3)
        }
        return (world, agent)
    }

    @Test("One parcel that there is no room for keeps nobody's waiting but its recipient's, and those in their order")
    func othersGoOn() async throws {
        let (world, agent) = try await Self.spooled()
        world.relay.fill(for: ["cnam"])
        for _ in 0..<2 {
            let failure = await #expect(throws: CourierFailure.self) { try await agent.uploadWaiting() }
            #expect(failure?.label == "relay-full")
        }
        for (recipient, count) in [("cnam", 0), ("spf", 2), ("ars-11", 2)] {
            #expect(world.relay.lines(of: recipient).count == count, "\(recipient)")
        }
        // The second one, tried, could have gone ahead: its recipient would have missed the first.
        let waiting = try agent.store.parcels(in: [.spooled], after: 0, limit: 10)
        #expect(waiting.map(\.recipient) == ["cnam", "cnam"])
        #expect(try waiting.map { try agent.store.triedUnder(parcel: $0.number) != nil } == [true, false])
        world.relay.fill(for: [])
        #expect(try await agent.uploadWaiting() == 2)
        let numbers = world.relay.parcels.map(\.manifest.value).filter { $0.to.text == "cnam" }.map(\.seq)
        #expect(numbers == [1, 2])
        #expect(world.log.alarms.isEmpty)
    }

    /// What keeps parcels to one recipient back.
    enum Cause: CaseIterable { case room, keys }

    @Test(
        "Others' reports go in the very next round, and what is kept back is tried by its own waits",
        arguments: Cause.allCases)
    func usualPace(cause: Cause) async throws {
        let world = try World()
        world.configuration.batchReports = 1
        let agent = try world.agent()
        func keepBack(_ isKept: Bool) {
            switch cause {
            case .room: world.relay.fill(for: isKept ? ["cnam"] : [])
            case .keys: world.relay.reject("cnam", with: isKept ? .keysAhead : nil)
            }
        }
        keepBack(true)
        // No round fails, so that the loop keeps its pace: an hour of rounds, in each of which a second goes by.
        var rounds = 0
        for number in 1...4 {
            _ = try await agent.takeFile(
                world.folder.write(World.messages(number...number).file, to: "\(number).hl7"))
            try await agent.sendRound()
            for other in ["spf", "ars-11"] { #expect(world.relay.lines(of: other).count == number, "\(other)") }
            for _ in 0..<900 {
                world.clock.advance(1)
                try await agent.sendRound()
                rounds += 1
            }
        }
        // Waits that double up to five minutes, of which chance takes up to a half.
        let asked = world.relay.asked(for: "cnam")
        #expect(asked >= 12 && asked <= 40, "\(asked) times in \(rounds) rounds")
        #expect(world.relay.lines(of: "cnam").isEmpty)
        keepBack(false)
        world.clock.advance(300)
        try await agent.sendRound()
        #expect(world.relay.lines(of: "cnam").count == 4)
        let numbers = world.relay.parcels.map(\.manifest.value).filter { $0.to.text == "cnam" }.map(\.seq)
        #expect(numbers == [1, 2, 3, 4])
        #expect(world.log.alarms.isEmpty)
    }

    @Test("A recipient that was kept back and is no more is kept back by short waits again")
    func forgiven() async throws {
        let (world, agent) = try await Self.spooled()
        world.relay.fill(for: ["cnam"])
        for _ in 0..<20 { await #expect(throws: CourierFailure.self) { try await agent.uploadWaiting() } }
        world.relay.fill(for: [])
        world.clock.advance(300)
        try await agent.sendRound()
        #expect(world.relay.lines(of: "cnam").count == 2)
        world.relay.fill(for: ["cnam"])
        _ = try await agent.takeFile(world.folder.write(World.messages(3...3).file, to: "3.hl7"))
        _ = try await agent.makeParcels(flush: true)
        try await agent.sendRound()
        world.relay.fill(for: [])
        world.clock.advance(1)
        try await agent.sendRound()
        #expect(world.relay.lines(of: "cnam").count == 3)
    }

    @Test("A clock that is set back keeps nobody back for longer")
    func clockSetBack() async throws {
        let (world, agent) = try await Self.spooled()
        world.relay.fill(for: ["cnam"])
        try await agent.sendRound()
        world.relay.fill(for: [])
        world.clock.advance(-3_600)
        try await agent.sendRound()
        #expect(world.relay.lines(of: "cnam").count == 2)
    }

    @Test("It is told once a recipient, with the size of its parcel, and again after there was room")
    func toldOnce() async throws {
        let (world, agent) = try await Self.spooled()
        func told() -> [LogBook.Line] { world.log.warnings.filter { $0.metadata["reason"] == "relay-full" } }
        world.relay.fill(for: ["cnam", "spf"])
        for _ in 0..<3 { await #expect(throws: CourierFailure.self) { try await agent.uploadWaiting() } }
        #expect(Set(told().compactMap { $0.metadata["recipient"] }) == ["cnam", "spf"] && told().count == 2)
        #expect(told().allSatisfy { $0.metadata["bytes"].flatMap { Int($0) } ?? 0 > 0 })
        world.relay.fill(for: [])
        #expect(try await agent.uploadWaiting() == 4)
        world.relay.fill(for: ["cnam"])
        _ = try await agent.takeFile(world.folder.write(World.messages(3...3).file, to: "3.hl7"))
        _ = try await agent.makeParcels(flush: true)
        await #expect(throws: CourierFailure.self) { try await agent.uploadWaiting() }
        #expect(told().count == 3)
    }

    @Test("A relay that goes away in the middle of a round still ends it, though it had no room before")
    func away() async throws {
        let (world, agent) = try await Self.spooled()
        world.relay.fill(for: ["cnam", "spf", "ars-11"])
        await #expect(throws: CourierFailure.self) { try await agent.uploadWaiting() }
        world.relay.failure = .unreachable("nobody answers")
        await #expect(throws: CourierFailure.unreachable("nobody answers")) { try await agent.uploadWaiting() }
        #expect(world.relay.refused == 1, "one parcel was tried")
    }
}
