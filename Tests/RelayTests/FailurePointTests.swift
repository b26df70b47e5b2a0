import Durable
import Exchange
import Foundation
import GRDB
import NIOCore
import Notes
import Testing
import TransparencyLog

@testable import Relay

@Suite("Each durable step fails, with and without its effect")
struct FailurePointTests {
    /// How far a run came before it died: what was said to somebody outside.
    private struct Said {
        var isCreated = false
        var isAccepted = false
        var isFetched = false
        var isReceipted = false
        var isDeleted = false
    }

    /// One parcel's life in one process, in two requests and a receipt, until a step fails; `atOnce`, its body comes with its
    /// creation.
    private func live(
        _ scratch: Scratch, _ sealed: Sealed, _ manifest: Signed<Manifest>, _ plan: StepPlan, now: UTCTime,
        atOnce: Bool = false
    ) async throws -> Said {
        var said = Said()
        let vault = try ParcelVault(data: scratch.data, disk: plan.disk, faults: plan.transactions)
        defer { try? vault.store.close() }
        _ = try vault.recover { _, _ in }
        plan.arm()
        do {
            let desk = Self.desk(vault)
            let pair = Cast.one.pair(Cast.labA).verifying
            let row = StoredParcel(beginning: manifest, signer: try SHA256Hex(pair.fingerprint), now: now)
            let quota = RelayStore.Quota(totalBytes: 1 << 30, openUploads: 10)
            let end: Int64?
            if atOnce {
                end = try await desk.receiveNew(
                    row, newcomer: Newcomer(pair: pair, quota: quota), body: Self.pieces(sealed.bytes[...]),
                    checksum: nil,
                    requirePostQuantum: false, whenReady: {})
                said.isCreated = end != nil
            } else {
                _ = try vault.store.begin(row, pair: pair, quota: quota)
                said.isCreated = true
                _ = try await Self.send(sealed.bytes[..<60_000], at: 0, of: manifest.value.id, vault, desk)
                end = try await Self.send(sealed.bytes[60_000...], at: 60_000, of: manifest.value.id, vault, desk)
            }
            said.isAccepted = end == manifest.value.size
            let isFirst = try vault.store.fetch(manifest.value.id)
            try await vault.log.publish()
            said.isFetched = isFirst
            let receipt = try manifest.receipt(at: now)
            let taking = try vault.store.take(receipt)
            try await vault.log.publish()
            said.isReceipted = taking == .taken
            try vault.end(manifest.value.id)
            try await vault.log.publish()
            said.isDeleted = true
        } catch {
            guard plan.didFail else { throw error }
        }
        return said
    }

    /// The folder's lock goes with the last reference to the one before, which a thread may be about to drop.
    private static func reopen(_ scratch: Scratch, _ plan: StepPlan? = nil) async throws -> ParcelVault {
        while true {
            do {
                return try ParcelVault(data: scratch.data, disk: plan?.disk ?? .real, faults: plan?.transactions)
            } catch DurableFailure.inUse {
                await Task.yield()
            }
        }
    }

    private static func desk(_ vault: ParcelVault) -> UploadDesk {
        UploadDesk(
            vault: vault, locks: ParcelLocks(), space: SpaceGuard(reserve: 0, freeBytes: { 1 << 40 }),
            arrivals: Arrivals(), judge: { _, _ in })
    }

    private static func send(
        _ bytes: ArraySlice<UInt8>, at offset: Int64, of id: ParcelID, _ vault: ParcelVault, _ desk: UploadDesk
    ) async throws -> Int64 {
        let row = try #require(try vault.store.parcel(id))
        return try await desk.receive(row, at: offset, length: nil, body: pieces(bytes), requirePostQuantum: false)
    }

    private static func pieces(_ bytes: ArraySlice<UInt8>) -> AsyncStream<ByteBuffer> {
        AsyncStream { source in
            source.yield(ByteBuffer(bytes: bytes))
            source.finish()
        }
    }

    @Test(
        "what was said holds after the restart, what was not said can be done again", arguments: [false, true],
        [false, true])
    func everyStep(persisted: Bool, atOnce: Bool) async throws {
        let sealed = Sealed(size: 100_000)
        let now = SystemClock.now()
        let manifest = try sealed.manifest(at: now)
        var names: [String] = []
        var step = 0
        while true {
            let scratch = try Scratch()
            let plan = StepPlan(failAt: step, persisted: persisted)
            let said = try await live(scratch, sealed, manifest, plan, now: now, atOnce: atOnce)
            names = plan.names
            let place = "step \(step): \(names.last ?? "-"), persisted: \(persisted), at once: \(atOnce)"
            #expect(try scratch.files(holding: sealed.secrets) == [], "\(place)")
            try await check(scratch, sealed, manifest, said, place, now)
            guard plan.didFail else { break }
            step += 1
        }
        // The table is what it is meant to be: every transaction and every kind of durable step stands in it.
        for name in ["begin", "accept", "fetch", "receipt", "end"] {
            #expect(names.contains("transaction " + name))
        }
        // The row is made with its header where both come together.
        #expect(names.contains("transaction keep header") == !atOnce)
        let kinds: [DiskStep] = [
            .writeSlot, .overwriteSlot, .write, .syncFile, .rename, .syncFolder, .unlink, .createFile,
        ]
        for kind in kinds { #expect(names.contains(kind.rawValue)) }
        // Four leaves, each in files of its own: tile, bundle, checkpoint, copy.
        let renames = names.count { $0 == DiskStep.rename.rawValue }
        #expect(renames == 1 + 4 * 4)
    }

    @Test("a rename whose folders were never synced is synced before the next start accepts on it")
    func renameIsSyncedAgain() async throws {
        let sealed = Sealed(size: 100_000)
        let now = SystemClock.now()
        let manifest = try sealed.manifest(at: now)
        let whole = StepPlan(failAt: nil, persisted: false)
        _ = try await live(Scratch(), sealed, manifest, whole, now: now)
        let rename = try #require(whole.names.firstIndex(of: DiskStep.rename.rawValue))
        let scratch = try Scratch()
        let dying = StepPlan(failAt: rename + 1, persisted: false)
        _ = try await live(scratch, sealed, manifest, dying, now: now)
        #expect(dying.names.last == DiskStep.syncFolder.rawValue)

        let plan = StepPlan(failAt: nil, persisted: false)
        let vault = try await Self.reopen(scratch, plan)
        defer { try? vault.store.close() }
        plan.arm()
        #expect(try vault.recover(judge: { _, _ in }).accepted == 1)
        let accepted = try #require(plan.names.firstIndex(of: "transaction accept"))
        #expect(plan.names[..<accepted].filter { $0 == DiskStep.syncFolder.rawValue }.count == 2)
    }

    private func check(
        _ scratch: Scratch, _ sealed: Sealed, _ manifest: Signed<Manifest>, _ said: Said, _ place: String,
        _ now: UTCTime
    ) async throws {
        let id = manifest.value.id
        let vault = try await Self.reopen(scratch)
        defer { try? vault.store.close() }
        _ = try vault.recover { _, _ in }
        #expect(try vault.damaged(after: -1).ids == [], "\(place)")
        var parcel = try vault.store.parcel(id)
        #expect(parcel != nil || !said.isCreated, "\(place)")
        try await checkLog(vault, scratch, manifest, said, place)
        if said.isAccepted { #expect(parcel?.state == .waiting || parcel?.state == .ended, "\(place)") }
        if said.isReceipted { #expect(parcel?.state == .ended, "\(place)") }

        if let found = parcel, found.state == .uploading {
            // The sender asks where to go on, and finishes.
            let desk = Self.desk(vault)
            let offset = try await desk.offset(of: found)
            #expect(offset < manifest.value.size, "\(place)")
            let end = try await Self.send(sealed.bytes[Int(offset)...], at: offset, of: id, vault, desk)
            #expect(end == manifest.value.size, "\(place)")
            parcel = try vault.store.parcel(id)
            #expect(parcel?.state == .waiting, "\(place)")
        }
        if let found = parcel, found.state == .waiting {
            let body = try #require(try vault.body(of: found), "\(place)")
            let bytes = try body.read(at: 0, count: Int(body.size))
            #expect(Array(bytes.readableBytesView) == sealed.bytes, "\(place)")
            #expect(try vault.store.take(manifest.receipt(at: now)) == .taken, "\(place)")
            try vault.log.publishNow()
            try vault.end(id)
        }
        if parcel != nil {
            #expect(try vault.store.parcel(id)?.state == .ended, "\(place)")
            #expect(try vault.store.outbox(of: manifest.value.from, after: 0).count == 1, "\(place)")
        }
        try vault.log.publishNow()
        let events = try await Self.audit(vault, scratch).events
        if parcel != nil {
            for event in [LogLeaf.Event.accepted, .receipt, .deleted] { #expect(events[event] == 1, "\(place)") }
        } else {
            #expect(events.isEmpty, "\(place)")
        }
        // Nothing is left of it, whichever way it went.
        #expect(vault.shredKeys.count == 0, "\(place)")
        _ = try vault.sweep()
        #expect(try scratch.names(in: "payload") == [], "\(place)")
        #expect(try scratch.names(in: "incoming") == [], "\(place)")
        #expect(try scratch.files(holding: sealed.secrets) == [], "\(place)")
    }

    /// What was said to somebody outside is in the log, once, after any crash.
    private func checkLog(
        _ vault: ParcelVault, _ scratch: Scratch, _ manifest: Signed<Manifest>, _ said: Said, _ place: String
    ) async throws {
        let audit = try await Self.audit(vault, scratch)
        let sequenced = try vault.store.sequenced()
        #expect(audit.entries == sequenced, "\(place)")
        for (event, wasSaid) in [
            (LogLeaf.Event.accepted, said.isAccepted), (.fetched, said.isFetched), (.receipt, said.isReceipted),
            (.deleted, said.isDeleted),
        ] {
            let count = audit.events[event] ?? 0
            #expect(count == 1 || !wasSaid && count == 0, "\(event), \(place)")
        }
        let stored = try vault.store.parcel(manifest.value.id)
        #expect((audit.events[.accepted] == 1) == (stored?.position != nil), "\(place)")
    }

    /// The log on disk as an outsider would verify it, and its copy.
    private static func audit(_ vault: ParcelVault, _ scratch: Scratch) async throws -> LogAudit {
        let folder = try LogFolder(
            folder: scratch.data + "/log", copy: scratch.data + "/log-checkpoint", disk: .real)
        let audit = try await LogAudit.run(folder, key: vault.log.verifierKey)
        #expect(try folder.keptCheckpoint() == audit.checkpoint.bytes)
        #expect(audit.checkpoint == vault.log.checkpoint)
        return audit
    }

    @Test(
        "a start that dies at any step, a first one or one with a leaf to publish, is made good by the next",
        arguments: [false, true], [false, true])
    func everyStart(persisted: Bool, isFirst: Bool) async throws {
        let now = SystemClock.now()
        var names: [String] = []
        var step = 0
        while true {
            let scratch = try Scratch()
            if !isFirst {
                let vault = try await Self.reopen(scratch)
                _ = try vault.recover { _, _ in }
                try vault.store.put(Cast.one.keysNote(of: Cast.labA, at: now))
                try vault.store.close()
            }
            let plan = StepPlan(failAt: step, persisted: persisted)
            plan.arm()
            do {
                while true {
                    do {
                        let vault = try ParcelVault(data: scratch.data, disk: plan.disk, faults: plan.transactions)
                        defer { try? vault.store.close() }
                        _ = try vault.recover { _, _ in }
                        break
                    } catch DurableFailure.inUse {
                        await Task.yield()
                    }
                }
            } catch {
                guard plan.didFail else { throw error }
            }
            let place = "step \(step): \(plan.names.last ?? "-"), persisted: \(persisted), first: \(isFirst)"
            let vault = try await Self.reopen(scratch)
            _ = try vault.recover { _, _ in }
            let events = try await Self.audit(vault, scratch).events
            #expect(events == (isFirst ? [:] : [.keys: 1]), "\(place)")
            try vault.store.close()
            names = plan.names
            // A step that fails by itself (a look for a file that need not be there) is none that persists and fails: nothing dies
            // at it, and the table goes on behind it.
            guard step < names.count else { break }
            step += 1
        }
        // A first start makes the key's mark, the key, the first checkpoint and its copy, and removes the mark; a later one only
        // publishes its leaf: tile, bundle, checkpoint, copy.
        #expect(names.filter { $0 == DiskStep.rename.rawValue }.count == 4, "\(names)")
        #expect(names.contains(DiskStep.unlink.rawValue) == isFirst, "\(names)")
        #expect(names.contains(DiskStep.lock.rawValue) && names.contains(DiskStep.syncFolder.rawValue), "\(names)")
    }

    @Test("a deletion that died is finished by the next start, and no stranger's key is destroyed by it")
    func deletionTwice() async throws {
        let (sealed, other) = (Sealed(size: 30_000), Sealed(size: 30_000))
        let now = SystemClock.now()
        let scratch = try Scratch()
        let (manifest, second) = (try sealed.manifest(at: now), try other.manifest(at: now))
        let vault = try ParcelVault(data: scratch.data, disk: .real)
        try await Self.take(manifest, sealed, vault, now)
        _ = try vault.store.take(manifest.receipt(at: now))
        // The key is destroyed, and the row still names its slot.
        let slot = try #require(try vault.store.parcel(manifest.value.id)?.kept?.slot)
        try vault.shredKeys.destroy(slot)
        try await Self.take(second, other, vault, now)
        try vault.end(manifest.value.id)
        let waiting = try #require(try vault.store.parcel(second.value.id))
        let body = try #require(try vault.body(of: waiting))
        #expect(try Array(body.read(at: 0, count: 30_000).readableBytesView) == other.bytes)
        try vault.store.close()
    }

    private static func take(
        _ manifest: Signed<Manifest>, _ sealed: Sealed, _ vault: ParcelVault, _ now: UTCTime
    ) async throws {
        let pair = Cast.one.pair(Cast.labA).verifying
        let row = StoredParcel(beginning: manifest, signer: try SHA256Hex(pair.fingerprint), now: now)
        _ = try vault.store.begin(row, pair: pair, quota: .init(totalBytes: 1 << 30, openUploads: 10))
        _ = try await send(sealed.bytes[...], at: 0, of: manifest.value.id, vault, desk(vault))
    }

    @Test("every commit is synced: PRAGMA synchronous reads 2 on the connection that writes")
    func synchronous() throws {
        let scratch = try Scratch()
        let vault = try ParcelVault(data: scratch.data, disk: .real)
        #expect(try vault.store.synchronous() == 2)
        #expect(try vault.store.read { db in try String.fetchOne(db, sql: "PRAGMA journal_mode") } == "wal")
        try vault.store.close()
    }

    @Test("a second relay on the same data folder does not start")
    func twoRelays() throws {
        let scratch = try Scratch()
        let vault = try ParcelVault(data: scratch.data, disk: .real)
        do {
            _ = try ParcelVault(data: scratch.data, disk: .real)
            Issue.record("a second one opened the folder")
        } catch let failure as DurableFailure {
            #expect(failure.label == "in-use")
        }
        try vault.store.close()
    }

    @Test("a failed fsync, and an I/O error of the database, stop the relay; a full disk does not")
    func gravity() {
        #expect(Gravity(of: DurableFailure(.syncFile, code: 5, path: "a/b")) == .stop)
        #expect(Gravity(of: DurableFailure(.syncFolder, code: 28, path: "a/b")) == .stop)
        #expect(Gravity(of: DurableFailure(.write, code: 28, path: "a/b")) == .full)
        #expect(Gravity(of: DurableFailure(.write, code: 5, path: "a/b")) == .passing)
        let broken: [ResultCode] = [
            .SQLITE_IOERR, .SQLITE_IOERR_FSYNC, .SQLITE_IOERR_WRITE, .SQLITE_IOERR_READ, .SQLITE_CORRUPT,
            .SQLITE_CORRUPT_INDEX, .SQLITE_NOTADB, .SQLITE_READONLY,
        ]
        for code in broken { #expect(Gravity(of: DatabaseError(resultCode: code)) == .stop, "\(code.rawValue)") }
        #expect(Gravity(of: DatabaseError(resultCode: .SQLITE_FULL)) == .full)
        for code: ResultCode in [.SQLITE_BUSY, .SQLITE_CONSTRAINT, .SQLITE_INTERRUPT] {
            #expect(Gravity(of: DatabaseError(resultCode: code)) == .passing, "\(code.rawValue)")
        }
        for failure: RelayFailure in [.stopped("x"), .damagedStore("x"), .log("x")] {
            #expect(Gravity(of: failure) == .stop)
        }
        // What a person reads of it holds no value, and no statement.
        let told = DatabaseError(
            resultCode: .SQLITE_IOERR_FSYNC, message: "lab-a", sql: "SELECT id", arguments: ["lab-a"])
        #expect(Gravity.text(of: told) == "database: SQLite result 1034: the disk failed: look at the system's log")
        #expect(Gravity(of: RelayFailure.damagedParcel("x")) == .passing)
        #expect(Gravity(of: Problem(.conflict, detail: "")) == nil)
    }
}
