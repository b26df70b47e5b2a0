import Durable
import NIOCore

/// A parcel's sealed body as it came: the age header, decrypted into memory, and the payload behind it.
///
/// It can be read to its end even if the parcel is deleted meanwhile.
struct StoredBody: Sendable {
    private let header: [UInt8]
    private let payload: ReadableFile

    init(header: [UInt8], payload: ReadableFile) {
        self.header = header
        self.payload = payload
    }

    /// Bytes of header and payload.
    var size: Int64 { Int64(header.count) + payload.size }

    /// Exactly `count` bytes from `offset`. Blocks: call it on `DiskPool`.
    func read(at offset: Int64, count: Int) throws -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: count)
        if offset < Int64(header.count) {
            buffer.writeBytes(header[Int(offset)...].prefix(count))
        }
        let rest = count - buffer.readableBytes
        guard rest > 0 else { return buffer }
        let start = offset + Int64(buffer.readableBytes) - Int64(header.count)
        let read = try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: rest) { space in
            try payload.read(at: start, into: UnsafeMutableRawBufferPointer(rebasing: space[..<rest]))
        }
        guard read == rest else { throw RelayFailure.damagedParcel("the payload file") }
        return buffer
    }
}
