import Dispatch
import Durable
import Exchange
import Foundation
import GRDB
import Logging
import Synchronization
import Testing

@testable import Relay

@Suite("Files and folders that are moved away under a running relay")
struct FolderWatchTests {
    private static let line = "a file or folder of the relay was moved away or replaced, nothing is taken"

    /// Whether the last look lets parcels be taken, by what the relay answers to everybody.
    private func isReady(_ relay: TestRelay) async throws -> Bool {
        let health = try await relay.send("GET", "/health")
        if health.status == 200 { return true }
        #expect(String(decoding: health.body, as: UTF8.self).contains(#""reason":"folder-changed""#))
        return false
    }

    /// Moves a file away for as long as `body` takes.
    private func withoutName(
        _ name: String, _ relay: TestRelay, _ body: (_ path: String, _ aside: String) async throws -> Void
    ) async throws {
        let path = name.isEmpty ? relay.scratch.data : relay.scratch.data + "/" + name
        let aside = relay.scratch.path + "/aside"
        try FileManager.default.moveItem(atPath: path, toPath: aside)
        try await body(path, aside)
        if try Disk.real.exists(path) { try FileManager.default.removeItem(atPath: path) }
        try FileManager.default.moveItem(atPath: aside, toPath: path)
    }

    @Test(
        "nothing is accepted while an open file or a folder has lost its name, and all goes on once it is back",
        arguments: ["shred-keys", "relay.sqlite", "incoming", "payload", "log", ""])
    func moved(name: String) async throws {
        try await TestRelay.run { relay in
            // Nobody has looked yet: acceptance looks by itself, of a small body and of a large one.
            for size in [3_000, 2_000_000] {
                let sealed = Sealed(size: size)
                let manifest = try sealed.manifest(at: relay.clock.now)
                try await withoutName(name, relay) { path, aside in
                    if name.isEmpty {
                        // What clients trust lies there, too.
                        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
                        try FileManager.default.copyItem(atPath: aside + "/tls", toPath: path + "/tls")
                    }
                    let refused = try await relay.create(manifest, body: sealed.bytes)
                    #expect(refused.status == 503 && refused.problem == .unavailable, "\(size)")
                    #expect(try await !isReady(relay))
                }
                #expect(try await isReady(relay))
                let offset = try await relay.create(manifest, body: sealed.bytes).offset
                #expect(offset == Int64(sealed.bytes.count), "\(size)")
            }
            #expect(try await relay.inbox().parcels.count == 2)
            #expect(relay.lines.count(.critical, saying: Self.line) == 2)
            let said = name.isEmpty ? "data" : relay.scratch.isFolder(name) ? name + "/" : name
            #expect(relay.lines.count(.critical, saying: "\(said): \(FolderWatch.remedy)") == 2)
            #expect(relay.lines.count(.notice, saying: "in its place again") == 2)
        }
    }

    @Test("a folder that may not be entered is not told as moved: its path, the user and the rights are")
    func forbidden() throws {
        let scratch = try Scratch()
        let places = BlobFolders(data: scratch.data)
        try places.create(disk: .real)
        try Disk.real.createFolder(places.log)
        let lines = LogLines()
        // What the superuser, who may enter everything, cannot be shown otherwise.
        let disk = Disk(before: { (step, path) throws(DurableFailure) in
            if step == .read, path == places.payload { throw DurableFailure(step, code: 13, path: path) }
        })
        let watch = try FolderWatch(
            [], in: places, disk: disk, logger: Logger(label: "relay") { _ in LineLog(lines: lines) })
        #expect(watch.look() == nil)
        try Disk.real.rename(places.payload, to: places.payload + "-aside")
        #expect(watch.look() == "payload/")
        #expect(lines.count(.critical, saying: "for want of rights") == 1)
        #expect(lines.count(.critical, saying: "\(places.payload): user \(Disk.user) may not enter it") == 1)
        #expect(lines.count(.critical, saying: Self.line) == 0)
        try Disk.real.rename(places.payload + "-aside", to: places.payload)
        #expect(watch.look() == nil)
        try Disk.real.rename(places.incoming, to: places.incoming + "-aside")
        #expect(watch.look() == "incoming/")
        #expect(lines.count(.critical, saying: Self.line) == 1)
    }

    @Test(
        "a folder in which nothing may be written is told with path and user, nothing is taken, and all goes on after")
    func unwritable() throws {
        let scratch = try Scratch()
        let places = BlobFolders(data: scratch.data)
        try places.create(disk: .real)
        try Disk.real.createFolder(places.log)
        let lines = LogLines()
        let closed = Mutex<String?>(nil)
        // What the superuser, who may write everywhere, cannot be shown otherwise.
        let watch = try FolderWatch(
            [], in: places, disk: .real, logger: Logger(label: "relay") { _ in LineLog(lines: lines) },
            mayWrite: { path in closed.withLock { $0 } != path })
        for (name, path) in [("incoming/", places.incoming), ("payload/", places.payload), ("log/", places.log)] {
            closed.withLock { $0 = path }
            for _ in 0..<2 { #expect(watch.look() == name) }
            #expect(throws: Problem.self) { try watch.requireWhole() }
            #expect(throws: Problem.self) { try watch.requireFolders() }
            #expect(lines.count(.critical, saying: "cannot be written to, nothing is taken reason=\(path): user ") == 1)
            if name == "log/" { #expect(throws: Problem.self) { try watch.requireLog() } }
            closed.withLock { $0 = nil }
            try watch.requireWhole()
            try watch.requireLog()
        }
        #expect(lines.count(.critical, saying: Self.line) == 0)
    }

    @Test(
        "a start tells each folder in which its user may not write, and the relay that runs finds one for itself",
        .enabled(if: Disk.user != 0, "the superuser may write everywhere"))
    func unwritableAtStart() throws {
        let scratch = try Scratch()
        let places = BlobFolders(data: scratch.data)
        try places.create(disk: .real)
        for path in [places.incoming, places.payload] { #expect(chmod(path, 0o500) == 0) }
        let told = FolderCheck(
            folders: places, log: LogSettings(dataFolder: scratch.data), disk: .real
        ).mistakes
        #expect(
            told == [
                ["incoming/", "payload/"].map {
                    "data: \($0): user \(Disk.user) may not write there: give the rights back (chown, chmod u+rwx)"
                }.joined(separator: "\n  ")
            ])
        for path in [places.incoming, places.payload] { #expect(chmod(path, 0o700) == 0) }
    }

    @Test("every connection that reads is open from the start, when the name is certainly the file's")
    func readers() async throws {
        try await TestRelay.run { relay in
            let store = relay.server.vault.store
            try await withoutName("relay.sqlite", relay) { _, _ in
                // Each of five waits for the others, so none can use a connection of another's.
                let met = DispatchGroup()
                for _ in 0..<5 { met.enter() }
                let counts = await withTaskGroup(of: Int?.self) { readers in
                    for _ in 0..<5 {
                        readers.addTask {
                            try? await DiskPool.run {
                                try store.read { db in
                                    met.leave()
                                    guard met.wait(timeout: .now() + 60) == .success else { return nil }
                                    return try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM parcels")
                                }
                            }
                        }
                    }
                    return await readers.reduce(into: []) { $0.append($1) }
                }
                #expect(counts == [0, 0, 0, 0, 0])
            }
        }
    }

    @Test("the look of each minute notices it, and no body is asked for behind it; what waits is served and ends")
    func eachMinute() async throws {
        try await TestRelay.run { relay in
            let waiting = try await relay.deliver(Sealed(size: 3_000))
            let sealed = Sealed(size: 3_000)
            let manifest = try sealed.manifest(at: relay.clock.now, seq: 2)
            try await withoutName("shred-keys", relay) { path, aside in
                await relay.server.rounds.once(.files)
                #expect(relay.lines.count(.critical, saying: Self.line) == 1)
                await relay.server.rounds.once(.files)
                #expect(relay.lines.count(.critical, saying: Self.line) == 1)
                #expect(try await relay.create(manifest).problem == .unavailable)
                let page = try await relay.send("GET", "/")
                #expect(String(decoding: page.body, as: UTF8.self).contains("a été déplacé ou remplacé"))
                // A copy is another file: what is written goes on into the one that was moved.
                try FileManager.default.copyItem(atPath: aside, toPath: path)
                #expect(try await !isReady(relay))
                let parcel = RelayPath.parcel(waiting.value.from, waiting.value.id)
                #expect(try await relay.send("GET", parcel, as: Cast.ars).status == 200)
                #expect(try await relay.post(waiting.receipt(at: relay.clock.now)).status == 201)
            }
            await relay.server.rounds.once(.files)
            #expect(try await relay.create(manifest, body: sealed.bytes).status == 201)
            // The key that was destroyed meanwhile is destroyed in the file that is back.
            #expect(relay.server.vault.shredKeys.count == 1)
        }
    }

    /// Puts a copy in a folder's place at the first step of a kind at a path of an end.
    private final class Swap: Sendable {
        private let place = Mutex<String?>(nil)
        private let step: DiskStep
        private let part: String

        init(at step: DiskStep, in part: String) {
            self.step = step
            self.part = part
        }

        /// The folder that goes at the next such step.
        func arm(_ folder: String) { place.withLock { $0 = folder } }

        var isOver: Bool { place.withLock { $0 == nil } }

        var disk: Disk {
            Disk(before: { (step, path) throws(DurableFailure) in
                guard step == self.step, path.contains(self.part) else { return }
                let folder: String? = self.place.withLock { place in
                    defer { place = nil }
                    return place
                }
                guard let folder else { return }
                try Disk.real.rename(folder, to: folder + "-aside")
                do {
                    try FileManager.default.copyItem(atPath: folder + "-aside", toPath: folder)
                } catch {
                    throw DurableFailure(step, code: 5, path: folder)
                }
            })
        }

        static func back(_ folder: String) throws {
            try FileManager.default.removeItem(atPath: folder)
            try Disk.real.rename(folder + "-aside", to: folder)
        }
    }

    @Test("what got its name in another folder than the relay's is not acknowledged", arguments: [3_000, 2_000_000])
    func replacedMeanwhile(size: Int) async throws {
        let swap = Swap(at: .rename, in: "/payload/")
        try await TestRelay.run(disk: swap.disk) { relay in
            let sealed = Sealed(size: size)
            let manifest = try sealed.manifest(at: relay.clock.now)
            let payload = relay.scratch.data + "/payload"
            swap.arm(payload)
            let refused = try await relay.create(manifest, body: sealed.bytes)
            #expect(swap.isOver)
            #expect(refused.status == 503 && refused.problem == .unavailable)
            #expect(try await relay.inbox().parcels.isEmpty)
            #expect(relay.lines.count(.critical, saying: "payload/: ") == 1)
            try Swap.back(payload)
            #expect(try await isReady(relay))
            // Of a large one its header is kept; what comes of it is asked for anew.
            var offset = try await relay.create(manifest, body: sealed.bytes).offset
            if let start = offset, start < sealed.bytes.count {
                offset = try await relay.patch(manifest.value.id, at: start, sealed.bytes[Int(start)...]).offset
            }
            #expect(offset == Int64(sealed.bytes.count))
            let path = RelayPath.parcel(manifest.value.from, manifest.value.id)
            #expect(try await relay.send("GET", path, as: Cast.ars).body == sealed.bytes)
        }
    }

    @Test("a checkpoint that was published into another folder does not count, and the log goes on from the right one")
    func logReplacedMeanwhile() async throws {
        let swap = Swap(at: .rename, in: "/log/checkpoint")
        try await TestRelay.run(disk: swap.disk) { relay in
            let log = relay.scratch.data + "/log"
            _ = try await relay.deliver(Sealed(size: 3_000))
            let before = relay.server.vault.log.size
            let sealed = Sealed(size: 3_000)
            let manifest = try sealed.manifest(at: relay.clock.now, seq: 2)
            swap.arm(log)
            #expect(try await relay.create(manifest, body: sealed.bytes).problem == .unavailable)
            #expect(swap.isOver)
            #expect(relay.server.vault.log.size == before)
            #expect(relay.lines.count(.critical, saying: "log/: ") == 1)
            try Swap.back(log)
            #expect(try await isReady(relay))
            #expect(try await relay.create(manifest, body: sealed.bytes).offset == Int64(sealed.bytes.count))
            #expect(relay.server.vault.log.size > before)
            #expect(relay.server.faults.reason == nil)
            let check = RelayCheck(
                relay.server.configuration, readsBodies: true, disk: .real, now: relay.clock.now, pause: {})
            #expect(try await check.run().found == [])
        }
    }

    @Test("while a folder is away nothing in it counts as missing, as removed or as refuse; then all of it goes on")
    func folderAway() async throws {
        try await TestRelay.run { relay in
            let waiting = try await relay.deliver(Sealed(size: 3_000))
            let acknowledged = try await relay.deliver(Sealed(size: 3_000), seq: 2)
            let path = RelayPath.parcel(waiting.value.from, waiting.value.id)
            let receipt = try acknowledged.receipt(at: relay.clock.now)
            try await withoutName("payload", relay) { folder, _ in
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
                try Data([1]).write(to: URL(fileURLWithPath: folder + "/" + BlobFolders.randomName()))
                let asked = try await relay.send("GET", path, as: Cast.ars)
                #expect(asked.problem == .unavailable)
                #expect(try await relay.post(receipt).problem == .unavailable)
                await relay.server.rounds.once(.deletion)
                #expect(try relay.scratch.names(in: "payload").count == 1)
                #expect(relay.server.vault.shredKeys.count == 2)
                #expect(relay.server.faults.reason == nil)
            }
            #expect(try await [200, 201].contains(relay.post(receipt).status))
            #expect(relay.server.vault.shredKeys.count == 1)
            #expect(try await relay.send("GET", path, as: Cast.ars).status == 200)
            try await withoutName("log", relay) { _, _ in
                // What was fetched before is in the log already.
                let again = try await relay.send("GET", path, as: Cast.ars)
                #expect(again.status == 200)
                let posted = try await relay.post(waiting.receipt(at: relay.clock.now))
                #expect(posted.problem == .unavailable)
                await relay.server.rounds.round()
                #expect(relay.server.vault.shredKeys.count == 1)
                #expect(relay.server.faults.reason == nil)
            }
            await relay.server.rounds.once(.deletion)
            #expect(relay.server.vault.shredKeys.count == 0)
            #expect(try relay.scratch.names(in: "payload") == [])
            #expect(relay.lines.count(.error, saying: "a round was not finished") == 0)
        }
    }
}
