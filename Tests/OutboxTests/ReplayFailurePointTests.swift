import Courier
import Exchange
import Foundation
import LabReport
import TestSupport
import Testing

@testable import Outbox

/// Held reports are judged again, and the outbox dies at each of its steps in turn, with the step done or not done.
@Suite("Failure points of judging again")
struct ReplayFailurePointTests {
    static let held = 5
    static let kinds = [
        "store askReplay", "store replayHeld", "store closeSegment", "store removeSegments", "disk write",
        "disk syncFile", "disk unlink",
    ]

    private static func world() throws -> World {
        let world = try World()
        world.limits = IntakeLimits(batchMessages: 2, batchBytes: 1_000_000, segmentBytes: 6_000)
        var file: [UInt8] = []
        for number in 1...held { file += try ReplayTests.message("\(number)", "F\(number)") }
        file += try ReplayTests.message("9", "F9", isMapped: true)
        try world.folder.write(file, to: "day.hl7")
        return world
    }

    /// A day without the table, the table, and everything sent. Everything may have been done before.
    private static func work(_ world: World, _ agent: OutboxAgent) async throws {
        _ = try agent.store.askReplay(rules: nil, basis: agent.basis, at: agent.now().secondsSinceEpoch)
        try await agent.replayHeld()
        _ = try await agent.makeParcels(flush: true)
        try await agent.uploadWaiting()
        try await world.collectAll(agent)
    }

    private static func run(_ world: World, _ plan: CrashPlan?) async throws {
        let agent = try world.agent(plan)
        try await work(world, agent)
    }

    /// What came before the death that is looked for.
    private static func begin(_ world: World) async throws {
        _ = try await ReplayTests.live(world) { try await $0.takeFile(world.folder.path + "/day.hl7") }
        world.clock.advance(60)
        try ReplayTests.addTable(world)
    }

    private static func check(_ world: World, _ place: String) throws {
        let lines = world.relay.lines(of: "cnam")
        #expect(lines.count == held + 1, "\(place): \(lines.count) reports went")
        for number in Array(1...held) + [9] {
            #expect(lines.count { $0.contains("\"F\(number)\"") } == 1, "\(place): F\(number)")
        }
        let status = try OutboxStatus.read(dataFolder: world.data)
        #expect(status.read == held + 1 && status.taken == held + 1 && status.heldByRule == [:], "\(place)")
        #expect(status.isSettled, "\(place)")
        for folder in ["journal", "quarantine", "spool"] {
            #expect(try world.files(in: folder) == [], "\(place): \(folder)")
        }
        #expect(world.log.alarms == [], "\(place)")
    }

    @Test(
        "Killed at any step of a replay, before or after it happened, every report goes once and none stays held",
        arguments: CrashPlan.Death.allCases)
    func everyStep(death: CrashPlan.Death) async throws {
        let begun = {
            let world = try Self.world()
            try await Self.begin(world)
            return world
        }
        try await DeathSweep(begin: begun, work: Self.run, check: Self.check)
            .run(death, least: 60, kinds: Self.kinds)
    }
}
