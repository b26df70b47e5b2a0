import HL7

/// Repetitions of a text: the lines that a sender parts, or a sign (`~5`, about five) that it did not escape.
extension ReportBuilder {
    /// OBX-5 of a text of that type in several repetitions. TX and FT have lines so; an ST has none, and is told.
    mutating func judgeLines(_ whole: PartRange, _ type: PartRange) {
        let bytes = wire.bytes(of: whole)
        let separator = wire.dialect.delimiters.repetition
        guard let first = bytes.firstIndex(of: separator) else { return }
        // Nothing but empty lines at the end is no second value.
        guard bytes[first...].contains(where: { $0 != separator && $0 != 0x20 }) else { return }
        let letter = wire.bytes(of: wire.bare(type)).first.map { $0 & 0xDF }
        let mayHaveLines = letter == UInt8(ascii: "T") || letter == UInt8(ascii: "F")
        if !mayHaveLines || ReportBuilder.hasSign(bytes, separator) { log.add(.repeatedValue, at: path(5)) }
    }

    /// Whether a separator of lines seems to be a sign: it stands before a number, and at the very beginning (`~5`), behind one
    /// blank or a bracket (`env. ~10`; more blanks fill a line up), or behind a line that is a number itself (`10~20`, `>10~<5`).
    /// A number behind words is a line as laboratories write them (`E. coli~10 UFC/mL`).
    private static func hasSign(_ bytes: UnsafeBufferPointer<UInt8>, _ separator: UInt8) -> Bool {
        var isNumber = true
        var isEmpty = true
        for index in bytes.indices {
            let byte = bytes[index]
            guard byte == separator else {
                isEmpty = isEmpty && byte == 0x20
                isNumber = isNumber && isOfNumber(byte)
                continue
            }
            let next = index + 1 < bytes.count ? bytes[index + 1] : 0
            let isBeforeDigit = ASCIIDigit.isDigit(next)
            if isBeforeDigit, index == 0 || isSignPlace(bytes, index) { return true }
            if isNumber, !isEmpty, isBeforeDigit || isComparator(next) { return true }
            (isNumber, isEmpty) = (true, true)
        }
        return false
    }

    /// Behind one blank that a word stands before, or behind a bracket.
    private static func isSignPlace(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
        let before = bytes[index - 1]
        if before == UInt8(ascii: "(") { return true }
        return before == 0x20 && index > 1 && bytes[index - 2] != 0x20
    }

    private static func isComparator(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") }

    private static func isOfNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), 0x20, UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: "="): true
        default: isComparator(byte)
        }
    }
}
