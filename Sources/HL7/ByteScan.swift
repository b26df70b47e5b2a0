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

    /// What one pass over a message wrote: the place behind each separator, CR and LF, in their order (`marks`), and for each
    /// CR and LF which mark it is (`lines`).
    package struct Survey: Equatable {
        /// How many of each were written; none where there was no room for all.
        package let marks: Int
        package let lines: Int
        /// Where the first byte above 0x7F lies; the count of bytes where there is none.
        package let high: Int
        /// A separator stands behind the name of a segment that `SegmentInside` looks for, and that begins no line.
        package let holdsNames: Bool

        /// There was no room for all, or nothing to survey.
        package static let nothing = Survey(marks: 0, lines: 0, high: 0, holdsNames: false)
    }

    /// No segment that ends a message (MSH, FHS, BHS, BTS, FTS) begins with `letter`, which is one.
    package static func goesOn(_ letter: UInt8) -> Bool {
        letter &- UInt8(ascii: "A") < 26 && letter != UInt8(ascii: "B") && letter != UInt8(ascii: "F")
            && letter != UInt8(ascii: "M")
    }

    #if canImport(CScan) && (arch(x86_64) || arch(arm64))
    /// Where the first CR or LF lies at or after `start`; the count of `bytes` where there is none.
    package static func lineEnd(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        guard let base = bytes.baseAddress, start < bytes.count else { return bytes.count }
        return pli_find_line_end(base, start, bytes.count)
    }

    /// Where the first CR or LF lies at or after `start` that no letter follows which goes on with a message (`goesOn`), or the
    /// first FS that a line end or VT follows; the count of `bytes` where there is none. One at the very end is one of these.
    package static func halt(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        guard let base = bytes.baseAddress, start < bytes.count else { return bytes.count }
        return pli_find_halt(base, start, bytes.count)
    }

    /// One pass over a message: see `Survey`. `marks` and `lines` have room for 64 more than `mostMarks` and `mostLines`.
    package static func survey(
        _ bytes: UnsafeBufferPointer<UInt8>, separator: UInt8, marks: UnsafeMutablePointer<Int32>, mostMarks: Int,
        lines: UnsafeMutablePointer<Int32>, mostLines: Int
    ) -> Survey {
        guard let base = bytes.baseAddress else { return .nothing }
        let found = pli_survey_message(base, bytes.count, separator, marks, mostMarks, lines, mostLines)
        return Survey(
            marks: found.marks, lines: found.lines, high: found.high, holdsNames: found.names != 0)
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

    /// What lies at `place` is needed soon: it is fetched while other work goes on. Nothing is read.
    @inline(__always)
    package static func expect(_ place: UnsafeRawPointer) { pli_expect(place) }

    /// The first `count` bytes at `one` are those at `other`.
    package static func areEqual(_ one: UnsafeRawPointer, _ other: UnsafeRawPointer, _ count: Int) -> Bool {
        pli_are_equal(one, other, count) != 0
    }
    #else
    package static func lineEnd(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        WordScan.lineEnd(in: bytes, from: start)
    }

    package static func halt(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        WordScan.halt(in: bytes, from: start)
    }

    package static func survey(
        _ bytes: UnsafeBufferPointer<UInt8>, separator: UInt8, marks: UnsafeMutablePointer<Int32>, mostMarks: Int,
        lines: UnsafeMutablePointer<Int32>, mostLines: Int
    ) -> Survey {
        WordScan.survey(
            bytes, separator: separator, marks: marks, mostMarks: mostMarks, lines: lines, mostLines: mostLines)
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

    package static func expect(_ place: UnsafeRawPointer) {}

    package static func areEqual(_ one: UnsafeRawPointer, _ other: UnsafeRawPointer, _ count: Int) -> Bool {
        WordScan.areEqual(one, other, count)
    }
    #endif
}
