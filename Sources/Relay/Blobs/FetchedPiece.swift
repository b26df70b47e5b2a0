import Durable
import NIOCore

/// Memory for a piece of a stored body that goes out, used again for the next but one: new memory costs the system as much as reading.
// Unchecked: one has it at a time. The disk's thread fills it, then the task that asked for it sends it.
final class FetchedPiece: @unchecked Sendable {
    var buffer = ByteBuffer()
    /// Bytes of memory that it may have, as `FetchPieces` counts them.
    var given = 0

    /// Forgets what it holds, and makes room for `room` bytes, of which those behind the first `ahead` begin at a page of memory.
    ///
    /// What was sent last may be on its way still: it is left alone then, and this is other memory.
    func begin(room: Int, ahead: Int) {
        // What one fetch needed while it was alone is not kept by each of many.
        if buffer.capacity > max(given, 2 * (room + AppendFile.pageBytes)) { buffer = ByteBuffer() }
        buffer.clear(minimumCapacity: room + AppendFile.pageBytes)
        let address = buffer.withUnsafeMutableWritableBytes { UInt(bitPattern: $0.baseAddress) } &+ UInt(ahead)
        let gap = Int((0 &- address) % UInt(AppendFile.pageBytes))
        buffer.moveWriterIndex(forwardBy: gap)
        buffer.moveReaderIndex(forwardBy: gap)
    }
}
