import HL7

/// A fast keyed hash of bytes, for tables in memory: not for signatures, nor for what leaves the process.
///
/// Each step multiplies two words and folds the product; of many bytes, two steps at once that do not wait for each other. The key is this process's own, so that
/// nobody outside can prepare bytes that meet.
struct ByteHash {
    private static let odd: UInt64 = 0x9E37_79B9_7F4A_7C15
    private let key: UInt64
    private var state: UInt64

    /// A hash under `key`.
    init(key: UInt64) {
        self.key = key
        state = key ^ ByteHash.odd
    }

    /// A key that differs from process to process, as the hashes of the standard library do.
    static func newKey() -> UInt64 { UInt64(bitPattern: Int64(Hasher().finalize())) | 1 }

    /// The value, never 0.
    var value: UInt64 { max(ByteHash.fold(state ^ key, ByteHash.odd), 1) }

    /// The hash of one stretch of bytes.
    static func value(of bytes: UnsafeBufferPointer<UInt8>, key: UInt64) -> UInt64 {
        var hash = ByteHash(key: key)
        hash.add(bytes)
        return hash.value
    }

    /// Adds a number.
    mutating func add(_ number: UInt64) { state = ByteHash.fold(state ^ number, key ^ ByteHash.odd) }

    /// Adds a text and where it ends.
    mutating func add(_ text: String) {
        if text.utf8.withContiguousStorageIfAvailable({ add($0) }) == nil {
            Array(text.utf8).withUnsafeBufferPointer { add($0) }
        }
    }

    /// Adds bytes and how many they are.
    mutating func add(_ bytes: UnsafeBufferPointer<UInt8>) {
        let count = bytes.count
        guard let base = bytes.baseAddress, count > 0 else { return add(0 as UInt64) }
        let raw = UnsafeRawPointer(base)
        var position = 0
        if count > 64 {
            var (one, other) = (state, state ^ ByteHash.odd)
            let (first, second) = (key, key ^ ByteHash.odd)
            while position &+ 32 < count {
                one = ByteHash.fold(WordScan.word(raw, position) ^ first, WordScan.word(raw, position &+ 8) ^ one)
                other = ByteHash.fold(
                    WordScan.word(raw, position &+ 16) ^ second, WordScan.word(raw, position &+ 24) ^ other)
                position &+= 32
            }
            state = ByteHash.fold(one ^ first, other ^ second)
        }
        while position &+ 16 < count {
            step(WordScan.word(raw, position), WordScan.word(raw, position &+ 8))
            position &+= 16
        }
        let left = count - position
        if left >= 8 {
            step(WordScan.word(raw, position), WordScan.word(raw, count - 8))
        } else {
            var last: UInt64 = 0
            for place in position..<count { last = last << 8 | UInt64(bytes[place]) }
            step(last, 0)
        }
        add(UInt64(count))
    }

    @inline(__always)
    private mutating func step(_ first: UInt64, _ second: UInt64) {
        state = ByteHash.fold(first ^ key, second ^ state)
    }

    @inline(__always)
    private static func fold(_ one: UInt64, _ other: UInt64) -> UInt64 {
        let product = one.multipliedFullWidth(by: other)
        return product.high ^ product.low
    }
}
