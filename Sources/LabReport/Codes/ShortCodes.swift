/// A table of short codes: a set that is asked once or more for each field, without hashing.
///
/// Codes of at most eight bytes are compared as numbers.
struct ShortCodes: Sendable, ExpressibleByArrayLiteral {
    /// Codes of one character, a bit each.
    private let singles: (low: UInt64, high: UInt64)
    private let numbers: [UInt64]
    private let others: Set<String>

    /// A table of these codes.
    init(arrayLiteral codes: String...) { self.init(codes) }

    /// A table of these codes.
    init(_ codes: some Collection<String>) {
        numbers = codes.compactMap { ShortCodes.number($0) }.sorted()
        var singles: (low: UInt64, high: UInt64) = (0, 0)
        for byte in codes.compactMap({ $0.utf8.count == 1 ? $0.utf8.first : nil }) {
            if byte < 64 { singles.low |= 1 << UInt64(byte) } else { singles.high |= 1 << UInt64(byte & 63) }
        }
        self.singles = singles
        others = Set(codes.filter { ShortCodes.number($0) == nil })
    }

    /// Whether `code` is one of the table's.
    func contains(_ code: String) -> Bool {
        if code.utf8.count == 1, let byte = code.utf8.first {
            return (byte < 64 ? singles.low : singles.high) >> UInt64(byte & 63) & 1 == 1
        }
        guard let number = ShortCodes.number(code) else { return !others.isEmpty && others.contains(code) }
        var low = 0
        var high = numbers.count
        while low < high {
            let middle = (low + high) / 2
            if numbers[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low < numbers.count && numbers[low] == number
    }

    /// One to eight bytes as a number; nil for any other text.
    private static func number(_ code: String) -> UInt64? {
        guard (1...8).contains(code.utf8.count) else { return nil }
        var number: UInt64 = 0
        for byte in code.utf8 {
            if byte == 0 { return nil }
            number = number << 8 | UInt64(byte)
        }
        return number
    }
}
