import Durable
import Exchange
import Foundation
import Notes
import Synchronization
import Testing
import TransparencyLog

@testable import Relay

@Suite("Leaves are served for twelve months")
struct PruningTests {
    private static let day: Int64 = 86_400

    /// The log as anybody reads it: over HTTP, without a token.
    private struct Outside: TileSource {
        let relay: TestRelay

        func file(at path: String, limit: Int) async throws -> [UInt8]? {
            let answer = try await relay.send("GET", "/v1/log/" + path)
            return answer.status == 200 ? answer.body : nil
        }
    }

    private static func add(_ count: Int, to vault: ParcelVault) async throws {
        try vault.store.write("many") { db in
            for _ in 0..<count { _ = try vault.store.sequence(.keys, of: SHA256Hex(of: []), db) }
        }
        try await vault.log.publish()
    }

    /// A month in which participants sign, and the relay has its rounds.
    private static func month(_ relay: TestRelay) async throws {
        for _ in 0..<3 {
            relay.clock.move(seconds: 10 * day)
            relay.server.vault.clock.witness(relay.clock.now)
            await relay.server.rounds.round()
        }
        try await add(40, to: relay.server.vault)
    }

    /// A process's life in a folder: at its end the folder is free for the next.
    private func live(
        in scratch: Scratch, on disk: Disk = .real, _ body: (ParcelVault) async throws -> Void
    ) async throws {
        let vault = try ParcelVault(data: scratch.data, disk: disk)
        try await body(vault)
        try vault.store.close()
    }

    private func check(_ relay: TestRelay) async throws -> RelayCheck.Summary {
        let configuration = RelayConfiguration(
            port: 0, dataFolder: relay.scratch.data, directoryPath: relay.scratch.path + "/directory.note",
            pins: try Cast.one.pins)
        return try await RelayCheck(
            configuration, readsBodies: true, disk: .real, now: relay.clock.now, pause: {}
        ).run()
    }

    @Test("thirteen months of life: what is older goes, the rest is verified by everybody")
    func thirteenMonths() async throws {
        let sealed = Sealed(size: 2_000)
        try await TestRelay.run { relay in
            let log = relay.server.vault.log
            let manifest = try await relay.deliver(sealed)
            #expect(try await relay.post(manifest.receipt(at: relay.clock.now)).status == 201)
            try await Self.add(600, to: relay.server.vault)
            let early = log.checkpoint
            for _ in 0..<12 { try await Self.month(relay) }
            #expect(log.minimumIndex == 0)
            let outside = Outside(relay: relay)
            let whole = try await LogAudit.run(outside, key: log.verifierKey, since: early)
            #expect((whole.firstIndex, whole.entries) == (0, log.size))

            try await Self.month(relay)
            #expect(log.minimumIndex == 512)
            #expect(try await relay.send("GET", "/v1/log/minimum-index").body == Array("512\n".utf8))
            #expect(try relay.scratch.names(in: "log/tile/entries").sorted().first == "002")
            for path in ["tile/entries/000", "tile/entries/001", "tile/entries/001.p/9"] {
                let gone = try await relay.send("GET", "/v1/log/" + path)
                #expect((gone.status, gone.problem) == (410, .pruned))
            }
            #expect(try await relay.send("GET", "/v1/log/tile/0/000").status == 200)
            // From outside: our verifier, one that nobody here wrote, and an end that was away all that time.
            let audit = try await LogAudit.run(outside, key: log.verifierKey, since: early)
            #expect((audit.firstIndex, audit.entries) == (512, log.size - 512))
            let position = try LogPosition(size: early.checkpoint.size, root: early.checkpoint.root.base64)
            #expect(try await QuotedLog(log: log).finding(on: position) == .ours)
            let forged = try LogPosition(size: early.checkpoint.size - 1, root: early.checkpoint.root.base64)
            #expect(try await QuotedLog(log: log).finding(on: forged) == .forked)
            #expect(try await check(relay).found == [])
            #expect(relay.lines.all.contains { $0.contains("leaves of the log past their time were deleted") })
        }
    }

    @Test(
        "a pruned log is sound to a verifier written by others",
        .enabled(if: PythonTool.has("aics_tlog"), "needs aics-tlog: scripts/prerequisites test"))
    func outsider() async throws {
        let scratch = try Scratch()
        let vault = try ParcelVault(data: scratch.data, disk: .real)
        try await Self.add(300, to: vault)
        let old = vault.log.size
        try await Self.add(400, to: vault)
        try vault.log.tidy()
        let late = SystemClock.now().adding(seconds: 400 * Self.day)
        #expect(try vault.log.prune(at: late) == 512)
        let script = PythonTool.root.appending(path: "Tests/TransparencyLogTests/Outsider/check_log.py").path
        let folder = scratch.data + "/log"
        let word = try await PythonTool.run(
            [script, "pruned", folder, vault.log.verifierKey.line, "\(old)", "512"])
        #expect(word.status == 0, "\(word.said)")
        #expect(word.said.hasPrefix("sound 700 188"), "\(word.said)")
        let below = try await PythonTool.run(
            [script, "pruned", folder, vault.log.verifierKey.line, "\(old)", "511"])
        #expect(below.status != 0)
        try vault.store.close()
    }

    @Test(
        "the leaves of a parcel that waits, of one without a receipt and of a row still kept stay, whatever their age")
    func needed() async throws {
        try await TestRelay.run { relay in
            let log = relay.server.vault.log
            try await Self.add(300, to: relay.server.vault)
            let first = log.size
            let manifest = try await relay.deliver(Sealed(size: 2_000))
            try await Self.add(600, to: relay.server.vault)
            try log.tidy()
            let late = relay.clock.now.adding(seconds: 800 * Self.day)
            #expect(try log.prune(at: late) == first / 256 * 256)
            #expect(try log.prune(at: late) == nil)
            let proof = RelayPath.proof(manifest.value.from, manifest.value.id)
            #expect(try await relay.send("GET", proof, as: Cast.ars).status == 200)
            // Acknowledged, its row is kept for a late answer; then nothing needs its leaf any more.
            #expect(try await relay.post(manifest.receipt(at: relay.clock.now)).status == 201)
            #expect(try log.prune(at: late) == nil)
            #expect(try await relay.send("GET", proof, as: Cast.ars).status == 200)
            _ = try relay.server.vault.store.prune(before: late, limit: 100)
            #expect(try log.prune(at: late) == log.size / 256 * 256)
        }
    }

    @Test("a clock that runs ahead alone, in doubt or accepted by mistake, destroys nothing")
    func clocks() async throws {
        try await TestRelay.run { relay in
            let log = relay.server.vault.log
            try await Self.add(600, to: relay.server.vault)
            relay.clock.jump(seconds: 3_650 * Self.day)
            await relay.server.rounds.round()
            #expect(log.minimumIndex == 0)
            #expect(relay.server.vault.clock.take(ClockWord(relay.clock.sample)))
            #expect(relay.server.vault.clock.reading.doubt == nil)
            await relay.server.rounds.round()
            #expect(log.minimumIndex == 0)
            // Once participants sign under that time it is everybody's.
            relay.server.vault.clock.witness(relay.clock.now)
            await relay.server.rounds.round()
            #expect(log.minimumIndex == 512)
        }
    }

    @Test("stopped at any step on the disk, the log is sound at the next start, which finishes")
    func crashes() async throws {
        let steps: [(step: DiskStep, part: String, isPublished: Bool)] = [
            (.rename, "minimum-index", false),
            (.unlink, "/tile/entries/000", true), (.unlink, "/tile/entries/001", true),
            (.syncFolder, "/tile/entries", true),
        ]
        for (step, part, isPublished) in steps {
            let scratch = try Scratch()
            let isOn = Mutex(false)
            let disk = Disk(before: { (asked, path) throws(DurableFailure) in
                guard asked == step, path.contains(part), isOn.withLock({ $0 }) else { return }
                throw DurableFailure(step, code: 5, path: path)
            })
            let clock = TestClock()
            let late = clock.now.adding(seconds: 400 * Self.day)
            try await live(in: scratch, on: disk) { vault in
                try await Self.add(700, to: vault)
                try vault.log.tidy()
                isOn.withLock { $0 = true }
                #expect(throws: DurableFailure.self, "\(step) \(part)") { try vault.log.prune(at: late) }
                #expect(vault.log.minimumIndex == (isPublished ? 512 : 0), "\(step) \(part)")
            }
            // What the disk holds now is what the next process finds.
            let after = try Scratch()
            try FileManager.default.copyItem(atPath: scratch.data, toPath: after.data)
            let next = try ParcelVault(data: after.data, disk: .real)
            #expect(next.log.minimumIndex == (isPublished ? 512 : 0), "\(step) \(part)")
            let files = LogFiles(folder: after.data + "/log", copy: "", disk: .real)
            _ = try await LogAudit.run(files, key: next.log.verifierKey)
            try await next.log.publish()
            _ = try next.log.prune(at: late)
            #expect(next.log.minimumIndex == 512)
            #expect(try after.names(in: "log/tile/entries").sorted() == ["002.p"], "\(step) \(part)")
            #expect(try await LogAudit.run(files, key: next.log.verifierKey).entries == 188)
            try next.store.close()
        }
    }

    @Test("what is left below the minimum index by a crash goes at the first round after it, and empty folders with it")
    func leftovers() async throws {
        let scratch = try Scratch()
        let late = SystemClock.now().adding(seconds: 400 * Self.day)
        try await live(in: scratch) { vault in
            try await Self.add(600, to: vault)
            try vault.log.tidy()
            _ = try vault.log.prune(at: late)
        }
        let entries = scratch.data + "/log/tile/entries"
        for folder in ["/000.p", "/x000"] {
            try FileManager.default.createDirectory(atPath: entries + folder, withIntermediateDirectories: true)
        }
        for file in ["/000", "/001", "/000.p/77"] { try Data([1]).write(to: URL(fileURLWithPath: entries + file)) }
        let after = try Scratch()
        try FileManager.default.copyItem(atPath: scratch.data, toPath: after.data)
        let next = try ParcelVault(data: after.data, disk: .real)
        try await next.log.publish()
        #expect(try next.log.prune(at: late) == nil)
        #expect(try after.names(in: "log/tile/entries").sorted() == ["002.p"])
        try next.store.close()
    }

    @Test("a minimum index that is damaged, or lies past the log, is told at the start and by fsck")
    func damagedIndex() async throws {
        let folder = try await CheckedFolder()
        for text in ["9000\n", "x\n", "256"] {
            let copy = try folder.copy()
            try Data(text.utf8).write(to: URL(fileURLWithPath: copy.data + "/log/minimum-index"))
            let found = try await copy.check().found
            #expect(found.contains { $0.kind == .logFileDamaged && $0.place == "log/minimum-index" }, "\(text)")
            #expect(throws: RelayFailure.self, "\(text)") { try ParcelVault(data: copy.data, disk: .real) }
        }
    }

    @Test("fsck finds that something was pruned that a row still needs")
    func prunedTooMuch() async throws {
        let scratch = try Scratch()
        let clock = TestClock()
        try await TestRelay.run(clock: clock, scratch: scratch) { relay in
            _ = try await relay.deliver(Sealed(size: 2_000))
            try await Self.add(300, to: relay.server.vault)
            try relay.server.vault.log.tidy()
        }
        try FileManager.default.removeItem(atPath: scratch.data + "/log/tile/entries/000")
        try Data("256\n".utf8).write(to: URL(fileURLWithPath: scratch.data + "/log/minimum-index"))
        let configuration = RelayConfiguration(
            port: 0, dataFolder: scratch.data, directoryPath: scratch.path + "/directory.note",
            pins: try Cast.one.pins)
        let found = try await RelayCheck(configuration, readsBodies: true, disk: .real, now: clock.now, pause: {})
            .run().found
        #expect(found.contains { $0.kind == .leafMissing })
    }

    @Test("a backup of a pruned relay is restored, and the log before says from where on it is there")
    func backup() async throws {
        let (scratch, clock) = (try Scratch(), TestClock())
        let ended = Mutex<Signed<Manifest>?>(nil)
        try await TestRelay.run(clock: clock, scratch: scratch) { relay in
            try await Self.add(600, to: relay.server.vault)
            let manifest = try await relay.deliver(Sealed(size: 2_000))
            #expect(try await relay.post(manifest.receipt(at: relay.clock.now)).status == 201)
            ended.withLock { $0 = manifest }
            try relay.server.vault.log.tidy()
            #expect(try relay.server.vault.log.prune(at: clock.now.adding(seconds: 400 * Self.day)) == 512)
        }
        func configuration(_ data: String) throws -> RelayConfiguration {
            RelayConfiguration(
                port: 0, dataFolder: data, directoryPath: scratch.path + "/directory.note", pins: try Cast.one.pins)
        }
        let path = scratch.path + "/backup"
        _ = try await RelayBackup(configuration(scratch.data), disk: .real, now: clock.now).make(at: path)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path + "/log/minimum-index")) == Data("512\n".utf8))
        let other = try Scratch()
        let restored = try await RelayRestore(configuration(other.data), disk: .real).run(from: path)
        #expect(restored.parcels == 1)
        try await TestRelay.run(clock: clock, scratch: other) { relay in
            let before = try await relay.send("GET", "/v1/log/before/minimum-index")
            #expect((before.status, before.body) == (200, Array("512\n".utf8)))
            let line = try await relay.send("GET", "/v1/log/before/key").body
            let key = try VerifierKey(line: String(decoding: line.dropLast(), as: UTF8.self))
            struct Before: TileSource {
                let relay: TestRelay
                func file(at path: String, limit: Int) async throws -> [UInt8]? {
                    let answer = try await relay.send("GET", "/v1/log/before/" + path)
                    return answer.status == 200 ? answer.body : nil
                }
            }
            #expect(try await LogAudit.run(Before(relay: relay), key: key).firstIndex == 512)
            #expect(try await relay.send("GET", "/v1/log/minimum-index").body == Array("0\n".utf8))
        }
    }
}
