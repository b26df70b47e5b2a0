import Courier
import Exchange
import Foundation
import LabReport
import TestSupport
import Testing

@testable import Outbox

/// Parcels are refused, lost and sent again, and the outbox dies at each of its steps in turn, with the step done or not done.
@Suite("Failure points of sending again")
struct ResendFailurePointTests {
    static let count = 2
    static let kinds = [
        "store sendAgain", "store makeParcel", "store loseParcel", "store acceptParcel", "store settleParcel",
        "store advanceCursor", "relay upload", "relay standing", "relay receipts", "disk write", "disk unlink",
    ]

    private static func world() throws -> World {
        let world = try World()
        world.configuration.batchReports = 2
        world.relay.isSilent = true
        world.relay.refuse(["cnam"])
        try world.folder.write(World.messages(1...count).file, to: "day.hl7")
        return world
    }

    /// A day on which one recipient refuses and is set right, and the relay forgets. Everything may have been done before.
    private static func work(_ world: World, _ agent: OutboxAgent) async throws {
        _ = try await agent.takeFile(world.folder.path + "/day.hl7")
        try await send(world, agent)
        // cnam refuses; the others stay silent.
        try world.relay.answer(to: "cnam")
        try await world.collectAll(agent)
        world.relay.refuse([])
        try await sendAgain(agent)
        try await send(world, agent)
        if !world.relay.hasForgotten { world.relay.forget() }
        world.clock.advance(OutboxAgent.askAfterSeconds + 1)
        try await agent.askAfterParcels()
        try await agent.uploadWaiting()
        // The receipts do not come, so that somebody sends all of it again, and then they do.
        try await sendAgain(agent)
        try await send(world, agent)
        try world.relay.answerAll()
        try await world.collectAll(agent)
        // A receipt that the relay counts anew, and that was passed over, is found by its parcel.
        world.clock.advance(OutboxAgent.askAfterSeconds + 1)
        try await agent.askAfterParcels()
        try await world.collectAll(agent)
        try await agent.tidy()
    }

    private static func send(_ world: World, _ agent: OutboxAgent) async throws {
        _ = try await agent.makeParcels(flush: true)
        try await agent.uploadWaiting()
    }

    private static func sendAgain(_ agent: OutboxAgent) async throws {
        for parcel in try agent.store.parcels(in: [.accepted, .refused]) {
            _ = try agent.store.sendAgain(parcel: parcel.id, at: agent.now().secondsSinceEpoch)
        }
    }

    private static func run(_ world: World, _ plan: CrashPlan?) async throws {
        let agent = try world.agent(plan)
        try await work(world, agent)
    }

    private static func check(_ world: World, _ place: String) async throws {
        for recipient in ["cnam", "spf", "ars-11"] {
            let lines = world.relay.handedOver(to: recipient)
            #expect(lines.count == count, "\(place): \(recipient) was delivered \(lines.count) reports")
            #expect(Set(lines).count == count, "\(place): \(recipient) was delivered a report twice")
        }
        let status = try OutboxStatus.read(dataFolder: world.data)
        #expect(status.isSettled, "\(place)")
        #expect(status.recipients.map(\.reports) == [count, count, count], "\(place)")
        #expect(status.recipients.map(\.delivered) == [count, count, count], "\(place)")
        #expect(try world.files(in: "spool") == [], "\(place)")
        #expect(try world.files(in: "journal") == [], "\(place)")
        #expect(
            Set(world.log.alarms).isSubset(of: ["parcel-refused", "parcels-lost"]), "\(place): \(world.log.alarms)")
    }

    @Test(
        "Killed at any step, before or after it happened, every report is delivered once and none is left",
        arguments: CrashPlan.Death.allCases)
    func everyStep(death: CrashPlan.Death) async throws {
        try await DeathSweep(begin: { try Self.world() }, work: Self.run, check: Self.check)
            .run(death, least: 100, kinds: Self.kinds)
    }
}
