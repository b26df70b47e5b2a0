import Durable
import Exchange
import Foundation
import GRDB
import Notes
import Testing
import TransparencyLog

@testable import Relay

@Suite("pli-relay backup and restore")
struct BackupTests {
    private func configuration(_ data: String) throws -> RelayConfiguration {
        RelayConfiguration(
            port: 0, dataFolder: data, directoryPath: data + "/../directory.note", pins: try Cast.one.pins)
    }

    private func backup(_ folder: CheckedFolder, to name: String = "backup") async throws -> String {
        let path = folder.scratch.path + "/" + name
        _ = try await RelayBackup(configuration(folder.data), disk: .real, now: folder.clock.now).make(at: path)
        return path
    }

    private func restore(_ backup: String, into scratch: Scratch, disk: Disk = .real) async throws
        -> RelayRestore.Summary
    {
        try await RelayRestore(configuration(scratch.data), disk: disk).run(from: backup)
    }

    /// All bytes of a folder's files.
    private func contents(_ folder: String) throws -> [(name: String, bytes: Data)] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
        return try names.compactMap { name in
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: folder + "/" + name, isDirectory: &isFolder)
            guard !isFolder.boolValue else { return nil }
            return (name, try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
        }
    }

    @Test("a backup taken while parcels wait holds no header, no payload, no shred key, and no key that signs")
    func holdsNothing() async throws {
        let folder = try await CheckedFolder()
        let path = try await backup(folder)
        var needles: [(String, Data)] = [
            ("an age header", Data("age-encryption.org".utf8)), ("a secret key", Data("PRIVATE+KEY".utf8)),
        ]
        let slots = try SlotReader(path: folder.data + "/shred-keys")
        for place in folder.waiting.indices {
            let kept = try folder.kept(place)
            needles.append(("an encrypted header", Data(kept.sealedHeader[20..<40])))
            needles.append(("a shred key", Data(try #require(try slots.read(kept.slot)))))
            let payload = try Data(contentsOf: URL(fileURLWithPath: folder.data + "/payload/" + kept.file))
            needles.append(("a payload", payload[100..<132]))
            needles.append(("a payload's file", Data(kept.file.utf8)))
        }
        let files = try contents(path)
        #expect(files.count > 4)
        for (what, needle) in needles {
            for file in files { #expect(file.bytes.range(of: needle) == nil, "\(file.name) holds \(what)") }
        }
        // The search can find: what is searched for is in the data folder.
        let own = try contents(folder.data)
        for (what, needle) in needles.dropFirst() {
            #expect(own.contains { $0.bytes.range(of: needle) != nil }, "\(what) is nowhere")
        }
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o700)
    }

    @Test("a restored relay knows what had ended, takes again what waited, and begins a log that names the one before")
    func restored() async throws {
        let folder = try await CheckedFolder()
        let path = try await backup(folder)
        let before = try SignedCheckpoint(
            parsing: Disk.real.read(path + "/log/checkpoint", limit: 16_384),
            by: try #require(try LogKey.read(LogSettings(dataFolder: folder.data), disk: .real)).verifying)
        let scratch = try Scratch()
        let summary = try await restore(path, into: scratch)
        #expect(summary == .init(parcels: 1, receipts: 1, leaves: before.checkpoint.size, lost: nil))
        // The first start makes the key: until then nothing is wrong with its not being there.
        #expect(try await check(scratch, folder) == [])
        let (ended, waiting) = (folder.ended, folder.waiting[0])
        try await TestRelay.run(clock: folder.clock, scratch: scratch, keys: false) { relay in
            let keeper = relay.server.vault.log
            #expect(keeper.verifierKey.name != before.checkpoint.origin)
            let first = try LogProof(parsing: await keeper.proof(of: 0))
            let leaf = try LogLeaf(parsing: try #require(first.extra))
            #expect(leaf.event == .succeeds && leaf.note.hex == SHA256Hex(of: before.checkpoint.text).text)
            // What ended is known; that log proved it.
            let receipt = RelayPath.receipt(ended.value.from, ended.value.id)
            #expect(try await relay.send("GET", receipt, as: Cast.labA).status == 200)
            let proof = RelayPath.proof(ended.value.from, ended.value.id)
            #expect(try await relay.send("GET", proof, as: Cast.labA).status == 404)
            #expect(try await relay.outbox().receipts.isEmpty)
            // What waited is not, and is taken again as it was.
            let manifest = RelayPath.manifest(waiting.value.from, waiting.value.id)
            #expect(try await relay.send("GET", manifest, as: Cast.labA).status == 404)
            #expect(try await relay.create(waiting).status == 201)
            _ = try await relay.deliver(Sealed(size: 3_000))
            let asked = try await relay.inbox()
            #expect(asked.parcels.count == 1)
            for name in ["checkpoint", "key", "tile/0/000.p/\(before.checkpoint.size)"] {
                #expect(try await relay.send("GET", "/v1/log/before/" + name).status == 200, "\(name)")
            }
            for name in ["tile/0/001", "tile/..", "relay.sqlite"] {
                #expect(try await relay.send("GET", "/v1/log/before/" + name).status == 404, "\(name)")
            }
        }
        #expect(try await check(scratch, folder) == [])
        // The log before is checked, too, and what is wrong with it named.
        let last = scratch.data + "/log-before/tile/0/000.p/\(before.checkpoint.size)"
        var tile = try Disk.real.read(last, limit: 8_192)
        tile[0] ^= 1
        try Disk.real.writeDurably(tile, to: last)
        let found = try await check(scratch, folder)
        #expect(found.count >= 1 && found.allSatisfy { $0.contains("log-before/tile/") }, "\(found)")
        try Disk.real.remove(scratch.data + "/log-before/key")
        #expect(try await check(scratch, folder).contains { $0.contains("log-before/key") })
    }

    @Test("of a log before whose folder was moved away nothing is said not to be there")
    func beforeMovedAway() async throws {
        let folder = try await CheckedFolder()
        let path = try await backup(folder)
        let scratch = try Scratch()
        _ = try await restore(path, into: scratch)
        try await TestRelay.run(clock: folder.clock, scratch: scratch, keys: false) { relay in
            let (place, aside) = (scratch.data + "/log-before", scratch.path + "/aside")
            #expect(try await relay.send("GET", "/v1/log/before/tile/0/009").status == 404)
            try FileManager.default.moveItem(atPath: place, toPath: aside)
            for name in ["checkpoint", "key", "tile/0/009"] {
                let answer = try await relay.send("GET", "/v1/log/before/" + name)
                #expect(answer.status == 503 && answer.problem == .unavailable, "\(name)")
            }
            try FileManager.default.moveItem(atPath: aside, toPath: place)
            #expect(try await relay.send("GET", "/v1/log/before/checkpoint").status == 200)
        }
    }

    private func check(_ scratch: Scratch, _ folder: CheckedFolder) async throws -> [String] {
        try await RelayCheck(
            configuration(scratch.data), readsBodies: true, disk: .real, now: folder.clock.now, pause: {}
        ).run().found.map(\.english)
    }

    @Test("a relay that was never restored serves no log before")
    func nothingBefore() async throws {
        try await TestRelay.run { relay in
            let answer = try await relay.send("GET", "/v1/log/before/checkpoint")
            #expect(answer.status == 404)
        }
    }

    @Test("a restored relay holds its clock against the backup's: one that was set back is in doubt")
    func tick() async throws {
        let folder = try await CheckedFolder()
        let signedAt = folder.clock.now
        let note = try Cast.one.directory(at: signedAt)
        // Days later than the newest signed time: only the tick knows of them.
        folder.clock.move(seconds: 5 * 86_400)
        try await TestRelay.run(clock: folder.clock, scratch: folder.scratch, directory: note) { relay in
            await relay.server.rounds.round()
        }
        let path = try await backup(folder)
        for (offSeconds, doubt) in [(600, nil), (-3 * 86_400, ClockDoubt.behind)] as [(Int64, ClockDoubt?)] {
            // Another machine, or the same one started again.
            let clock = TestClock()
            clock.jump(seconds: folder.clock.now.secondsSinceEpoch - clock.now.secondsSinceEpoch)
            clock.reboot(offSeconds: offSeconds)
            let scratch = try Scratch()
            _ = try await restore(path, into: scratch)
            let vault = try ParcelVault(
                data: scratch.data, disk: .real, clock: ClockSettings(sample: { clock.sample }))
            #expect(vault.clock.reading.doubt == doubt, "\(offSeconds)")
            #expect(vault.clock.newestSigned == signedAt)
            try vault.store.close()
        }
    }

    @Test("a relay can be restored from the backup of a restored one")
    func restoredTwice() async throws {
        let folder = try await CheckedFolder()
        var path = try await backup(folder)
        for turn in 1...3 {
            let scratch = try Scratch()
            _ = try await restore(path, into: scratch)
            try await TestRelay.run(clock: folder.clock, scratch: scratch, keys: false) { relay in
                let manifest = try await relay.deliver(Sealed(size: 2_000))
                let taken = try await relay.post(manifest.receipt(at: relay.clock.now))
                #expect(taken.status == 201)
            }
            path = folder.scratch.path + "/backup-\(turn)"
            let made = try await RelayBackup(configuration(scratch.data), disk: .real, now: folder.clock.now)
                .make(at: path)
            #expect(made.receipts == turn + 1)
        }
    }

    private static let inDataFolder = RelayFailure.configuration([
        "--to: its folder lies in the data folder: name one on another disk"
    ])

    @Test("a backup is not written into the folder that it is to outlive")
    func inside() async throws {
        let folder = try await CheckedFolder()
        for name in ["data", "data/backup", "data/a/b"] {
            await #expect(throws: Self.inDataFolder) {
                try await backup(folder, to: name)
            }
        }
        _ = try await backup(folder, to: "data-backup")
        // By other names, too.
        let files = FileManager.default
        try files.createSymbolicLink(atPath: folder.scratch.path + "/link", withDestinationPath: folder.data)
        for name in ["data-backup/../data/backup", "./data/backup", "link/backup"] {
            await #expect(throws: Self.inDataFolder) {
                try await backup(folder, to: name)
            }
            #expect(try !Disk.real.exists(folder.data + "/backup"))
        }
        try files.createSymbolicLink(
            atPath: folder.scratch.path + "/nowhere", withDestinationPath: folder.scratch.path + "/none")
        await #expect(
            throws: RelayFailure.configuration([
                "--to: a link that leads nowhere has its folder's name: name another one"
            ])
        ) { try await backup(folder, to: "nowhere") }
    }

    @Test("what a backup that was cut short has left is told apart from a backup")
    func leftBehind() async throws {
        let folder = try await CheckedFolder()
        let path = try await backup(folder)
        try FileManager.default.removeItem(atPath: path + "/backup.json")
        await #expect(
            throws: RelayFailure.configuration([
                "--to: its folder holds what a backup that was cut short has left: remove that, or name another one"
            ])
        ) { try await backup(folder) }
    }

    @Test("a restore leaves nothing beside the database that it was made as")
    func nothingBeside() async throws {
        let folder = try await CheckedFolder()
        let path = try await backup(folder)
        let scratch = try Scratch()
        _ = try await restore(path, into: scratch)
        let names = try FileManager.default.contentsOfDirectory(atPath: scratch.data)
        #expect(!names.contains { $0.contains("restoring") }, "\(names)")
    }

    @Test("a backup whose database is another one under a new label is refused in words")
    func otherDatabase() async throws {
        let folder = try await CheckedFolder()
        let path = try await backup(folder)
        for spoilt in [[UInt8](), Sealed.random(100_000)] {
            let database = path + "/relay.sqlite"
            try Data(spoilt).write(to: URL(fileURLWithPath: database))
            let label = try BackupLabel(parsing: Disk.real.read(path + "/backup.json", limit: BackupLabel.limit))
            let other = BackupLabel(
                madeAt: label.madeAt, database: try RelayBackup.hash(of: database, disk: .real), logKey: label.logKey)
            try Disk.real.writeDurably(other.encoded, to: path + "/backup.json")
            await #expect(throws: RelayFailure.backup("its database is damaged: take another backup")) {
                try await restore(path, into: Scratch())
            }
        }
    }

    @Test("a backup that is damaged, not whole, or would be put over a relay is not restored")
    func refusals() async throws {
        let folder = try await CheckedFolder()
        let whole = try await backup(folder)
        let spoilings: [(String, (String) throws -> Void)] = [
            ("it has no backup.json", { try FileManager.default.removeItem(atPath: $0 + "/backup.json") }),
            ("not one that pli-relay backup wrote", { try Self.flip($0 + "/backup.json", 3) }),
            ("its database is not the one", { try Self.flip($0 + "/relay.sqlite", 5_000) }),
            ("its log is damaged", { try Self.flip($0 + "/log/checkpoint", 60) }),
            (
                "its log is damaged",
                { path in
                    let folder = path + "/log/tile/entries/000.p"
                    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
                    try Self.flip(folder + "/" + name, 100)
                }
            ),
        ]
        for (place, spoiling) in spoilings.enumerated() {
            let path = folder.scratch.path + "/spoilt-\(place)"
            try FileManager.default.copyItem(atPath: whole, toPath: path)
            try spoiling.1(path)
            let scratch = try Scratch()
            do {
                _ = try await restore(path, into: scratch)
                Issue.record("restored: \(spoiling.0)")
            } catch RelayFailure.backup(let reason) {
                #expect(reason.contains(spoiling.0))
            }
            #expect(try !Disk.real.exists(scratch.data + "/relay.sqlite"))
        }
        do {
            _ = try await restore(whole, into: folder.scratch)
            Issue.record("restored over a relay")
        } catch RelayFailure.configuration(let mistakes) {
            #expect(mistakes.first?.contains("move them away") == true)
        }
        await #expect(
            throws: RelayFailure.configuration(["--to: no folder is named: name one that does not exist yet"])
        ) {
            _ = try await RelayBackup(configuration(folder.data), disk: .real, now: folder.clock.now).make(at: "")
        }
        do {
            _ = try await backup(folder)
            Issue.record("a backup over a backup")
        } catch RelayFailure.configuration(let mistakes) {
            #expect(mistakes.first?.contains("exists already") == true)
        }
        await #expect(
            throws: RelayFailure.configuration([
                "--from: there is no such folder: name the one that pli-relay backup made"
            ])
        ) { _ = try await restore(folder.scratch.path + "/nothing", into: Scratch()) }
    }

    private static func flip(_ path: String, _ offset: Int) throws {
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[offset] ^= 4
        try bytes.write(to: URL(fileURLWithPath: path))
    }

    @Test("the copy kept apart says how much is lost, and is kept; key and name of the log before serve no more")
    func copyApart() async throws {
        let folder = try await CheckedFolder()
        let path = try await backup(folder)
        try await TestRelay.run(clock: folder.clock, scratch: folder.scratch) { relay in
            _ = try await relay.deliver(Sealed(size: 2_000))
        }
        let scratch = try Scratch()
        var settings = try configuration(scratch.data)
        settings.log.copyPath = scratch.path + "/apart"
        settings.log.keyPath = scratch.path + "/log.key"
        let files = FileManager.default
        try files.copyItem(atPath: folder.data + "/log-checkpoint", toPath: settings.log.copyPath)
        try files.copyItem(atPath: folder.data + "/tls/log.key", toPath: settings.log.keyPath)
        let old = try #require(try LogKey.read(settings.log, disk: .real)).name
        var same = settings
        same.log.origin = old
        await #expect(throws: RelayFailure.self) { try await RelayRestore(same, disk: .real).run(from: path) }
        #expect(try await RelayRestore(settings, disk: .real).run(from: path).lost == 1)
        for path in [settings.log.copyPath, settings.log.keyPath] {
            #expect(try !Disk.real.exists(path))
            #expect(try Disk.real.exists(path + ".before"))
        }
        let vault = try ParcelVault(data: scratch.data, disk: .real, log: settings.log)
        #expect(vault.log.verifierKey.name != old)
        try vault.store.close()
    }

    @Test(
        "a restore that dies at any step can be run again, and no relay starts on what it left",
        arguments: [false, true])
    func dies(persisted: Bool) async throws {
        let folder = try await CheckedFolder()
        let path = try await backup(folder)
        var step = 0
        while true {
            let scratch = try Scratch()
            let plan = StepPlan(failAt: step, persisted: persisted)
            plan.arm()
            do {
                _ = try await restore(path, into: scratch, disk: plan.disk)
            } catch {
                guard plan.didFail else { throw error }
            }
            let place = "step \(step): \(plan.names.last ?? "-"), persisted: \(persisted)"
            if try !Disk.real.exists(scratch.data + "/relay.sqlite") {
                let begun = ["relay.sqlite.restoring", "log-before", "log-checkpoint.before"]
                if try begun.contains(where: { try Disk.real.exists(scratch.data + "/" + $0) }) {
                    #expect(throws: RelayFailure.self, "\(place)") { try ParcelVault(data: scratch.data, disk: .real) }
                }
                let again = try await restore(path, into: scratch)
                #expect(again.receipts == 1, "\(place)")
            }
            let vault = try ParcelVault(data: scratch.data, disk: .real)
            _ = try vault.recover { _, _ in }
            #expect(try vault.store.parcel(folder.ended.value.id)?.state == .ended, "\(place)")
            let leaf = try LogProof(parsing: await vault.log.proof(of: 0)).extra.map { try LogLeaf(parsing: $0) }
            #expect(leaf?.event == .succeeds, "\(place)")
            try vault.store.close()
            // A step that fails by itself (a file that need not be there) is not one that persists and fails: it is passed by.
            guard step < plan.names.count else { break }
            step += 1
        }
        #expect(step > 20)
    }
}
