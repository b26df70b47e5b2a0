import Courier
import Durable
import Exchange
import Foundation
import LabReport
import StrictJSON
import TestSupport
import Testing

@testable import Outbox

/// Raw files that cannot go, or went nowhere, and what that means for all else.
@Suite("Raw files that wait")
struct WaitingFileTests {
    private static func route(to recipient: String) -> JSON {
        JSON.object([
            .init("id", .string("files-\(recipient)")), .init("to", .string(recipient)),
            .init("kinds", .array([.string("file")])), .init("from", .array([.string(People.lab)])),
        ])
    }

    private static func world() throws -> World {
        try World(routes: ExampleRoutes.routes + [route(to: "cnam"), route(to: "spf")])
    }

    @discardableResult
    private static func take(
        _ world: World, _ agent: OutboxAgent, _ bytes: [UInt8], to recipient: String = "cnam"
    ) async throws -> RawFileSummary {
        let path = try world.folder.write(bytes, to: "scan.bin")
        return try await agent.takeRawFile(
            path, name: "scan.bin", mediaType: "application/octet-stream", to: ParticipantID(recipient))
    }

    private static func bytes(_ seed: UInt64) -> [UInt8] {
        var random = SeededRandom(seed: seed)
        return random.bytes(2_000)
    }

    @Test("A file that shrinks so much that no recipient would unpack it is refused before it is taken")
    func shrinks() async throws {
        let world = try Self.world()
        let agent = try world.agent()
        let path = world.folder.path + "/zeros.bin"
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.truncate(atOffset: 100 << 20)
        try file.close()
        await #expect(throws: CourierFailure.self) {
            try await agent.takeRawFile(
                path, name: "zeros.bin", mediaType: "application/octet-stream", to: ParticipantID("cnam"))
        }
        #expect(try world.files(in: "journal").isEmpty)
        #expect(try await agent.status().recipients.isEmpty)
    }

    @Test("A file of which no parcel can be made keeps back neither other files nor reports, and goes once it can")
    func apart() async throws {
        let world = try Self.world()
        let agent = try world.agent()
        try await Self.take(world, agent, Self.bytes(1))
        let name = try #require(try world.files(in: "journal").first)
        try await Self.take(world, agent, Self.bytes(2))
        let path = try world.folder.write(World.messages(1...2).file, to: "a.hl7")
        _ = try await agent.takeFile(path)
        let segment = world.data + "/journal/" + name
        try FileManager.default.moveItem(atPath: segment, toPath: world.folder.path + "/away")
        try FileManager.default.createDirectory(atPath: segment, withIntermediateDirectories: false)
        await #expect(throws: DurableFailure.self) { try await agent.makeParcels(flush: true) }
        try await agent.uploadWaiting()
        #expect(Set(world.relay.parcels.map(\.manifest.value.kind)) == [.file, .reports])
        #expect(world.log.alarms.count == 1)
        // It is left alone for a while, and is no failure of what else is made meanwhile.
        #expect(try await agent.makeParcels(flush: true) == 0)
        try FileManager.default.removeItem(atPath: segment)
        try FileManager.default.moveItem(atPath: world.folder.path + "/away", toPath: segment)
        world.clock.advance(601)
        #expect(try await agent.makeParcels(flush: true) == 1)
        #expect(world.log.alarms.count == 1)
    }

    @Test("A file that waits for long is named and can be given up, leaves nothing, and is taken when sent again")
    func abandoned() async throws {
        let world = try Self.world()
        let agent = try world.agent()
        try await Self.take(world, agent, Self.bytes(1))
        let desk = try ParcelDesk(dataFolder: world.data)
        #expect(try desk.waitingFiles(at: world.clock.now).isEmpty)
        world.clock.advance(601)
        let file = try #require(try desk.waitingFiles(at: world.clock.now).first)
        #expect(file.recipient == "cnam" && file.bytes == 2_000)
        let row = try #require(WaitingFile.row(named: file.name))
        #expect(try desk.abandon(file: row))
        #expect(try !desk.abandon(file: row))
        #expect(try await agent.makeParcels(flush: true) == 0)
        try await agent.tidy()
        #expect(try world.files(in: "journal").isEmpty)
        #expect(try await !Self.take(world, agent, Self.bytes(1)).wasTakenBefore)
        #expect(try await agent.makeParcels(flush: true) == 1)
    }

    @Test("Files for a recipient to whom nothing can be sealed keep back nobody else's, however many they are")
    func starved() async throws {
        let world = try Self.world()
        let agent = try world.agent()
        for seed in 1...101 { try await Self.take(world, agent, Self.bytes(UInt64(seed)), to: "spf") }
        try await Self.take(world, agent, Self.bytes(500))
        world.relay.withoutKeys(of: "spf")
        await #expect(throws: (any Error).self) { try await agent.makeParcels(flush: true) }
        try await agent.uploadWaiting()
        #expect(world.relay.parcels.map(\.manifest.value.to.text) == ["cnam"])
        #expect(await agent.unserved == ["spf"])
    }

    @Test("A file that was given up goes when it is sent again; one that did not get there is named with its parcel")
    func givenUp() async throws {
        let world = try Self.world()
        world.relay.refuse(["cnam"])
        let agent = try world.agent()
        func send() async throws -> RawFileSummary {
            let summary = try await Self.take(world, agent, Self.bytes(1))
            _ = try await agent.makeParcels(flush: true)
            try await agent.uploadWaiting()
            try await world.collectAll(agent)
            return summary
        }
        for _ in 0..<2 {
            let summary = try await send()
            #expect(!summary.wasTakenBefore)
            let id = try #require(world.relay.parcels.last).manifest.value.id
            await #expect(throws: OutboxFailure.fileStopped(parcel: id)) { try await send() }
            let desk = try ParcelDesk(dataFolder: world.data)
            #expect(try desk.abandon(id, for: .notWanted, at: world.clock.now))
        }
        world.relay.refuse([])
        #expect(try await !send().wasTakenBefore)
        #expect(try await send().wasTakenBefore)
        #expect(world.relay.parcels.count == 3)
    }
}
