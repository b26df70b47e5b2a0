#if canImport(CScan) && (arch(x86_64) || arch(arm64))
import CScan
#endif

/// Looks for bytes: with the processor's vectors where there are some (`CScan`), eight at a time elsewhere (`WordScan`).
///
/// Both give the same of all bytes, which a test holds; docs/decisions/0029-reading-by-vectors.md says why there are two. Nothing outside the bytes given is read.
package enum ByteScan {
    /// What the bytes of a text are like.
    package struct Kind: OptionSet, Sendable {
        package let rawValue: UInt32

        package init(rawValue: UInt32) {
            self.rawValue = rawValue
        }

        /// A byte above 0x7F.
        package static let high = Kind(rawValue: 1)
        /// A control character or the escape character.
        package static let special = Kind(rawValue: 2)
    }

    #if canImport(CScan) && (arch(x86_64) || arch(arm64))
    /// Where the first CR or LF lies at or after `start`; the count of `bytes` where there is none.
    package static func lineEnd(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        guard let base = bytes.baseAddress, start < bytes.count else { return bytes.count }
        return pli_find_line_end(base, start, bytes.count)
    }

    /// Where the first byte above 0x7F lies at or after `start`; the count of `bytes` where there is none.
    package static func highByte(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        guard let base = bytes.baseAddress, start < bytes.count else { return bytes.count }
        return pli_find_high(base, start, bytes.count)
    }

    /// Where `byte` first stands in `bytes`; their count where it does not.
    package static func firstIndex(of byte: UInt8, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
        guard let base = bytes.baseAddress else { return 0 }
        return pli_find(base, 0, bytes.count, byte)
    }

    /// Writes `offset` plus the place of each `byte` at or after `start`, `most` of them at most; how many it wrote.
    package static func mark(
        _ byte: UInt8, in bytes: UnsafeBufferPointer<UInt8>, from start: Int, offset: Int32,
        into marks: UnsafeMutablePointer<Int32>, most: Int
    ) -> Int {
        guard let base = bytes.baseAddress, start < bytes.count else { return 0 }
        return pli_mark(base, start, bytes.count, byte, offset, marks, most)
    }

    /// What `bytes` are like, where `escape` (0 for none) opens escape sequences.
    package static func kind(of bytes: UnsafeBufferPointer<UInt8>, escape: UInt8) -> Kind {
        guard let base = bytes.baseAddress else { return [] }
        return Kind(rawValue: pli_kind(base, bytes.count, escape))
    }

    /// The first `count` bytes at `one` are those at `other`.
    package static func areEqual(_ one: UnsafeRawPointer, _ other: UnsafeRawPointer, _ count: Int) -> Bool {
        pli_are_equal(one, other, count) != 0
    }
    #else
    package static func lineEnd(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        WordScan.lineEnd(in: bytes, from: start)
    }

    package static func highByte(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        WordScan.highByte(in: bytes, from: start)
    }

    package static func firstIndex(of byte: UInt8, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
        WordScan.firstIndex(of: byte, in: bytes)
    }

    package static func mark(
        _ byte: UInt8, in bytes: UnsafeBufferPointer<UInt8>, from start: Int, offset: Int32,
        into marks: UnsafeMutablePointer<Int32>, most: Int
    ) -> Int {
        WordScan.mark(byte, in: bytes, from: start, offset: offset, into: marks, most: most)
    }

    package static func kind(of bytes: UnsafeBufferPointer<UInt8>, escape: UInt8) -> Kind {
        WordScan.kind(of: bytes, escape: escape)
    }

    package static func areEqual(_ one: UnsafeRawPointer, _ other: UnsafeRawPointer, _ count: Int) -> Bool {
        WordScan.areEqual(one, other, count)
    }
    #endif
}
