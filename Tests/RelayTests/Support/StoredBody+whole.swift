import NIOCore

@testable import Relay

extension StoredBody {
    /// The same in memory of its own.
    func read(at offset: Int64, count: Int) throws -> ByteBuffer {
        let piece = FetchedPiece()
        try read(at: offset, count: count, into: piece)
        return piece.buffer
    }
}
