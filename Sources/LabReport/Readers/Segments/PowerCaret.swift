import HL7

/// A caret that makes a power (`x10^9/L`, `> 10^5 UFC/mL`, `mL/min/1.73m^2`) where carets part something else, because whoever
/// wrote it did not escape it: what it parts would be a unit `x10`, or a `10` and a `5` on the next line.
enum PowerCaret {
    static let byte = UInt8(ascii: "^")

    /// Whether carets part anything in texts of `delimiters`.
    static func isSeparator(_ delimiters: Delimiters) -> Bool {
        delimiters.component == byte || delimiters.repetition == byte
    }

    /// Whether the byte at `position` is one: ten and an exponent, or, in a unit, a metre squared or cubed.
    static func stands(at position: Int, in bytes: UnsafeBufferPointer<UInt8>, isUnit: Bool) -> Bool {
        guard bytes[position] == byte, let power = Exponent(bytes, position + 1) else { return false }
        if isTen(position, bytes) {
            // Between carets a `10` is a line of its own, unless what follows goes on as a quantity does.
            let before = position >= 3 ? bytes[position - 3] : 0
            // So is that of a titre or a time: `1/10` and `1/20`.
            if !isUnit, before == UInt8(ascii: "/") || before == UInt8(ascii: ":") { return false }
            return power.value <= 12 && (before != byte || isUnit || power.isFollowedByUnit)
        }
        return isUnit && (2...3).contains(power.value) && !power.isNegative && isMetre(position, bytes)
    }

    /// Any of `bytes` is one.
    static func isFound(in bytes: UnsafeBufferPointer<UInt8>, isUnit: Bool) -> Bool {
        bytes.indices.contains { stands(at: $0, in: bytes, isUnit: isUnit) }
    }

    private struct Exponent {
        var value = 0
        var isNegative = false
        var isFollowedByUnit = false

        /// The whole number that begins at `start`; nil where there is none, or one of too many digits.
        init?(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) {
            var position = start
            if position < bytes.count, bytes[position] == UInt8(ascii: "-") {
                isNegative = true
                position += 1
            }
            let first = position
            while position < bytes.count, position < first + 3, let digit = ASCIIDigit.value(bytes[position]) {
                value = value * 10 + Int(digit)
                position += 1
            }
            guard (1...2).contains(position - first), value > 0 else { return nil }
            // A decimal is no exponent.
            let mark = position < bytes.count ? bytes[position] : 0
            let isDecimal = mark == UInt8(ascii: ",") || mark == UInt8(ascii: ".")
            if isDecimal, position + 1 < bytes.count, ASCIIDigit.isDigit(bytes[position + 1]) { return nil }
            while position < bytes.count, bytes[position] == 0x20 { position += 1 }
            guard position < bytes.count else { return }
            isFollowedByUnit = PowerCaret.isLetter(bytes[position]) || bytes[position] == UInt8(ascii: "/")
        }
    }

    /// `10` and nothing of a longer number or word before it but the `x` of `x10`.
    private static func isTen(_ end: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard end >= 2, bytes[end - 1] == ASCIIDigit.zero, bytes[end - 2] == ASCIIDigit.zero + 1 else { return false }
        guard end >= 3 else { return true }
        let before = bytes[end - 3]
        if before | 0x20 == UInt8(ascii: "x") { return end < 4 || !isLetter(bytes[end - 4]) }
        return !isLetter(before) && !ASCIIDigit.isDigit(before) && before != UInt8(ascii: ".")
            && before != UInt8(ascii: ",")
    }

    /// `m`, `cm`, `dm`, `mm`, and no letter before.
    private static func isMetre(_ end: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard end >= 1, bytes[end - 1] == UInt8(ascii: "m") else { return false }
        var start = end - 1
        if start >= 1, "cdm".utf8.contains(bytes[start - 1]) { start -= 1 }
        return start == 0 || !isLetter(bytes[start - 1])
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }
}
