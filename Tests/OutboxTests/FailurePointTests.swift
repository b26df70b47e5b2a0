import Courier
import Exchange
import Foundation
import LabReport
import TestSupport
import Testing

@testable import Outbox

/// The agent dies at each of its steps in turn, on disk, in the database and at the relay, with the step done or not done.
/// A fresh agent on the same folder then does the same work again, and the end must be the same every time.
@Suite("Failure points")
struct FailurePointTests {
    static let count = 7

    /// Steps that the work must have, or the table would prove less than it says.
    static let kinds = [
        "disk write", "disk syncFile", "disk rename", "disk unlink", "store takeReports", "store makeParcel",
        "store acceptParcel", "store settleParcel", "store removeSegments", "relay upload", "relay receipts",
    ]

    /// The work of a day: a first file, a second that repeats some of it, everything sent.
    private static func work(_ world: World, _ agent: OutboxAgent) async throws {
        for name in ["one.hl7", "two.hl7"] { _ = try await agent.takeFile(world.folder.path + "/" + name) }
        _ = try await agent.makeParcels(flush: true)
        try await agent.uploadWaiting()
        try await world.collectAll(agent)
    }

    private static func world() throws -> World {
        let world = try World()
        world.limits = IntakeLimits(batchMessages: 2, batchBytes: 1_000_000, segmentBytes: 6_000)
        world.configuration.batchReports = 3
        let messages = World.messages(1...count)
        try world.folder.write(Array(messages[0..<5]).file, to: "one.hl7")
        // The last message of the first file again: held as a duplicate whatever happened before.
        try world.folder.write(Array(messages[4...]).file, to: "two.hl7")
        return world
    }

    /// Runs the work with a plan, in a scope of its own: the agent is gone afterwards, like a process.
    private static func run(_ world: World, _ plan: CrashPlan?) async throws {
        let agent = try world.agent(plan)
        try await work(world, agent)
    }

    private static func check(_ world: World, _ place: String) async throws {
        let messages = World.messages(1...count)
        for recipient in ["cnam", "spf", "ars-11"] {
            let lines = world.relay.lines(of: recipient)
            #expect(lines.count == count, "\(place): \(recipient) got \(lines.count) reports")
            #expect(Set(lines.map(identifier)).count == count, "\(place): \(recipient) got a report twice")
            let seqs = world.relay.parcels.map(\.manifest.value).filter { $0.to.text == recipient }.map(\.seq)
            #expect(seqs.sorted() == Array(1...Int64(seqs.count)), "\(place): \(recipient) has numbers \(seqs)")
        }
        for message in messages {
            let lines = world.relay.lines(of: "cnam").filter { $0.contains(message.fillerNumber) }
            #expect(lines.count == 1, "\(place): a report went \(lines.count) times")
        }
        let status = try OutboxStatus.read(dataFolder: world.data)
        #expect(status.read == count + 1, "\(place)")
        #expect(status.taken == count, "\(place)")
        #expect(status.heldByRule == ["duplicate": 1], "\(place): \(status.heldByRule)")
        #expect(status.isSettled, "\(place)")
        #expect(status.recipients.map(\.delivered) == [count, count, count], "\(place)")
        #expect(try world.files(in: "spool") == [], "\(place)")
        #expect(world.log.alarms == [], "\(place)")
        try checkNoClearText(world, messages, place)
    }

    /// Nothing personal in any file of the data folder: names, numbers, contacts, and the canary in the comment.
    private static func checkNoClearText(_ world: World, _ messages: [SyntheticReport], _ place: String) throws {
        let open = try TemporaryFolder.files(below: world.data, holding: messages.secrets)
        #expect(open == [], "\(place): clear text in \(open)")
    }

    /// What names the report to its recipient.
    private static func identifier(_ line: String) -> String {
        let parts = line.components(separatedBy: "\"identifier\":{")
        return parts.count > 1 ? String(parts[1].prefix { $0 != "}" }) : ""
    }

    @Test(
        "Killed at any step, before or after it happened, a restart ends with the same counts",
        arguments: CrashPlan.Death.allCases)
    func everyStep(death: CrashPlan.Death) async throws {
        try await DeathSweep(
            begin: { try Self.world() }, work: Self.run,
            atDeath: { try Self.checkNoClearText($0, World.messages(1...Self.count), $1) }, check: Self.check
        )
        .run(death, least: 100, kinds: Self.kinds)
    }

    @Test("Killed again and again at every third step, it still ends with the same counts")
    func killedRepeatedly() async throws {
        let world = try FailurePointTests.world()
        var deaths = 0
        // Each life lasts a little longer than the one before, so that the work gets on however much of it is done again.
        for step in stride(from: 1, through: 400, by: 3) {
            let plan = CrashPlan(step: step, death: step % 2 == 0 ? .before : .after)
            do {
                try await FailurePointTests.run(world, plan)
                if !plan.isDead { break }
            } catch {
                deaths += 1
            }
        }
        #expect(deaths > 5)
        try await FailurePointTests.run(world, nil)
        try await FailurePointTests.check(world, "after \(deaths) deaths")
    }
}
