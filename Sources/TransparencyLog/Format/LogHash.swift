import Notes

/// A SHA-256 in the tree: 32 bytes, kept in words so that a tile of them is one block of memory.
package struct LogHash: Hashable, Sendable {
    /// Bytes of a hash.
    package static let byteCount = 32

    private let word0: UInt64
    private let word1: UInt64
    private let word2: UInt64
    private let word3: UInt64

    /// The hash in the first 32 bytes of `bytes`, which must be there.
    init(reading bytes: UnsafeRawBufferPointer) {
        word0 = bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
        word1 = bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        word2 = bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
        word3 = bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
    }

    /// The hash of exactly 32 bytes; nil for any other length.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        let contiguous = ContiguousArray(bytes)
        self = contiguous.withUnsafeBytes { LogHash(reading: $0) }
    }

    /// Reads canonical base64 of 32 bytes.
    package init?(base64 text: some StringProtocol) {
        guard let bytes = StrictBase64.decode([UInt8](text.utf8)[...]) else { return nil }
        self.init(bytes)
    }

    /// The 32 bytes.
    package var bytes: [UInt8] {
        withUnsafeBytes { Array($0) }
    }

    /// Canonical base64, 44 characters: as in a checkpoint.
    package var base64: String { StrictBase64.encode(bytes) }

    /// Lowercase hexadecimal, 64 characters.
    package var hex: String { LowercaseHex.encode(bytes) }

    /// The bytes in place.
    func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try Swift.withUnsafeBytes(of: self, body)
    }
}

extension LogHash: CustomStringConvertible {
    /// Lowercase hexadecimal.
    package var description: String { hex }
}
