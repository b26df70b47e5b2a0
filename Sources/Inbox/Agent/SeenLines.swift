import Crypto

/// The lines of one parcel so far, to find one that comes twice: 16 bytes a line, whatever the lines' length.
struct SeenLines {
    private struct Mark: Hashable {
        let high: UInt64
        let low: UInt64
    }

    private var marks: Set<Mark> = []

    /// Notes a line; false when it was there already, byte for byte.
    ///
    /// Half of a SHA-256: whoever could make two lines meet would only have its own parcel refused.
    mutating func insert(_ line: ArraySlice<UInt8>) -> Bool {
        var hash = SHA256()
        line.withUnsafeBytes { hash.update(bufferPointer: $0) }
        let mark = hash.finalize().withUnsafeBytes { bytes in
            Mark(
                high: bytes.loadUnaligned(as: UInt64.self), low: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
            )
        }
        return marks.insert(mark).inserted
    }
}
