import Courier
import Durable
import Exchange
import Foundation
import LabReport
import TestSupport
import Testing

@testable import Outbox

/// A data folder whose database is gone, empty or older than what lies beside it.
@Suite("Folders that are not whole")
struct FolderCheckTests {
    /// Reports wait in the journal, others in the quarantine.
    private static func world() async throws -> World {
        let world = try World()
        var file = World.messages(1...3).file
        file += try ReplayTests.message("1", "F1")
        let path = try world.folder.write(file, to: "day.hl7")
        _ = try await ReplayTests.live(world) { try await $0.takeFile(path) }
        #expect(try segments(world).count == 2)
        return world
    }

    private static func segments(_ world: World) throws -> [String] {
        try world.files(in: "journal") + world.files(in: "quarantine")
    }

    private static func database(_ world: World) -> [String] {
        ["", "-wal", "-shm"].map { DataFolder.database(in: world.data) + $0 }
    }

    private static func removeDatabase(_ world: World) {
        for path in database(world) { try? FileManager.default.removeItem(atPath: path) }
    }

    private static func expectRefused(_ world: World, _ failure: OutboxFailure) throws {
        let before = try segments(world)
        #expect(throws: failure) { try world.agent() }
        #expect(throws: failure) { try FolderCheck(dataFolder: world.data).requireWhole() }
        #expect(try segments(world) == before)
    }

    @Test("Without its database, or with an empty one, nothing opens the folder, and no segment is removed")
    func missing() async throws {
        let world = try await Self.world()
        Self.removeDatabase(world)
        for _ in 0..<2 {
            try Self.expectRefused(world, .databaseMissing)
            #expect(throws: OutboxFailure.databaseMissing) { try QuarantineDesk(dataFolder: world.data) }
            #expect(throws: OutboxFailure.databaseMissing) { try ParcelDesk(dataFolder: world.data) }
            #expect(throws: OutboxFailure.databaseMissing) { try OutboxStatus.read(dataFolder: world.data) }
            // The second time it is there, and empty.
            try Data().write(to: URL(fileURLWithPath: DataFolder.database(in: world.data)))
        }
    }

    @Test("Segments without a note of the last one keep the folder shut without a database, too")
    func withoutNote() async throws {
        let world = try await Self.world()
        Self.removeDatabase(world)
        try FileManager.default.removeItem(atPath: world.data + "/" + SegmentNote.fileName)
        try Self.expectRefused(world, .databaseMissing)
    }

    @Test("A damaged note of the last segment is told with what to do, and moved away it is written again")
    func damagedNote() async throws {
        let world = try await Self.world()
        let path = world.data + "/" + SegmentNote.fileName
        let noted = try Data(contentsOf: URL(fileURLWithPath: path))
        try Data([UInt8](repeating: 0, count: noted.count)).write(to: URL(fileURLWithPath: path))
        try Self.expectRefused(world, .noteDamaged)
        let said = "\(OutboxFailure.noteDamaged)"
        #expect(said.contains("move last-segment elsewhere") && !said.contains("remove"), "\(said)")
        try FileManager.default.removeItem(atPath: path)
        let agent = try world.agent()
        try await agent.close()
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == noted)
    }

    @Test("An older database beside newer segments is refused, by those who only look, too, and removes none")
    func older() async throws {
        let world = try await Self.world()
        let copies = Self.database(world).map { try? Data(contentsOf: URL(fileURLWithPath: $0)) }
        let path = try world.folder.write(World.messages(4...6).file, to: "next.hl7")
        _ = try await ReplayTests.live(world) { try await $0.takeFile(path) }
        Self.removeDatabase(world)
        for (path, copy) in zip(Self.database(world), copies) { try copy?.write(to: URL(fileURLWithPath: path)) }
        try Self.expectRefused(world, .databaseOld(lastSegment: 2))
        let before = try Self.segments(world)
        let desk = try QuarantineDesk(dataFolder: world.data)
        #expect(try desk.finishDrops())
        try desk.close()
        #expect(try Self.segments(world) == before && before.count == 3)
    }

    @Test("A segment that is gone while reports in it wait is seen from outside, and what is whole is not")
    func damaged() async throws {
        let world = try await Self.world()
        try FolderCheck(dataFolder: world.data).requireWhole()
        let name = try #require(try world.files(in: "journal").first)
        try FileManager.default.removeItem(atPath: world.data + "/journal/" + name)
        let number = try #require(SegmentWriter.number(ofFile: name))
        #expect(throws: OutboxFailure.damagedSegment(number: number)) {
            try FolderCheck(dataFolder: world.data).requireWhole()
        }
    }

    @Test("A key that reports were named by is not made anew: the start refuses, and says so until it is back")
    func identifierKey() async throws {
        let world = try await Self.world()
        let path = world.data + "/" + Pseudonyms.fileName
        let key = try Data(contentsOf: URL(fileURLWithPath: path))
        try FileManager.default.removeItem(atPath: path)
        try Self.expectRefused(world, .identifierKeyMissing)
        #expect(!FileManager.default.fileExists(atPath: path))
        try key.write(to: URL(fileURLWithPath: path))
        try await world.agent().close()
    }

    @Test("A pipe in the database's place is told, and not waited for")
    func pipe() throws {
        let world = try World()
        try FileManager.default.createDirectory(atPath: world.data, withIntermediateDirectories: true)
        #expect(mkfifo(DataFolder.database(in: world.data), 0o600) == 0)
        let failure = #expect(throws: DurableFailure.self) { try OutboxStatus.read(dataFolder: world.data) }
        #expect(failure?.isNoFile == true)
    }
}
