import Durable
import Exchange
import Foundation
import GRDB
import Notes
import Synchronization
import Testing
import TransparencyLog

@testable import Relay

/// Each way in which database, payloads, shred keys and log can come to disagree is made here, and must be named.
@Suite("pli-relay fsck")
struct CheckTests {
    /// One way to spoil a folder, and what must be found: nothing else may be.
    private struct Spoiling: Sendable {
        let name: String
        let kinds: Set<DisagreementKind>
        let spoil: @Sendable (CheckedFolder) throws -> Void
    }

    private static func hash(_ byte: UInt8) throws -> LogHash {
        try #require(LogHash([UInt8](repeating: byte, count: 32)))
    }

    private static let parcels = [
        Spoiling(name: "a view that this program does not make", kinds: [.databaseOther]) {
            try $0.change("CREATE VIEW more AS SELECT 1")
        },
        Spoiling(name: "a payload is gone", kinds: [.payloadMissing]) {
            try $0.remove("payload/" + $0.kept(1).file)
        },
        Spoiling(name: "a payload is cut", kinds: [.payloadSize]) {
            try Disk.real.writeDurably([1, 2, 3], to: $0.data + "/payload/" + $0.kept(1).file)
        },
        Spoiling(name: "a byte of a payload", kinds: [.payloadDamaged]) {
            try $0.flip("payload/" + $0.kept(2).file)
        },
        Spoiling(name: "a payload without a row", kinds: [.fileWithoutRow]) {
            try Disk.real.writeDurably([1, 2, 3], to: $0.data + "/payload/" + BlobFolders.randomName())
        },
        Spoiling(name: "a folder among the payloads", kinds: [.notAFile]) {
            try Disk.real.createFolder($0.data + "/payload/somebodys")
        },
        Spoiling(name: "a link among what comes in", kinds: [.notAFile]) {
            try FileManager.default.createSymbolicLink(
                atPath: $0.data + "/incoming/link", withDestinationPath: $0.data + "/payload/" + $0.kept(1).file)
        },
        Spoiling(name: "a payload that is a link to its file", kinds: [.notAFile]) {
            let path = $0.data + "/payload/" + (try $0.kept(1).file)
            try FileManager.default.moveItem(atPath: path, toPath: $0.scratch.path + "/moved")
            try FileManager.default.createSymbolicLink(
                atPath: path, withDestinationPath: $0.scratch.path + "/moved")
        },
        Spoiling(name: "a folder in the place of an upload", kinds: [.notAFile]) {
            let kept = try #require(try $0.row($0.unfinished.value.id).kept)
            try $0.remove("incoming/" + kept.file)
            try Disk.real.createFolder($0.data + "/incoming/" + kept.file)
        },
        Spoiling(name: "a folder under an upload's name among the payloads", kinds: [.notAFile]) {
            let kept = try #require(try $0.row($0.unfinished.value.id).kept)
            try Disk.real.createFolder($0.data + "/payload/" + kept.file)
        },
        Spoiling(name: "keys that are a pipe", kinds: [.notAFile, .keysFileMissing]) {
            try $0.remove("shred-keys")
            guard mkfifo($0.data + "/shred-keys", 0o600) == 0 else { throw CheckedFolder.Unexpected() }
        },
        Spoiling(name: "a key destroyed while its parcel waits", kinds: [.keyMissing]) {
            try $0.write([UInt8](repeating: 0, count: 32), to: "shred-keys", at: 32 * $0.kept(0).slot)
        },
        Spoiling(name: "another key in its slot", kinds: [.headerDamaged]) {
            try $0.flip("shred-keys", at: 32 * $0.kept(0).slot + 5)
        },
        Spoiling(name: "a key that lives on after the deletion", kinds: [.keyWithoutRow]) {
            try $0.write(Sealed.random(32), to: "shred-keys", at: 32 * 100)
        },
        Spoiling(name: "the key of an unfinished upload, destroyed", kinds: [.uploadKeyMissing]) {
            let slot = try #require(try $0.row($0.unfinished.value.id).kept).slot
            try $0.write([UInt8](repeating: 0, count: 32), to: "shred-keys", at: 32 * slot)
        },
        Spoiling(name: "the last bytes of an upload that nobody accepted", kinds: [.acceptanceUnfinished]) {
            let row = try $0.row($0.unfinished.value.id)
            let kept = try #require(row.kept)
            try Disk.real.writeDurably(Sealed.random(Int(row.payloadSize)), to: $0.data + "/incoming/" + kept.file)
        },
        Spoiling(name: "an upload renamed, and not accepted", kinds: [.acceptanceUnfinished]) {
            let kept = try #require(try $0.row($0.unfinished.value.id).kept)
            try Disk.real.rename($0.data + "/incoming/" + kept.file, to: $0.data + "/payload/" + kept.file)
        },
        Spoiling(name: "no keys at all", kinds: [.keysFileMissing]) { try $0.remove("shred-keys") },
        Spoiling(name: "keys that others can read", kinds: [.keysFileOpen]) {
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o644], ofItemAtPath: $0.data + "/shred-keys")
        },
        Spoiling(name: "a header of another parcel", kinds: [.headerDamaged]) {
            try $0.change(
                "UPDATE parcels SET header = (SELECT header FROM parcels WHERE id = ?) WHERE id = ?",
                [$0.waiting[0].value.id.text, $0.waiting[1].value.id.text])
        },
        Spoiling(name: "a deadline put off in the row", kinds: [.noteDamaged]) {
            try $0.change(
                "UPDATE parcels SET expiresAt = expiresAt + 86400 WHERE id = ?", [$0.waiting[1].value.id.text])
        },
        Spoiling(name: "a byte of a manifest", kinds: [.noteDamaged]) {
            var manifest = try $0.row($0.waiting[1].value.id).manifest
            manifest[manifest.count / 3] ^= 1
            try $0.change(
                "UPDATE parcels SET manifest = ? WHERE id = ?", [Data(manifest), $0.waiting[1].value.id.text])
        },
        Spoiling(name: "an id that is none", kinds: [.rowDamaged]) {
            try $0.change("UPDATE parcels SET id = 'x' WHERE id = ?", [$0.waiting[1].value.id.text])
        },
        Spoiling(name: "a receipt under another hash", kinds: [.noteDamaged, .leafMissing]) {
            try $0.change("UPDATE receipts SET textHash = ?", [String(repeating: "0", count: 64)])
        },
        Spoiling(name: "a byte of a receipt's signature", kinds: [.noteDamaged]) {
            try $0.flipSignature(in: "receipts", where: "parcel = ?", $0.ended.value.id.text)
        },
        Spoiling(name: "a byte of the signature of keys", kinds: [.noteDamaged]) {
            try $0.flipSignature(in: "keysNotes", where: "participant = ?", Cast.labB)
        },
        Spoiling(name: "a byte of a directory's signature", kinds: [.noteDamaged]) {
            try $0.flipSignature(in: "directories", where: "version = ?", "1")
        },
        Spoiling(name: "a share miscounted", kinds: [.sharesDiffer]) {
            try $0.change("UPDATE shares SET bytes = bytes + 1")
        },
        Spoiling(name: "a deletion that was begun", kinds: [.deletionUnfinished, .leafMissing]) {
            try $0.change("UPDATE parcels SET state = 'ending' WHERE id = ?", [$0.waiting[0].value.id.text])
        },
        Spoiling(name: "a state that no row may have", kinds: [.rowDamaged]) {
            try $0.change("UPDATE parcels SET state = 'lost' WHERE id = ?", [$0.waiting[0].value.id.text])
        },
        Spoiling(name: "a database that is none", kinds: [.databaseDamaged]) {
            for suffix in ["-wal", "-shm"] { try? $0.remove("relay.sqlite" + suffix) }
            try $0.write(Sealed.random(16_384), to: "relay.sqlite", at: 0)
        },
    ]

    private static let log = [
        Spoiling(name: "a byte of a tile", kinds: [.logFileDamaged]) { try $0.flip($0.tile("0")) },
        Spoiling(name: "a byte of a bundle", kinds: [.logFileDamaged]) { try $0.flip($0.tile("entries")) },
        Spoiling(name: "a tile is gone", kinds: [.logFileMissing]) { try $0.remove($0.tile("0")) },
        Spoiling(name: "a bundle is gone", kinds: [.logFileMissing]) { try $0.remove($0.tile("entries")) },
        Spoiling(name: "a byte of the checkpoint", kinds: [.logUnsigned]) { try $0.flip("log/checkpoint") },
        Spoiling(name: "no checkpoint", kinds: [.logLost]) { try $0.remove("log/checkpoint") },
        Spoiling(name: "no copy", kinds: [.logCopyLost]) { try $0.remove("log-checkpoint") },
        Spoiling(name: "no key", kinds: [.logKey]) { try $0.remove("tls/log.key") },
        Spoiling(name: "the key of the log before", kinds: [.logKeyBefore]) {
            try Disk.real.createFolder($0.data + "/log-before")
            try Disk.real.writeDurably(
                Array(($0.logKey().verifying.line + "\n").utf8), to: $0.data + "/log-before/key")
        },
        Spoiling(name: "a key that has signed a log that is not here", kinds: [.logLost]) {
            for name in ["log", "log-checkpoint"] { try $0.remove(name) }
        },
        Spoiling(name: "a log shorter than its copy", kinds: [.logShrank]) {
            try $0.write(checkpointOf: $0.logKey(), size: 1, root: Self.hash(7), to: "log/checkpoint")
        },
        Spoiling(name: "another log's copy", kinds: [.logOther]) {
            try $0.write(checkpointOf: SigningKey.generate(name: "another.example/log"), to: "log-checkpoint")
        },
        Spoiling(name: "another log's checkpoint", kinds: [.logOther]) {
            try $0.write(checkpointOf: SigningKey.generate(name: "another.example/log"), to: "log/checkpoint")
        },
        Spoiling(name: "our log's name under a key that is not ours", kinds: [.logUnsigned]) {
            try $0.write(checkpointOf: SigningKey.generate(name: $0.logKey().name), to: "log-checkpoint")
        },
        Spoiling(name: "a letter of the log's name", kinds: [.logUnsigned]) { try $0.flip("log/checkpoint", at: 2) },
        Spoiling(name: "two trees of one size", kinds: [.logForked]) { folder in
            let size = try folder.checkpoint().size
            try folder.write(checkpointOf: folder.logKey(), size: size, root: Self.hash(7), to: "log/checkpoint")
        },
        Spoiling(name: "a log that did not grow from its copy", kinds: [.logForked]) {
            try $0.write(checkpointOf: $0.logKey(), size: 1, root: Self.hash(7), to: "log-checkpoint")
        },
        Spoiling(name: "a copy that the checkpoint was written before", kinds: [.logCopyBehind]) {
            // The root of a tree of one leaf is that leaf's hash.
            let first = try Disk.real.read($0.data + "/" + $0.tile("0"), limit: 8_192).prefix(32)
            try $0.write(checkpointOf: $0.logKey(), size: 1, root: LogHash(Array(first)), to: "log-checkpoint")
        },
        Spoiling(name: "a database behind the log", kinds: [.logAhead]) {
            try $0.change("UPDATE sequenced SET leaves = leaves - 1")
        },
        Spoiling(name: "leaves that were never written", kinds: [.leavesGap]) {
            try $0.change("UPDATE sequenced SET leaves = leaves + 2")
        },
        Spoiling(name: "a leaf to be published", kinds: [.leavesUnpublished]) {
            let leaf = try LogLeaf(.fetched, at: LogMinute(secondsSinceEpoch: 0), note: Self.hash(0))
            try $0.change("UPDATE sequenced SET leaves = leaves + 1")
            try $0.change(
                "INSERT INTO leaves (position, entry) SELECT leaves - 1, ? FROM sequenced", [Data(leaf.encoded)])
        },
        Spoiling(name: "an acceptance that was never logged", kinds: [.leafMissing]) {
            try $0.change("UPDATE parcels SET position = 2 WHERE id = ?", [$0.waiting[0].value.id.text])
        },
        Spoiling(name: "a first byte that was never logged", kinds: [.leafMissing]) {
            try $0.change("UPDATE parcels SET fetched = 1 WHERE id = ?", [$0.waiting[0].value.id.text])
        },
        Spoiling(name: "a row that is lost", kinds: [.leafWithoutRow, .keyWithoutRow, .fileWithoutRow, .sharesDiffer]) {
            try $0.change("DROP TRIGGER shareAbandoned")
            try $0.change("DELETE FROM parcels WHERE id = ?", [$0.waiting[0].value.id.text])
        },
        Spoiling(name: "a receipt that is lost", kinds: [.deletionUnexplained, .leafMissing]) {
            try $0.change("DELETE FROM receipts")
        },
        Spoiling(name: "keys that were never logged", kinds: [.noteDamaged, .leafMissing]) {
            try $0.change(
                "UPDATE keysNotes SET textHash = ? WHERE participant = ?",
                [String(repeating: "0", count: 64), Cast.labB])
        },
    ]

    @Test("a folder that nothing is wrong with has no disagreement, running or stopped")
    func clean() async throws {
        let folder = try await CheckedFolder()
        let summary = try await folder.check()
        #expect(summary.found == [])
        #expect(summary.parcels == 5 && summary.bodies == 3 && summary.entries > 10)
        #expect(try await folder.check(readsBodies: false).bodies == 0)
        let parcels = folder.waiting
        try await TestRelay.run(clock: folder.clock, scratch: folder.scratch) { relay in
            let before = try await folder.check()
            #expect(before.found == [])
            let taken = try await relay.post(parcels[0].receipt(at: relay.clock.now))
            #expect(taken.status == 201)
            let after = try await folder.check()
            #expect(after.found == [])
        }
        #expect(try await folder.check().found == [])
    }

    @Test("each disagreement of parcels, keys and rows is named, and nothing else is")
    func spoiltParcels() async throws { try await name(Self.parcels) }

    @Test("each disagreement of the log is named, and nothing else is")
    func spoiltLog() async throws { try await name(Self.log) }

    private func name(_ spoilings: [Spoiling]) async throws {
        let whole = try await CheckedFolder()
        for spoiling in spoilings {
            let folder = try whole.copy()
            try spoiling.spoil(folder)
            let found = try await folder.check().found
            #expect(Set(found.map(\.kind)) == spoiling.kinds, "\(spoiling.name): \(found.map(\.english))")
        }
    }

    @Test("what each look finds under way is nothing where the next look finds something else under way")
    func underWay() async throws {
        let folder = try await CheckedFolder()
        let vault = try ParcelVault(
            data: folder.data, disk: .real, clock: ClockSettings(sample: { folder.clock.sample }))
        let known = Mutex(
            try Signed<KeysNote>.kept(try #require(try vault.store.keysNote(of: ParticipantID(Cast.labA)))))
        // At each look a leaf waits to be published, and a key in the same slot has no row: each time another.
        let work: @Sendable () throws -> Void = {
            try vault.log.publishNow()
            let note = try known.withLock { known in
                let last = known
                known = try Cast.one.keysNote(
                    of: Cast.labA, number: last.value.number + 1, previous: last.textHash, at: folder.clock.now)
                return known
            }
            try vault.store.put(note)
            try folder.write(Sealed.random(32), to: "shred-keys", at: 32 * 100)
        }
        try work()
        let looks = Mutex(0)
        let configuration = RelayConfiguration(
            port: 0, dataFolder: folder.data, directoryPath: folder.scratch.path + "/directory.note",
            pins: try Cast.one.pins)
        let beside = RelayCheck(configuration, readsBodies: true, disk: .real, now: folder.clock.now) {
            looks.withLock { $0 += 1 }
            try work()
        }
        #expect(try await beside.run().found.map(\.english) == [])
        // One more look at the keys, one more at the log.
        #expect(looks.withLock { $0 } == 2)
        // Where nobody is at work, the same stays, and is told.
        let kinds = try await folder.check().found.map(\.kind)
        #expect(kinds == [.keyWithoutRow, .leavesUnpublished])
        try vault.store.close()
    }

    @Test("a check beside a relay that is hard at work finds nothing")
    func besideWork() async throws {
        let scratch = try Scratch()
        try await TestRelay.run(scratch: scratch) { relay in
            let configuration = relay.server.configuration
            try await withThrowingTaskGroup(of: Void.self) { group in
                for place in 0..<4 {
                    group.addTask {
                        for turn in 0..<12 {
                            let manifest = try await relay.deliver(Sealed(size: 3_000 + 100 * place + turn))
                            #expect(try await relay.post(manifest.receipt(at: relay.clock.now)).status == 201)
                        }
                    }
                }
                for _ in 0..<6 {
                    let summary = try await RelayCheck(configuration, readsBodies: true).run()
                    #expect(summary.found.map(\.english) == [])
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("a file's name in a folder from elsewhere begins no line and steers no terminal")
    func names() async throws {
        let folder = try await CheckedFolder()
        let name = "a\u{1B}[2Jb\nall agree"
        try Disk.real.writeDurably([1], to: folder.data + "/payload/" + name)
        let found = try #require(try await folder.check().found.first)
        #expect(found.kind == .fileWithoutRow && found.place == "payload/" + name)
        for text in [found.french, found.english] { #expect(text.contains("payload/a·[2Jb·all agree"), "\(text)") }
        #expect(found.json.utf8.allSatisfy { $0 >= 0x20 })
    }

    @Test("each kind of disagreement is made by at least one of these ways to spoil a folder")
    func all() {
        let made = (Self.parcels + Self.log).reduce(into: Set<DisagreementKind>()) { $0.formUnion($1.kinds) }
        #expect(Set(DisagreementKind.allCases).subtracting(made) == [])
    }

    @Test("each kind says in both languages what is wrong and what to do, and where it is, never a value")
    func words() async throws {
        for kind in DisagreementKind.allCases {
            #expect(kind.french != kind.english, "\(kind)")
            for text in [kind.french, kind.english] { #expect(text.contains(": ") || text.contains(" : "), "\(text)") }
        }
        let folder = try await CheckedFolder()
        let file = try folder.kept(1).file
        try folder.remove("payload/" + file)
        let found = try #require(try await folder.check().found.first)
        let id = folder.waiting[1].value.id
        #expect(found.french.hasPrefix("payload-missing : pli \(id), payload/\(file) : le contenu"))
        #expect(found.english.hasPrefix("payload-missing: parcel \(id), payload/\(file): the payload"))
        #expect(found.json.hasPrefix(#"{"kind":"payload-missing","place":"payload/\#(file)","parcel":"\#(id)""#))
        #expect(found.json.contains(#""fr":"le contenu"#) && found.json.contains(#""en":"the payload"#))
    }
}
