/// Numbers as HL7 has them (NM): a sign perhaps, digits, a point perhaps; nothing else.
package enum NumberForm {
    /// Whether `text` is one.
    package static func isNumber(_ text: some Collection<UInt8>) -> Bool {
        var digits = 0
        var points = 0
        var position = 0
        for byte in text {
            if ASCIIDigit.isDigit(byte) {
                digits += 1
            } else if byte == UInt8(ascii: ".") {
                points += 1
            } else if position > 0 || (byte != UInt8(ascii: "+") && byte != UInt8(ascii: "-")) {
                return false
            }
            position += 1
        }
        return digits > 0 && points <= 1
    }

    /// Whether `text` is a number, or one with a decimal comma in the place of the point.
    private static func isDecimal(_ text: String) -> Bool {
        let comma = UInt8(ascii: ",")
        if isNumber(text.utf8) { return true }
        guard !text.utf8.contains(UInt8(ascii: ".")), text.utf8.count(where: { $0 == comma }) == 1 else { return false }
        return isNumber(text.utf8.map { $0 == comma ? UInt8(ascii: ".") : $0 })
    }

    /// Whether these are measures, with a comparator and a separator of the standard (SN). A decimal comma is usual in them.
    static func isStructured(
        _ comparator: String?, _ first: Personal?, _ separator: String?, _ second: Personal?
    ) -> Bool {
        guard goTogether(comparator, first, separator, second) else { return false }
        if let first, !isDecimal(first.text) { return false }
        if let second, !isDecimal(second.text) { return false }
        return areMeasures((first?.text ?? "").utf8, (second?.text ?? "").utf8)
    }

    /// Whether these are the parts of one value, whatever stands in the places of its numbers.
    static func goTogether(
        _ comparator: String?, _ first: Personal?, _ separator: String?, _ second: Personal?
    ) -> Bool {
        // A second number stands behind a separator, and only `+` needs none (2.A, SN).
        guard first != nil, separator == "+" || (separator == nil) == (second == nil) else { return false }
        if let comparator, !comparators.contains(comparator) { return false }
        return separator.map { separators.contains($0) } ?? true
    }

    /// Whether two numbers that belong together are measures, and not digits of a person: nine digits each at most, none behind a
    /// leading zero as a telephone's are, and no NIR in both, whatever points and commas cut it.
    static func areMeasures(_ one: some Collection<UInt8>, _ other: some Collection<UInt8>) -> Bool {
        guard isShort(one), isShort(other) else { return false }
        let digits = one.filter { ASCIIDigit.isDigit($0) } + other.filter { ASCIIDigit.isDigit($0) }
        return digits.count < 13 || NIRForm.number(in: String(decoding: digits, as: UTF8.self)) == nil
    }

    private static func isShort(_ number: some Collection<UInt8>) -> Bool {
        let unsigned = number.drop { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
        let whole = unsigned.prefix { ASCIIDigit.isDigit($0) }
        guard whole.count <= 1 || whole.first != UInt8(ascii: "0") else { return false }
        return unsigned.count { ASCIIDigit.isDigit($0) } <= 9
    }

    private static let comparators: ShortCodes = ["<", ">", "<=", ">=", "=", "<>"]
    private static let separators: ShortCodes = ["-", "+", "/", ".", ":"]
}
