import Courier
import Durable
import Exchange
import Foundation
import LabReport
import TestSupport
import Testing

@testable import Outbox

/// Held reports are dropped, and whoever does it dies at each of the steps in turn, with the step done or not done.
@Suite("Failure points of dropping")
struct DropFailurePointTests {
    private static let held = 5
    /// The first three of them are dropped, the others judged again.
    private static let dropped = 1...3
    private static let kinds = [
        "store dropHeld", "store tellDrops", "store removeSegments", "store replayHeld", "disk unlink",
    ]
    /// What is done where others stay in the segment.
    private static let kindsAmongOthers = ["store dropHeld", "disk overwrite", "disk syncFile", "store forgetGone"]

    private static func begin(segmentBytes: Int64) async throws -> World {
        let world = try World()
        world.limits = IntakeLimits(batchMessages: 2, batchBytes: 1_000_000, segmentBytes: segmentBytes)
        var file: [UInt8] = []
        for number in 1...held { file += try ReplayTests.message("\(number)", "F\(number)") }
        file += try ReplayTests.message("9", "F9", isMapped: true)
        let path = try world.folder.write(file, to: "day.hl7")
        _ = try await ReplayTests.live(world) { try await $0.takeFile(path) }
        world.clock.advance(60)
        try ReplayTests.addTable(world)
        return world
    }

    /// The desk drops what is still there of the three, then an outbox lives. All or a part of it may have been done before.
    private static func work(_ world: World, _ plan: CrashPlan?) async throws {
        let desk = try QuarantineDesk(
            dataFolder: world.data, disk: plan?.disk ?? .real, faults: plan?.storeFaults)
        let names = try desk.entries(at: world.clock.now, limit: 10).filter { dropped.contains($0.message) }.map(\.name)
        for name in names { _ = try desk.drop([name], at: world.clock.now) }
        #expect(try desk.finishDrops())
        try desk.close()
        let agent = try world.agent(plan)
        try await agent.finishDrops()
        _ = try agent.store.askReplay(rules: nil, basis: agent.basis, at: agent.now().secondsSinceEpoch)
        try await agent.replayHeld()
        _ = try await agent.makeParcels(flush: true)
        try await agent.uploadWaiting()
        try await world.collectAll(agent)
    }

    /// Each report is held, and its message opens; or it is gone, and counted; or it is taken.
    private static func checkDeath(_ world: World, _ place: String) throws {
        let status = try OutboxStatus.read(dataFolder: world.data)
        #expect(status.read == held + 1, "\(place)")
        let desk = try QuarantineDesk(dataFolder: world.data)
        defer { try? desk.close() }
        let entries = try desk.entries(at: world.clock.now, limit: 10)
        #expect(entries.count == status.held, "\(place)")
        for entry in entries {
            let bytes = try desk.message(of: entry, keys: People.keys(of: People.lab))
            #expect(try bytes == ReplayTests.message("\(entry.message)", "F\(entry.message)"), "\(place)")
        }
    }

    private static func check(_ world: World, _ place: String) throws {
        let lines = world.relay.lines(of: "cnam")
        for number in Array(1...held) + [9] {
            let expected = dropped.contains(number) ? 0 : 1
            #expect(lines.count { $0.contains("\"F\(number)\"") } == expected, "\(place): F\(number)")
        }
        let status = try OutboxStatus.read(dataFolder: world.data)
        #expect(status.taken == 3 && status.held == 0 && status.dropped == 3 && status.isSettled, "\(place)")
        for folder in ["journal", "quarantine", "spool"] {
            #expect(try world.files(in: folder) == [], "\(place): \(folder)")
        }
        #expect(world.log.alarms == [], "\(place)")
        #expect(world.log.lines.contains { $0.metadata["rules"] != nil }, "\(place): nobody was told")
    }

    /// Two of one segment are dropped and nothing else happens; whoever comes next only looks.
    private static func workAmongOthers(_ world: World, _ plan: CrashPlan?) throws {
        let desk = try QuarantineDesk(
            dataFolder: world.data, disk: plan?.disk ?? .real, faults: plan?.storeFaults)
        defer { try? desk.close() }
        #expect(try desk.finishDrops())
        let names = try desk.entries(at: world.clock.now, limit: 10).filter { [2, 3].contains($0.message) }.map(\.name)
        _ = try desk.drop(names, at: world.clock.now)
        #expect(try desk.finishDrops())
    }

    @Test(
        "Killed while it overwrites what lay among others, the next command finishes it: zeros there, the others whole",
        arguments: CrashPlan.Death.allCases)
    func amongOthers(death: CrashPlan.Death) async throws {
        try await DeathSweep(
            begin: { try await Self.begin(segmentBytes: 1 << 20) }, work: Self.workAmongOthers,
            atDeath: Self.checkDeath,
            check: { world, place in
                try Self.checkDeath(world, place)
                #expect(try HeldReportsTests.zeros(world) == 2, "\(place)")
            }
        ).run(death, least: 6, kinds: Self.kindsAmongOthers)
    }

    @Test(
        "Killed at any step of dropping, before or after it happened, each report is held whole or gone, and no other with it",
        arguments: CrashPlan.Death.allCases)
    func everyStep(death: CrashPlan.Death) async throws {
        try await DeathSweep(
            begin: { try await Self.begin(segmentBytes: 6_000) }, work: Self.work, atDeath: Self.checkDeath,
            check: Self.check
        ).run(death, least: 60, kinds: Self.kinds)
    }
}
