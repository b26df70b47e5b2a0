import Durable
import NIOCore

/// A stretch of a file as buffers, read when the connection asks for them.
struct FilePieces: AsyncSequence, Sendable {
    let file: ReadableFile
    let offset: Int64
    let count: Int64
    /// Told how far in the file the bytes are that were handed to the connection.
    let progress: @Sendable (Int64) -> Void

    private static let bufferBytes: Int64 = 256 * 1024

    struct AsyncIterator: AsyncIteratorProtocol {
        let pieces: FilePieces
        var done: Int64 = 0

        mutating func next() async throws -> ByteBuffer? {
            let count = Swift.min(FilePieces.bufferBytes, pieces.count - done)
            guard count > 0 else { return nil }
            let start = pieces.offset + done
            let bytes = try pieces.file.read(at: start, count: Int(count))
            guard bytes.count == Int(count) else {
                throw CourierFailure.usage("a spooled body became shorter while it was sent")
            }
            done += count
            pieces.progress(start + count)
            return ByteBuffer(bytes: bytes)
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pieces: self) }
}
