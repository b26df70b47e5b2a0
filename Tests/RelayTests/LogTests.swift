import Durable
import Exchange
import Foundation
import Notes
import Synchronization
import Testing
import TransparencyLog

@testable import Relay

@Suite("The log, and what stands on it")
struct LogTests {
    /// The log as anybody reads it: over HTTP, without a token.
    private struct Outside: TileSource {
        let relay: TestRelay

        func file(at path: String, limit: Int) async throws -> [UInt8]? {
            let answer = try await relay.send("GET", "/v1/log/" + path)
            guard answer.status == 200 else { return nil }
            #expect(answer.body.count <= limit)
            return answer.body
        }

        /// The key, as it is served.
        func key() async throws -> VerifierKey {
            let text = try await relay.send("GET", "/v1/log/key").body
            return try VerifierKey(line: String(decoding: text.dropLast(), as: UTF8.self))
        }

        func leaves() async throws -> [LogLeaf] {
            var leaves: [LogLeaf] = []
            _ = try await LogAudit.run(self, key: key()) { leaves.append($1) }
            return leaves
        }
    }

    private static func hash(_ text: SHA256Hex) -> LogHash? { LowercaseHex.decode(text.text).flatMap { LogHash($0) } }

    @Test("without a log before it, the relay says of each of that one's files that it is not there, and of no tile")
    func nothingBefore() async throws {
        try await TestRelay.run { relay in
            for (name, said) in [
                ("checkpoint", "no log was before this one: there is no checkpoint of it"),
                ("key", "no log was before this one: there is no key of it"),
                ("minimum-index", "no log was before this one, or it has no minimum-index"),
                ("tile/0/000", "the log has no such tile"),
            ] {
                let answer = try await relay.send("GET", "/v1/log/before/" + name)
                #expect(answer.status == 404 && answer.problem == .notFound, "\(name)")
                #expect(try Problem(text: answer.body).detail == said)
            }
        }
    }

    @Test("each event of a parcel's life is one leaf, under the checkpoint before anybody is told")
    func events() async throws {
        let sealed = Sealed(size: 20_000)
        try await TestRelay.run { relay in
            let outside = Outside(relay: relay)
            let manifest = try await relay.deliver(sealed)
            let (from, id) = (manifest.value.from, manifest.value.id)
            let accepted = try await outside.leaves()
            #expect(accepted.first?.event == .directory)
            #expect(accepted.filter { $0.event == .keys }.count == Cast.everyone.count)
            #expect(accepted.last?.event == .accepted)
            #expect(accepted.last?.note == Self.hash(manifest.textHash))
            let page = try await relay.inbox()
            #expect(page.parcels.first?.index == Int64(accepted.count - 1))
            #expect(page.cursor == Int64(accepted.count - 1))

            let path = RelayPath.parcel(from, id)
            let outsideRange = [("Range", "bytes=20000-")]
            #expect(try await relay.send("GET", path, as: Cast.ars, headers: outsideRange).status == 416)
            #expect(try await outside.leaves().last?.event == .accepted)
            for _ in 0..<2 {
                #expect(try await relay.send("GET", path, as: Cast.ars).status == 200)
                let leaves = try await outside.leaves()
                #expect(leaves.filter { $0.event == .fetched }.map(\.note) == [Self.hash(manifest.textHash)])
            }
            let receipt = try manifest.receipt(at: relay.clock.now)
            for status in [201, 200] { #expect(try await relay.post(receipt).status == status) }
            let ended = try await outside.leaves()
            #expect(ended.suffix(3).map(\.event) == [.fetched, .receipt, .deleted])
            #expect(ended.suffix(2).map(\.note) == [Self.hash(receipt.textHash), Self.hash(manifest.textHash)])
            #expect(try await relay.outbox().receipts.first?.index == Int64(ended.count - 2))
        }
    }

    @Test("a parcel that expires has a leaf for that before the one for its destruction")
    func expiry() async throws {
        let sealed = Sealed(size: 2_000)
        try await TestRelay.run { relay in
            let manifest = try await relay.deliver(sealed, days: 2)
            relay.clock.move(seconds: 2 * 86_400)
            await relay.server.rounds.round()
            let leaves = try await Outside(relay: relay).leaves().suffix(2)
            #expect(leaves.map(\.event) == [.expired, .deleted])
            #expect(Set(leaves.map(\.note)) == [Self.hash(manifest.textHash)])
            #expect(leaves.map(\.at.text).allSatisfy { $0.hasPrefix(String(relay.clock.now.text.prefix(16))) })
        }
    }

    @Test("sender and recipient have a proof of acceptance that needs the log's key only; nobody else has one")
    func proof() async throws {
        let sealed = Sealed(size: 2_000)
        try await TestRelay.run { relay in
            let manifest = try await relay.deliver(sealed)
            let path = RelayPath.proof(manifest.value.from, manifest.value.id)
            let key = try await Outside(relay: relay).key()
            let hash = try #require(Self.hash(manifest.textHash))
            for id in [Cast.labA, Cast.ars] {
                let answer = try await relay.send("GET", path, as: id)
                #expect(answer.status == 200)
                let (leaf, signed) = try LogProof(parsing: answer.body).verify(.accepted, of: hash, by: key)
                #expect(leaf.note == hash)
                #expect(signed == relay.server.vault.log.checkpoint)
            }
            for id in [Cast.labB, Cast.cnam, Cast.auditor] {
                #expect(try await relay.send("GET", path, as: id).status == 404)
            }
            #expect(try await relay.send("GET", path).status == 401)
            // Once it is deleted the proof is there all the same.
            #expect(try await relay.post(manifest.receipt(at: relay.clock.now)).status == 201)
            let later = try await relay.send("GET", path, as: Cast.labA)
            #expect(try LogProof(parsing: later.body).verify(.accepted, of: hash, by: key).leaf.event == .accepted)
        }
    }

    @Test("tiles are open, say that they never change, and are served under the checkpoint only")
    func tiles() async throws {
        try await TestRelay.run { relay in
            _ = try await relay.deliver(Sealed(size: 2_000))
            let size = relay.server.vault.log.size
            let checkpoint = try await relay.send("GET", "/v1/log/checkpoint")
            #expect(checkpoint.status == 200)
            #expect(checkpoint.field("Cache-Control") == "no-cache")
            #expect(checkpoint.field("Content-Type") == "text/plain; charset=utf-8")
            for path in ["tile/0/000.p/\(size)", "tile/entries/000.p/\(size)"] {
                let tile = try await relay.send("GET", "/v1/log/" + path)
                #expect(tile.status == 200)
                #expect(tile.field("Cache-Control") == "public, max-age=31536000, immutable")
                #expect(tile.field("Content-Type") == "application/octet-stream")
            }
            for path in [
                "tile/0/000", "tile/0/000.p/\(size + 1)", "tile/entries/000", "tile/1/000", "tile/0/001.p/1",
                "tile/0/0", "tile/0/000.p/0", "tile/../checkpoint", "tile/0", "tile/",
                "tile/0/%2e%2e/%2e%2e/checkpoint",
                "log-checkpoint", "tile/7/000",
            ] {
                #expect(try await relay.send("GET", "/v1/log/" + path).status == 404, "\(path)")
            }
        }
    }

    @Test("those who wait while a checkpoint is being made share the next one")
    func groupCommit() async throws {
        let scratch = try Scratch()
        let gate = DispatchSemaphore(value: 0)
        let published = Mutex(0)
        let disk = Disk(before: { (step, path) throws(DurableFailure) in
            guard step == .rename, path.hasSuffix("/log/checkpoint") else { return }
            let isSecond = published.withLock { count in
                count += 1
                return count == 2
            }
            // The first is the empty log's; the second waits until all others have asked.
            if isSecond { gate.wait() }
        })
        let vault = try ParcelVault(data: scratch.data, disk: disk)
        let hash = SHA256Hex(of: [])
        func add() throws { try vault.store.write("add") { db in _ = try vault.store.sequence(.keys, of: hash, db) } }
        try add()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await vault.log.publish() }
            while published.withLock({ $0 }) < 2 { await Task.yield() }
            for _ in 0..<20 {
                try add()
                group.addTask { try await vault.log.publish() }
            }
            while vault.log.waiting < 20 { await Task.yield() }
            gate.signal()
            try await group.waitForAll()
        }
        #expect(published.withLock { $0 } == 3)
        #expect(vault.log.size == 21)
        try vault.store.close()
    }

    @Test("a log that shrank, lost its copy, its key or its files, or has an older store, does not start")
    func refusals() async throws {
        let clock = TestClock()
        for (loss, told) in [
            ("shrank", "an old copy was put back"), ("copy", "the checkpoint kept apart is gone"),
            ("key", "its key file is missing"), ("files", "its checkpoint is gone"),
            ("store", "an old store was put back"), ("open key", "can be read by others"),
            ("other name", "the log keeps its name"),
        ] {
            let scratch = try Scratch()
            let files = FileManager.default
            let (data, saved) = (scratch.data, scratch.path + "/saved")
            try await TestRelay.run(clock: clock, scratch: scratch) { relay in
                _ = try await relay.deliver(Sealed(size: 2_000))
            }
            try files.copyItem(atPath: data, toPath: saved)
            try await TestRelay.run(clock: clock, scratch: scratch) { relay in
                _ = try await relay.deliver(Sealed(size: 2_000))
            }
            func putBack(_ name: String) throws {
                try files.removeItem(atPath: data + "/" + name)
                try files.copyItem(atPath: saved + "/" + name, toPath: data + "/" + name)
            }
            switch loss {
            case "shrank": try putBack("log")
            case "copy": try files.removeItem(atPath: data + "/log-checkpoint")
            case "key": try files.removeItem(atPath: data + "/tls/log.key")
            case "files": try files.removeItem(atPath: data + "/log")
            case "open key":
                try files.setAttributes([.posixPermissions: 0o644], ofItemAtPath: data + "/tls/log.key")
            case "other name": break
            default:
                for name in ["relay.sqlite", "relay.sqlite-wal", "relay.sqlite-shm"] {
                    try? files.removeItem(atPath: data + "/" + name)
                    try? files.copyItem(atPath: saved + "/" + name, toPath: data + "/" + name)
                }
            }
            do {
                try await TestRelay.run(
                    clock: clock, scratch: scratch,
                    change: { if loss == "other name" { $0.log.origin = "another.example/log" } }, { _ in })
                Issue.record("it started: \(loss)")
            } catch RelayFailure.log(let reason) {
                #expect(reason.contains(told), "\(loss): \(reason)")
            }
        }
    }

    @Test("the checkpoint kept apart is replaced only where it is the one that was put there before")
    func compareAndSwap() async throws {
        let scratch = try Scratch()
        let key = try SigningKey.generate(name: "log.example/1")
        let place = scratch.path + "/apart/checkpoint"
        let folder = try LogFolder(folder: scratch.path + "/log", copy: place, disk: .real)
        func checkpoint(_ size: Int64) throws -> [UInt8] {
            let root = try #require(LogHash([UInt8](repeating: UInt8(size), count: 32)))
            return try SignedCheckpoint(signing: Checkpoint(origin: key.name, size: size, root: root), with: key).bytes
        }
        func refuses(_ size: Int64, replacing before: Int64?) throws {
            let kept = try folder.keptCheckpoint()
            do {
                try folder.keep(checkpoint(size), replacing: before)
                Issue.record("\(size) took the place of another than \(before ?? -1)")
            } catch RelayFailure.log(let reason) {
                #expect(reason.contains("changed by somebody else"))
            }
            #expect(try folder.keptCheckpoint() == kept)
        }
        try refuses(4, replacing: 0)
        try folder.keep(checkpoint(0), replacing: nil)
        try refuses(4, replacing: nil)
        try folder.keep(checkpoint(4), replacing: 0)
        for before: Int64? in [nil, 0, 3, 5] { try refuses(9, replacing: before) }
        #expect(try folder.keptCheckpoint() == checkpoint(4))
        try folder.keep(checkpoint(9), replacing: 4)
        #expect(try folder.keptCheckpoint() == checkpoint(9))
    }

    @Test("a relay whose copy apart was changed by another relay stops, and leaves that one's copy as it is")
    func sharedCopy() async throws {
        let scratch = try Scratch()
        let sealed = Sealed(size: 2_000)
        let key = try SigningKey.generate(name: "another.example/log")
        let root = try #require(LogHash([UInt8](repeating: 1, count: 32)))
        let other = try SignedCheckpoint(
            signing: Checkpoint(origin: key.name, size: 5_000, root: root), with: key
        ).bytes
        await #expect(throws: RelayFailure.self) {
            try await TestRelay.run(scratch: scratch) { relay in
                try await relay.server.vault.log.publish()
                try Disk.real.writeDurably(other, to: scratch.data + "/log-checkpoint")
                let answer = try await relay.create(sealed.manifest(at: relay.clock.now), body: sealed.bytes)
                #expect(answer.problem == .fault)
                #expect(relay.server.faults.reason?.contains("changed by somebody else") == true)
            }
        }
        #expect(try Disk.real.read(scratch.data + "/log-checkpoint", limit: 16_384) == other)
    }

    @Test("a full disk under the log refuses the answer, not the parcel: asked again with room, it is accepted")
    func full() async throws {
        let isFull = Mutex(false)
        let disk = Disk(before: { (step, path) throws(DurableFailure) in
            guard step == .write, path.contains("/log/"), isFull.withLock({ $0 }) else { return }
            throw DurableFailure(step, code: 28, path: path)
        })
        let sealed = Sealed(size: 2_000)
        try await TestRelay.run(disk: disk) { relay in
            let manifest = try sealed.manifest(at: relay.clock.now)
            isFull.withLock { $0 = true }
            #expect(try await relay.create(manifest, body: sealed.bytes).status == 507)
            #expect(try await relay.head(manifest.value.id).status == 507)
            // What the log does not show is not there for its recipient.
            #expect(try await relay.inbox().parcels.isEmpty)
            let path = RelayPath.parcel(manifest.value.from, manifest.value.id)
            #expect(try await relay.send("GET", path, as: Cast.ars).status == 507)
            isFull.withLock { $0 = false }
            #expect(try await relay.head(manifest.value.id).offset == 2_000)
            #expect(try await relay.inbox().parcels.count == 1)
            #expect(try await Outside(relay: relay).leaves().last?.event == .accepted)
            #expect(relay.server.faults.reason == nil)
        }
    }

    @Test("a step of the log that fails otherwise stops the relay, and the next start publishes what was sequenced")
    func failed() async throws {
        let (scratch, clock) = (try Scratch(), TestClock())
        let isOn = Mutex(false)
        let disk = Disk(before: { (step, path) throws(DurableFailure) in
            guard step == .rename, path.hasSuffix("/log-checkpoint"), isOn.withLock({ $0 }) else { return }
            throw DurableFailure(step, code: 5, path: path)
        })
        let sealed = Sealed(size: 2_000)
        let manifest = try sealed.manifest(at: clock.now)
        await #expect(throws: RelayFailure.self) {
            try await TestRelay.run(clock: clock, scratch: scratch, disk: disk) { relay in
                // The first round has leaves to publish, too: the step that fails is to be this request's.
                try await relay.server.vault.log.publish()
                isOn.withLock { $0 = true }
                let answer = try await relay.create(manifest, body: sealed.bytes)
                #expect(answer.status == 500)
                #expect(relay.server.faults.reason != nil)
            }
        }
        try await TestRelay.run(clock: clock, scratch: scratch) { relay in
            #expect(try await relay.create(manifest).offset == 2_000)
            let leaves = try await Outside(relay: relay).leaves()
            #expect(leaves.filter { $0.event == .accepted }.count == 1)
        }
    }

    @Test("after a failed step nothing is published any more by this process, though the disk came to itself")
    func final() async throws {
        let scratch = try Scratch()
        let isOn = Mutex(false)
        let disk = Disk(after: { (step, path) throws(DurableFailure) in
            guard step == .syncFile, path.contains("/log/tile"), isOn.withLock({ $0 }) else { return }
            throw DurableFailure(step, code: 5, path: path)
        })
        let vault = try ParcelVault(data: scratch.data, disk: disk)
        try vault.store.write("add") { db in _ = try vault.store.sequence(.keys, of: SHA256Hex(of: []), db) }
        for isFailing in [true, false] {
            isOn.withLock { $0 = isFailing }
            await #expect(throws: RelayFailure.self) { try await vault.log.publish() }
        }
        #expect(vault.log.size == 0)
        try vault.store.close()
    }

    @Test("a round leaves of the log only what it needs: full tiles alone, no copies in the store")
    func tidy() async throws {
        try await TestRelay.run { relay in
            let (store, log) = (relay.server.vault.store, relay.server.vault.log)
            for _ in 0..<30 {
                try store.write("many") { db in
                    for _ in 0..<10 { _ = try store.sequence(.keys, of: SHA256Hex(of: []), db) }
                }
                try await log.publish()
            }
            #expect(try relay.scratch.names(in: "log/tile/0").contains("000.p"))
            await relay.server.rounds.round()
            #expect(try relay.scratch.names(in: "log/tile/0").sorted() == ["000", "001.p"])
            #expect(try relay.scratch.names(in: "log/tile/entries").sorted() == ["000", "001.p"])
            #expect(try store.leaves(from: 0, limit: 1) == [])
            #expect(try await Outside(relay: relay).leaves().count == Int(log.size))
        }
    }
}
