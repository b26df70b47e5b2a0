import Durable
import Exchange
import Foundation
import Notes
import Testing
import TransparencyLog

@testable import Relay

@Suite("A log's key signs one history")
struct KeyHistoryTests {
    private static let before = RelayFailure.log(
        "its key is that of the log before: remove that file, the relay makes a new key; after a restore log.key is never put "
            + "back")
    private static let begunAnew = RelayFailure.log(
        "it was begun anew with the key of the log before: keep this folder, remove that key, restore a backup into a new folder"
    )
    private static let elsewhere = RelayFailure.log(
        "its key has signed a log that is not here: bring that log's files back, or remove the key's file, the relay makes a "
            + "new key")

    private func configuration(_ data: String) throws -> RelayConfiguration {
        RelayConfiguration(
            port: 0, dataFolder: data, directoryPath: data + "/../directory.note", pins: try Cast.one.pins)
    }

    /// A folder that was restored from a backup of `folder`, and not started since.
    private func restored(_ folder: CheckedFolder) async throws -> Scratch {
        let path = folder.scratch.path + "/" + BlobFolders.randomName()
        _ = try await RelayBackup(configuration(folder.data), disk: .real, now: folder.clock.now).make(at: path)
        let scratch = try Scratch()
        _ = try await RelayRestore(configuration(scratch.data), disk: .real).run(from: path)
        return scratch
    }

    /// Puts the key of one folder into another.
    private func putKey(of folder: CheckedFolder, into scratch: Scratch) throws {
        let bytes = try Disk.real.read(folder.data + "/tls/log.key", limit: 4_096)
        try Disk.real.createFolder(scratch.data + "/tls")
        try Disk.real.writeDurably(bytes, to: scratch.data + "/tls/log.key")
    }

    private func start(_ scratch: Scratch, _ settings: LogSettings? = nil) throws -> VerifierKey {
        let vault = try ParcelVault(data: scratch.data, disk: .real, log: settings)
        defer { try? vault.store.close() }
        _ = try vault.recover { _, _ in }
        return vault.log.verifierKey
    }

    private func hasMark(_ scratch: Scratch) throws -> Bool {
        try Disk.real.exists(scratch.data + "/tls/log.key.new")
    }

    @Test("the key of the log before, put back after a restore, signs nothing; without it the relay makes a new one")
    func putBack() async throws {
        let folder = try await CheckedFolder()
        let scratch = try await restored(folder)
        try putKey(of: folder, into: scratch)
        #expect(throws: Self.before) { try start(scratch) }
        // Nothing was signed by it.
        #expect(try !Disk.real.exists(scratch.data + "/log/checkpoint"))
        #expect(try !Disk.real.exists(scratch.data + "/log-checkpoint"))
        try FileManager.default.removeItem(atPath: scratch.data + "/tls/log.key")
        let new = try start(scratch)
        #expect(new != (try folder.logKey().verifying))
        #expect(try start(scratch) == new)
        // And not in the place of the new one either.
        try putKey(of: folder, into: scratch)
        #expect(throws: Self.begunAnew) { try start(scratch) }
    }

    @Test("a mark that was left beside it does not help the key of the log before")
    func marked() async throws {
        let folder = try await CheckedFolder()
        let scratch = try await restored(folder)
        try putKey(of: folder, into: scratch)
        let line = try folder.logKey().verifying.line + "\n"
        try Disk.real.writeDurably(Array(line.utf8), to: scratch.data + "/tls/log.key.new")
        #expect(throws: Self.before) { try start(scratch) }
    }

    @Test("no new key gets the name of the log before: who pinned that name would take the two for one")
    func name() async throws {
        let folder = try await CheckedFolder()
        let scratch = try await restored(folder)
        var settings = LogSettings(dataFolder: scratch.data)
        settings.origin = try folder.logKey().name
        #expect(
            throws: RelayFailure.configuration([
                "log.origin: it is the name of the log that is succeeded: leave it out"
            ])
        ) { try start(scratch, settings) }
        #expect(try !Disk.real.exists(scratch.data + "/tls/log.key"))
        settings.origin = "another.example/log"
        #expect(try start(scratch, settings).name == "another.example/log")
    }

    @Test("a key kept outside the data folder begins no log in an empty one, nor one whose log is gone")
    func kept() async throws {
        let folder = try await CheckedFolder()
        let scratch = try Scratch()
        var settings = LogSettings(dataFolder: scratch.data)
        settings.keyPath = folder.data + "/tls/log.key"
        #expect(throws: Self.elsewhere) { try start(scratch, settings) }
        #expect(try !Disk.real.exists(scratch.data + "/log/checkpoint"))
        // The database alone is no log.
        let files = FileManager.default
        for name in ["log", "log-checkpoint"] {
            try files.moveItem(atPath: folder.data + "/\(name)", toPath: scratch.path + "/\(name)")
        }
        #expect(throws: Self.elsewhere) { try start(folder.scratch) }
        try files.removeItem(atPath: folder.data + "/log")
        for name in ["log", "log-checkpoint"] {
            try files.moveItem(atPath: scratch.path + "/\(name)", toPath: folder.data + "/\(name)")
        }
        #expect(try start(folder.scratch) == folder.logKey().verifying)
    }

    @Test("a start that died between the key and the first checkpoint is gone on with, under that key")
    func died() throws {
        // The mark and the key are renamed into their places, then the checkpoint, then its copy.
        let (whole, counted) = (StepPlan(failAt: nil, persisted: false), try Scratch())
        whole.arm()
        try ParcelVault(data: counted.data, disk: whole.disk).store.close()
        let renames = whole.names.indices.filter { whole.names[$0] == DiskStep.rename.rawValue }
        try #require(renames.count == 4)
        for (rename, step) in zip(1..., renames) {
            let scratch = try Scratch()
            let plan = StepPlan(failAt: step, persisted: true)
            plan.arm()
            #expect(throws: (any Error).self) { try ParcelVault(data: scratch.data, disk: plan.disk) }
            #expect(try hasMark(scratch))
            let settings = LogSettings(dataFolder: scratch.data)
            let left = try LogKey.read(settings, disk: .real)?.verifying
            #expect((left == nil) == (rename == 1))
            let key = try start(scratch)
            #expect(left == nil || left == key)
            #expect(try !hasMark(scratch))
            #expect(try start(scratch) == key)
        }
        withExtendedLifetime(counted) {}
    }

    @Test("a mark stands for the key that it names, and for no other")
    func otherMark() async throws {
        let folder = try await CheckedFolder()
        let scratch = try Scratch()
        try putKey(of: folder, into: scratch)
        let other = try SigningKey.generate(name: "another.example/log").verifying.line + "\n"
        for mark in [other, "", "x"] {
            try Disk.real.writeDurably(Array(mark.utf8), to: scratch.data + "/tls/log.key.new")
            #expect(throws: Self.elsewhere) { try start(scratch) }
        }
    }
}
