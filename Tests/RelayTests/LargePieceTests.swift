import Crypto
import Durable
import Exchange
import Foundation
import NIOCore
import Notes
import Synchronization
import TestSupport
import Testing

@testable import Relay

@Suite("Pieces that are written while the next one is gathered")
struct LargePieceTests {
    private static let pieceBytes = 1 << 20
    private let sealed = Sealed(size: 4 * pieceBytes + 70_001)

    /// Fails the n-th write under `incoming`, once, as a full disk does.
    private final class FullOnce: Sendable {
        private let left: Mutex<Int>
        /// It is written, and said not to be.
        private let persisted: Bool

        init(_ number: Int, persisted: Bool) {
            left = Mutex(number)
            self.persisted = persisted
        }

        var disk: Disk {
            let fail: Disk.FailurePoint = { (step, path) throws(DurableFailure) in
                guard step == .write, path.contains("/incoming/") else { return }
                let isIt = self.left.withLock { left in
                    left -= 1
                    return left == 0
                }
                if isIt { throw DurableFailure(step, code: 28, path: path) }
            }
            return persisted ? Disk(after: fail) : Disk(before: fail)
        }
    }

    @Test("a body that comes in pieces of any size, in several requests, is the one that was sent")
    func anySize() async throws {
        let seed = SeededRandom.newSeed()
        try await TestRelay.run { relay in
            var random = SeededRandom(seed: seed)
            let manifest = try sealed.manifest(at: relay.clock.now)
            let id = manifest.value.id
            _ = try await relay.create(manifest)
            var offset = 0
            while offset < sealed.bytes.count {
                let end = min(sealed.bytes.count, offset + Int.random(in: 1...2 * Self.pieceBytes, using: &random))
                let answer = try await relay.patch(id, at: Int64(offset), sealed.bytes[offset..<end])
                #expect(answer.offset == Int64(end), "seed \(seed)")
                offset = end
            }
            let path = RelayPath.parcel(manifest.value.from, id)
            let isTheSame = try await relay.send("GET", path, as: Cast.ars).body == sealed.bytes
            #expect(isTheSame, "seed \(seed)")
        }
    }

    @Test(
        "where a piece cannot be written what came behind it is forgotten, and the upload goes on from what is on the disk",
        arguments: [1, 2, 3, 5], [false, true])
    func fullDisk(number: Int, persisted: Bool) async throws {
        try await TestRelay.run(disk: FullOnce(number, persisted: persisted).disk) { relay in
            let manifest = try sealed.manifest(at: relay.clock.now)
            let id = manifest.value.id
            _ = try await relay.create(manifest)
            // No more than the piece behind the one that fails: what comes behind an answer is read for so long only.
            let end = min(sealed.bytes.count, sealed.headerLength + (number + 1) * Self.pieceBytes - 1)
            #expect(try await relay.patch(id, at: 0, sealed.bytes[..<end]).status == 507)
            let offset = sealed.headerLength + (number - 1) * Self.pieceBytes
            #expect(try await relay.head(id).offset == Int64(offset))
            let rest = try await relay.patch(id, at: Int64(offset), sealed.bytes[offset...])
            #expect(rest.offset == manifest.value.size)
            let path = RelayPath.parcel(manifest.value.from, id)
            let isTheSame = try await relay.send("GET", path, as: Cast.ars).body == sealed.bytes
            #expect(isTheSame)
        }
    }

    /// What went past the system's cache, and whether the file system of tests has such writes at all.
    private static func counted() throws -> (disk: Disk, bytes: @Sendable () -> Int, has: Bool) {
        final class Count: Sendable {
            let bytes = Mutex(0)
        }
        let count = Count()
        let disk = Disk(uncached: { bytes in count.bytes.withLock { $0 += bytes } })
        let scratch = try Scratch()
        let piece = BodyPiece(capacity: 1 << 20)
        var bytes = ByteBuffer(repeating: 1, count: 1 << 20)
        var hash = SHA256()
        piece.take(&bytes, upTo: 1 << 20, hash: &hash)
        let file = try AppendFile.create(scratch.path + "/probe", disk: disk)
        _ = try piece.withBytes { try file.appendPiece($0) }
        let has = count.bytes.withLock { bytes in
            defer { bytes = 0 }
            return bytes > 0
        }
        return (disk, { count.bytes.withLock { $0 } }, has)
    }

    @Test(
        "an upload that goes on within a page comes back past the cache with its first piece",
        arguments: [100_003, pieceBytes + 1, 2 * pieceBytes])
    func cameBack(begun: Int) async throws {
        let counted = try Self.counted()
        try await TestRelay.run(disk: counted.disk) { relay in
            let manifest = try sealed.manifest(at: relay.clock.now)
            let id = manifest.value.id
            _ = try await relay.create(manifest)
            #expect(try await relay.patch(id, at: 0, sealed.bytes[..<begun]).offset == Int64(begun))
            let before = counted.bytes()
            let end = try await relay.patch(id, at: Int64(begun), sealed.bytes[begun...])
            #expect(end.offset == manifest.value.size)
            // All but what fills the page in which it goes on, and the end, which is no large piece or no whole page.
            let rest = sealed.bytes.count - begun
            let passed = counted.bytes() - before
            let least = rest - AppendFile.pageBytes - BodyPiece.largeBytes
            #expect(counted.has ? passed > least && passed <= rest : passed == 0, "\(passed) of \(rest)")
            let path = RelayPath.parcel(manifest.value.from, id)
            let isTheSame = try await relay.send("GET", path, as: Cast.ars).body == sealed.bytes
            #expect(isTheSame)
        }
    }

    @Test(
        "where the first piece behind a page's middle cannot be written, the upload goes on from that middle",
        arguments: [false, true])
    func failedWithinPage(persisted: Bool) async throws {
        // The first request writes one piece.
        try await TestRelay.run(disk: FullOnce(2, persisted: persisted).disk) { relay in
            let manifest = try sealed.manifest(at: relay.clock.now)
            let id = manifest.value.id
            _ = try await relay.create(manifest)
            let begun = 300_001
            #expect(try await relay.patch(id, at: 0, sealed.bytes[..<begun]).offset == Int64(begun))
            let part = sealed.bytes[begun..<begun + 3 * Self.pieceBytes / 2]
            #expect(try await relay.patch(id, at: Int64(begun), part).status == 507)
            #expect(try await relay.head(id).offset == Int64(begun))
            let rest = try await relay.patch(id, at: Int64(begun), sealed.bytes[begun...])
            #expect(rest.offset == manifest.value.size)
            let path = RelayPath.parcel(manifest.value.from, id)
            let isTheSame = try await relay.send("GET", path, as: Cast.ars).body == sealed.bytes
            #expect(isTheSame)
        }
    }

    /// Sends a chunk as one that is not known beforehand, with a checksum.
    private static func send(
        _ chunk: [UInt8], of id: ParcelID, at offset: Int, _ digest: SHA256.Digest, _ relay: TestRelay
    ) async throws -> TestRelay.Answer {
        let pieces = AsyncThrowingStream<[UInt8], any Error> { source in
            source.yield(chunk)
            source.finish()
        }
        return try await relay.patch(
            id, at: Int64(offset), pieces: pieces, length: Int64(chunk.count),
            checksum: "sha256 " + Data(digest).base64EncodedString())
    }

    /// A disk whose writes wait until they are let go.
    private final class HeldDisk: Sendable {
        private let gate = DispatchSemaphore(value: 0)
        /// The first of them fails with this code.
        private let failing: Mutex<Int32?>

        init(failing: Int32? = nil) { self.failing = Mutex(failing) }

        var disk: Disk {
            Disk(before: { (step, path) throws(DurableFailure) in
                guard step == .write else { return }
                // Opens by itself where nobody comes to open it: what is expected then fails, and nothing hangs.
                _ = self.gate.wait(timeout: .now() + 20)
                self.gate.signal()
                let code = self.failing.withLock { failing in
                    defer { failing = nil }
                    return failing
                }
                if let code { throw DurableFailure(step, code: code, path: path) }
            })
        }

        func letGo() { gate.signal() }
    }

    @Test(
        "while the disk is busy, as many pieces more are gathered as may wait; once it is not, all are there in their order",
        .timeLimit(.minutes(1)))
    func ahead() async throws {
        let scratch = try Scratch()
        let clock = TestClock()
        let vault = try ParcelVault(data: scratch.data, disk: .real, clock: ClockSettings(now: { clock.now }))
        let row = try StoredParcel(
            beginning: sealed.manifest(at: clock.now), signer: SHA256Hex(of: [1]), now: clock.now)
        let bytes = sealed.bytes[..<(4 * Self.pieceBytes + 11)]
        let held = HeldDisk()
        let path = "\(scratch.data)/body"
        let file = try AppendFile.create(path, disk: held.disk)
        var body = IncomingBody(resuming: row, file: file, hasher: SHA256(), isInherited: false, vault: vault)
        for start in stride(from: 0, to: bytes.count, by: 65_536) {
            let part = ByteBuffer(bytes: bytes[start..<min(bytes.count, start + 65_536)])
            try await body.push(part, pieceBytes: Self.pieceBytes, ahead: 3)
        }
        #expect(body.offset == 0)
        #expect(body.heldBytes <= 5 * Self.pieceBytes)
        held.letGo()
        try await body.flush()
        #expect(body.offset == Int64(bytes.count))
        body.close()
        let isTheSame = try Disk.real.read(path, limit: 1 << 24) == Array(bytes)
        #expect(isTheSame)
        #expect(body.hasher.finalize() == SHA256.hash(data: bytes))
    }

    @Test("what waits behind a piece that cannot be written is forgotten with it", .timeLimit(.minutes(1)))
    func forgotten() async throws {
        let scratch = try Scratch()
        let clock = TestClock()
        let vault = try ParcelVault(data: scratch.data, disk: .real, clock: ClockSettings(now: { clock.now }))
        let row = try StoredParcel(
            beginning: sealed.manifest(at: clock.now), signer: SHA256Hex(of: [1]), now: clock.now)
        let held = HeldDisk(failing: 28)
        let file = try AppendFile.create("\(scratch.data)/body", disk: held.disk)
        var body = IncomingBody(resuming: row, file: file, hasher: SHA256(), isInherited: false, vault: vault)
        try await body.push(
            ByteBuffer(bytes: sealed.bytes[..<(3 * Self.pieceBytes)]), pieceBytes: Self.pieceBytes, ahead: 3)
        held.letGo()
        await #expect(throws: DurableFailure.self) { try await body.flush() }
        #expect(body.offset == 0)
        #expect(body.hasher.finalize() == SHA256().finalize())
        #expect(body.heldBytes <= Self.pieceBytes)
        // It goes on from what is on the disk, with the hash of just that.
        let bytes = sealed.bytes[..<(2 * Self.pieceBytes + 3)]
        try await body.push(ByteBuffer(bytes: bytes), pieceBytes: Self.pieceBytes, ahead: 3)
        try await body.flush()
        #expect(body.offset == Int64(bytes.count))
        #expect(body.hasher.finalize() == SHA256.hash(data: bytes))
        body.close()
    }

    @Test(
        "of a chunk with a checksum nothing is kept where the disk was full in the middle of it",
        arguments: [false, true])
    func fullDiskInChunk(persisted: Bool) async throws {
        try await TestRelay.run(disk: FullOnce(3, persisted: persisted).disk) { relay in
            let manifest = try sealed.manifest(at: relay.clock.now)
            let id = manifest.value.id
            _ = try await relay.create(manifest)
            let begun = 100_003
            #expect(try await relay.patch(id, at: 0, sealed.bytes[..<begun]).offset == Int64(begun))
            let chunk = Array(sealed.bytes[begun..<begun + 2 * Self.pieceBytes])
            let digest = SHA256.hash(data: chunk)
            #expect(try await Self.send(chunk, of: id, at: begun, digest, relay).status == 507)
            #expect(try await relay.head(id).offset == Int64(begun))
            let again = try await Self.send(chunk, of: id, at: begun, digest, relay)
            #expect(again.offset == Int64(begun + chunk.count))
            let end = try await relay.patch(id, at: Int64(begun + chunk.count), sealed.bytes[(begun + chunk.count)...])
            #expect(end.offset == manifest.value.size)
        }
    }

    @Test("64 large bodies that come one after another hold two pieces each at most, 32 MiB together")
    func bounded() async throws {
        let scratch = try Scratch()
        let clock = TestClock()
        let vault = try ParcelVault(data: scratch.data, disk: .real, clock: ClockSettings(now: { clock.now }))
        let sizes = PieceSize()
        var bodies: [IncomingBody] = []
        var peak = 0
        let row = try StoredParcel(
            beginning: sealed.manifest(at: clock.now), signer: SHA256Hex(of: [1]), now: clock.now)
        func push(_ number: Int, _ count: Int) async throws {
            let bytes = ByteBuffer(repeating: 1, count: count)
            try await bodies[number].push(bytes, pieceBytes: sizes.bytes, ahead: sizes.ahead)
            peak = max(peak, bodies.reduce(0) { $0 + $1.heldBytes })
        }
        for number in 0..<64 {
            sizes.begin()
            let file = try AppendFile.create("\(scratch.data)/body-\(number)")
            bodies.append(
                IncomingBody(resuming: row, file: file, hasher: SHA256(), isInherited: false, vault: vault))
            try await push(number, 2 * sizes.bytes + 5)
        }
        for number in bodies.indices { try await push(number, 600_000) }
        #expect(sizes.bytes == 256 << 10)
        #expect(bodies.allSatisfy { $0.heldBytes <= 2 * sizes.bytes })
        #expect(bodies.reduce(0) { $0 + $1.heldBytes } <= 2 * PieceSize.totalBytes)
        // Those that came when few did keep what they had until more of them comes: two pieces of that moment each, and the
        // first eight what waits for the disk.
        let series = (1...64).reduce(10 * PieceSize.largestBytes) {
            $0 + 2 * min(PieceSize.largestBytes, PieceSize.totalBytes / $1)
        }
        #expect(peak <= series, "\(peak)")
        for number in bodies.indices {
            try await bodies[number].flush()
            bodies[number].close()
        }
    }

    @Test("a chunk whose checksum differs is taken back to its beginning, with the piece that was on its way")
    func checksum() async throws {
        try await TestRelay.run { relay in
            let manifest = try sealed.manifest(at: relay.clock.now)
            let id = manifest.value.id
            _ = try await relay.create(manifest)
            let begun = 100_003
            #expect(try await relay.patch(id, at: 0, sealed.bytes[..<begun]).offset == Int64(begun))
            let chunk = Array(sealed.bytes[begun..<begun + 3 * Self.pieceBytes])
            for digest in [SHA256.hash(data: [1]), SHA256.hash(data: chunk)] {
                let answer = try await Self.send(chunk, of: id, at: begun, digest, relay)
                if answer.offset == nil {
                    #expect(answer.problem == .checksumDiffers)
                    #expect(try await relay.head(id).offset == Int64(begun))
                } else {
                    #expect(answer.offset == Int64(begun + chunk.count))
                }
            }
            let offset = begun + chunk.count
            let end = try await relay.patch(id, at: Int64(offset), sealed.bytes[offset...])
            #expect(end.offset == manifest.value.size)
        }
    }
}
