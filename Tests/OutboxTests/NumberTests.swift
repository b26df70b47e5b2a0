import Courier
import Exchange
import Foundation
import GRDB
import LabReport
import Notes
import TestSupport
import Testing

@testable import Outbox

/// A number that no accepted parcel has looks to its recipient like a parcel that was kept from it.
@Suite("Numbers of parcels")
struct NumberTests {
    /// A laboratory with parcels number 1 in the spool.
    private static func spooled() async throws -> (World, OutboxAgent) {
        let world = try World()
        world.relay.isSilent = true
        world.relay.name = "log"
        let agent = try world.agent()
        _ = try await agent.takeFile(world.folder.write(World.messages(1...2).file, to: "a.hl7"))
        #expect(try await agent.makeParcels(flush: true) == 3)
        return (world, agent)
    }

    /// Sends again what a recipient's rejected parcel holds, and gives the numbers of those that the relay has for it.
    private static func resend(
        _ recipient: String, _ world: World, _ agent: OutboxAgent, lifting: [String] = ["cnam", "spf", "ars-11"]
    ) async throws -> [Int64] {
        for one in lifting { world.relay.reject(one, with: nil) }
        for parcel in try agent.store.parcels(in: [.rejected]) where parcel.recipient == recipient {
            _ = try agent.store.sendAgain(parcel: parcel.id, at: world.clock.now.secondsSinceEpoch)
        }
        _ = try await agent.makeParcels(flush: true)
        try await agent.uploadWaiting()
        return numbers(recipient, world)
    }

    private static func numbers(_ recipient: String, _ world: World) -> [Int64] {
        world.relay.parcels.map(\.manifest.value).filter { $0.to.text == recipient }.map(\.seq)
    }

    private static func standing(_ number: Int64, to recipient: String, _ agent: OutboxAgent) throws -> String? {
        try agent.store.numbers(number...number, to: recipient)?.first?.word
    }

    @Test("Of a parcel that the relay refused at once the next one to that recipient has the number")
    func refusedAtOnce() async throws {
        let (world, agent) = try await Self.spooled()
        world.relay.reject("cnam", with: .unknownRecipient)
        #expect(try await agent.uploadWaiting() == 2)
        #expect(world.log.alarms == ["parcel-rejected"])
        #expect(try Self.standing(1, to: "cnam", agent) == "free")
        #expect(try Self.standing(1, to: "spf", agent) == "accepted")
        #expect(try Self.standing(2, to: "cnam", agent) == "ahead")
        #expect(try await Self.resend("cnam", world, agent) == [1])
        #expect(try Self.standing(1, to: "cnam", agent) == "accepted")
        #expect(try agent.store.numbers(1...1, to: "nobody") == nil)
        #expect(try await agent.status().recipients.map(\.lastSeq) == [1, 1, 1])
    }

    @Test("Where the answer to any of its bytes was lost it may be there, and its number is not given to another")
    func answerLost() async throws {
        for lost in [
            CourierFailure.unreachable("nothing came"), .relayFull(detail: nil),
            .refused(Problem(.fault, detail: "why")),
        ] {
            let (world, agent) = try await Self.spooled()
            world.relay.reject("cnam", with: .unknownRecipient)
            world.relay.lostAnswer = lost
            try await agent.uploadWaiting()
            world.relay.lostAnswer = nil
            #expect(try Self.standing(1, to: "cnam", agent) == "rejected")
            #expect(try await Self.resend("cnam", world, agent) == [2])
        }
    }

    @Test("Refused with its last piece it may be there, unless no directory could allow it later")
    func refusedWithLastPiece() async throws {
        for (problem, isFree) in [
            (ProblemType.unknownRecipient, false), (.badNote, false), (.kindNotAllowed, false), (.notSealed, false),
            (.tooLarge, false), (.bodyDiffers, true), (.conflict, true),
        ] {
            let (world, agent) = try await Self.spooled()
            world.relay.reject("cnam", with: problem)
            world.relay.refuseLastPieces()
            try await agent.uploadWaiting()
            #expect(try Self.standing(1, to: "cnam", agent) == (isFree ? "free" : "rejected"), "\(problem)")
            #expect(try await Self.resend("cnam", world, agent) == [isFree ? 1 : 2], "\(problem)")
        }
    }

    @Test("What was tried before may be there; what waited behind it was not tried")
    func triedBefore() async throws {
        let (world, agent) = try await Self.spooled()
        world.relay.failure = .unreachable("nobody answers")
        await #expect(throws: CourierFailure.self) { try await agent.uploadWaiting() }
        world.relay.failure = nil
        for recipient in ["cnam", "spf", "ars-11"] { world.relay.reject(recipient, with: .unknownRecipient) }
        let first = try #require(agent.store.parcels(in: [.spooled]).first?.recipient)
        try await agent.uploadWaiting()
        for recipient in ["cnam", "spf", "ars-11"] {
            let isTried = recipient == first
            #expect(try Self.standing(1, to: recipient, agent) == (isTried ? "rejected" : "free"))
            #expect(try await Self.resend(recipient, world, agent) == [isTried ? 2 : 1], "\(recipient)")
        }
    }

    @Test("A start finds what was tried before it, and what a relay had said to be there stays so")
    func triedBeforeStart() async throws {
        let (world, agent) = try await Self.spooled()
        world.relay.failure = .unreachable("nobody answers")
        await #expect(throws: CourierFailure.self) { try await agent.uploadWaiting() }
        world.relay.failure = nil
        let first = try #require(agent.store.parcels(in: [.spooled]).first?.recipient)
        try await agent.close()
        let next = try world.agent()
        world.relay.reject(first, with: .kindNotAllowed)
        try await next.uploadWaiting()
        #expect(try Self.standing(1, to: first, next) == "rejected")
    }

    /// Parcels that were tried once without an answer, and whose deadline has passed since.
    private static func late(taken: Bool) async throws -> (World, OutboxAgent) {
        let (world, agent) = try await spooled()
        for _ in 0..<3 {
            world.relay.losesAnswers = taken
            world.relay.failure = taken ? nil : .unreachable("nobody answers")
            await #expect(throws: CourierFailure.self) { try await agent.uploadWaiting() }
        }
        world.relay.losesAnswers = false
        world.relay.failure = nil
        world.clock.advance(31 * 86_400)
        for recipient in ["cnam", "spf", "ars-11"] { world.relay.reject(recipient, with: .expired) }
        return (world, agent)
    }

    /// How many lines of the log say so.
    private static func told(_ text: String, _ world: World) -> Int {
        world.log.lines.count { line in line.text.contains(text) || line.metadata.values.contains { $0.contains(text) }
        }
    }

    private static func firstTried(_ agent: OutboxAgent) throws -> String {
        try #require(agent.store.parcels(in: [.spooled]).first?.recipient)
    }

    @Test("Past its deadline the relay accepts a parcel no more: one that it does not have gives its number back")
    func expired() async throws {
        let (world, agent) = try await Self.late(taken: false)
        try await agent.uploadWaiting()
        #expect(Self.told("its deadline passed before the relay had it", world) == 3)
        for recipient in ["cnam", "spf", "ars-11"] {
            #expect(try await Self.resend(recipient, world, agent) == [1])
        }
        #expect(world.log.alarms == [])
    }

    @Test("One that the relay has had, and nobody acknowledged, keeps it, and nobody says that it was never there")
    func expiredThere() async throws {
        let (world, agent) = try await Self.late(taken: true)
        let first = try Self.firstTried(agent)
        try await agent.uploadWaiting()
        #expect(Self.told("its deadline passed before the relay had it", world) == 2)
        #expect(Self.told("its deadline passed, and the relay has no receipt on it", world) == 1)
        #expect(try await Self.resend(first, world, agent) == [1, 2])
        #expect(world.log.alarms == [])
    }

    @Test("A relay that was restored since, or forgets by now, does not know what it accepted")
    func expiredElsewhere() async throws {
        let (world, agent) = try await Self.late(taken: false)
        let first = try Self.firstTried(agent)
        world.relay.name = "successor"
        try await agent.uploadWaiting()
        #expect(try await Self.resend(first, world, agent) == [2])
        let (other, late) = try await Self.late(taken: false)
        let tried = try Self.firstTried(late)
        other.clock.advance(30 * 86_400)
        try await late.uploadWaiting()
        #expect(try Self.standing(1, to: tried, late) != "free")
    }

    @Test("An answer that was lost before the relay refused is a doubt that ends with the deadline")
    func doubt() async throws {
        let (world, agent) = try await Self.spooled()
        for recipient in ["cnam", "spf"] { world.relay.reject(recipient, with: .unknownRecipient) }
        world.relay.lostAnswer = .unreachable("nothing came")
        try await agent.uploadWaiting()
        world.relay.lostAnswer = nil
        let spf = try #require(agent.store.parcels(in: [.rejected]).first { $0.recipient == "spf" })
        try world.relay.hold(Signed<Manifest>.kept(spf.manifest))
        try await agent.endDoubts()
        #expect(try Self.standing(1, to: "cnam", agent) == "rejected", "its deadline is ahead")
        world.clock.advance(31 * 86_400)
        world.relay.name = "successor"
        try await agent.endDoubts()
        #expect(try Self.standing(1, to: "cnam", agent) == "rejected", "another relay knows nothing of it")
        world.relay.name = "log"
        try await agent.endDoubts()
        #expect(try Self.standing(1, to: "cnam", agent) == "free")
        #expect(try Self.standing(1, to: "spf", agent) == "rejected")
        #expect(try Self.standing(1, to: "ars-11", agent) == "accepted")
        #expect(try await Self.resend("cnam", world, agent) == [1])
        #expect(try await Self.resend("spf", world, agent).last == 2)
    }

    @Test("A receipt on a parcel that had given its number back is told, and no other parcel takes the number then")
    func takenAfterAll() async throws {
        let (world, agent) = try await Self.spooled()
        world.relay.reject("cnam", with: .badNote)
        try await agent.uploadWaiting()
        let parcel = try #require(agent.store.parcels(in: [.rejected]).first)
        let manifest = try Signed<Manifest>.kept(parcel.manifest)
        try world.relay.inject(receipt: world.relay.receipt(on: manifest), id: parcel.id, to: ParticipantID("cnam"))
        try await world.collectAll(agent)
        #expect(world.log.alarms == ["parcel-rejected", "trust"])
        #expect(world.log.lines.contains { $0.metadata["reason"] == "taken-after-all" })
        #expect(try Self.standing(1, to: "cnam", agent) == "delivered")
        world.relay.reject("cnam", with: nil)
        _ = try await agent.takeFile(world.folder.write(World.messages(3...4).file, to: "b.hl7"))
        _ = try await agent.makeParcels(flush: true)
        try await agent.uploadWaiting()
        #expect(Self.numbers("cnam", world) == [2])
    }

    @Test("A parcel that supersedes one which may have got there never has a lower number")
    func neverBelow() async throws {
        let (world, agent) = try await Self.spooled()
        world.relay.reject("cnam", with: .unknownRecipient)
        try await agent.uploadWaiting()
        let rejected = try #require(agent.store.parcels(in: [.rejected]).first)
        #expect(try agent.store.abandon(parcel: rejected.id, for: .notWanted, at: 0))
        // Number 1 is free; the parcel that is sent again has number 2, and goes on with 3.
        world.relay.reject("cnam", with: nil)
        try await agent.store.pool.write { db in
            try db.execute(sql: "UPDATE freeNumbers SET seq = seq + 100")
        }
        _ = try await agent.takeFile(world.folder.write(World.messages(3...4).file, to: "b.hl7"))
        _ = try await agent.makeParcels(flush: true)
        try await agent.uploadWaiting()
        #expect(Self.numbers("cnam", world) == [101], "the free number goes first")
        try await agent.store.pool.write { db in
            try db.execute(
                sql: """
                    INSERT INTO freeNumbers (recipient, seq, parcel)
                    SELECT recipient, 50, number FROM parcels WHERE id = ?
                    """, arguments: [rejected.id.text])
            try db.execute(sql: "UPDATE recipients SET lastSeq = 101")
        }
        let there = try #require(agent.store.parcels(in: [.accepted]).last { $0.recipient == "cnam" })
        _ = try agent.store.sendAgain(parcel: there.id, at: world.clock.now.secondsSinceEpoch)
        _ = try await agent.makeParcels(flush: true)
        try await agent.uploadWaiting()
        #expect(Self.numbers("cnam", world) == [101, 102])
    }
}

/// The outbox dies at each step of a day on which the relay refuses parcels: no number is ever on two parcels that it has.
@Suite("Failure points of numbers")
struct NumberFailurePointTests {
    private static func world() throws -> World {
        let world = try World()
        world.relay.name = "log"
        try world.folder.write(World.messages(1...2).file, to: "day.hl7")
        try world.folder.write(World.messages(3...4).file, to: "next.hl7")
        return world
    }

    private static func work(_ world: World, _ plan: CrashPlan?) async throws {
        let agent = try world.agent(plan)
        let isOver = world.relay.parcels.contains { $0.manifest.value.to.text == "cnam" }
        if !isOver {
            world.relay.reject("cnam", with: .unknownRecipient)
            _ = try await agent.takeFile(world.folder.path + "/day.hl7")
            _ = try await agent.makeParcels(flush: true)
            try await agent.uploadWaiting()
        }
        world.relay.reject("cnam", with: nil)
        _ = try await agent.takeFile(world.folder.path + "/day.hl7")
        _ = try await agent.takeFile(world.folder.path + "/next.hl7")
        for parcel in try agent.store.parcels(in: [.rejected]) {
            _ = try agent.store.sendAgain(parcel: parcel.id, at: world.clock.now.secondsSinceEpoch)
        }
        _ = try await agent.makeParcels(flush: true)
        try await agent.uploadWaiting()
        try await world.collectAll(agent)
        try await agent.close()
    }

    private static func check(_ world: World, _ place: String) throws {
        for recipient in ["cnam", "spf", "ars-11"] {
            let numbers = world.relay.parcels.map(\.manifest.value).filter { $0.to.text == recipient }.map(\.seq)
            #expect(Set(numbers).count == numbers.count, "\(place): \(recipient) got \(numbers)")
            if place == "without a death" { #expect(numbers.sorted() == Array(1...Int64(numbers.count))) }
            #expect(world.relay.handedOver(to: recipient).count == 4, "\(place): \(recipient)")
        }
        #expect(try OutboxStatus.read(dataFolder: world.data).isSettled, "\(place)")
    }

    @Test(
        "Killed at any step, before or after it happened, no two parcels that got there have one number",
        arguments: CrashPlan.Death.allCases)
    func everyStep(death: CrashPlan.Death) async throws {
        try await DeathSweep(begin: { try Self.world() }, work: Self.work, check: Self.check)
            .run(
                death, least: 40,
                kinds: [
                    "store beginAttempts", "store rejectParcel", "store sendAgain", "store makeParcel",
                    "relay upload", "relay proof",
                ])
    }
}
