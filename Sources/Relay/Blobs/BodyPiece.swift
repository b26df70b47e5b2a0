import Crypto
import Durable
import NIOCore

/// Bytes of a body that are gathered to be written together.
///
/// A large one begins at a page, so that it can go to the disk without a copy in the system's memory (`AppendFile.appendPiece`).
// Unchecked: one has it at a time. A body gathers in it, then leaves it alone until the disk's thread that reads it is done.
final class BodyPiece: @unchecked Sendable {
    /// Smaller pieces come of many bodies at once: each would wait for the disk, and each would lose most of a page.
    private static let largeBytes = 256 << 10

    private let memory: UnsafeMutableRawBufferPointer
    private(set) var count = 0
    var capacity: Int { memory.count }
    var isLarge: Bool { capacity >= Self.largeBytes }

    init(capacity: Int) {
        let alignment = capacity >= Self.largeBytes ? AppendFile.pageBytes : MemoryLayout<UInt>.alignment
        memory = .allocate(byteCount: capacity, alignment: alignment)
    }

    deinit { memory.deallocate() }

    /// Moves bytes here, until there are `limit` or no more room, and hashes them while the processor has them at hand.
    func take(_ bytes: inout ByteBuffer, upTo limit: Int, hash: inout SHA256) {
        let room = max(0, min(bytes.readableBytes, min(limit, capacity) - count))
        bytes.readWithUnsafeReadableBytes { source in
            let part = UnsafeRawBufferPointer(rebasing: source[..<room])
            UnsafeMutableRawBufferPointer(rebasing: memory[count..<count + room]).copyMemory(from: part)
            hash.update(bufferPointer: part)
            return room
        }
        count += room
    }

    func withBytes<Value>(_ body: (UnsafeRawBufferPointer) throws -> Value) rethrows -> Value {
        try body(UnsafeRawBufferPointer(rebasing: memory[..<count]))
    }

    /// Forgets them, and keeps the memory.
    func clear() { count = 0 }
}
