import Durable
import Exchange
import Foundation
import GRDB
import Logging
import Notes
import Synchronization
import Testing

@testable import Relay

@Suite("Disks that fill up, lie or forget")
struct DiskTroubleTests {
    /// A disk that fails at one kind of step under one folder while it is switched on.
    private final class Trouble: Sendable {
        private let isOn = Mutex(false)
        private let step: DiskStep
        private let code: Int32
        private let folder: String

        init(_ step: DiskStep, code: Int32, under folder: String = "/incoming/") {
            self.step = step
            self.code = code
            self.folder = folder
        }

        func turn(on: Bool) { isOn.withLock { $0 = on } }

        var disk: Disk {
            Disk(before: { (step, path) throws(DurableFailure) in
                guard step == self.step, path.contains(self.folder), self.isOn.withLock({ $0 }) else { return }
                throw DurableFailure(step, code: self.code, path: path)
            })
        }
    }

    @Test("a disk that fills up in the middle of a body costs nothing that was written")
    func full() async throws {
        let trouble = Trouble(.write, code: 28)
        let sealed = Sealed(size: 200_000)
        try await TestRelay.run(disk: trouble.disk) { relay in
            let manifest = try sealed.manifest(at: relay.clock.now)
            let id = manifest.value.id
            _ = try await relay.create(manifest)
            #expect(try await relay.patch(id, at: 0, sealed.bytes[..<50_000]).offset == 50_000)
            trouble.turn(on: true)
            let refused = try await relay.patch(id, at: 50_000, sealed.bytes[50_000...])
            #expect(refused.status == 507)
            #expect(try await relay.head(id).offset == 50_000)
            trouble.turn(on: false)
            #expect(try await relay.patch(id, at: 50_000, sealed.bytes[50_000...]).offset == 200_000)
            let body = try await relay.send("GET", RelayPath.parcel(manifest.value.from, id), as: Cast.ars)
            #expect(body.body == sealed.bytes)
        }
    }

    @Test("no byte of a first fetch goes out before its leaf is published, nor to whoever asks again")
    func firstFetch() async throws {
        let trouble = Trouble(.write, code: 28, under: "/log/")
        let sealed = Sealed(size: 20_000)
        try await TestRelay.run(disk: trouble.disk) { relay in
            let manifest = try await relay.deliver(sealed)
            let path = RelayPath.parcel(manifest.value.from, manifest.value.id)
            let before = relay.server.vault.log.size
            trouble.turn(on: true)
            for _ in 0..<2 { #expect(try await relay.send("GET", path, as: Cast.ars).status == 507) }
            #expect(relay.server.vault.log.size == before)
            trouble.turn(on: false)
            #expect(try await relay.send("GET", path, as: Cast.ars).body == sealed.bytes)
            #expect(relay.server.vault.log.size == before + 1)
        }
    }

    @Test("a disk that is full up to its reserve is told once when that begins, and once when it ends")
    func reserve() async throws {
        try await TestRelay.run { relay in
            let line = "the disk of the data folder is full up to limits.reserveMegabytes"
            for round in 1...2 {
                relay.freeBytes.set(1)
                for _ in 0..<3 { await relay.server.rounds.once(.disk) }
                #expect(relay.lines.count(.error, saying: line) == round)
                relay.freeBytes.set(1 << 40)
                for _ in 0..<3 { await relay.server.rounds.once(.disk) }
                #expect(relay.lines.count(.notice, saying: "the disk of the data folder has room again") == round)
                #expect(relay.lines.count(.error, saying: line) == round)
            }
        }
    }

    @Test(
        "a full disk under the log's copy is told once with its path, and by the health; all goes on when it has room")
    func copyFull() async throws {
        let trouble = Trouble(.write, code: 28, under: "/log-copy/")
        let scratch = try Scratch()
        let copy = scratch.path + "/log-copy/checkpoint"
        try await TestRelay.run(scratch: scratch, disk: trouble.disk, change: { $0.log.copyPath = copy }) { relay in
            func health() async throws -> String {
                String(decoding: try await relay.send("GET", "/health").body, as: UTF8.self)
            }
            _ = try await relay.deliver(Sealed(size: 3_000))
            trouble.turn(on: true)
            let line = "no room for the log or its copy (log.copy), no parcel is taken: make room there path=\(copy)"
            for seq in 2...3 {
                let sealed = Sealed(size: 3_000)
                let manifest = try sealed.manifest(at: relay.clock.now, seq: Int64(seq))
                #expect(try await relay.create(manifest, body: sealed.bytes).status == 507)
                await relay.server.rounds.once(.disk)
                #expect(relay.lines.count(.error, saying: line) == 1)
                #expect(try await health() == #"{"live":true,"ready":false,"reason":"disk-full"}"#)
            }
            #expect(relay.lines.count(.error, saying: "a round was not finished") == 0)
            trouble.turn(on: false)
            // Nobody sends anything: the relay finds by itself that there is room.
            await relay.server.rounds.once(.disk)
            #expect(relay.lines.count(.notice, saying: "there is room for the log again") == 1)
            #expect(try await health() == #"{"live":true,"ready":true}"#)
            #expect(try await relay.inbox().parcels.count == 3)
        }
    }

    @Test("a log in which nothing may be written stops the relay, which says rights, and stopped once only")
    func logRights() async throws {
        let trouble = Trouble(.createFile, code: 13, under: "/log/tile/")
        let lines = Mutex<LogLines?>(nil)
        let failure = await #expect(throws: (any Error).self) {
            try await TestRelay.run(disk: trouble.disk) { relay in
                lines.withLock { $0 = relay.lines }
                trouble.turn(on: true)
                let sealed = Sealed(size: 3_000)
                let answer = try await relay.create(sealed.manifest(at: relay.clock.now), body: sealed.bytes)
                #expect(answer.status == 500)
            }
        }
        let text = try RelayFailure.text(of: #require(failure))
        #expect(text.hasPrefix("stopped: the log: making "), "\(text)")
        #expect(text.hasSuffix("failed: permission denied: look at the owner and mode of the data folder"), "\(text)")
        let all = try #require(lines.withLock { $0 })
        #expect(all.count(.critical, saying: "stopping: the relay has no right to its own files reason=the log: ") >= 1)
        #expect(all.count(.critical, saying: "the disk cannot be relied on") == 0)
    }

    @Test("after a failed fsync nothing is answered any more, the relay stops, and the next start goes on")
    func failedSync() async throws {
        let trouble = Trouble(.syncFile, code: 5)
        let (scratch, clock) = (try Scratch(), TestClock())
        // Of those that are written as they come.
        let sealed = Sealed(size: 300_000)
        let manifest = try sealed.manifest(at: clock.now)
        await #expect(throws: RelayFailure.self) {
            try await TestRelay.run(clock: clock, scratch: scratch, disk: trouble.disk) { relay in
                trouble.turn(on: true)
                let answer = try await relay.create(manifest, body: sealed.bytes)
                #expect(answer.status == 500)
                #expect(answer.problem == .fault)
                trouble.turn(on: false)
                #expect(relay.server.faults.reason != nil)
            }
        }
        try await TestRelay.run(clock: clock, scratch: scratch) { relay in
            let answer = try await relay.create(manifest)
            #expect(answer.offset == 300_000)
            let body = try await relay.send(
                "GET", RelayPath.parcel(manifest.value.from, manifest.value.id), as: Cast.ars)
            #expect(body.body == sealed.bytes)
        }
    }

    @Test("what SQLite says by a number is told with what to do")
    func databaseRemedies() {
        for code: ResultCode in [
            .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_CORRUPT, .SQLITE_NOTADB,
            .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_AUTH, .SQLITE_ERROR, .SQLITE_SCHEMA,
        ] {
            let told = Gravity.text(of: DatabaseError(resultCode: code))
            #expect(told.hasPrefix("database: SQLite result \(code.rawValue): "), "\(told)")
        }
    }

    @Test(
        "an I/O error of the database, and a damaged one, stop the relay as a failed fsync does",
        arguments: [ResultCode.SQLITE_IOERR_FSYNC.rawValue, ResultCode.SQLITE_CORRUPT.rawValue])
    func databaseStops(code: Int32) async throws {
        let (scratch, clock) = (try Scratch(), TestClock())
        let isOn = Mutex(false)
        let faults = TransactionFaults(
            before: { name in
                guard name == "begin", isOn.withLock({ $0 }) else { return }
                throw DatabaseError(resultCode: ResultCode(rawValue: code))
            }, after: { _ in })
        let sealed = Sealed(size: 2_000)
        let manifest = try sealed.manifest(at: clock.now)
        let told = Gravity.text(of: DatabaseError(resultCode: ResultCode(rawValue: code)))
        #expect(told.hasPrefix("database: SQLite result \(code): "))
        await #expect(throws: RelayFailure.stopped(told)) {
            try await TestRelay.run(clock: clock, scratch: scratch, faults: faults) { relay in
                isOn.withLock { $0 = true }
                let answer = try await relay.create(manifest)
                #expect(answer.problem == .fault)
                isOn.withLock { $0 = false }
                #expect(relay.server.faults.reason == told)
            }
        }
        try await TestRelay.run(clock: clock, scratch: scratch) { relay in
            let answer = try await relay.create(manifest, body: sealed.bytes)
            #expect(answer.offset == 2_000)
        }
    }

    @Test("a database that can grow no more refuses what is new, and nothing else; with room it goes on")
    func databaseFull() async throws {
        let sealed = Sealed(size: 2_000)
        try await TestRelay.run(change: { $0.openUploads = 1_000 }) { relay in
            let store = relay.server.vault.store
            func limit(pages: Int?) throws {
                try store.write("limit") { db in
                    let used = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
                    try db.execute(sql: "PRAGMA max_page_count = \(pages ?? used)")
                }
            }
            let first = try await relay.deliver(sealed)
            try limit(pages: nil)
            // Pages that were begun take some more.
            var refused: Signed<Manifest>?
            for number in Int64(2)..<200 where refused == nil {
                let manifest = try sealed.manifest(at: relay.clock.now, seq: number)
                let answer = try await relay.create(manifest)
                guard answer.status != 201 else { continue }
                #expect(answer.status == 507)
                #expect(answer.problem == .full)
                #expect(answer.field("Retry-After") == "60")
                refused = manifest
            }
            let manifest = try #require(refused, "the database never was full")
            #expect(relay.server.faults.reason == nil)
            #expect(try store.parcel(manifest.value.id) == nil)
            #expect(try await relay.inbox().parcels.map(\.id) == [first.value.id])
            try limit(pages: 1 << 30)
            #expect(try await relay.create(manifest, body: sealed.bytes).offset == 2_000)
        }
    }

    @Test("bytes that a power cut spoiled are sent again, and nobody is told that they were wrong")
    func torn() async throws {
        let (scratch, clock) = (try Scratch(), TestClock())
        let sealed = Sealed(size: 200_000)
        let manifest = try sealed.manifest(at: clock.now)
        let id = manifest.value.id
        try await TestRelay.run(clock: clock, scratch: scratch) { relay in
            _ = try await relay.create(manifest)
            let answer = try await relay.patch(id, at: 0, sealed.bytes[..<120_000])
            #expect(answer.offset == 120_000)
        }
        let name = try #require(try scratch.names(in: "incoming").first)
        let path = scratch.data + "/incoming/" + name
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        bytes.replaceSubrange(bytes.count - 4_096..<bytes.count, with: [UInt8](repeating: 0, count: 4_096))
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        try await TestRelay.run(clock: clock, scratch: scratch) { relay in
            // In two requests: what is known of the former life does not get lost between them.
            #expect(try await relay.patch(id, at: 120_000, sealed.bytes[120_000..<150_000]).offset == 150_000)
            let refused = try await relay.patch(id, at: 150_000, sealed.bytes[150_000...])
            #expect(refused.problem == .offsetDiffers)
            #expect(try await relay.head(id).offset == 0)
            #expect(try await relay.patch(id, at: 0, sealed.bytes).offset == 200_000)
        }
    }

    @Test("a payload that is gone or cut is never served, and keeps no other parcel from being")
    func damaged() async throws {
        let (scratch, clock) = (try Scratch(), TestClock())
        let (cut, whole) = (Sealed(size: 60_000), Sealed(size: 60_000))
        let (first, second) = (try cut.manifest(at: clock.now), try whole.manifest(at: clock.now))
        try await TestRelay.run(clock: clock, scratch: scratch) { relay in
            _ = try await relay.create(first, body: cut.bytes)
            let file = try #require(try relay.server.vault.store.parcel(first.value.id)?.kept?.file)
            try Data([1, 2, 3]).write(to: URL(fileURLWithPath: scratch.data + "/payload/" + file))
            _ = try await relay.create(second, body: whole.bytes)
        }
        try await TestRelay.run(clock: clock, scratch: scratch) { relay in
            let path = RelayPath.parcel(first.value.from, first.value.id)
            #expect(try await relay.send("GET", path, as: Cast.ars).problem == .fault)
            let other = RelayPath.parcel(second.value.from, second.value.id)
            #expect(try await relay.send("GET", other, as: Cast.ars).body == whole.bytes)
            // The recipient can still refuse it, and its sender learns of it.
            let refused = try first.receipt(at: clock.now, outcome: .refused, reason: .cannotOpen)
            #expect(try await relay.post(refused).status == 201)
        }
    }
}
