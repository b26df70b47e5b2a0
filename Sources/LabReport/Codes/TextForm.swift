/// What a text result can be beside free text: a word of known meaning, a measure (`< 20 copies/mL`, `1/160`, `12,5`), crosses.
enum TextForm {
    private static let longest = 40
    /// Digits of two numbers together, `100000-500000` and `1/1280`: more are a number of somebody's that a sign was put into.
    private static let mostInRange = 12
    private static let mostInRatio = 10

    /// Whether `text` is one of these, and nothing else.
    static func isResult(_ text: String) -> Bool {
        guard text.utf8.count <= longest else { return false }
        return ResultMeaning(value: .text(Personal(text))) != nil || isMeasure(text) || areCrosses(text)
    }

    /// `+` to `++++`, as strips and smears are read.
    static func areCrosses(_ text: String) -> Bool {
        (1...4).contains(text.utf8.count) && text.utf8.allSatisfy { $0 == UInt8(ascii: "+") }
    }

    /// A comparator perhaps, a number or two around a slash, colon or dash, and a unit perhaps that no name could be.
    private static func isMeasure(_ text: String) -> Bool {
        let signed = Substring(text).unicodeScalars.drop { $0 == " " || isComparator($0) }
        var rest = Substring(signed).utf8
        let start = rest
        guard takesNumber(&rest) else { return false }
        let first = Array(start.prefix(start.count - rest.count))
        var second: [UInt8] = []
        var most = 0
        if let sign = rest.first, [UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "-")].contains(sign) {
            rest.removeFirst()
            most = sign == UInt8(ascii: "-") ? mostInRange : mostInRatio
            let start = rest
            guard takesNumber(&rest) else { return false }
            second = Array(start.prefix(start.count - rest.count))
        }
        guard NumberForm.areMeasures(first, second),
            second.isEmpty || (first + second).count(where: { ASCIIDigit.isDigit($0) }) <= most
        else { return false }
        let unit = rest.drop { $0 == 0x20 }
        guard !unit.isEmpty else { return true }
        let name = String(decoding: unit, as: UTF8.self)
        return unit.contains(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "%") }) && UnitForm.isUnit(name)
    }

    private static func isComparator(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "<", ">", "=", "≤", "≥": true
        default: false
        }
    }

    /// At most seven digits with one point or comma among them.
    private static func takesNumber(_ rest: inout Substring.UTF8View) -> Bool {
        let number = rest.prefix { ASCIIDigit.isDigit($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ",") }
        let digits = number.count { ASCIIDigit.isDigit($0) }
        guard (1...7).contains(digits), number.count - digits <= 1 else { return false }
        rest = rest.dropFirst(number.count)
        return true
    }
}
