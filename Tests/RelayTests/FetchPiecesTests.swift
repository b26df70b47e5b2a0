import Durable
import Exchange
import Foundation
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import Relay

@Suite("Memory of the bodies that go out")
struct FetchPiecesTests {
    private static func participant(_ number: Int) throws -> ParticipantID { try ParticipantID("ars-\(number)") }

    @Test("whoever fetches while few do has pieces of a megabyte, and gives back all it had")
    func few() throws {
        let pieces = FetchPieces()
        var given: [Int] = []
        for _ in 0..<2 {
            for _ in 0..<3 { given.append(pieces.exchange(0, for: try Self.participant(1))) }
        }
        #expect(given == Array(repeating: FetchPieces.largestBytes, count: 6))
        #expect(FetchPieces.pieceBytes(in: FetchPieces.largestBytes) == 1_008 << 10)
        for power in stride(from: FetchPieces.smallestBytes, through: FetchPieces.largestBytes, by: 4_096)
        where power.nonzeroBitCount == 1 {
            let bytes = FetchPieces.pieceBytes(in: power)
            #expect(bytes % AppendFile.pageBytes == 0 && bytes >= power / 4 * 3 && bytes < power, "\(power)")
        }
        for bytes in given { pieces.giveBack(bytes, of: try Self.participant(1)) }
        #expect(pieces.heldBytes == 0)
    }

    @Test("however many stall, they hold what all may and a smallest piece each; one participant leaves room to others")
    func bounded() throws {
        let pieces = FetchPieces()
        var held = 0
        for _ in 0..<1_000 { held += pieces.exchange(0, for: try Self.participant(1)) }
        #expect(held == pieces.heldBytes)
        #expect(held <= FetchPieces.participantBytes + 1_000 * FetchPieces.smallestBytes)
        let other = pieces.exchange(0, for: try Self.participant(2))
        #expect(other >= FetchPieces.smallestBytes)
        let few = FetchPieces()
        for _ in 0..<40 { _ = few.exchange(0, for: try Self.participant(1)) }
        #expect(few.exchange(0, for: try Self.participant(2)) == FetchPieces.largestBytes)
        let many = FetchPieces()
        for number in 0..<1_000 { _ = many.exchange(0, for: try Self.participant(number % 10)) }
        #expect(many.heldBytes <= FetchPieces.totalBytes + 1_000 * FetchPieces.smallestBytes)
        // Who goes on has less with each piece while others stall, and as much as before once they are gone.
        var own = pieces.exchange(0, for: try Self.participant(3))
        for _ in 0..<5 { own = pieces.exchange(own, for: try Self.participant(3)) }
        #expect(own >= FetchPieces.smallestBytes && own <= FetchPieces.largestBytes)
    }

    /// A payload's file of `size` bytes, and the whole body's bytes.
    private static func payload(_ size: Int, in scratch: Scratch) throws -> (path: String, bytes: [UInt8]) {
        var random = SeededRandom(seed: UInt64(size))
        let payload = random.bytes(size)
        return (try scratch.write(payload, to: "payload"), [1, 2, 3] + payload)
    }

    private static func body(at path: String) throws -> StoredBody {
        StoredBody(header: [1, 2, 3], payload: try ReadableFile(path: path))
    }

    @Test(
        "three hundred clients that take their first piece and no more hold little, and one beside them gets its body whole"
    )
    func stalled() async throws {
        let scratch = try Scratch()
        let pieces = FetchPieces()
        let size = 3_000_000
        let (began, hasBegun) = AsyncStream<Void>.makeStream()
        let (path, bytes) = try Self.payload(size, in: scratch)
        let body = try Self.body(at: path)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<300 {
                let own = try Self.body(at: path)
                let recipient = try Self.participant(number % 3)
                group.addTask {
                    let fetch = BodyFetch(
                        body: own, range: ByteRange(offset: 0, count: own.size), pieces: pieces, recipient: recipient)
                    do {
                        _ = try await fetch.send(from: 0, whileAmple: false) { _ in
                            hasBegun.yield()
                            // Nothing ever comes: until it is cut.
                            let (never, end) = AsyncStream<Void>.makeStream()
                            for await _ in never {}
                            end.finish()
                            try Task.checkCancellation()
                        }
                    } catch is CancellationError {}
                }
            }
            var stalled = 0
            for await _ in began {
                stalled += 1
                if stalled == 300 { break }
            }
            #expect(pieces.heldBytes <= FetchPieces.totalBytes + 300 * FetchPieces.smallestBytes)
            var got: [UInt8] = []
            let end = try await BodyFetch(
                body: body, range: ByteRange(offset: 0, count: body.size), pieces: pieces,
                recipient: Self.participant(9)
            ).send(from: 0, whileAmple: false) { got += $0.readableBytesView }
            #expect(end == body.size)
            let isWhole = got == bytes
            #expect(isWhole)
            group.cancelAll()
            try await group.waitForAll()
        }
        #expect(pieces.heldBytes == 0, "what was given is given back, also by those that were cut")
    }

    @Test("a range goes out whole whatever memory there is for it")
    func ranges() async throws {
        let scratch = try Scratch()
        let (path, bytes) = try Self.payload(1_500_000, in: scratch)
        let body = try Self.body(at: path)
        for crowd in [0, 30, 1_000] {
            let pieces = FetchPieces()
            for _ in 0..<crowd { _ = pieces.exchange(0, for: try Self.participant(1)) }
            let before = pieces.heldBytes
            for range in [0..<bytes.count, 0..<1, 2..<4, 500_000..<900_001, bytes.count - 1..<bytes.count] {
                var got: [UInt8] = []
                let fetch = BodyFetch(
                    body: body, range: ByteRange(offset: Int64(range.lowerBound), count: Int64(range.count)),
                    pieces: pieces, recipient: try Self.participant(1))
                // As long as there is much memory, then with little: nothing is left out between, or comes twice.
                let sent = try await fetch.send(from: fetch.range.offset, whileAmple: true) {
                    got += $0.readableBytesView
                }
                #expect(sent == fetch.range.offset + Int64(got.count))
                if crowd == 0 { #expect(got.count == range.count, "\(range)") }
                let end = try await fetch.send(from: sent, whileAmple: false) { got += $0.readableBytesView }
                #expect(end == fetch.range.offset + fetch.range.count)
                let isThere = got == Array(bytes[range])
                #expect(isThere, "\(range) beside \(crowd)")
                #expect(pieces.heldBytes == before)
            }
        }
    }
}
