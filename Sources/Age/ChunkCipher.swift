import Crypto

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The STREAM of a payload: chunks under one key, with a counter and a mark on the last one.
struct ChunkCipher: Sendable {
    private let key: SymmetricKey
    /// Chunks sealed or opened so far.
    private(set) var count: UInt64 = 0

    init(key: SymmetricKey) {
        self.key = key
    }

    /// Where the next chunk begins behind header and nonce.
    var offset: Int64 { Int64(clamping: count) * Int64(AgeLimits.sealedChunkBytes) }

    /// Seals a chunk and appends it.
    mutating func seal(
        _ chunk: UnsafeRawBufferPointer, isLast: Bool, into out: inout [UInt8]
    ) throws(AgeFailure) {
        guard let nonce = nonce(isLast: isLast), let box = try? ChaChaPoly.seal(chunk, using: key, nonce: nonce) else {
            throw .cryptography
        }
        // `ciphertext` and `tag` would each be a copy of their own.
        box.combined.withUnsafeBytes { out.append(contentsOf: UnsafeRawBufferPointer(rebasing: $0[12...])) }
        count += 1
    }

    /// Opens a chunk and appends it, if it is authentic at this place; nothing happens otherwise.
    mutating func open(_ chunk: UnsafeRawBufferPointer, isLast: Bool, into out: inout [UInt8]) -> Bool {
        guard chunk.count >= AgeLimits.tagBytes, let nonce = nonce(isLast: isLast) else { return false }
        var combined = Data(capacity: 12 + chunk.count)
        combined.append(contentsOf: nonce)
        combined.append(contentsOf: chunk)
        guard let box = try? ChaChaPoly.SealedBox(combined: combined), let clear = try? ChaChaPoly.open(box, using: key)
        else { return false }
        clear.withUnsafeBytes { out.append(contentsOf: $0) }
        count += 1
        return true
    }

    /// Eleven bytes of counter, big-endian, and one that is 1 on the last chunk.
    private func nonce(isLast: Bool) -> ChaChaPoly.Nonce? {
        var bytes = [UInt8](repeating: 0, count: 12)
        for index in 0..<8 { bytes[10 - index] = UInt8(truncatingIfNeeded: count >> (8 * UInt64(index))) }
        bytes[11] = isLast ? 1 : 0
        return try? ChaChaPoly.Nonce(data: bytes)
    }
}
