import HL7

/// A table of values by short texts that is asked for each result, without hashing: a text of at most sixteen bytes is a pair of numbers.
struct ShortTable<Value: Sendable>: Sendable {
    /// The bytes of a text, the first one lowest, and zeroes behind them.
    private struct Key: Equatable {
        var low: UInt64
        var high: UInt64

        /// Nil for a text of any other length, or one that ends with NUL, as which a shorter one would look.
        init?(_ bytes: UnsafeBufferPointer<UInt8>) {
            guard let base = bytes.baseAddress, (1...16).contains(bytes.count), bytes[bytes.count - 1] != 0 else {
                return nil
            }
            let raw = UnsafeRawPointer(base)
            let count = bytes.count
            low = 0
            high = 0
            if count >= WordScan.width {
                low = WordScan.word(raw, 0)
                if count > WordScan.width {
                    high = WordScan.word(raw, count - WordScan.width) >> UInt64(8 * (2 * WordScan.width - count))
                }
            } else {
                for place in 0..<count { low |= UInt64(bytes[place]) << UInt64(8 * place) }
            }
        }

        func isBefore(_ other: Key) -> Bool { high == other.high ? low < other.low : high < other.high }
    }

    private let entries: [(key: Key, value: Value)]

    /// A table of these texts, none of which is empty or has more than sixteen bytes.
    init(_ table: [String: Value]) {
        entries = table.compactMap { text, value in
            text.withBytes { Key($0) }.map { (key: $0, value: value) }
        }.sorted { $0.key.isBefore($1.key) }
    }

    /// What the table has of `text`.
    subscript(_ text: String) -> Value? {
        guard let key = text.withBytes({ Key($0) }) else { return nil }
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].key.isBefore(key) { low = middle + 1 } else { high = middle }
        }
        return low < entries.count && entries[low].key == key ? entries[low].value : nil
    }
}
