import AsyncHTTPClient
import Durable
import Exchange
import Foundation
import NIOCore
import Notes
import Synchronization
import Testing
import TransparencyLog

@testable import Relay

@Suite("Small parcels that come whole")
struct WholeParcelTests {
    private static let now = SystemClock.now()

    /// A parcel as it stands before the group, with its body.
    private struct Small {
        let sealed = Sealed(size: 9_000)
        let manifest: Signed<Manifest>
        let parcel: WholeParcel

        init(id: ParcelID? = nil, seq: Int64 = 1, expiresAt: UTCTime? = nil, totalBytes: Int64 = 1 << 30) throws {
            manifest = try sealed.manifest(id: id, at: WholeParcelTests.now, seq: seq)
            let pair = Cast.one.pair(Cast.labA).verifying
            var row = StoredParcel(
                beginning: manifest, signer: try SHA256Hex(pair.fingerprint), now: WholeParcelTests.now)
            if let expiresAt { row.expiresAt = expiresAt }
            parcel = WholeParcel(
                parcel: row,
                newcomer: Newcomer(pair: pair, quota: .init(totalBytes: totalBytes, openUploads: 1)),
                header: Array(sealed.bytes[..<sealed.headerLength]),
                payload: ByteBuffer(bytes: sealed.bytes[sealed.headerLength...]))
        }

        var id: ParcelID { manifest.value.id }
    }

    private func vault(_ scratch: Scratch, _ plan: StepPlan? = nil) async throws -> ParcelVault {
        while true {
            do {
                return try ParcelVault(data: scratch.data, disk: plan?.disk ?? .real, faults: plan?.transactions)
            } catch DurableFailure.inUse {
                await Task.yield()
            }
        }
    }

    private func bytes(of id: ParcelID, in vault: ParcelVault) throws -> [UInt8]? {
        guard let row = try vault.store.parcel(id), let body = try vault.body(of: row) else { return nil }
        return try Array(body.read(at: 0, count: Int(body.size)).readableBytesView)
    }

    @Test("a group shares the sync of its keys, those of the folders, and the commit")
    func shared() async throws {
        let scratch = try Scratch()
        let plan = StepPlan(failAt: nil, persisted: false)
        let vault = try await vault(scratch, plan)
        defer { try? vault.store.close() }
        _ = try vault.recover { _, _ in }
        // The first secret makes the file of slots grow.
        _ = try vault.accept([Small().parcel])[0].get()
        let smalls = try (0..<20).map { _ in try Small() }
        plan.arm()
        let results = vault.accept(smalls.map(\.parcel))
        let steps = plan.names
        #expect(steps.filter { $0 == "transaction whole" }.count == 1)
        #expect(steps.filter { $0 == DiskStep.syncFile.rawValue }.count == 1 + smalls.count)
        #expect(steps.filter { $0 == DiskStep.syncFolder.rawValue }.count == 2)
        #expect(steps.filter { $0 == DiskStep.rename.rawValue }.count == smalls.count)
        let positions = try results.map { result -> Int64 in
            guard case .accepted(let position, _) = try result.get() else { return -1 }
            return position
        }
        #expect(positions.sorted() == Array(1...20))
        for small in smalls { #expect(try bytes(of: small.id, in: vault) == small.sealed.bytes) }
        #expect(try scratch.files(holding: smalls.flatMap(\.sealed.secrets)) == [])
        try vault.log.publishNow()
        #expect(vault.log.size == 21)
    }

    @Test("each durable step of a group fails, with and without its effect", arguments: [false, true])
    func everyStep(persisted: Bool) async throws {
        let smalls = try (0..<3).map { try Small(seq: Int64($0 + 1)) }
        var step = 0
        var names: [String] = []
        while true {
            let scratch = try Scratch()
            let plan = StepPlan(failAt: step, persisted: persisted)
            let accepted = try await live(scratch, plan, smalls)
            names = plan.names
            let place = "step \(step): \(names.last ?? "-"), persisted: \(persisted)"
            #expect(try scratch.files(holding: smalls.flatMap(\.sealed.secrets)) == [], "\(place)")
            try await check(scratch, smalls, accepted, place)
            guard plan.didFail else { break }
            step += 1
        }
        #expect(names.contains("transaction whole"))
        for kind in [DiskStep.writeSlot, .createFile, .write, .syncFile, .rename, .syncFolder] {
            #expect(names.contains(kind.rawValue))
        }
    }

    /// Whether all three were said to be accepted.
    private func live(_ scratch: Scratch, _ plan: StepPlan, _ smalls: [Small]) async throws -> Bool {
        let vault = try await vault(scratch, plan)
        defer { try? vault.store.close() }
        _ = try vault.recover { _, _ in }
        plan.arm()
        do {
            for result in vault.accept(smalls.map(\.parcel)) {
                guard case .accepted = try result.get() else { return false }
            }
            try await vault.log.publish()
            return true
        } catch {
            guard plan.didFail else { throw error }
            return false
        }
    }

    private func check(_ scratch: Scratch, _ smalls: [Small], _ accepted: Bool, _ place: String) async throws {
        let vault = try await vault(scratch)
        defer { try? vault.store.close() }
        _ = try vault.recover { _, _ in }
        #expect(try vault.damaged(after: -1).ids == [], "\(place)")
        let rows = try smalls.filter { try vault.store.parcel($0.id) != nil }
        // One commit: all of them or none.
        #expect(rows.isEmpty || rows.count == smalls.count, "\(place)")
        if accepted { #expect(rows.count == smalls.count, "\(place)") }
        #expect(vault.shredKeys.count == rows.count, "\(place)")
        _ = try vault.sweep()
        #expect(try scratch.names(in: "payload").count == rows.count, "\(place)")
        #expect(try scratch.names(in: "incoming") == [], "\(place)")
        // Sent again, each is there once.
        for result in vault.accept(smalls.map(\.parcel)) {
            switch try result.get() {
            case .accepted: #expect(rows.isEmpty, "\(place)")
            case .refused(.known): #expect(!rows.isEmpty, "\(place)")
            case .refused(let other): Issue.record("\(other), \(place)")
            }
        }
        for small in smalls { #expect(try bytes(of: small.id, in: vault) == small.sealed.bytes, "\(place)") }
        try vault.log.publishNow()
        #expect(vault.log.size == 3, "\(place)")
        #expect(vault.shredKeys.count == 3, "\(place)")
        #expect(try scratch.names(in: "payload").count == 3, "\(place)")
        #expect(try scratch.files(holding: smalls.flatMap(\.sealed.secrets)) == [], "\(place)")
    }

    @Test("one that is refused leaves neither key nor file, and takes nobody with it")
    func refused() async throws {
        let scratch = try Scratch()
        let vault = try await vault(scratch)
        defer { try? vault.store.close() }
        _ = try vault.recover { _, _ in }
        let first = try Small()
        let group = try [
            first, Small(id: first.id), Small(expiresAt: Self.now), Small(totalBytes: 10_000), Small(seq: 1),
        ]
        let results = vault.accept(group.map(\.parcel))
        #expect(try results[0].get() == .accepted(position: 0, repeatsNumber: false))
        #expect(try results[1].get() == .refused(.conflict))
        #expect(throws: Problem.deadlinePassed) { try results[2].get() }
        #expect(try results[3].get() == .refused(.full))
        #expect(try results[4].get() == .accepted(position: 1, repeatsNumber: true))
        #expect(vault.shredKeys.count == 2)
        #expect(try scratch.names(in: "payload").count == 2)
        #expect(try scratch.names(in: "incoming") == [])
    }

    @Test("one that may no longer be accepted when its last byte is here leaves nothing")
    func judgedBehindTheLastByte() async throws {
        let scratch = try Scratch()
        let vault = try await vault(scratch)
        defer { try? vault.store.close() }
        _ = try vault.recover { _, _ in }
        let refusal = Problem(.notEntitled, detail: "since its first byte the directory has changed")
        let desk = UploadDesk(
            vault: vault, locks: ParcelLocks(), space: SpaceGuard(reserve: 0, freeBytes: { 1 << 40 }),
            arrivals: Arrivals(), judge: { _, _ in throw refusal })
        let small = try Small()
        let newcomer = try #require(small.parcel.newcomer)
        let body = AsyncStream<ByteBuffer> { source in
            source.yield(ByteBuffer(bytes: small.sealed.bytes))
            source.finish()
        }
        await #expect(throws: refusal) {
            _ = try await desk.receiveWhole(
                small.parcel.parcel, newcomer: newcomer, body: body, checksum: nil, requirePostQuantum: false,
                whenReady: {})
        }
        #expect(try vault.store.parcel(small.id) == nil)
        #expect(vault.shredKeys.count == 0)
        #expect(try scratch.names(in: "payload") == [] && scratch.names(in: "incoming") == [])
    }

    @Test("bodies that are gathered whole hold 32 MiB together: past that they are written as they come")
    func boundTogether() async throws {
        try await TestRelay.run { relay in
            let pieces = relay.server.routes.uploads.desk.pieces
            let small = try Small()
            #expect(pieces.takeWhole(PieceSize.wholeBytes - 8_999))
            #expect(!pieces.takeWhole(9_000))
            #expect(try await relay.create(small.manifest, body: small.sealed.bytes).offset == 9_000)
            let begun = try Small()
            #expect(try await relay.create(begun.manifest).offset == 0)
            #expect(try await relay.patch(begun.id, at: 0, begun.sealed.bytes).offset == 9_000)
            // One that is refused on that way leaves its upload, at its first byte.
            let wrong = try Small()
            #expect(try await relay.create(wrong.manifest, body: begun.sealed.bytes).problem == .bodyDiffers)
            #expect(try await relay.head(wrong.id).offset == 0)
            pieces.giveBackWhole(PieceSize.wholeBytes - 8_999)
            // Whatever came of them, nobody holds any of it.
            #expect(pieces.takeWhole(PieceSize.wholeBytes))
            #expect(try await relay.inbox().parcels.map(\.id) == [small.id, begun.id])
        }
    }

    @Test("with the clock in doubt nothing of a group is kept")
    func clockInDoubt() async throws {
        let clock = TestClock()
        let scratch = try Scratch()
        let vault = try ParcelVault(
            data: scratch.data, disk: .real, clock: ClockSettings(sample: { clock.sample }))
        defer { try? vault.store.close() }
        _ = try vault.recover { _, _ in }
        vault.clock.witness(clock.now.adding(seconds: 100 * 86_400))
        #expect(vault.clock.reading.doubt != nil)
        let small = try Small()
        #expect(throws: (any Error).self) { try vault.accept([small.parcel])[0].get() }
        #expect(vault.shredKeys.count == 0)
        #expect(try scratch.names(in: "payload") == [] && scratch.names(in: "incoming") == [])
    }

    @Test("a sweep while files arrive that no row names yet leaves them")
    func sweepMeanwhile() async throws {
        let scratch = try Scratch()
        let sweeper = Mutex<ParcelVault?>(nil)
        let disk = Disk(before: { (step, path) throws(DurableFailure) in
            guard step == .rename || step == .syncFolder, path.contains("payload") else { return }
            let vault = sweeper.withLock { $0 }
            do {
                _ = try vault?.sweep()
            } catch {
                throw .failed(.read, code: 5, path: path)
            }
        })
        let vault = try ParcelVault(data: scratch.data, disk: disk)
        defer {
            sweeper.withLock { $0 = nil }
            try? vault.store.close()
        }
        _ = try vault.recover { _, _ in }
        sweeper.withLock { $0 = vault }
        let smalls = try (0..<3).map { _ in try Small() }
        for result in vault.accept(smalls.map(\.parcel)) { _ = try result.get() }
        for small in smalls { #expect(try bytes(of: small.id, in: vault) == small.sealed.bytes) }
    }

    @Test("more bytes than the manifest's size are refused when they are announced, and leave no upload")
    func announcedTooLong() async throws {
        for size in [2_000, 400_000] {
            let sealed = Sealed(size: size)
            try await TestRelay.run { relay in
                let manifest = try sealed.manifest(at: relay.clock.now)
                let answer = try await relay.create(manifest, body: sealed.bytes + [1])
                #expect(answer.problem == .bodyDiffers, "\(size)")
                #expect(try await relay.head(manifest.value.id).status == 404, "\(size)")
                #expect(try await relay.create(manifest, body: sealed.bytes).offset == Int64(size))
            }
        }
    }

    @Test("many at once, some of them twice: each is accepted once, and waits")
    func manyAtOnce() async throws {
        try await TestRelay.run { relay in
            let smalls = try (0..<40).map { try Small(seq: Int64($0 + 1)) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for small in smalls + smalls.prefix(10) {
                    group.addTask {
                        let answer = try await relay.create(small.manifest, body: small.sealed.bytes)
                        // Of two at the same time one may be told that the other is on its way.
                        let isTaken = answer.status == 201 && answer.offset == small.manifest.value.size
                        #expect(isTaken || answer.problem == .offsetDiffers)
                    }
                }
                try await group.waitForAll()
            }
            let waiting = try await relay.inbox().parcels
            #expect(Set(waiting.map(\.id)) == Set(smalls.map(\.id)))
            #expect(waiting.count == smalls.count)
            for small in smalls {
                let path = RelayPath.parcel(small.manifest.value.from, small.id)
                #expect(try await relay.send("GET", path, as: Cast.ars).body == small.sealed.bytes)
            }
            #expect(try relay.scratch.files(holding: smalls.flatMap(\.sealed.secrets)) == [])
        }
    }

    @Test("what came of a body that was cut is kept, and its upload goes on from there")
    func cut() async throws {
        struct Gone: Error {}
        try await TestRelay.run { relay in
            let small = try Small()
            let size = small.manifest.value.size
            let (pieces, source) = AsyncThrowingStream<ByteBuffer, any Error>.makeStream()
            source.yield(ByteBuffer(bytes: small.sealed.bytes[..<5_000]))
            source.finish(throwing: Gone())
            await #expect(throws: (any Error).self) {
                _ = try await relay.send(
                    "POST", RelayPath.uploads, as: Cast.labA,
                    headers: [
                        ("Tus-Resumable", "1.0.0"), ("Upload-Length", String(size)),
                        ("Upload-Metadata", UploadFields.metadata(manifest: small.manifest.noteBytes)),
                        ("Content-Type", "application/offset+octet-stream"),
                    ], body: .stream(pieces, length: .known(size)))
            }
            // The relay may still be at it.
            var answer = try await relay.create(small.manifest)
            while answer.offset != 5_000 {
                await Task.yield()
                answer = try await relay.create(small.manifest)
            }
            let rest = try await relay.patch(small.id, at: 5_000, small.sealed.bytes[5_000...])
            #expect(rest.offset == size)
            #expect(try await relay.inbox().parcels.map(\.id) == [small.id])
        }
    }

    @Test("a whole body under a checksum that it has not, or another hash than its manifest's, leaves nothing")
    func wrongBody() async throws {
        try await TestRelay.run { relay in
            let small = try Small()
            var other = small.sealed.bytes
            other[8_000] ^= 1
            #expect(try await relay.create(small.manifest, body: other).problem == .bodyDiffers)
            #expect(try await relay.head(small.id).status == 404)
            let headers = [
                ("Tus-Resumable", "1.0.0"), ("Upload-Length", "9000"),
                ("Content-Type", "application/offset+octet-stream"),
                ("Upload-Metadata", UploadFields.metadata(manifest: small.manifest.noteBytes)),
                ("Upload-Checksum", "sha256 " + Data([UInt8](repeating: 1, count: 32)).base64EncodedString()),
            ]
            let answer = try await relay.send(
                "POST", RelayPath.uploads, as: Cast.labA, headers: headers, bytes: small.sealed.bytes)
            #expect(answer.problem == .checksumDiffers)
            #expect(try await relay.head(small.id).status == 404)
            #expect(relay.server.vault.shredKeys.count == 0)
            #expect(try relay.scratch.names(in: "payload") == [])
            #expect(try await relay.create(small.manifest, body: small.sealed.bytes).offset == 9_000)
        }
    }

    @Test("an upload that was begun without a byte is finished by one request with all of them")
    func begunBefore() async throws {
        try await TestRelay.run { relay in
            let small = try Small()
            #expect(try await relay.create(small.manifest).offset == 0)
            #expect(try await relay.patch(small.id, at: 0, small.sealed.bytes).offset == 9_000)
            #expect(try await relay.inbox().parcels.map(\.id) == [small.id])
            #expect(try relay.server.vault.store.kept().parcels.first { $0.state == "uploading" }?.count == 0)
        }
    }
}
