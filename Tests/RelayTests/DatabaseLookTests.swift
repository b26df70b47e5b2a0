import Durable
import Exchange
import Foundation
import GRDB
import Testing

@testable import Relay

@Suite("Looks at a folder that no relay has")
struct DatabaseLookTests {
    /// A folder whose database has all that was written: its write-ahead log is gone, or blank.
    private static func atRest() async throws -> CheckedFolder {
        let folder = try await CheckedFolder()
        try foldIn(folder)
        for suffix in ["-wal", "-shm"] { try? folder.remove("relay.sqlite" + suffix) }
        return folder
    }

    private static func foldIn(_ folder: CheckedFolder) throws {
        let queue = try DatabaseQueue(path: folder.data + "/relay.sqlite")
        try queue.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) }
        try queue.close()
    }

    /// As on a disk that is mounted read-only, for the superuser, too: the index of a write-ahead log cannot be made.
    private static func forbidIndex(_ folder: CheckedFolder) throws {
        try FileManager.default.createSymbolicLink(
            atPath: folder.data + "/relay.sqlite-shm", withDestinationPath: "/nowhere/at/all")
    }

    private static func parcels(_ queue: DatabaseQueue) throws -> Int? {
        try queue.read { db in try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM parcels") }
    }

    private static func configuration(_ folder: CheckedFolder) throws -> RelayConfiguration {
        RelayConfiguration(
            port: 0, dataFolder: folder.data, directoryPath: folder.scratch.path + "/directory.note",
            pins: try Cast.one.pins)
    }

    /// Names and contents.
    private static func contents(_ folder: CheckedFolder) throws -> [String: Data] {
        var found: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder.data) {
            found[name] = FileManager.default.contents(atPath: folder.data + "/" + name) ?? Data()
        }
        return found
    }

    /// Each of them, by its name.
    private static func looks(at folder: CheckedFolder) throws -> [(String, () async throws -> Void)] {
        let (configuration, now) = (try configuration(folder), folder.clock.now)
        let backup = folder.scratch.path + "/backup-" + BlobFolders.randomName()
        let window = try #require(IncidentWindow(from: now.adding(seconds: -86_400), to: now))
        return [
            (
                "fsck",
                {
                    let found = try await folder.check().found
                    #expect(found.isEmpty)
                }
            ),
            ("incident", { _ = try await IncidentSurvey(configuration, disk: .real, now: now).run(window) { _ in } }),
            (
                "clock",
                {
                    let last = try ClockReport(configuration).last
                    #expect(last != nil)
                }
            ),
            (
                "backup",
                {
                    let summary = try await RelayBackup(configuration).make(at: backup)
                    #expect(summary.parcels == 1)
                }
            ),
        ]
    }

    @Test("check, incident, clock and backup leave nothing beside a database that has no write-ahead log")
    func nothingLeft() async throws {
        let folder = try await Self.atRest()
        let before = try Self.contents(folder)
        for (name, look) in try Self.looks(at: folder) {
            try await look()
            #expect(try Self.contents(folder) == before, "\(name)")
        }
    }

    @Test("they read one beside which nothing can be written, also under a path that an address would take apart")
    func nothingWritable() async throws {
        let folder = try await Self.atRest()
        try Self.forbidIndex(folder)
        let before = try Self.contents(folder)
        for (name, look) in try Self.looks(at: folder) {
            try await look()
            #expect(try Self.contents(folder) == before, "\(name)")
        }
        let scratch = try Scratch()
        let odd = scratch.path + "/a b?c=d#e%41é"
        try FileManager.default.copyItem(atPath: folder.data, toPath: odd)
        let queue = try DatabaseLook(folders: BlobFolders(data: odd), disk: .real).open().queue
        #expect(try Self.parcels(queue) == 5)
        try queue.close()
    }

    @Test("where what is not folded in yet cannot be read so, what to do is said, and nothing is left out")
    func notFoldedIn() async throws {
        let folder = try await CheckedFolder()
        #expect(try Disk.real.size(of: folder.data + "/relay.sqlite-wal") ?? 0 > 0)
        try? folder.remove("relay.sqlite-shm")
        try Self.forbidIndex(folder)
        for (name, look) in try Self.looks(at: folder) {
            do {
                try await look()
                Issue.record("\(name) read it")
            } catch {
                let text = RelayFailure.text(of: error)
                #expect(text.contains("cannot be read where nothing may be written beside it: "), "\(name): \(text)")
            }
        }
    }

    @Test("a relay that starts on the folder meanwhile ends the look: what was read may be of two states")
    func startedMeanwhile() async throws {
        let folder = try await Self.atRest()
        let opened = try DatabaseLook(folders: BlobFolders(data: folder.data), disk: .real).open()
        try opened.requireUnchanged()
        let lock = try FolderLock(folder: folder.data)
        #expect {
            try opened.requireUnchanged()
        } throws: { RelayFailure.text(of: $0).contains("a relay was started there meanwhile: run this again") }
        lock.release()
        // It has stopped again, and has left what it wrote.
        _ = try folder.scratch.write([1], to: "data/relay.sqlite-wal")
        #expect(throws: RelayFailure.self) { try opened.requireUnchanged() }
    }

    @Test("beside a relay that runs they look as it writes, and take nothing of its files away")
    func besideRelay() async throws {
        try await TestRelay.run { relay in
            let folders = BlobFolders(data: relay.scratch.data)
            _ = try await relay.deliver(Sealed(size: 3_000))
            let queue = try DatabaseLook(folders: folders, disk: .real).open().queue
            #expect(try Self.parcels(queue) == 1)
            _ = try await relay.deliver(Sealed(size: 3_000), seq: 2)
            #expect(try Self.parcels(queue) == 2)
            try queue.close()
            for suffix in ["-wal", "-shm"] { #expect(try Disk.real.exists(folders.database + suffix)) }
            _ = try await relay.deliver(Sealed(size: 3_000), seq: 3)
            #expect(try await relay.inbox().parcels.count == 3)
        }
    }
}
