import Courier
import Exchange
import Foundation
import GRDB
import LabReport
import TestSupport
import Testing

@testable import Outbox

/// Parcels that did not get there: sent again by the outbox or by a person, given up by a person, and never delivered twice.
@Suite("Sending again")
struct ResendTests {
    private static let day: Int64 = 86_400

    /// A laboratory whose three parcels are at the relay and whose recipients have not answered.
    private static func sent(refusing: Set<String> = [], isSilent: Bool = true) async throws -> (World, OutboxAgent) {
        let world = try World()
        world.relay.isSilent = isSilent
        world.relay.refuse(refusing)
        let agent = try world.agent()
        try await world.send(world.folder.write(World.messages(1...3).file, to: "a.hl7"), with: agent)
        return (world, agent)
    }

    private static func id(_ world: World, to recipient: String = "cnam") throws -> ParcelID {
        try #require(world.relay.parcels.last { $0.manifest.value.to.text == recipient }).manifest.value.id
    }

    /// What happens after a decision: parcels made, sent, answered, receipts taken.
    private static func goOn(_ world: World, _ agent: OutboxAgent) async throws {
        _ = try await agent.makeParcels(flush: true)
        try await agent.uploadWaiting()
        try world.relay.answerAll()
        try await world.collectAll(agent)
    }

    private static func expectEnd(_ world: World, _ agent: OutboxAgent) async throws {
        for recipient in ["cnam", "spf", "ars-11"] {
            let lines = world.relay.handedOver(to: recipient)
            #expect(lines.count == 3, "\(recipient) got \(lines.count) reports")
        }
        let status = try await agent.status()
        #expect(status.isSettled)
        #expect(status.recipients.map(\.reports) == [3, 3, 3])
        #expect(status.recipients.map(\.delivered) == [3, 3, 3])
        #expect(try world.files(in: "spool") == [] && world.files(in: "journal") == [])
    }

    @Test("A refused parcel goes again in one that supersedes it, with the next number and the same reports")
    func refused() async throws {
        let (world, agent) = try await Self.sent(refusing: ["cnam"], isSilent: false)
        let refused = try Self.id(world)
        let desk = try ParcelDesk(dataFolder: world.data)
        let listed = try desk.parcels(at: world.clock.now)
        #expect(listed.map(\.standing) == [.refused] && listed.map(\.reason) == ["invalid"])
        world.relay.refuse([])
        #expect(try desk.sendAgain(refused, at: world.clock.now) == .begun(reports: 3))
        #expect(try desk.sendAgain(refused, at: world.clock.now) == .superseded)
        #expect(try desk.parcels(at: world.clock.now).map(\.standing) == [.again])
        try await Self.goOn(world, agent)
        let manifests = world.relay.parcels.map(\.manifest.value).filter { $0.to.text == "cnam" }
        #expect(manifests.map(\.supersedes) == [nil, refused])
        #expect(manifests.map(\.seq) == [1, 2] && manifests.map(\.reports) == [3, 3])
        try await Self.expectEnd(world, agent)
        #expect(try desk.parcels(at: world.clock.now, all: true).isEmpty)
        #expect(try desk.sendAgain(refused, at: world.clock.now) == .superseded)
        #expect(try desk.sendAgain(Self.id(world), at: world.clock.now) == .over(.delivered))
        #expect(world.log.alarms == ["parcel-refused"])
    }

    @Test(
        "A parcel whose receipt did not come goes again; whichever is answered first, its reports are delivered once",
        arguments: [true, false])
    func unanswered(isLate: Bool) async throws {
        let (world, agent) = try await Self.sent()
        let first = try Self.id(world)
        let desk = try ParcelDesk(dataFolder: world.data)
        #expect(try desk.parcels(at: world.clock.now).isEmpty, "nothing is overdue yet")
        #expect(try desk.parcels(at: world.clock.now, all: true).map(\.standing) == [.underWay, .underWay, .underWay])
        #expect(try desk.sendAgain(first, at: world.clock.now) == .begun(reports: 3))
        _ = try await agent.makeParcels(flush: false)
        // The receipt on the first one comes while the second waits for the relay, or is there.
        if !isLate { try world.relay.answerAll() }
        if !isLate { try await world.collectAll(agent) }
        try await Self.goOn(world, agent)
        try await Self.expectEnd(world, agent)
        #expect(world.relay.parcels.count == 4, "its number must not be missed")
        #expect(world.log.alarms == [])
    }

    @Test("All that supersede one another name the first one, however often a parcel is sent again")
    func chain() async throws {
        let (world, agent) = try await Self.sent()
        let first = try Self.id(world)
        let desk = try ParcelDesk(dataFolder: world.data)
        for _ in 0..<3 {
            #expect(try desk.sendAgain(Self.id(world), at: world.clock.now) == .begun(reports: 3))
            _ = try await agent.makeParcels(flush: false)
            try await agent.uploadWaiting()
        }
        let named = world.relay.parcels.map(\.manifest.value).filter { $0.to.text == "cnam" }.map(\.supersedes)
        #expect(named == [nil, first, first, first])
        try await Self.goOn(world, agent)
        try await Self.expectEnd(world, agent)
    }

    @Test("A parcel past its deadline is one alarm; its reports stay, and go again when a person says so")
    func expired() async throws {
        let (world, agent) = try await Self.sent()
        world.clock.advance(31 * Self.day)
        for _ in 0..<2 { try await agent.tidy() }
        #expect(world.log.alarms.filter { $0 == "parcel-expired" }.count == 3, "one a parcel")
        #expect(!(try world.files(in: "journal").isEmpty))
        world.relay.forget()
        let desk = try ParcelDesk(dataFolder: world.data)
        let expired = try desk.parcels(at: world.clock.now)
        #expect(expired.map(\.standing) == [.expired, .expired, .expired])
        for parcel in expired { #expect(try desk.sendAgain(parcel.id, at: world.clock.now) == .begun(reports: 3)) }
        world.relay.setDirectory(try People.directory())
        // Keys of recipients end after 45 days: these are still good.
        try await Self.goOn(world, agent)
        try await Self.expectEnd(world, agent)
    }

    @Test(
        "Where the recipient may have forgotten whether it had a parcel, it is not sent again, unless all were refused")
    func tooLate() async throws {
        let (world, agent) = try await Self.sent(refusing: [], isSilent: true)
        let first = try Self.id(world)
        let desk = try ParcelDesk(dataFolder: world.data)
        let expiresAt = try #require(world.relay.parcels.last { $0.manifest.value.id == first }).manifest.value
            .expiresAt
        let latest = expiresAt.adding(seconds: Limits.rememberedSeconds - Self.day)
        #expect(try desk.sendAgain(first, at: latest.adding(seconds: 1)) == .tooLate)
        #expect(try desk.sendAgain(first, at: latest) == .begun(reports: 3))
        world.clock.advance(latest.secondsSinceEpoch + 1 - world.clock.now.secondsSinceEpoch)
        _ = try? await agent.makeParcels(flush: false)
        _ = try? await agent.makeParcels(flush: false)
        #expect(world.log.alarms == ["parcel-expired"], "told once")
        #expect(try desk.abandon(first, for: .exportedAgain, at: world.clock.now))

        let (other, _) = try await Self.sent(refusing: ["cnam"], isSilent: false)
        let refused = try ParcelDesk(dataFolder: other.data)
        #expect(try refused.sendAgain(Self.id(other), at: latest.adding(seconds: 1)) == .begun(reports: 3))
    }

    @Test("A parcel that supersedes another never outlives its recipient's memory of the other")
    func deadline() async throws {
        let (world, agent) = try await Self.sent()
        let first = try Self.id(world)
        let manifest = try #require(world.relay.parcels.last { $0.manifest.value.id == first }).manifest.value
        // As if its deadline had been long ago, and three days of its recipient's memory were left.
        let until = world.clock.now.adding(seconds: 3 * Self.day)
        let deadline = until.adding(seconds: -Limits.rememberedSeconds).secondsSinceEpoch
        try await agent.store.pool.write { db in
            try db.execute(sql: "UPDATE parcels SET expiresAt = ? WHERE id = ?", arguments: [deadline, first.text])
        }
        let desk = try ParcelDesk(dataFolder: world.data)
        #expect(try desk.sendAgain(first, at: world.clock.now) == .begun(reports: 3))
        _ = try await agent.makeParcels(flush: false)
        try await agent.uploadWaiting()
        let second = try #require(world.relay.parcels.last).manifest.value
        #expect(second.supersedes == first)
        #expect(manifest.expiresAt > until && second.expiresAt == until)
    }

    @Test("What is given up is over: it leaves the journal, and is neither sent nor listed again")
    func abandoned() async throws {
        let (world, agent) = try await Self.sent(refusing: ["cnam"], isSilent: false)
        let refused = try Self.id(world)
        let desk = try ParcelDesk(dataFolder: world.data)
        #expect(try desk.abandon(refused, for: .sentOtherwise, at: world.clock.now))
        #expect(try !desk.abandon(refused, for: .sentOtherwise, at: world.clock.now))
        #expect(try desk.sendAgain(refused, at: world.clock.now) == .over(.abandoned))
        try await agent.tidy()
        #expect(try await agent.status().isSettled)
        #expect(try world.files(in: "journal") == [] && world.files(in: "spool") == [])
        #expect(try desk.parcels(at: world.clock.now, all: true).isEmpty)
    }

    @Test("Reports that wait to be sent again can be given up, and a receipt that comes all the same is taken")
    func abandonedWhileWaiting() async throws {
        let (world, agent) = try await Self.sent()
        let first = try Self.id(world)
        let desk = try ParcelDesk(dataFolder: world.data)
        #expect(try desk.sendAgain(first, at: world.clock.now) == .begun(reports: 3))
        #expect(try desk.abandon(first, for: .notWanted, at: world.clock.now))
        #expect(try await agent.makeParcels(flush: true) == 0)
        try world.relay.answerAll()
        try await world.collectAll(agent)
        try await Self.expectEnd(world, agent)
    }

    @Test("What is on its way to the relay, or is none of ours, is neither sent again nor given up")
    func notMine() async throws {
        let world = try World()
        let agent = try world.agent()
        _ = try await agent.takeFile(world.folder.write(World.messages(1...1).file, to: "a.hl7"))
        _ = try await agent.makeParcels(flush: true)
        let desk = try ParcelDesk(dataFolder: world.data)
        let spooled = try desk.parcels(at: world.clock.now, all: true)
        #expect(spooled.count == 3)
        for parcel in spooled {
            #expect(try desk.sendAgain(parcel.id, at: world.clock.now) == .underWay)
            #expect(try !desk.abandon(parcel.id, for: .notWanted, at: world.clock.now))
        }
        let stranger = try ParcelID(time: world.clock.now, random: Array(repeating: 1, count: 10))
        #expect(try desk.sendAgain(stranger, at: world.clock.now) == .unknown)
        let nothing = try ParcelDesk(dataFolder: world.folder.path + "/none")
        #expect(try nothing.sendAgain(stranger, at: world.clock.now) == .unknown)
        #expect(try nothing.parcels(at: world.clock.now).isEmpty)
    }

    @Test("A profile that the directory no longer holds keeps all of a parcel's reports back, not a part of them")
    func wholeOrNothing() async throws {
        let (world, agent) = try await Self.sent(refusing: ["cnam"], isSilent: false)
        let refused = try Self.id(world)
        world.relay.refuse([])
        world.relay.setDirectory(try People.directory(version: 2, routes: [], profiles: []))
        let desk = try ParcelDesk(dataFolder: world.data)
        #expect(try desk.sendAgain(refused, at: world.clock.now) == .begun(reports: 3))
        #expect(try await agent.makeParcels(flush: true) == 0)
        #expect(world.log.alarms.last == "recipient-unreachable")
        #expect(try world.files(in: "spool") == [])
        world.relay.setDirectory(try People.directory(version: 3))
        try await Self.goOn(world, agent)
        try await Self.expectEnd(world, agent)
    }
}
