/// Numbers as people and French spreadsheets write them.
enum CSVNumber {
    /// `4,5` as `4.5`, thousands without the blanks between them, a spreadsheet's `1,25E+06` in digits; behind a comparator, too. What
    /// is no number stays as it is.
    static func plain(_ text: String) -> String { withoutExponent(withPoint(ungrouped(text))) }

    /// `12 500` without its blanks, where they are such as do not break a line (U+00A0, U+202F) and stand between groups of three: two
    /// numbers have a plain blank between them. Blanks of that kind behind a comparator go as well.
    static func ungrouped(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0xC2 || $0 == 0xE2 }) else { return text }
        var rest = Array(text.utf8)[...]
        var plain: [UInt8] = []
        func take(_ isTaken: (UInt8) -> Bool) -> Int {
            let taken = rest.prefix(while: isTaken)
            plain += taken
            rest = rest.dropFirst(taken.count)
            return taken.count
        }
        if take({ $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: ">") || $0 == UInt8(ascii: "=") }) > 0 {
            while rest.first == 0x20 || fixedBlank(rest) > 0 { rest = rest.dropFirst(max(fixedBlank(rest), 1)) }
        }
        _ = take { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
        let leading = rest.first
        let ahead = take(ASCIIDigit.isDigit)
        if fixedBlank(rest) > 0, !(1...3).contains(ahead) || leading == ASCIIDigit.zero { return text }
        while fixedBlank(rest) > 0 {
            rest = rest.dropFirst(fixedBlank(rest))
            if take(ASCIIDigit.isDigit) != 3 { return text }
        }
        if take({ $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ".") }) > 0 { _ = take(ASCIIDigit.isDigit) }
        return rest.isEmpty ? String(decoding: plain, as: UTF8.self) : text
    }

    /// How many bytes of a blank that does not break a line stand at the beginning.
    private static func fixedBlank(_ bytes: ArraySlice<UInt8>) -> Int {
        if bytes.starts(with: [0xC2, 0xA0]) { return 2 }
        return bytes.starts(with: [0xE2, 0x80, 0xAF]) ? 3 : 0
    }

    /// The one comma of what is else digits, a sign, a comparator or an exponent becomes a point.
    private static func withPoint(_ text: String) -> String {
        let comma = UInt8(ascii: ",")
        guard text.utf8.count(where: { $0 == comma }) == 1, text.utf8.allSatisfy(isOfNumber) || isScientific(text)
        else {
            return text
        }
        return String(decoding: text.utf8.map { $0 == comma ? UInt8(ascii: ".") : $0 }, as: UTF8.self)
    }

    private static func isOfNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, UInt8(ascii: ","), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "<"), UInt8(ascii: ">"),
            UInt8(ascii: "="):
            true
        default: ASCIIDigit.isDigit(byte)
        }
    }

    private static func withoutExponent(_ text: String) -> String {
        guard isScientific(text) else { return text }
        let (ahead, number) = parted(text)
        return DecimalText.withoutExponent(number).map { ahead + $0 } ?? text
    }

    /// What a spreadsheet writes of a great or a small quantity, behind a comparator or a sign perhaps.
    private static func isScientific(_ text: String) -> Bool { CSVText.isScientific(parted(text).number) }

    private static func parted(_ text: String) -> (ahead: String, number: String) {
        let number = text.utf8.drop { !ASCIIDigit.isDigit($0) && isOfNumber($0) && $0 != UInt8(ascii: ",") }
        let ahead = text.utf8.prefix(text.utf8.count - number.count)
        return (String(decoding: ahead, as: UTF8.self), String(decoding: number, as: UTF8.self))
    }
}
