import Crypto
import Durable
import NIOCore

/// Bytes of a body that are gathered to be written together.
///
/// A large one begins as far behind a page's beginning as its place in the file does, so that whole pages of it can go to the disk
/// without a copy in the system's memory (`AppendFile.appendPiece`).
// Unchecked: one has it at a time. A body gathers in it, then leaves it alone until the disk's thread that reads it is done.
final class BodyPiece: @unchecked Sendable {
    /// Smaller pieces come of many bodies at once: each would wait for the disk, and each would lose most of a page.
    static let largeBytes = 256 << 10

    private let memory: UnsafeMutableRawBufferPointer
    /// What is left free before the bytes.
    private var lead = 0
    private(set) var count = 0
    var capacity: Int { memory.count }
    var isLarge: Bool { capacity >= Self.largeBytes }

    init(capacity: Int) {
        let alignment = capacity >= Self.largeBytes ? AppendFile.pageBytes : MemoryLayout<UInt>.alignment
        memory = .allocate(byteCount: capacity, alignment: alignment)
    }

    deinit { memory.deallocate() }

    /// Says where in its file the bytes that come are to be. To be called while there are none.
    func begin(at offset: Int64) {
        if isLarge, count == 0 { lead = AppendFile.leadBytes(at: offset) }
    }

    /// Whether it is to be written, where pieces have `limit` bytes: it then ends at a page.
    func isFull(upTo limit: Int) -> Bool { lead + count >= min(limit, capacity) }

    /// Moves bytes here, until there are `limit` or no more room, and hashes them while the processor has them at hand.
    func take(_ bytes: inout ByteBuffer, upTo limit: Int, hash: inout SHA256) {
        let room = max(0, min(bytes.readableBytes, min(limit, capacity) - lead - count))
        bytes.readWithUnsafeReadableBytes { source in
            let part = UnsafeRawBufferPointer(rebasing: source[..<room])
            let place = lead + count
            UnsafeMutableRawBufferPointer(rebasing: memory[place..<place + room]).copyMemory(from: part)
            hash.update(bufferPointer: part)
            return room
        }
        count += room
    }

    func withBytes<Value>(_ body: (UnsafeRawBufferPointer) throws -> Value) rethrows -> Value {
        try body(UnsafeRawBufferPointer(rebasing: memory[lead..<lead + count]))
    }

    /// Forgets them, and keeps the memory.
    func clear() { (lead, count) = (0, 0) }
}
