import Age
import Courier
import Exchange
import Foundation
import LabReport
import Notes
import TestSupport
import Testing

@testable import Outbox

/// After a restore of the relay the outbox sends what waits again, by itself.
@Suite("A relay that was restored")
struct LostParcelTests {
    private static func sent(_ count: Int = 2) async throws -> (World, OutboxAgent) {
        let world = try World()
        world.relay.isSilent = true
        let agent = try world.agent()
        try await world.send(world.folder.write(World.messages(1...count).file, to: "a.hl7"), with: agent)
        return (world, agent)
    }

    /// The same after a restart, with so many receipts behind it: it asks for those after them.
    private static func behind(_ cursor: Int64) async throws -> (World, OutboxAgent) {
        let world = try await sent().0
        let store = try OutboxStore(path: world.data + "/" + OutboxStore.fileName)
        try store.advanceReceiptCursor(to: cursor)
        try store.close()
        return (world, try world.agent())
    }

    private static let longAgo = OutboxAgent.askAfterSeconds + 1

    @Test("Parcels that the relay no longer has go there again as they are, with one alarm")
    func lost() async throws {
        let (world, agent) = try await Self.sent()
        let before = Set(world.relay.parcels.map(\.manifest.textHash))
        world.relay.forget()
        try await agent.askAfterParcels()
        #expect(world.log.alarms == [], "what was accepted just now is not asked after")
        world.clock.advance(Self.longAgo)
        try await agent.askAfterParcels()
        #expect(world.log.alarms == ["parcels-lost"])
        #expect(try await agent.uploadWaiting() == 3)
        #expect(Set(world.relay.parcels.map(\.manifest.textHash)) == before, "the same parcels, so none arrives twice")
        try world.relay.answerAll()
        try await world.collectAll(agent)
        #expect(try await agent.status().isSettled)
        #expect(world.relay.handedOver(to: "cnam").count == 2)
    }

    @Test("Parcels that the relay has are left alone, and those that are over are not asked after")
    func held() async throws {
        let (world, agent) = try await Self.sent()
        world.clock.advance(Self.longAgo)
        try await agent.askAfterParcels()
        #expect(try await agent.uploadWaiting() == 0)
        try world.relay.answerAll()
        try await world.collectAll(agent)
        world.relay.forget()
        try await agent.askAfterParcels()
        #expect(world.log.alarms == [])
    }

    @Test("Receipts of a relay that counts anew are found: by their parcel first, then from the first one on")
    func countsAnew() async throws {
        let (world, agent) = try await Self.behind(10)
        try world.relay.answerAll()
        try await world.collectAll(agent)
        #expect(try await !agent.status().isSettled)
        world.clock.advance(Self.longAgo)
        try await agent.askAfterParcels()
        #expect(try await agent.status().isSettled)
        #expect(try agent.store.receiptCursor() == 0)
        #expect(world.log.alarms == [])
    }

    @Test(
        "Receipts of a log that succeeds another are counted from the first again, at once, by a running agent"
    )
    func successor() async throws {
        let world = try await Self.sent().0
        world.relay.name = "before"
        let store = try OutboxStore(path: world.data + "/" + OutboxStore.fileName)
        try store.advanceReceiptCursor(to: 10, of: "before")
        try store.close()
        let agent = try world.agent()
        try world.relay.answerAll()
        try await world.collectAll(agent)
        #expect(try await !agent.status().isSettled)
        world.relay.name = "after"
        try await world.collectAll(agent)
        #expect(try await agent.status().isSettled)
        #expect(try agent.store.receiptCursor(of: "before") == 10)
        #expect(try agent.store.receiptCursor(of: "after") > 0)
        #expect(try agent.store.receiptCursor(of: "another") == 0)
        #expect(world.log.alarms == [])
    }

    @Test("A page that was asked for before the outbox began anew does not set its place")
    func pageInFlight() async throws {
        let (world, agent) = try await Self.behind(10)
        let receipts = agent.receipts
        world.relay.whilePaging = { try await receipts.startOver() }
        _ = try await agent.collectReceipts(waitSeconds: 0)
        world.relay.whilePaging = nil
        #expect(try agent.store.receiptCursor() == 0)
        try world.relay.answerAll()
        try await world.collectAll(agent)
        #expect(try await agent.status().isSettled)
    }

    @Test("More parcels than are asked after at one time are all asked after once one is missing")
    func many() async throws {
        let world = try World()
        world.relay.isSilent = true
        world.configuration.batchReports = 1
        let agent = try world.agent()
        let count = OutboxAgent.askedAtOnce / 3 + 2
        try await world.send(world.folder.write(World.messages(1...count).file, to: "a.hl7"), with: agent)
        #expect(world.relay.parcels.count == 3 * count)
        world.relay.forget()
        world.clock.advance(Self.longAgo)
        try await agent.askAfterParcels()
        #expect(try await agent.uploadWaiting() == 3 * count)
        #expect(world.log.lines.contains { $0.metadata["parcels"] == "\(3 * count)" })
    }

    @Test("A parcel whose deadline passed before the relay had it goes in a new one, where our clock says so too")
    func expiredInSpool() async throws {
        let world = try World()
        world.relay.failure = .unreachable("nobody answers")
        let agent = try world.agent()
        _ = try await agent.takeFile(world.folder.write(World.messages(1...2).file, to: "a.hl7"))
        _ = try await agent.makeParcels(flush: true)
        world.relay.failure = nil
        world.relay.reject("cnam", with: .expired)
        try await agent.uploadWaiting()
        #expect(world.log.alarms == ["parcel-rejected"], "the relay's clock alone is not believed")
        world.relay.reject("cnam", with: nil)
        let other = try World()
        other.relay.failure = .unreachable("nobody answers")
        let late = try other.agent()
        _ = try await late.takeFile(other.folder.write(World.messages(1...2).file, to: "a.hl7"))
        _ = try await late.makeParcels(flush: true)
        other.clock.advance(31 * 86_400)
        other.relay.failure = nil
        for recipient in ["cnam", "spf", "ars-11"] { other.relay.reject(recipient, with: .expired) }
        try await late.uploadWaiting()
        for recipient in ["cnam", "spf", "ars-11"] { other.relay.reject(recipient, with: nil) }
        #expect(other.log.alarms == [])
        #expect(try await late.makeParcels(flush: false) == 3)
        try await late.uploadWaiting()
        try await other.collectAll(late)
        #expect(try await late.status().isSettled)
        #expect(other.relay.handedOver(to: "cnam").count == 2)
        #expect(other.relay.parcels.allSatisfy { $0.manifest.value.supersedes != nil && $0.manifest.value.seq == 1 })
    }

    @Test("A signing key that changed stops neither receipts nor parcels under way: what is spooled goes in new ones")
    func signingKeyChanged() async throws {
        let world = try World()
        world.relay.isSilent = true
        let identity = try AgeIdentity.generate()
        func keys() throws -> ParticipantKeys {
            try ParticipantKeys(
                id: ParticipantID(People.lab), signing: SigningPair.generate(name: People.lab), sealing: [identity])
        }
        func workBefore() async throws {
            let former = try world.agent(keys: keys())
            try await world.send(world.folder.write(World.messages(1...2).file, to: "a.hl7"), with: former)
            world.relay.failure = .unreachable("nobody answers")
            _ = try await former.takeFile(world.folder.write(World.messages(3...4).file, to: "b.hl7"))
            _ = try await former.makeParcels(flush: true)
            try await former.close()
        }
        try await workBefore()
        world.relay.failure = nil

        let agent = try world.agent(keys: keys())
        try await agent.uploadWaiting()
        #expect(try await agent.makeParcels(flush: false) == 3)
        #expect(try await agent.uploadWaiting() == 3)
        try world.relay.answerAll()
        try await world.collectAll(agent)
        #expect(try await agent.status().isSettled)
        #expect(world.relay.handedOver(to: "cnam").count == 4)
        #expect(world.log.alarms == [])
    }
}
