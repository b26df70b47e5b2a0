import Durable
import Exchange
import Foundation
import NIOCore
import TestSupport
import Testing

@testable import Relay

@Suite("Pieces in which a body goes out")
struct FetchedPieceTests {
    private static let header = Array("an age header, deciphered".utf8)

    /// A stored body whose payload has `size` bytes.
    private static func stored(_ size: Int, in scratch: Scratch) throws -> (body: StoredBody, bytes: [UInt8]) {
        var random = SeededRandom(seed: UInt64(size))
        let payload = random.bytes(size)
        let path = scratch.path + "/payload-\(size)"
        try Data(payload).write(to: URL(filePath: path))
        return (StoredBody(header: header, payload: try ReadableFile(path: path)), header + payload)
    }

    @Test(
        "any range of any body, in pieces of any size, is just its bytes: across pages, and the header's end",
        arguments: [false, true])
    func anyRange(isInMemory: Bool) throws {
        let scratch = try Scratch(inMemory: isInMemory)
        let seed = SeededRandom.newSeed()
        var random = SeededRandom(seed: seed)
        let page = AppendFile.pageBytes
        for size in [1, page, 3 * page + 7, BodyPiece.largeBytes - 1, BodyPiece.largeBytes, 1_500_001] {
            let (body, bytes) = try Self.stored(size, in: scratch)
            for _ in 0..<25 {
                let start = Int.random(in: 0..<bytes.count, using: &random)
                let end = Int.random(in: start + 1...bytes.count, using: &random)
                let pieceBytes = page * Int.random(in: 1...100, using: &random)
                var got: [UInt8] = []
                var pieces = [FetchedPiece(), FetchedPiece(), FetchedPiece()]
                while start + got.count < end {
                    let offset = Int64(start + got.count)
                    let count = body.pieceLength(from: offset, end: Int64(end), upTo: pieceBytes)
                    try #require(count > 0 && count <= pieceBytes + Self.header.count, "seed \(seed)")
                    try body.read(at: offset, count: count, into: pieces[0])
                    #expect(pieces[0].buffer.readableBytes == count, "seed \(seed)")
                    got += pieces[0].buffer.readableBytesView
                    pieces.append(pieces.removeFirst())
                }
                let isTheSame = got == Array(bytes[start..<end])
                #expect(isTheSame, "\(size), \(start)..<\(end) by \(pieceBytes), seed \(seed)")
            }
        }
    }

    @Test("what is still on its way is left alone; memory that nobody has any more is used again")
    func memory() throws {
        let scratch = try Scratch()
        let (body, bytes) = try Self.stored(1_500_001, in: scratch)
        let piece = FetchedPiece()
        /// The place of the page at which it was begun.
        func page() -> UInt {
            let address = piece.buffer.withUnsafeReadableBytes { UInt(bitPattern: $0.baseAddress) }
            return address / UInt(AppendFile.pageBytes)
        }
        try body.read(at: 100_000, count: 400_000, into: piece)
        let first = page()
        try body.read(at: 300_000, count: 400_000, into: piece)
        #expect(page() == first)
        let onItsWay = piece.buffer
        try body.read(at: 700_000, count: 400_000, into: piece)
        #expect(page() != first)
        #expect(onItsWay.readableBytesView.elementsEqual(bytes[300_000..<700_000]))
        #expect(piece.buffer.readableBytesView.elementsEqual(bytes[700_000..<1_100_000]))
    }

    @Test("a payload that is shorter than it was is damaged, and no byte of memory that came before is sent for it")
    func shortened() throws {
        let scratch = try Scratch()
        let (body, _) = try Self.stored(1_500_001, in: scratch)
        #expect(truncate(scratch.path + "/payload-1500001", 1_000_000) == 0)
        #expect(throws: RelayFailure.self) { try body.read(at: 900_000, count: 200_000, into: FetchedPiece()) }
    }
}
