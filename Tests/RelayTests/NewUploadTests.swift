import AsyncHTTPClient
import Durable
import Exchange
import Foundation
import NIOCore
import Notes
import Testing

@testable import Relay

@Suite("Large bodies that come with their creation")
struct NewUploadTests {
    private struct Gone: Error {}

    private let sealed = Sealed(size: 400_000)

    private static func headers(_ manifest: Signed<Manifest>) -> [(String, String)] {
        [
            ("Tus-Resumable", "1.0.0"), ("Upload-Length", String(manifest.value.size)),
            ("Upload-Metadata", UploadFields.metadata(manifest: manifest.noteBytes)),
            ("Content-Type", "application/offset+octet-stream"),
        ]
    }

    /// Sends the first bytes of a body, and goes.
    private func cut(_ count: Int, of manifest: Signed<Manifest>, _ relay: TestRelay) async {
        let (pieces, source) = AsyncThrowingStream<ByteBuffer, any Error>.makeStream()
        source.yield(ByteBuffer(bytes: sealed.bytes[..<count]))
        source.finish(throwing: Gone())
        await #expect(throws: (any Error).self) {
            _ = try await relay.send(
                "POST", RelayPath.uploads, as: Cast.labA, headers: Self.headers(manifest),
                body: .stream(pieces, length: .known(manifest.value.size)))
        }
    }

    @Test("one that is cut behind its header goes on from there, and its number is compared like any other's")
    func cutBehindHeader() async throws {
        try await TestRelay.run { relay in
            let small = Sealed(size: 3_000)
            let first = try small.manifest(at: relay.clock.now, seq: 7)
            #expect(try await relay.create(first, body: small.bytes).status == 201)
            let manifest = try sealed.manifest(at: relay.clock.now, seq: 7)
            await cut(100_000, of: manifest, relay)
            // The relay may still be at it.
            var answer = try await relay.head(manifest.value.id)
            while answer.offset != 100_000 {
                await Task.yield()
                answer = try await relay.head(manifest.value.id)
            }
            while relay.server.routes.uploads.review.count(of: .repeatedNumber) == 0 { await Task.yield() }
            #expect(try relay.scratch.files(holding: sealed.secrets) == [])
            let rest = try await relay.patch(manifest.value.id, at: 100_000, sealed.bytes[100_000...])
            #expect(rest.offset == manifest.value.size)
            #expect(try await relay.inbox().parcels.map(\.id) == [first.value.id, manifest.value.id])
        }
    }

    @Test("one that is cut within its header leaves nothing, and comes again as if for the first time")
    func cutInHeader() async throws {
        try await TestRelay.run { relay in
            let manifest = try sealed.manifest(at: relay.clock.now)
            await cut(sealed.headerLength - 1, of: manifest, relay)
            #expect(try await relay.head(manifest.value.id).status == 404)
            #expect(relay.server.vault.shredKeys.count == 0)
            // The relay may still be at it.
            var answer = try await relay.create(manifest, body: sealed.bytes)
            while answer.problem == .offsetDiffers { answer = try await relay.create(manifest, body: sealed.bytes) }
            #expect(answer.offset == manifest.value.size)
        }
    }

    @Test("what is no sealed body leaves neither row nor key, and what has another hash leaves no byte")
    func refused() async throws {
        try await TestRelay.run { relay in
            let manifest = try sealed.manifest(at: relay.clock.now)
            var other = sealed.bytes
            other[3] ^= 1
            #expect(try await relay.create(manifest, body: other).problem == .notSealed)
            #expect(try await relay.head(manifest.value.id).status == 404)
            other = sealed.bytes
            other[399_000] ^= 1
            #expect(try await relay.create(manifest, body: other).problem == .bodyDiffers)
            #expect(try await relay.head(manifest.value.id).offset == 0)
            #expect(relay.server.vault.shredKeys.count == 0)
            #expect(try relay.scratch.names(in: "incoming") == [])
            #expect(try await relay.create(manifest, body: sealed.bytes).offset == manifest.value.size)
        }
    }

    @Test("of many at once that are the same one is taken, and a sender has no more open than it may")
    func together() async throws {
        try await TestRelay.run(change: { $0.openUploads = 3 }) { relay in
            let manifest = try sealed.manifest(at: relay.clock.now)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        let answer = try await relay.create(manifest, body: sealed.bytes)
                        // Those that come beside the first are told how far it is, or that it is on its way.
                        #expect(answer.status == 201 || answer.problem == .offsetDiffers)
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await relay.inbox().parcels.map(\.id) == [manifest.value.id])
            for seq in 2...4 {
                let open = try Sealed(size: 300_000).manifest(at: relay.clock.now, seq: Int64(seq))
                #expect(try await relay.create(open).status == 201)
            }
            let more = Sealed(size: 300_000)
            let refused = try await relay.create(more.manifest(at: relay.clock.now, seq: 5), body: more.bytes)
            #expect(refused.problem == .tooMany)
        }
    }

    @Test(
        "a row that was made between the look and the header is used where nothing is kept of it, and respected otherwise"
    )
    func begunMeanwhile() async throws {
        let scratch = try Scratch()
        let vault = try ParcelVault(data: scratch.data, disk: .real)
        defer { try? vault.store.close() }
        _ = try vault.recover { _, _ in }
        let desk = UploadDesk(
            vault: vault, locks: ParcelLocks(), space: SpaceGuard(reserve: 0, freeBytes: { 1 << 40 }),
            arrivals: Arrivals(), judge: { _, _ in })
        let pair = Cast.one.pair(Cast.labA).verifying
        let now = SystemClock.now()
        func row(_ manifest: Signed<Manifest>) throws -> StoredParcel {
            StoredParcel(beginning: manifest, signer: try SHA256Hex(pair.fingerprint), now: now)
        }
        func receive(_ row: StoredParcel, openUploads: Int = 9) async throws -> Int64? {
            let pieces = AsyncStream<ByteBuffer> { source in
                source.yield(ByteBuffer(bytes: sealed.bytes))
                source.finish()
            }
            return try await desk.receiveNew(
                row, newcomer: Newcomer(pair: pair, quota: .init(totalBytes: 1 << 30, openUploads: openUploads)),
                body: pieces, checksum: nil, requirePostQuantum: false, whenReady: {})
        }
        let quota = RelayStore.Quota(totalBytes: 1 << 30, openUploads: 9)

        let empty = try row(sealed.manifest(at: now, seq: 1))
        #expect(try vault.store.begin(empty, pair: pair, quota: quota) == .begun)
        #expect(try await receive(empty) == empty.size)

        let begun = try row(sealed.manifest(at: now, seq: 2))
        #expect(try vault.store.begin(begun, pair: pair, quota: quota) == .begun)
        _ = try vault.keep(header: Array(sealed.bytes[..<sealed.headerLength]), of: begun)
        let refusal = await #expect(throws: Problem.self) { _ = try await receive(begun) }
        #expect(refusal?.type == .offsetDiffers)

        let manifest = try sealed.manifest(at: now, seq: 3)
        #expect(try vault.store.begin(row(manifest), pair: pair, quota: quota) == .begun)
        let other = try row(sealed.manifest(id: manifest.value.id, at: now, seq: 4))
        let conflict = await #expect(throws: Problem.self) { _ = try await receive(other) }
        #expect(conflict?.type == .conflict)

        let many = try row(sealed.manifest(at: now, seq: 5))
        let tooMany = await #expect(throws: Problem.self) { _ = try await receive(many, openUploads: 1) }
        #expect(tooMany?.type == .tooMany)
        #expect(try vault.store.parcel(many.id) == nil)
        // One accepted, one begun: the keys of the refused are destroyed.
        #expect(vault.shredKeys.count == 2)
    }
}
