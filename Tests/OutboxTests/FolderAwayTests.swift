import Courier
import Durable
import Exchange
import Foundation
import LabReport
import Logging
import TestSupport
import Testing

@testable import Outbox

/// A data folder that is not where it was: its disk is gone, or somebody moved it.
@Suite("Data folders that are away", .serialized)
struct FolderAwayTests {
    /// A laboratory whose watched folder has a file that was taken.
    private static func laboratory() async throws -> World {
        let world = try World()
        world.configuration.watchFolder = world.folder.path + "/in"
        world.configuration.settleSeconds = 1
        let agent = try world.agent()
        let folder = try WatchedFolder(path: world.folder.path + "/in", disk: .real)
        try world.folder.write(World.messages(1...2).file, to: "in/day.hl7")
        _ = try await agent.takeReadyFiles(of: folder)
        world.clock.advance(2)
        #expect(try await agent.takeReadyFiles(of: folder) == 1)
        try await agent.close()
        return world
    }

    private static func move(_ from: String, _ to: String) throws {
        try FileManager.default.moveItem(atPath: from, toPath: to)
    }

    private static func check(_ world: World) throws {
        try FolderCheck(dataFolder: world.data, watchFolder: world.configuration.watchFolder).requireWhole()
    }

    @Test("Without its data folder, or with an empty one, an outbox does not begin anew beside files that it took")
    func beginsNot() async throws {
        let world = try await Self.laboratory()
        try Self.check(world)
        try Self.move(world.data, world.data + ".away")
        #expect(throws: OutboxFailure.dataFolderMissing) { try Self.check(world) }
        // Nothing is made in its place.
        let keys = try People.keys(of: People.lab)
        #expect(throws: OutboxFailure.dataFolderMissing) {
            try FolderCheck(dataFolder: world.data, watchFolder: world.configuration.watchFolder).requireDatabase()
        }
        #expect(try !Disk.real.exists(world.data))
        try Disk.real.createFolder(world.data)
        for _ in 0..<2 {
            #expect(throws: OutboxFailure.dataFolderMissing) { try world.agent(keys: keys) }
            #expect(try !Disk.real.exists(world.data + "/" + Pseudonyms.fileName))
        }
        #expect("\(OutboxFailure.dataFolderMissing)".contains("is its disk mounted?"))
        try FileManager.default.removeItem(atPath: world.data)
        try Self.move(world.data + ".away", world.data)
        try Self.check(world)
        try await world.agent().close()
    }

    @Test(
        "Who begins anew on purpose moves the files of taken away, or keeps identifier.key", arguments: [true, false])
    func onPurpose(keepsKey: Bool) async throws {
        let world = try await Self.laboratory()
        let key = try Data(contentsOf: URL(fileURLWithPath: world.data + "/" + Pseudonyms.fileName))
        try FileManager.default.removeItem(atPath: world.data)
        if keepsKey {
            try Disk.real.createFolder(world.data)
            try key.write(to: URL(fileURLWithPath: world.data + "/" + Pseudonyms.fileName))
        } else {
            try Self.move(world.folder.path + "/in/taken", world.folder.path + "/taken-before")
        }
        try Self.check(world)
        try await world.agent().close()
    }

    @Test("Things of others in taken, and files that were only named to pli send, keep nobody from a first start")
    func firstStart() async throws {
        let world = try World()
        world.configuration.watchFolder = world.folder.path + "/in"
        try Disk.real.createFolder(world.folder.path + "/in/taken")
        try world.folder.write([1], to: "in/taken/lost+found.txt")
        try Self.check(world)
        try await world.agent().close()
    }

    @Test("An outbox whose data folder goes away says so once, waits, and goes on when it is back")
    func comesBack() async throws {
        let world = try await Self.laboratory()
        let agent = try world.agent()
        let running = Task { try await agent.run() }
        while await !agent.hasAskedForReceipts { await Task.yield() }
        try Self.move(world.data, world.data + ".away")
        let away = { world.log.lines.filter { $0.metadata["reason"] == "data-folder-away" } }
        while away().isEmpty { await Task.yield() }
        for _ in 0..<3 { await agent.tellFolderAway() }
        #expect(away().count == 1 && away().first?.level == .error)
        #expect(away().first?.text.contains("is its disk mounted?") == true)
        #expect(try !Disk.real.exists(world.data))
        try Self.move(world.data + ".away", world.data)
        while !world.log.lines.contains(where: { $0.text.contains("in its place again") }) { await Task.yield() }
        running.cancel()
        try await running.value
        #expect(try await agent.status().taken == 2)
        try await agent.close()
        try Self.check(world)
    }

    @Test("Another data folder in its place ends the outbox, which writes nothing into it")
    func another() async throws {
        let world = try await Self.laboratory()
        let agent = try world.agent()
        try FileManager.default.copyItem(atPath: world.data, toPath: world.data + ".copy")
        try Self.move(world.data, world.data + ".away")
        try Self.move(world.data + ".copy", world.data)
        await #expect(throws: OutboxFailure.dataFolderOther) { try await agent.run() }
        #expect(OutboxFailure.dataFolderOther.mustStop)
        try await agent.close()
    }

    @Test("Missing rights are waited for as a full disk is; what only a start can mend is not")
    func rights() {
        let rights: [any Error] = [
            DurableFailure.failed(.createFile, code: EACCES, path: "journal/7.seg"),
            DurableFailure.failed(.write, code: EROFS, path: "journal/7.seg"),
            DurableFailure.full(.write, path: "journal/7.seg"), OutboxFailure.store(code: 8),
        ]
        for failure in rights {
            #expect(OutboxAgent.passingLabel(of: failure) != nil && OutboxAgent.wantsPerson(failure), "\(failure)")
        }
        for failure: any Error in [
            DurableFailure.syncFailed(code: EIO, path: "journal/7.seg"), DurableFailure.missing(path: "journal/7.seg"),
            OutboxFailure.dataFolderOther,
        ] { #expect(OutboxAgent.passingLabel(of: failure) == nil, "\(failure)") }
    }
}
