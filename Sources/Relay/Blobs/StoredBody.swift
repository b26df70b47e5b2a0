import Durable
import NIOCore

/// A parcel's sealed body as it came: the age header, decrypted into memory, and the payload behind it.
///
/// It can be read to its end even if the parcel is deleted meanwhile. One reads it at a time.
struct StoredBody: Sendable {
    private let header: [UInt8]
    private let payload: ReadableFile
    private static let pageBytes = AppendFile.pageBytes

    init(header: [UInt8], payload: ReadableFile) {
        self.header = header
        self.payload = payload
    }

    /// Bytes of header and payload.
    var size: Int64 { Int64(header.count) + payload.size }

    /// How many bytes the piece has that begins at `offset` of a range that ends at `end`: about `pieceBytes`, whole pages, so that
    /// the next one begins at a page of the payload's file.
    func pieceLength(from offset: Int64, end: Int64, upTo pieceBytes: Int) -> Int {
        let start = max(0, offset - Int64(header.count))
        let pageEnd = start - start % Int64(Self.pageBytes) + Int64(pieceBytes)
        return Int(min(pageEnd + Int64(header.count), end) - offset)
    }

    /// Exactly `count` bytes from `offset` as all that `piece` holds. Blocks: call it on `DiskPool`.
    func read(at offset: Int64, count: Int, into piece: FetchedPiece) throws {
        let start = offset - Int64(header.count)
        let front = start < 0 ? header[Int(offset)...].prefix(count) : []
        let rest = count - front.count
        // From the page's beginning, in the file as in memory.
        let lead = Int(max(0, start)) % Self.pageBytes
        let pages = (lead + rest + Self.pageBytes - 1) / Self.pageBytes * Self.pageBytes
        piece.begin(room: front.count + pages, ahead: front.count)
        piece.buffer.writeBytes(front)
        guard rest > 0 else { return }
        let place = max(0, start) - Int64(lead)
        let read = try piece.buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: pages) { space in
            try min(fill(UnsafeMutableRawBufferPointer(rebasing: space[..<pages]), from: place), lead + rest)
        }
        guard read == lead + rest else { throw RelayFailure.damagedParcel("the payload file") }
        piece.buffer.moveReaderIndex(forwardBy: lead)
    }

    /// A small payload was written by way of the system's cache, and is likely to be there still.
    private func fill(_ pages: UnsafeMutableRawBufferPointer, from place: Int64) throws -> Int {
        payload.size >= Int64(BodyPiece.largeBytes)
            ? try payload.readPages(at: place, into: pages) : try payload.read(at: place, into: pages)
    }
}
