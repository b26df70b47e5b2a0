/// Looks for bytes eight at a time, in plain machine words that every processor and WebAssembly have. `ByteScan` does the same
/// with vectors where there are some.
public enum WordScan {
    /// Bytes of a word.
    @inlinable public static var width: Int { 8 }
    @usableFromInline static var ones: UInt64 { 0x0101_0101_0101_0101 }
    @usableFromInline static var lows: UInt64 { 0x7F7F_7F7F_7F7F_7F7F }
    /// The high bit of each byte.
    @inlinable public static var highs: UInt64 { 0x8080_8080_8080_8080 }

    /// `byte` in each place of a word.
    @inlinable @inline(__always)
    public static func spread(_ byte: UInt8) -> UInt64 { UInt64(byte) &* ones }

    /// The eight bytes at `offset`, the first one lowest.
    @inlinable @inline(__always)
    public static func word(_ bytes: UnsafeRawPointer, _ offset: Int) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// The high bit of each byte of `word` that is the spread one, and no other bit.
    @inlinable @inline(__always)
    public static func matches(_ word: UInt64, _ spread: UInt64) -> UInt64 {
        let difference = word ^ spread
        // Few words hold one: the cheap test marks a place too many at times, never one too few.
        if (difference &- ones) & ~difference & highs == 0 { return 0 }
        return ~(((difference & lows) &+ lows) | difference | lows)
    }

    /// Not 0 where a byte of `word` is below 0x20; its lowest mark is the first such byte.
    @inlinable @inline(__always)
    public static func controls(_ word: UInt64) -> UInt64 { (word &- ones &* 0x20) & ~word & highs }

    /// The place in its word of the first byte that was marked.
    @inlinable @inline(__always)
    public static func first(_ marks: UInt64) -> Int { marks.trailingZeroBitCount >> 3 }

    /// Where the first CR or LF lies at or after `start`; the count of `bytes` where there is none.
    static func lineEnd(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        end(in: bytes, from: start, 0x0D)
    }

    /// Where the first CR, LF or `other` lies at or after `start`, a control character too.
    private static func end(in bytes: UnsafeBufferPointer<UInt8>, from start: Int, _ other: UInt8) -> Int {
        func isEnd(_ byte: UInt8) -> Bool { byte == 0x0D || byte == 0x0A || byte == other }
        var position = start
        if let base = bytes.baseAddress {
            let raw = UnsafeRawPointer(base)
            while position + width <= bytes.count {
                // Control characters are rare but for line ends: one test does for both, of four words at once.
                while position + 4 * width <= bytes.count,
                    (controls(word(raw, position)) | controls(word(raw, position + width))
                        | controls(word(raw, position + 2 * width)) | controls(word(raw, position + 3 * width))) == 0
                { position += 4 * width }
                guard position + width <= bytes.count else { break }
                let found = controls(word(raw, position))
                if found == 0 {
                    position += width
                } else {
                    position += first(found)
                    if isEnd(bytes[position]) { return position }
                    position += 1
                }
            }
        }
        while position < bytes.count, !isEnd(bytes[position]) { position += 1 }
        return position
    }

    /// Where the first CR or LF lies at or after `start` that no letter follows which goes on with a message, or the first FS
    /// that a line end or VT follows; the count of `bytes` where there is none.
    static func halt(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var position = end(in: bytes, from: start, 0x1C)
        while position + 1 < bytes.count, !mayEnd(bytes[position], before: bytes[position + 1]) {
            position = end(in: bytes, from: position + 1, 0x1C)
        }
        return position
    }

    private static func mayEnd(_ byte: UInt8, before next: UInt8) -> Bool {
        byte == 0x1C ? next == 0x0D || next == 0x0A || next == 0x0B : !ByteScan.goesOn(next)
    }

    /// One pass over a message: see `ByteScan.survey`.
    static func survey(
        _ bytes: UnsafeBufferPointer<UInt8>, separator: UInt8, marks: UnsafeMutablePointer<Int32>, mostMarks: Int,
        lines: UnsafeMutablePointer<Int32>, mostLines: Int
    ) -> ByteScan.Survey {
        var (found, ends) = (0, 0)
        var holdsNames = false
        for position in bytes.indices {
            let byte = bytes[position]
            let isEnd = byte == 0x0D || byte == 0x0A
            guard isEnd || byte == separator else { continue }
            guard found < mostMarks, !isEnd || ends < mostLines else {
                return .nothing
            }
            if !isEnd, SegmentInside.isName(before: position, in: bytes) { holdsNames = true }
            if isEnd {
                lines[ends] = Int32(truncatingIfNeeded: found)
                ends += 1
            }
            marks[found] = Int32(truncatingIfNeeded: position + 1)
            found += 1
        }
        return ByteScan.Survey(
            marks: found, lines: ends, high: highByte(in: bytes, from: 0), holdsNames: holdsNames)
    }

    /// Where the first byte above 0x7F lies at or after `start`; the count of `bytes` where there is none.
    static func highByte(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var position = start
        if let base = bytes.baseAddress {
            let raw = UnsafeRawPointer(base)
            while position + 4 * width <= bytes.count,
                (word(raw, position) | word(raw, position + width) | word(raw, position + 2 * width)
                    | word(raw, position + 3 * width)) & highs == 0
            { position += 4 * width }
            while position + width <= bytes.count {
                let found = word(raw, position) & highs
                if found != 0 { return position + first(found) }
                position += width
            }
        }
        while position < bytes.count, bytes[position] < 0x80 { position += 1 }
        return position
    }

    /// Where `byte` first stands in `bytes`; their count where it does not.
    static func firstIndex(of byte: UInt8, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var position = 0
        if let base = bytes.baseAddress, bytes.count >= width {
            let raw = UnsafeRawPointer(base)
            let wanted = spread(byte)
            while position + width <= bytes.count {
                let difference = word(raw, position) ^ wanted
                let found = (difference &- ones) & ~difference & highs
                if found != 0 { return position + first(found) }
                position += width
            }
        }
        while position < bytes.count, bytes[position] != byte { position += 1 }
        return position
    }

    /// The first `count` bytes at `one` are those at `other`.
    static func areEqual(_ one: UnsafeRawPointer, _ other: UnsafeRawPointer, _ count: Int) -> Bool {
        var position = 0
        while position + width <= count {
            let first = one.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            if first != other.loadUnaligned(fromByteOffset: position, as: UInt64.self) { return false }
            position += width
        }
        while position < count {
            let byte = one.load(fromByteOffset: position, as: UInt8.self)
            if byte != other.load(fromByteOffset: position, as: UInt8.self) { return false }
            position += 1
        }
        return true
    }

    /// Writes `offset` plus the place of each `byte` at or after `start`, `most` of them at most; how many it wrote.
    static func mark(
        _ byte: UInt8, in bytes: UnsafeBufferPointer<UInt8>, from start: Int, offset: Int32,
        into marks: UnsafeMutablePointer<Int32>, most: Int
    ) -> Int {
        guard let base = bytes.baseAddress else { return 0 }
        let raw = UnsafeRawPointer(base)
        let wanted = spread(byte)
        var written = 0
        var position = start
        while position + width <= bytes.count {
            var found = matches(word(raw, position), wanted)
            while found != 0 {
                guard written < most else { return written }
                marks[written] = offset + Int32(truncatingIfNeeded: position + first(found))
                written += 1
                found &= found &- 1
            }
            position += width
        }
        while position < bytes.count {
            if bytes[position] == byte {
                guard written < most else { return written }
                marks[written] = offset + Int32(truncatingIfNeeded: position)
                written += 1
            }
            position += 1
        }
        return written
    }

    /// What `bytes` are like, where `escape` (0 for none) opens escape sequences.
    static func kind(of bytes: UnsafeBufferPointer<UInt8>, escape: UInt8) -> ByteScan.Kind {
        var kind: ByteScan.Kind = []
        if let base = bytes.baseAddress, bytes.count >= width {
            let raw = UnsafeRawPointer(base)
            let escapes = spread(escape)
            var position = 0
            while position < bytes.count {
                // The last word overlaps the one before rather than end in single bytes.
                let word = word(raw, min(position, bytes.count - width))
                if controls(word) != 0 || matches(word, escapes) != 0 { kind.insert(.special) }
                if word & highs != 0 { kind.insert(.high) }
                position += width
            }
            return kind
        }
        for byte in bytes {
            if byte >= 0x80 { kind.insert(.high) }
            if byte < 0x20 || byte == escape { kind.insert(.special) }
        }
        return kind
    }
}
