#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Some chunks in a row: as they came in, and what became of them. One worker holds it at a time.
final class ChunkBatch {
    /// Chunks in a batch: large enough that taking turns costs nothing, small enough for a core's cache.
    static let chunks = 4

    /// What came in: chunks with a gap before each, and room for the byte behind them.
    let input: UnsafeMutableRawBufferPointer
    /// Room before each chunk, where opening puts the nonce: a sealed box is then made with one copy and not two.
    let gap: Int
    let chunkBytes: Int
    /// Bytes of it that are to be worked on.
    var count = 0
    /// The number of its first chunk.
    var firstIndex: UInt64 = 0
    /// Nothing follows.
    var isLast = false
    /// Results in order; of each the first `skipped` bytes are not part of it.
    var output: [Data] = []
    var skipped = 0
    /// What is thrown once the output is written.
    var failure: (any Error)?

    /// For chunks of `chunkBytes` to seal, or to open.
    init(chunkBytes: Int, gap: Int = 0) {
        self.chunkBytes = chunkBytes
        self.gap = gap
        input = .allocate(byteCount: ChunkBatch.chunks * (gap + chunkBytes) + gap + 1, alignment: 64)
    }

    /// Where byte `position` of the chunks lies, up to the end of its chunk.
    func room(at position: Int) -> UnsafeMutableRawBufferPointer {
        let chunk = position / chunkBytes
        let start = position + gap * (chunk + 1)
        let end = chunk == ChunkBatch.chunks ? start + 1 : (chunk + 1) * (gap + chunkBytes)
        return UnsafeMutableRawBufferPointer(rebasing: input[start..<end])
    }

    deinit {
        // Clear text, when sealing.
        input.wipe()
        input.deallocate()
    }

    /// Seals every chunk.
    func seal(with cipher: ChunkCipher) {
        output.removeAll(keepingCapacity: true)
        skipped = ChunkCipher.boxNonceBytes
        guard failure == nil else { return }
        var start = 0
        var index = firstIndex
        repeat {
            let end = min(start + AgeLimits.chunkBytes, count)
            do throws(AgeFailure) {
                output.append(try cipher.sealed(piece(start..<end), index: index, isLast: isLast && end == count))
            } catch {
                failure = error
                return
            }
            start = end
            index += 1
        } while start < count
    }

    /// Opens chunks up to the first that fails.
    func open(with cipher: ChunkCipher) {
        output.removeAll(keepingCapacity: true)
        skipped = 0
        var start = 0
        var index = firstIndex
        // A full batch that is not the last one is followed by at least a byte; a broken one is not known to be.
        let followed = isLast || failure != nil ? max(count - 1, 0) : count
        while start + AgeLimits.sealedChunkBytes <= followed {
            let chunk = box(start..<(start + AgeLimits.sealedChunkBytes))
            guard take(cipher.openedFollowed(box: chunk, index: index)) else { return }
            start += AgeLimits.sealedChunkBytes
            index += 1
        }
        if isLast { _ = take(cipher.openedLast(box: box(start..<count), index: index)) }
    }

    private func take(_ chunk: OpenedChunk) -> Bool {
        if !chunk.text.isEmpty { output.append(chunk.text) }
        if let failure = chunk.failure { self.failure = failure }
        return chunk.failure == nil
    }

    private func piece(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: input[range])
    }

    /// A chunk and the gap before it.
    private func box(_ range: Range<Int>) -> UnsafeMutableRawBufferPointer {
        let start = range.lowerBound / chunkBytes * (gap + chunkBytes)
        return UnsafeMutableRawBufferPointer(rebasing: input[start..<(start + gap + range.count)])
    }
}

/// Fills batches from a stream, one after the other. It reads one byte ahead, to know which batch is the last.
final class BatchReader {
    private let read: (UnsafeMutableRawBufferPointer) throws -> Int
    private var ahead: UInt8?
    private var index: UInt64 = 0
    private var isOver = false

    init(read: @escaping (UnsafeMutableRawBufferPointer) throws -> Int) {
        self.read = read
    }

    /// Fills `batch`; false when there are no more. A failing read fails its batch, behind what came before it.
    func fill(_ batch: ChunkBatch) -> Bool {
        guard !isOver else { return false }
        batch.isLast = false
        batch.failure = nil
        batch.firstIndex = index
        var count = 0
        if let ahead {
            batch.room(at: 0)[0] = ahead
            count = 1
        }
        let full = ChunkBatch.chunks * batch.chunkBytes
        while count <= full {
            let room = batch.room(at: count)
            do {
                let got = try read(room)
                guard got >= 0 else { throw AgeFailure.reading }
                if got == 0 {
                    isOver = true
                    batch.isLast = true
                    break
                }
                count += min(got, room.count)
            } catch {
                isOver = true
                batch.failure = error
                break
            }
        }
        if count > full { ahead = batch.room(at: full)[0] }
        batch.count = min(count, full)
        index += UInt64(ChunkBatch.chunks)
        return true
    }
}
