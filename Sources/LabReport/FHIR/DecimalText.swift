/// Numbers as laboratories write them (`+1.10`, `.5`, `007`) and as JSON does.
enum DecimalText {
    /// The JSON number that says the same, and whether it is the very same text; nil for what is no decimal number.
    static func json(for text: String) -> (text: String, isExact: Bool)? {
        var bytes = Array(text.utf8)
        var sign: [UInt8] = []
        if let first = bytes.first, first == UInt8(ascii: "+") || first == UInt8(ascii: "-") {
            bytes.removeFirst()
            if first == UInt8(ascii: "-") { sign = [first] }
        }
        let dot = bytes.firstIndex(of: UInt8(ascii: "."))
        var whole = Array(bytes[..<(dot ?? bytes.endIndex)])
        let fraction = dot.map { Array(bytes[($0 + 1)...]) } ?? []
        guard !(whole.isEmpty && fraction.isEmpty), whole.allSatisfy(ASCIIDigit.isDigit),
            fraction.allSatisfy(ASCIIDigit.isDigit)
        else { return nil }
        let leading = whole.prefix { $0 == ASCIIDigit.zero }.count
        whole.removeFirst(min(leading, max(whole.count - 1, 0)))
        if whole.isEmpty { whole = [ASCIIDigit.zero] }
        let json = sign + whole + (fraction.isEmpty ? [] : [UInt8(ascii: ".")] + fraction)
        return (String(decoding: json, as: UTF8.self), json.elementsEqual(text.utf8))
    }

    /// A JSON number's digits as they stand, without an exponent: `1.50E-2` is `0.0150`. Nil where it would take more than a hundred
    /// digits.
    static func withoutExponent(_ text: String) -> String? {
        guard let mark = text.utf8.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }) else { return text }
        guard let exponent = Int(text[text.utf8.index(after: mark)...]), (-50...50).contains(exponent)
        else { return nil }
        let sign = text.utf8.first == UInt8(ascii: "-") ? "-" : ""
        let parts = text[..<mark].utf8.drop { $0 == UInt8(ascii: "-") }
            .split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        var digits = parts.flatMap { Array($0) }
        guard digits.count <= 50, let whole = parts.first?.count else { return nil }
        let zero = UInt8(ascii: "0")
        var point = whole + exponent
        if point <= 0 {
            digits.insert(contentsOf: [UInt8](repeating: zero, count: 1 - point), at: 0)
            point = 1
        }
        if point > digits.count { digits += [UInt8](repeating: zero, count: point - digits.count) }
        // `0.5E1` is `5`: what stands before the point begins with a zero only where that is all.
        while point > 1, digits.first == zero {
            digits.removeFirst()
            point -= 1
        }
        let ahead = String(decoding: digits[..<point], as: UTF8.self)
        let behind = String(decoding: digits[point...], as: UTF8.self)
        return sign + ahead + (behind.isEmpty ? "" : "." + behind)
    }

    /// Whether one JSON number is greater than another; digit by digit, as no type of the machine holds them all.
    static func isGreater(_ one: String, than other: String) -> Bool {
        let (left, right) = (Parts(one), Parts(other))
        guard left.isNegative == right.isNegative else { return right.isNegative }
        return left.isNegative ? right.isBeyond(left) : left.isBeyond(right)
    }

    /// A JSON number without exponent, in digits that count.
    private struct Parts {
        let isNegative: Bool
        private let whole: Substring.UTF8View
        private let fraction: Substring.UTF8View

        init(_ text: String) {
            let digits = text.utf8.drop { $0 == UInt8(ascii: "-") || $0 == ASCIIDigit.zero }
            let dot = digits.firstIndex(of: UInt8(ascii: ".")) ?? digits.endIndex
            whole = digits[..<dot]
            let rest = digits[dot...].dropFirst()
            let last = rest.lastIndex { $0 != ASCIIDigit.zero }
            fraction = last.map { rest[...$0] } ?? rest[rest.startIndex..<rest.startIndex]
            // There is no zero below zero.
            isNegative = text.utf8.first == UInt8(ascii: "-") && !(whole.isEmpty && fraction.isEmpty)
        }

        /// Farther from zero.
        func isBeyond(_ other: Parts) -> Bool {
            if whole.count != other.whole.count { return whole.count > other.whole.count }
            if !whole.elementsEqual(other.whole) { return other.whole.lexicographicallyPrecedes(whole) }
            return other.fraction.lexicographicallyPrecedes(fraction)
        }
    }
}
