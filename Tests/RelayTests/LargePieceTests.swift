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
            #expect(try await relay.patch(id, at: 0, sealed.bytes).status == 507)
            let offset = sealed.headerLength + (number - 1) * Self.pieceBytes
            #expect(try await relay.head(id).offset == Int64(offset))
            let rest = try await relay.patch(id, at: Int64(offset), sealed.bytes[offset...])
            #expect(rest.offset == manifest.value.size)
            let path = RelayPath.parcel(manifest.value.from, id)
            let isTheSame = try await relay.send("GET", path, as: Cast.ars).body == sealed.bytes
            #expect(isTheSame)
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
                let pieces = AsyncThrowingStream<[UInt8], any Error> { source in
                    source.yield(chunk)
                    source.finish()
                }
                let answer = try await relay.patch(
                    id, at: Int64(begun), pieces: pieces, length: Int64(chunk.count),
                    checksum: "sha256 " + Data(digest).base64EncodedString())
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
