import Crypto
import Exchange
import Foundation
import NIOCore
import Notes
import Testing

@testable import Relay

@Suite("Pieces that are smaller than the age header")
struct SmallPieceTests {
    private let sealed = Sealed(size: 300_000)

    private func piece(_ offset: Int, _ count: Int) -> ArraySlice<UInt8> {
        sealed.bytes[offset..<min(offset + count, sealed.bytes.count)]
    }

    /// An upload of which nothing has come yet.
    private func begun(at relay: TestRelay) async throws -> Signed<Manifest> {
        let manifest = try sealed.manifest(at: relay.clock.now)
        #expect(try await relay.create(manifest).offset == 0)
        return manifest
    }

    @Test("an upload goes on byte by byte, within its header, across its end and behind it")
    func byteByByte() async throws {
        try await TestRelay.run { relay in
            let manifest = try await begun(at: relay)
            let id = manifest.value.id
            var offset = 0
            let steps = [1, 1, 20, 1, sealed.headerLength - 30, 6, 1, 1, 1, 40]
            for count in steps {
                #expect(
                    try await relay.patch(id, at: Int64(offset), piece(offset, count)).offset == Int64(offset + count))
                offset += count
                #expect(try await relay.head(id).offset == Int64(offset))
                // The same creation again says so, too, and takes nothing.
                #expect(try await relay.create(manifest, body: sealed.bytes).offset == Int64(offset))
                #expect(try await relay.patch(id, at: 0, sealed.bytes).problem == .offsetDiffers)
            }
            #expect(offset > sealed.headerLength)
            #expect(try relay.scratch.files(holding: sealed.secrets) == [])
            let end = try await relay.patch(id, at: Int64(offset), sealed.bytes[offset...])
            #expect(end.offset == manifest.value.size)
            let path = RelayPath.parcel(manifest.value.from, id)
            #expect(try await relay.send("GET", path, as: Cast.ars).body == sealed.bytes)
        }
    }

    @Test("of a header that is refused nothing is remembered, and neither is a piece whose checksum differs")
    func refused() async throws {
        try await TestRelay.run { relay in
            let manifest = try await begun(at: relay)
            let id = manifest.value.id
            #expect(try await relay.patch(id, at: 0, piece(0, 10)).offset == 10)
            #expect(try await relay.patch(id, at: 10, Array("no header".utf8)).problem == .notSealed)
            #expect(try await relay.head(id).offset == 0)
            #expect(try await relay.patch(id, at: 0, piece(0, 10)).offset == 10)
            let pieces = AsyncThrowingStream<[UInt8], any Error> { source in
                source.yield(Array(piece(10, 10)))
                source.finish()
            }
            let wrong = "sha256 " + Data(SHA256.hash(data: [1])).base64EncodedString()
            #expect(
                try await relay.patch(id, at: 10, pieces: pieces, length: 10, checksum: wrong).problem
                    == .checksumDiffers)
            #expect(try await relay.head(id).offset == 10)
            #expect(try await relay.patch(id, at: 10, sealed.bytes[10...]).offset == manifest.value.size)
        }
    }

    @Test("a restart forgets what came of a header that was not whole: it was never on the disk")
    func restarted() async throws {
        let (scratch, clock) = (try Scratch(), TestClock())
        let manifest = try sealed.manifest(at: clock.now)
        try await TestRelay.run(clock: clock, scratch: scratch) { relay in
            _ = try await relay.create(manifest)
            let begun = try await relay.patch(manifest.value.id, at: 0, piece(0, 100))
            #expect(begun.offset == 100)
        }
        try await TestRelay.run(clock: clock, scratch: scratch) { relay in
            let head = try await relay.head(manifest.value.id)
            #expect(head.offset == 0)
            #expect(try await relay.patch(manifest.value.id, at: 100, piece(100, 10)).problem == .offsetDiffers)
            #expect(try await relay.patch(manifest.value.id, at: 0, sealed.bytes).offset == manifest.value.size)
        }
    }

    @Test("a body's media type may be in capitals and have parameters")
    func mediaType() async throws {
        try await TestRelay.run { relay in
            let manifest = try await begun(at: relay)
            var offset = 0
            for (type, isTaken) in [
                ("Application/Offset+Octet-Stream", true), ("application/offset+octet-stream; charset=x", true),
                ("application/offset+octet-stream ;a=b", true), ("application/offset+octet-streams", false),
                ("application/octet-stream", false), ("", false),
            ] {
                let answer = try await relay.send(
                    "PATCH", RelayPath.upload(manifest.value.id), as: Cast.labA,
                    headers: [("Tus-Resumable", "1.0.0"), ("Upload-Offset", String(offset)), ("Content-Type", type)],
                    bytes: Array(piece(offset, 50)))
                #expect((answer.status == 204) == isTaken, "\(type)")
                if isTaken { offset += 50 } else { #expect(answer.problem == .mediaType, "\(type)") }
            }
        }
    }
}
