import Durable
import Exchange
import Foundation
import Notes
import Synchronization
import Testing
import TransparencyLog

@testable import Relay

@Suite("What a start finds in its data folder and at its places, told at once")
struct StartCheckTests {
    /// The mistakes that a start tells of this folder, beside one of the file's own.
    private func told(
        _ scratch: Scratch, listen: String = "{host: 127.0.0.1, port: 0}", admin: String = "{}", more: String = ""
    ) async throws -> [String] {
        let directory = try scratch.write(
            Cast.one.directory(at: SystemClock.now()).encoded, to: "directory.note")
        let roots = try Cast.one.pins.fingerprints.map(\.text).joined(separator: ", ")
        let text = """
            listen: \(listen)
            origin: "https://relay.example"
            admin: \(admin)
            data: data
            directory: {file: \(directory), threshold: 2, roots: [\(roots)]}
            limits: {connections: 0}
            \(more)
            """
        let path = try scratch.write(Array(text.utf8), to: "relay.yaml")
        let failure = await #expect(throws: RelayFailure.self) {
            try await RelayConfiguration.load(path: path, environment: [:], beforeServing: true)
        }
        guard case .configuration(let mistakes) = failure else { return [] }
        #expect(mistakes.contains { $0.hasPrefix("limits.connections: ") })
        return mistakes.filter { !$0.hasPrefix("limits.connections: ") }
    }

    /// What can stand where something of a relay's belongs.
    private enum Stranger: CaseIterable {
        case file, folder, pipe, link, looseLink

        func make(at path: String, in scratch: Scratch) throws {
            switch self {
            case .file: try Disk.real.writeDurably([1], to: path)
            case .folder: try Disk.real.createFolder(path)
            case .pipe: #expect(mkfifo(path, 0o600) == 0)
            case .link:
                let target = try scratch.write([1], to: "target")
                try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
            case .looseLink:
                try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/nowhere/at/all")
            }
        }
    }

    private static let files = [
        "relay.sqlite", "relay.sqlite-wal", "relay.sqlite-shm", "relay.sqlite.restoring", "shred-keys", "clock-word",
        "lock", "log-checkpoint", "log/checkpoint", "log/minimum-index",
    ]
    private static let folders = ["incoming", "payload", "log", "log-before", "tls"]

    @Test(
        "whatever stands where a file of the relay belongs and is none is told with its name, and nothing is touched",
        arguments: files)
    func noFile(name: String) async throws {
        for stranger in Stranger.allCases where stranger != .file {
            let scratch = try Scratch()
            let path = scratch.data + "/" + name
            try Disk.real.createFolder(FilePlace.folder(of: path))
            try stranger.make(at: path, in: scratch)
            let mistakes = try await told(scratch)
            #expect(
                mistakes == [
                    "data: \(name): something else than a file has its name: put the relay's back, or move it away"
                ], "\(stranger)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.data).count == 1)
        }
    }

    @Test("the same of its folders; a link to a folder stands for one", arguments: folders)
    func noFolder(name: String) async throws {
        for stranger in Stranger.allCases where stranger != .folder {
            let scratch = try Scratch()
            try Disk.real.createFolder(scratch.data)
            try stranger.make(at: scratch.data + "/" + name, in: scratch)
            let mistakes = try await told(scratch)
            #expect(
                mistakes == [
                    "data: \(name): something else than a folder has its name: put the relay's back, or move it away"
                ], "\(stranger)")
        }
        guard name != "log-before" else { return }
        let scratch = try Scratch()
        for folder in [scratch.data, scratch.path + "/elsewhere"] { try Disk.real.createFolder(folder) }
        try FileManager.default.createSymbolicLink(
            atPath: scratch.data + "/" + name, withDestinationPath: scratch.path + "/elsewhere")
        #expect(try await told(scratch) == [])
    }

    @Test("all that is wrong with folder and places is told at once: keys that are a pipe, a port and a socket in use")
    func together() async throws {
        let scratch = try Scratch()
        try Disk.real.createFolder(scratch.data)
        for (stranger, name) in [(Stranger.pipe, "shred-keys"), (.file, "payload"), (.link, "log-checkpoint")] {
            try stranger.make(at: scratch.data + "/" + name, in: scratch)
        }
        let socket = scratch.path + "/other.sock"
        try await TestRelay.run(change: { $0.adminPlace = .socket(path: socket) }) { other in
            let port = try #require(Int(other.origin.split(separator: ":").last ?? ""))
            let mistakes = try await told(
                scratch, listen: "{host: 127.0.0.1, port: \(port)}", admin: "{socket: \(socket)}")
            let expected = [
                "data: payload: something else", "data: shred-keys: something else", "data: log-checkpoint: something",
                "listen: 127.0.0.1:\(port) is in use by another program", "listen: \(socket) is in use by another",
            ]
            for line in expected { #expect(mistakes.contains { $0.hasPrefix(line) }, "\(line) in \(mistakes)") }
            #expect(mistakes.count == expected.count)
            // The look took nothing away.
            #expect(try await other.send("GET", "/health").status == 200)
        }
    }

    @Test("an address of another machine is told with the rest, and the look at a free port leaves it free")
    func addresses() async throws {
        let scratch = try Scratch()
        #expect(
            try await told(scratch, listen: "{host: 192.0.2.1, port: 8443}", more: "tls: {certificate: c, key: k}")
                .contains { $0.hasPrefix("listen: 192.0.2.1:8443 is no address of this machine") })
        let free = ListenPlace.address(host: "127.0.0.1", port: 0)
        for _ in 0..<3 { try free.requireFree() }
        try await TestRelay.run { relay in
            let port = try #require(Int(relay.origin.split(separator: ":").last ?? ""))
            #expect(throws: RelayFailure.self) {
                try ListenPlace.address(host: "127.0.0.1", port: port).requireFree()
            }
        }
    }

    @Test("a database, a log's key or its checkpoint that is missing, and a log that shrank, are told with the rest")
    func damage() async throws {
        let scratch = try Scratch()
        let early = Mutex<Data>(Data())
        try await TestRelay.run(scratch: scratch) { relay in
            _ = try await relay.deliver(Sealed(size: 3_000))
            let copy = try Data(contentsOf: URL(filePath: scratch.data + "/log/checkpoint"))
            early.withLock { $0 = copy }
            _ = try await relay.deliver(Sealed(size: 3_000), seq: 2)
        }
        #expect(try await told(scratch) == [])
        func moved(_ name: String, _ expected: String) async throws {
            let (path, aside) = (scratch.data + "/" + name, scratch.path + "/aside")
            try FileManager.default.moveItem(atPath: path, toPath: aside)
            let mistakes = try await told(scratch)
            #expect(mistakes.count == 1 && mistakes[0].hasPrefix(expected), "\(mistakes)")
            try FileManager.default.moveItem(atPath: aside, toPath: path)
        }
        try await moved("relay.sqlite", "data: relay.sqlite is missing beside a relay's other files")
        try await moved("tls/log.key", "log: its key file is missing: bring it back")
        try await moved("log/checkpoint", "log: the log must not go on: it had ")
        try await moved("log-checkpoint", "log: the log must not go on: it has ")
        let kept = try Data(contentsOf: URL(filePath: scratch.data + "/log-checkpoint"))
        for blank in [Data(), Data(repeating: 0, count: kept.count)] {
            try blank.write(to: URL(filePath: scratch.data + "/log-checkpoint"))
            let mistakes = try await told(scratch)
            #expect(mistakes.count == 1, "\(mistakes)")
            #expect(mistakes.first?.contains("log-checkpoint) is blank: bring it back") == true, "\(mistakes)")
        }
        try kept.write(to: URL(filePath: scratch.data + "/log-checkpoint"))
        let newest = try Data(contentsOf: URL(filePath: scratch.data + "/log/checkpoint"))
        try early.withLock { $0 }.write(to: URL(filePath: scratch.data + "/log/checkpoint"))
        #expect(try await told(scratch).first?.contains(" leaves and now has ") == true)
        try newest.write(to: URL(filePath: scratch.data + "/log/checkpoint"))
        #expect(try await told(scratch) == [])
    }

    @Test(
        "a damaged database and a key that must not sign here are told with the rest, and the database stays as it is")
    func keyAndDatabase() async throws {
        let folder = try await CheckedFolder()
        #expect(try await told(folder.scratch) == [])
        // The key of the log before, beside a database whose schema is damaged.
        let line = try folder.logKey().verifying.line + "\n"
        try Disk.real.createFolder(folder.data + "/log-before")
        try Disk.real.writeDurably(Array(line.utf8), to: folder.data + "/log-before/key")
        for suffix in ["-wal", "-shm"] { try? folder.remove("relay.sqlite" + suffix) }
        try folder.write(Sealed.random(4_096), to: "relay.sqlite", at: 0)
        let damaged = try Data(contentsOf: URL(filePath: folder.data + "/relay.sqlite"))
        let mistakes = try await told(folder.scratch)
        #expect(mistakes.count == 2, "\(mistakes)")
        #expect(mistakes.first?.hasPrefix("database: SQLite result 26: it is damaged: keep the data folder") == true)
        #expect(mistakes.last?.hasPrefix("log: it was begun anew with the key of the log before") == true)
        #expect(try Data(contentsOf: URL(filePath: folder.data + "/relay.sqlite")) == damaged)
    }

    @Test("a key from elsewhere is told before an empty folder is made; a newer program's database is told, too")
    func elsewhere() async throws {
        let folder = try await CheckedFolder()
        let scratch = try Scratch()
        let more = "log: {key: \(folder.data)/tls/log.key}"
        let mistakes = try await told(scratch, more: more)
        #expect(mistakes.count == 1 && mistakes[0].hasPrefix("log: its key has signed a log that is not here"))
        #expect(try !Disk.real.exists(scratch.data))
        try folder.change("INSERT INTO grdb_migrations (identifier) VALUES ('of a later version')")
        #expect(try await told(folder.scratch) == [RelayFailure.newerStore.description])
    }

    @Test("a folder that another relay has open is told, and its lock is not taken")
    func inUse() async throws {
        let scratch = try Scratch()
        try Disk.real.createFolder(scratch.data)
        #expect(try await told(scratch) == [])
        do {
            let lock = try FolderLock(folder: scratch.data)
            let mistakes = try await told(scratch)
            #expect(mistakes.count == 1 && mistakes[0].contains("data is in use by another process"), "\(mistakes)")
            withExtendedLifetime(lock) {}
        }
        #expect(try await told(scratch) == [])
        _ = try FolderLock(folder: scratch.data)
    }

    @Test("keys that are no file are refused by the start itself, too, while no parcel is there")
    func keys() throws {
        for stranger in [Stranger.pipe, .folder] {
            let scratch = try Scratch()
            try Disk.real.createFolder(scratch.data)
            do { _ = try RelayStore(path: scratch.data + "/relay.sqlite", clock: .system) }
            try stranger.make(at: scratch.data + "/shred-keys", in: scratch)
            #expect(throws: DurableFailure.self) { try ParcelVault(data: scratch.data, disk: .real) }
        }
    }

    @Test(
        "where a pipe or a link has the database's name, check, backup, clock and start say so and wait for nobody",
        .timeLimit(.minutes(1)))
    func databaseIsNone() async throws {
        for stranger in [Stranger.pipe, .folder, .link, .looseLink] {
            let scratch = try Scratch()
            try Disk.real.createFolder(scratch.data)
            try stranger.make(at: scratch.data + "/relay.sqlite", in: scratch)
            let configuration = RelayConfiguration(
                port: 0, dataFolder: scratch.data, directoryPath: "", pins: try Cast.one.pins)
            let expected = RelayFailure.configuration([
                "data: relay.sqlite: something else than a file has its name: put the relay's back, or move it away"
            ])
            await #expect(throws: expected) { try await RelayCheck(configuration, readsBodies: true).run() }
            await #expect(throws: expected) { try await RelayBackup(configuration).make(at: scratch.path + "/backup") }
            #expect(throws: expected) { try ClockReport(configuration) }
            #expect(throws: expected) { try ParcelVault(data: scratch.data, disk: .real) }
        }
    }
}
