/// Bytes that are appended to and nothing else: what writers of text put their output in.
///
/// An array checks at each append whether somebody else holds it, and an append of ten bytes costs a hundred steps. This
/// has one owner by its type, so that a key of an object costs little more than copying it.
public struct GrowingBytes: ~Copyable, @unchecked Sendable {
    // Unchecked: the memory belongs to this value alone, which cannot be copied.
    @usableFromInline var base: UnsafeMutablePointer<UInt8>
    @usableFromInline var capacity: Int
    /// Bytes appended so far.
    public var count: Int { dropped + length }
    @usableFromInline var length: Int
    /// Bytes that were counted and let go.
    @usableFromInline var dropped = 0
    /// The bytes are only counted: what has no more room is let go.
    @usableFromInline let onlyCounts: Bool

    /// Nothing, with room for `capacity` bytes.
    public init(capacity: Int = 256) {
        self.init(capacity: capacity, onlyCounts: false)
    }

    init(capacity: Int, onlyCounts: Bool) {
        self.onlyCounts = onlyCounts
        self.capacity = max(capacity, 16)
        base = UnsafeMutablePointer<UInt8>.allocate(capacity: self.capacity)
        length = 0
    }

    deinit { base.deallocate() }

    /// Room for `more` bytes.
    @inlinable @inline(__always)
    public mutating func reserve(_ more: Int) {
        if capacity - length < more { grow(more) }
    }

    private static let slack = 4_096

    @usableFromInline @inline(never)
    mutating func grow(_ more: Int) {
        if onlyCounts {
            dropped += length
            length = 0
            if more <= capacity { return }
        }
        // What follows something long is short, and no reason to move it all.
        let larger = max(capacity * 2, length + more + GrowingBytes.slack)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        moved.update(from: base, count: length)
        base.deallocate()
        base = moved
        capacity = larger
    }

    /// Up to `most` bytes that `write` puts there; it gives how many they are.
    @inlinable @inline(__always)
    public mutating func append(upTo most: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Int) {
        reserve(most)
        length += min(write(base + length), most)
    }

    /// One byte.
    @inlinable
    public mutating func append(_ byte: UInt8) {
        reserve(1)
        base[length] = byte
        length += 1
    }

    /// All of `bytes`.
    @inlinable
    public mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let start = bytes.baseAddress else { return }
        reserve(bytes.count)
        (base + length).update(from: start, count: bytes.count)
        length += bytes.count
    }

    /// What the program spells out.
    @inlinable
    public mutating func append(_ text: StaticString) {
        append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// The text's UTF-8.
    public mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append($0) }
    }

    /// One byte, behind a comma where that is asked for.
    @inline(__always)
    mutating func append(_ byte: UInt8, comma: Bool) {
        reserve(2)
        base[length] = UInt8(ascii: ",")
        length += comma ? 1 : 0
        base[length] = byte
        length += 1
    }

    /// `text` between quotation marks, behind a comma and before a colon where these are asked for: most of JSON is this.
    @inline(__always)
    mutating func append(quoted text: StaticString, comma: Bool, colon: Bool) {
        let length = text.utf8CodeUnitCount
        reserve(length + 4)
        var place = base + self.length
        place[0] = UInt8(ascii: ",")
        place += comma ? 1 : 0
        place[0] = UInt8(ascii: "\"")
        GrowingBytes.copy(text.utf8Start, place + 1, length)
        place += length + 1
        place[0] = UInt8(ascii: "\"")
        place += 1
        if colon {
            place[0] = UInt8(ascii: ":")
            place += 1
        }
        self.length = place - base
    }

    /// Copies a few bytes without a call: eight at a time, the last eight over some of those before.
    @inline(__always)
    private static func copy(_ source: UnsafePointer<UInt8>, _ target: UnsafeMutablePointer<UInt8>, _ length: Int) {
        let from = UnsafeRawPointer(source)
        let to = UnsafeMutableRawPointer(target)
        if length >= 8 {
            var position = 0
            while position < length {
                let place = min(position, length - 8)
                to.storeBytes(
                    of: from.loadUnaligned(fromByteOffset: place, as: UInt64.self), toByteOffset: place, as: UInt64.self
                )
                position += 8
            }
        } else if length >= 4 {
            let last = length - 4
            to.storeBytes(of: from.loadUnaligned(as: UInt32.self), as: UInt32.self)
            to.storeBytes(
                of: from.loadUnaligned(fromByteOffset: last, as: UInt32.self), toByteOffset: last, as: UInt32.self)
        } else {
            for place in 0..<length { target[place] = source[place] }
        }
    }

    /// Copies `text` as far as JSON needs no escape in it; how many bytes that are, or a few less.
    ///
    /// Looked at and copied eight at a time. Subtracting from all eight at once borrows from the next byte only behind one
    /// that is found: what is passed over is plain.
    @inline(__always)
    mutating func append(plainPrefixOf text: UnsafeBufferPointer<UInt8>) -> Int {
        guard let start = text.baseAddress else { return 0 }
        let length = text.count
        reserve(length)
        let from = UnsafeRawPointer(start)
        let target = base + self.length
        let to = UnsafeMutableRawPointer(target)
        var position = 0
        if length >= 8 {
            while position < length {
                let place = min(position, length - 8)
                let word = from.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                if GrowingBytes.needsEscape(word) { break }
                to.storeBytes(of: word, toByteOffset: place, as: UInt64.self)
                position = place + 8
            }
        } else {
            while position < length {
                let byte = start[position]
                if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
                target[position] = byte
                position += 1
            }
        }
        self.length += position
        return position
    }

    @inline(__always)
    private static func needsEscape(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5C)
        let found = ((word &- ones &* 0x20) & ~word) | ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
        return found & (ones &* 0x80) != 0
    }

    /// A number that is not negative, in decimal digits.
    public mutating func append(decimal number: Int) {
        if number >= 10 { append(decimal: number / 10) }
        append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10))
    }

    /// Two decimal digits: the last two of `number`.
    public mutating func append(twoDigits number: Int) {
        reserve(2)
        base[length] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / 10 % 10)
        base[length + 1] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10)
        length += 2
    }

    /// A separator and two decimal digits behind it.
    public mutating func append(_ separator: UInt8, twoDigits number: Int) {
        reserve(3)
        base[length] = separator
        length += 1
        append(twoDigits: number)
    }

    /// What `body` makes of the bytes, which it must not keep.
    public borrowing func withBytes<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeBufferPointer(start: base, count: length))
    }

    /// The bytes from `start` on as an array; none where there are none.
    borrowing func array(from start: Int) -> [UInt8] { withBytes { Array($0.dropFirst(max(start, 0))) } }

    /// The same bytes as an array.
    public borrowing func array() -> [UInt8] { withBytes { Array($0) } }
}
