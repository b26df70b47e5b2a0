import Crypto

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The STREAM of a payload: chunks under one key, each with its number and a mark on the last one. No state: chunks can be
/// sealed and opened in any order and side by side.
struct ChunkCipher: Sendable {
    private let key: SymmetricKey

    /// What stands before the ciphertext in a sealed box.
    static let boxNonceBytes = 12

    init(key: SymmetricKey) {
        self.key = key
    }

    /// Where chunk `index` begins behind header and nonce.
    static func offset(of index: UInt64) -> Int64 {
        let (offset, overflow) = index.multipliedReportingOverflow(by: UInt64(AgeLimits.sealedChunkBytes))
        return overflow ? Int64.max : Int64(clamping: offset)
    }

    /// The sealed chunk, behind `boxNonceBytes` of nonce that are not part of the file: leaving them off would be a copy.
    func sealed(_ chunk: UnsafeRawBufferPointer, index: UInt64, isLast: Bool) throws(AgeFailure) -> Data {
        guard let nonce = ChunkCipher.nonce(index, isLast: isLast),
            let box = try? ChaChaPoly.seal(chunk, using: key, nonce: nonce)
        else { throw .cryptography }
        return box.combined
    }

    /// Seals a chunk and appends it.
    func seal(
        _ chunk: UnsafeRawBufferPointer, index: UInt64, isLast: Bool, into out: inout [UInt8]
    ) throws(AgeFailure) {
        let box = try sealed(chunk, index: index, isLast: isLast)
        box.withUnsafeBytes {
            out.append(contentsOf: UnsafeRawBufferPointer(rebasing: $0[ChunkCipher.boxNonceBytes...]))
        }
    }

    /// The text of a chunk that is authentic at this place; nil otherwise.
    func opened(_ chunk: UnsafeRawBufferPointer, index: UInt64, isLast: Bool) -> Data? {
        ChunkCipher.boxed(chunk) { opened(box: $0, index: index, isLast: isLast) }
    }

    /// Opens a chunk that more data follows. An authentic *last* chunk there is released, and the data behind it is the
    /// failure.
    func openedFollowed(_ chunk: UnsafeRawBufferPointer, index: UInt64) -> OpenedChunk {
        ChunkCipher.boxed(chunk) { openedFollowed(box: $0, index: index) }
    }

    /// Opens what is left at the end of the file.
    func openedLast(_ chunk: UnsafeRawBufferPointer, index: UInt64) -> OpenedChunk {
        ChunkCipher.boxed(chunk) { openedLast(box: $0, index: index) }
    }

    /// The same for a chunk that lies behind `boxNonceBytes` of room, into which the nonce is written.
    func openedFollowed(box: UnsafeMutableRawBufferPointer, index: UInt64) -> OpenedChunk {
        if let text = opened(box: box, index: index, isLast: false) { return OpenedChunk(text: text) }
        let offset = ChunkCipher.offset(of: index)
        if let text = opened(box: box, index: index, isLast: true) {
            let end = offset + Int64(box.count - ChunkCipher.boxNonceBytes)
            return OpenedChunk(text: text, failure: .payload(.trailingData, offset: end))
        }
        return OpenedChunk(failure: .payload(.notAuthentic, offset: offset))
    }

    /// The same for a chunk that lies behind `boxNonceBytes` of room, into which the nonce is written.
    func openedLast(box: UnsafeMutableRawBufferPointer, index: UInt64) -> OpenedChunk {
        let offset = ChunkCipher.offset(of: index)
        let count = box.count - ChunkCipher.boxNonceBytes
        guard count >= AgeLimits.tagBytes else { return OpenedChunk(failure: .payload(.truncated, offset: offset)) }
        if let text = opened(box: box, index: index, isLast: true) {
            guard !text.isEmpty || index == 0 else {
                return OpenedChunk(failure: .payload(.emptyLastChunk, offset: offset))
            }
            return OpenedChunk(text: text)
        }
        // A full chunk that is not marked as the last one is authentic and may go out, but the end is missing.
        if count == AgeLimits.sealedChunkBytes, let text = opened(box: box, index: index, isLast: false) {
            return OpenedChunk(text: text, failure: .payload(.truncated, offset: offset))
        }
        return OpenedChunk(failure: .payload(.notAuthentic, offset: offset))
    }

    private func opened(box bytes: UnsafeMutableRawBufferPointer, index: UInt64, isLast: Bool) -> Data? {
        guard bytes.count >= ChunkCipher.boxNonceBytes + AgeLimits.tagBytes else { return nil }
        ChunkCipher.write(index, isLast: isLast, into: bytes)
        guard let box = try? ChaChaPoly.SealedBox(combined: UnsafeRawBufferPointer(bytes)) else { return nil }
        return try? ChaChaPoly.open(box, using: key)
    }

    /// A copy of a chunk with room for the nonce before it.
    private static func boxed<Output>(
        _ chunk: UnsafeRawBufferPointer, _ body: (UnsafeMutableRawBufferPointer) -> Output
    ) -> Output {
        withUnsafeTemporaryAllocation(byteCount: boxNonceBytes + chunk.count, alignment: 16) { box in
            UnsafeMutableRawBufferPointer(rebasing: box[boxNonceBytes...]).copyMemory(from: chunk)
            return body(box)
        }
    }

    private static func nonce(_ index: UInt64, isLast: Bool) -> ChaChaPoly.Nonce? {
        withUnsafeTemporaryAllocation(byteCount: boxNonceBytes, alignment: 8) { bytes in
            write(index, isLast: isLast, into: bytes)
            return try? ChaChaPoly.Nonce(data: UnsafeRawBufferPointer(bytes))
        }
    }

    /// Eleven bytes of counter, big-endian, and one that is 1 on the last chunk.
    private static func write(_ index: UInt64, isLast: Bool, into bytes: UnsafeMutableRawBufferPointer) {
        for place in 0..<3 { bytes[place] = 0 }
        for place in 0..<8 { bytes[10 - place] = UInt8(truncatingIfNeeded: index >> (8 * UInt64(place))) }
        bytes[11] = isLast ? 1 : 0
    }
}

/// What came of a chunk: the text that may go out, and the failure behind it.
struct OpenedChunk: Sendable {
    var text = Data()
    var failure: AgeFailure?
}
