#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Opens ranges of a binary file without opening the rest.
///
/// Making one reads the header and verifies the last chunk: the text's size is then certain. Each read opens the chunks
/// that it touches, keeps the last of them, and gives nothing that is not authentic. Calls block while they read.
public struct AgeReader: CustomStringConvertible, CustomReflectable {
    /// Puts the bytes at an offset into the buffer and gives how many: fewer than it holds only at the end.
    public typealias ReadAt = (_ offset: Int64, _ buffer: UnsafeMutableRawBufferPointer) throws -> Int

    /// Bytes of the text.
    public let size: Int64
    private let read: ReadAt
    private let cipher: ChunkCipher
    /// Where the chunks begin.
    private let start: Int64
    private let payloadBytes: Int64
    private var kept: (index: Int64, text: Data)

    /// A file of `fileSize` bytes.
    public init(fileSize: Int64, unlocker: AgeUnlocker, read: @escaping ReadAt) throws {
        let (cipher, start) = try AgeReader.front(fileSize: fileSize, unlocker: unlocker, read: read)
        self.read = read
        self.cipher = cipher
        self.start = start
        payloadBytes = fileSize - start
        let sealedChunk = Int64(AgeLimits.sealedChunkBytes)
        let last = max(0, (payloadBytes - 1) / sealedChunk)
        let bytes = try AgeReader.chunk(
            at: start, offset: last * sealedChunk, count: payloadBytes - last * sealedChunk, read)
        let chunk = try bytes.withBytes { (raw) throws(AgeFailure) in
            let chunk = cipher.openedLast(raw, index: UInt64(last))
            if let failure = chunk.failure { throw failure }
            return chunk
        }
        kept = (last, chunk.text)
        size = last * Int64(AgeLimits.chunkBytes) + Int64(chunk.text.count)
    }

    /// A file in memory.
    public init(_ file: [UInt8], unlocker: AgeUnlocker) throws {
        try self.init(fileSize: Int64(file.count), unlocker: unlocker) { offset, buffer in
            let start = Int(min(offset, Int64(file.count)))
            let count = min(buffer.count, file.count - start)
            file.withUnsafeBytes {
                buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[start..<(start + count)]))
            }
            return count
        }
    }

    /// A file that must stay as it is and open as long as the reader is used.
    public init(descriptor: Int32, unlocker: AgeUnlocker) throws {
        try self.init(fileSize: FileBytes.size(descriptor), unlocker: unlocker) { offset, buffer in
            try FileBytes.read(descriptor, at: offset, into: buffer)
        }
    }

    /// The text's bytes in `range`, which is within it.
    public mutating func bytes(in range: Range<Int64>) throws -> [UInt8] {
        guard range.lowerBound >= 0, range.upperBound <= size,
            let count = Int(exactly: range.upperBound - range.lowerBound)
        else { throw AgeFailure.range }
        let chunkBytes = Int64(AgeLimits.chunkBytes)
        var out: [UInt8] = []
        out.reserveCapacity(count)
        var offset = range.lowerBound
        while offset < range.upperBound {
            let text = try text(ofChunk: offset / chunkBytes)
            let from = Int(offset % chunkBytes)
            let taken = min(text.count - from, Int(range.upperBound - offset))
            guard taken > 0 else { throw AgeFailure.range }
            text.withUnsafeBytes { out.append(contentsOf: $0[from..<(from + taken)]) }
            offset += Int64(taken)
        }
        return out
    }

    /// How large the text is; nothing of it.
    public var description: String { "age reader (\(size) bytes)" }

    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: [:]) }

    private mutating func text(ofChunk index: Int64) throws -> Data {
        if kept.index == index { return kept.text }
        let sealedChunk = Int64(AgeLimits.sealedChunkBytes)
        // The last chunk was opened first and the size is known: any other one is full and followed.
        let isLast = (index + 1) * sealedChunk >= payloadBytes
        let offset = index * sealedChunk
        let sealed = try AgeReader.chunk(
            at: start, offset: offset, count: min(sealedChunk, payloadBytes - offset), read)
        guard let text = sealed.withUnsafeBytes({ cipher.opened($0, index: UInt64(index), isLast: isLast) }) else {
            throw AgeFailure.payload(.notAuthentic, offset: offset)
        }
        kept = (index, text)
        return text
    }

    private static func front(
        fileSize: Int64, unlocker: AgeUnlocker, read: ReadAt
    ) throws -> (cipher: ChunkCipher, start: Int64) {
        let most = Int64(AgeLimits.maxHeaderBytes + 1 + AgeLimits.nonceBytes)
        let bytes = try bytes(at: 0, count: min(most, fileSize), read)
        if let first = bytes.first(where: { !Armor.isSpace($0) }), first == UInt8(ascii: "-") {
            throw AgeFailure.armor(.notSeekable, offset: 0)
        }
        var front = OpeningFront(unlocker: unlocker)
        let taken = try bytes.withBytes { (raw) throws(AgeFailure) in try front.push(raw) }
        guard let cipher = front.cipher else { throw front.truncation }
        return (cipher, Int64(taken))
    }

    /// The `count` bytes at `offset` of the payload, which begins at `start`; a file that became shorter is truncated there.
    private static func chunk(at start: Int64, offset: Int64, count: Int64, _ read: ReadAt) throws -> [UInt8] {
        let bytes = try bytes(at: start + offset, count: count, read)
        guard Int64(bytes.count) == max(0, count) else { throw AgeFailure.payload(.truncated, offset: offset) }
        return bytes
    }

    /// `count` bytes, fewer where the file became shorter.
    private static func bytes(at offset: Int64, count: Int64, _ read: ReadAt) throws -> [UInt8] {
        var failure: (any Error)?
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(max(0, count))) { buffer, filled in
            let buffer = UnsafeMutableRawBufferPointer(buffer)
            while filled < Int(count) {
                do {
                    let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<Int(count)])
                    let got = try read(offset + Int64(filled), rest)
                    if got <= 0 { break }
                    filled += min(got, rest.count)
                } catch {
                    failure = error
                    break
                }
            }
        }
        if let failure { throw failure }
        return bytes
    }
}
