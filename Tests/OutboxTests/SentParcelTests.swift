import Courier
import Exchange
import LabReport
import TestSupport
import Testing

@testable import Outbox

/// What became of the parcels of the files that one call was given.
@Suite("Parcels of given files")
struct SentParcelTests {
    private static func states(_ parcels: [SentParcel]) -> [String: ParcelState] {
        Dictionary(parcels.map { ($0.recipient, $0.state) }) { $1 }
    }

    @Test("Of a file's parcels each is told with its state, the refused and the rejected one with the reason")
    func states() async throws {
        let world = try World()
        world.relay.refuse(["cnam"])
        world.relay.reject("spf", with: .kindNotAllowed)
        let agent = try world.agent()
        let file = try world.folder.write(World.messages(1...3).file, to: "a.hl7")
        let hash = try await world.send(file, with: agent).fileHash
        let parcels = try await agent.parcels(ofFiles: [hash])
        #expect(Self.states(parcels) == ["cnam": .refused, "spf": .rejected, "ars-11": .delivered])
        #expect(parcels.map(\.reports) == [3, 3, 3])
        #expect(parcels.filter(\.isTurnedAway).map(\.recipient).sorted() == ["cnam", "spf"])
        #expect(parcels.first { $0.recipient == "cnam" }?.reason == "invalid")
        #expect(parcels.first { $0.recipient == "spf" }?.reason != nil)
        #expect(parcels.first { $0.recipient == "ars-11" }?.reason == nil)
    }

    @Test("A refused parcel of another file is nothing against this one, and sent again nothing against its own")
    func others() async throws {
        let world = try World()
        world.relay.refuse(["cnam"])
        let agent = try world.agent()
        let first = try await world.send(world.folder.write(World.messages(1...2).file, to: "a.hl7"), with: agent)
        world.relay.refuse([])
        let second = try await world.send(world.folder.write(World.messages(3...4).file, to: "b.hl7"), with: agent)
        #expect(try await !agent.parcels(ofFiles: [second.fileHash]).contains(where: \.isTurnedAway))
        let refused = try #require(await agent.parcels(ofFiles: [first.fileHash]).first(where: \.isTurnedAway))
        #expect(
            try ParcelDesk(dataFolder: world.data).sendAgain(refused.id, at: world.clock.now) == .begun(reports: 2))
        _ = try await agent.makeParcels(flush: true)
        try await agent.uploadWaiting()
        try await world.collectAll(agent)
        let now = try await agent.parcels(ofFiles: [first.fileHash])
        #expect(Self.states(now) == ["cnam": .delivered, "spf": .delivered, "ars-11": .delivered])
    }

    @Test("A receipt that did not come yet is awaited")
    func awaited() async throws {
        let world = try World()
        world.relay.isSilent = true
        let agent = try world.agent()
        let file = try world.folder.write(World.messages(1...2).file, to: "a.hl7")
        let hash = try await world.send(file, with: agent).fileHash
        let parcels = try await agent.parcels(ofFiles: [hash])
        #expect(parcels.count == 3 && parcels.allSatisfy(\.awaitsReceipt))
        #expect(try await agent.parcels(ofFiles: []).isEmpty)
    }

    @Test("No receipt is awaited on a parcel for which the relay had no room")
    func withoutRoom() async throws {
        let world = try World()
        world.relay.failure = .relayFull(detail: nil)
        let agent = try world.agent()
        let file = try world.folder.write(World.messages(1...2).file, to: "a.hl7")
        let hash = try await agent.takeFile(file).fileHash
        _ = try await agent.makeParcels(flush: true)
        await #expect(throws: CourierFailure.relayFull(detail: nil)) { try await agent.uploadWaiting() }
        let parcels = try await agent.parcels(ofFiles: [hash])
        #expect(parcels.count == 3 && parcels.allSatisfy { $0.state == .spooled && !$0.awaitsReceipt })
    }
}
