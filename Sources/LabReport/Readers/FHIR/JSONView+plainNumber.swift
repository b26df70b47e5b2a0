import StrictJSON

extension JSONView {
    /// A number's digits as they stand, without an exponent: `1.50E-2` is `0.0150`. Nil where there is none, or where it would take more
    /// than a hundred digits.
    var plainNumber: String? {
        guard let text = numberText else { return nil }
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
}
