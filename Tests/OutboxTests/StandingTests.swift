import Courier
import Exchange
import Foundation
import LabReport
import TestSupport
import Testing

@testable import Outbox

@Suite("What the directory and the relay say of us and of a recipient")
struct StandingTests {
    private static let suspended = CourierFailure.refused(
        Problem(.notEntitled, detail: "the directory says that this participant is suspended"))

    /// Runs the agent until `isDone`, with a message in its journal.
    private static func run(_ world: World, until isDone: () -> Bool) async throws {
        let agent = try world.agent()
        _ = try await agent.takeFile(world.folder.write(World.messages(1...1).file, to: "a.hl7"))
        world.clock.advance(3_600)
        let running = Task { try await agent.run() }
        while !isDone() { await Task.yield() }
        running.cancel()
        try await running.value
    }

    @Test("A suspended recipient is said to be suspended, with whom to ask; a removed one is said to be unknown")
    func suspendedRecipient() async throws {
        let world = try World()
        let agent = try world.agent()
        _ = try await agent.takeFile(world.folder.write(World.messages(1...1).file, to: "a.hl7"))
        world.relay.setDirectory(try People.directory(version: 2, suspended: ["cnam"]))
        let cnam = try ParticipantID("cnam")
        let failure = CourierFailure.trust(.inactiveParticipant(cnam, .suspended))
        await #expect(throws: failure) { try await agent.makeParcels(flush: true) }
        let alarm = try #require(world.log.lines.first { $0.metadata["alarm"] == "recipient-unreachable" })
        #expect(alarm.text.contains("cnam is suspended") && alarm.text.contains("ask the holders of the root keys"))
        #expect(alarm.metadata["reason"] == "trust-inactive-participant")
        #expect(world.log.alarms.count == 1, "the others are served")
        let directory = try People.directory()
        #expect(throws: CourierFailure.trust(.otherRole(try ParticipantID(People.lab)))) {
            try directory.recipient(ParticipantID(People.lab))
        }
        #expect(throws: CourierFailure.trust(.unknownParticipant(try ParticipantID("nobody")))) {
            try directory.recipient(ParticipantID("nobody"))
        }
    }

    @Test("A sender that the directory suspends is told so, and not that nobody knows it")
    func suspendedSender() async throws {
        let world = try World()
        world.relay.setDirectory(try People.directory(suspended: [People.lab]))
        let agent = try world.agent()
        let path = try world.folder.write(World.messages(1...1).file, to: "a.hl7")
        await #expect(throws: OutboxFailure.notActive(.suspended)) { try await agent.takeFile(path) }
        #expect(OutboxFailure.notActive(.suspended).description.contains("suspended"))
        #expect(throws: OutboxFailure.notEntitled) {
            try People.directory().sender(ParticipantID("cnam"))
        }
    }

    @Test("What the relay refuses us for what we are is one alarm of ours, and none of any recipient")
    func refusedOnce() async throws {
        let world = try World()
        world.relay.failure = Self.suspended
        try await Self.run(world) { world.relay.refused >= 5 }
        #expect(world.log.alarms == ["not-served"])
        #expect(world.log.raised("refused-not-entitled"))
        #expect(!world.log.warnings.contains { $0.text.contains("waiting") })
    }

    @Test("A first start says in one calm line that the relay gets our keys, and nothing else")
    func firstStart() async throws {
        let world = try World()
        let calm = "the relay does not know this participant's keys yet: they are being published"
        let log = world.log
        world.relay.requireKeys {
            while !log.lines.contains(where: { $0.text == calm }) { await Task.yield() }
        }
        try await Self.run(world) { world.relay.parcels.count == 3 }
        #expect(world.log.lines.count { $0.text == calm } == 1)
        #expect(world.log.warnings.isEmpty && world.log.troubles.isEmpty, "\(world.log.lines)")
    }

    @Test("Clocks that differ are a warning, once, and no word on a recipient")
    func clocks() async throws {
        let world = try World()
        world.relay.failure = .clock(ClockDifference(aheadSeconds: 4_000))
        try await Self.run(world) { world.relay.refused >= 5 }
        #expect(world.log.alarms == [])
        #expect(world.log.warnings.count { $0.metadata["reason"] == "clock-differs" } == 1)
    }

    @Test("A token that the relay refuses after it has had our keys is an alarm, once until it has been greeted")
    func refusedToken() async throws {
        let world = try World()
        let agent = try world.agent()
        let failure = CourierFailure.refused(Problem(.unauthorized, detail: "as the test wants"))
        await agent.tellStanding(failure, after: 0)
        #expect(world.log.alarms == [])
        try await agent.greetRelay()
        for _ in 0..<2 { await agent.tellStanding(failure, after: 1) }
        #expect(world.log.alarms == ["not-served"])
        try await agent.greetRelay()
        await agent.tellStanding(failure, after: 2)
        #expect(world.log.alarms == ["not-served", "not-served"])
    }
}
