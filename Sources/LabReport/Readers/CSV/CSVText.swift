import HL7

/// What stands in one cell, as text.
enum CSVText {
    /// Nothing in a cell is a delimiter or an escape of HL7's.
    static let delimiters = Delimiters(field: 0, component: 0, repetition: 0, escape: 0, subcomponent: 0, truncation: 0)

    /// The text without the apostrophe that keeps spreadsheets from running it as a formula.
    static func withoutGuard(_ text: String) -> String {
        let scalars = text.unicodeScalars
        // `="0123"`, by which spreadsheets keep a number's zeros.
        if text.utf8.count > 3, text.hasPrefix("=\""), text.hasSuffix("\"") {
            return String(scalars.dropFirst(2).dropLast())
        }
        guard scalars.first == "'", let next = scalars.dropFirst().first else { return text }
        switch next {
        case "=", "+", "-", "@", "\t", "\r", "\n", "'", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}":
            return String(scalars.dropFirst())
        default: return text
        }
    }

    /// `2,55081E+14`, `2.6E+11`: what a spreadsheet makes of a long number.
    static func isScientific(_ text: String) -> Bool {
        var bytes = text.utf8[...]
        func digits() -> Int {
            let count = bytes.prefix { ASCIIDigit.isDigit($0) }.count
            bytes = bytes.dropFirst(count)
            return count
        }
        guard text.utf8.count <= 40, digits() == 1 else { return false }
        if let mark = bytes.first, mark == UInt8(ascii: ".") || mark == UInt8(ascii: ",") {
            bytes = bytes.dropFirst()
            guard digits() > 0 else { return false }
        }
        guard bytes.first == UInt8(ascii: "E") || bytes.first == UInt8(ascii: "e") else { return false }
        bytes = bytes.dropFirst()
        guard bytes.first == UInt8(ascii: "+") || bytes.first == UInt8(ascii: "-") else { return false }
        bytes = bytes.dropFirst()
        return digits() >= 2 && bytes.isEmpty
    }

    /// The same of a code: nobody's own code has the sign that a spreadsheet writes before a great exponent, while `1E-12` may be one.
    static func isScientificCode(_ text: String) -> Bool {
        text.utf8.contains(UInt8(ascii: "+")) && isScientific(text)
    }

    /// `639981234`: nine digits as a French telephone has behind its zero.
    static func isPhoneWithoutZero(_ text: String) -> Bool {
        guard text.utf8.count == 9, let first = text.utf8.first else { return false }
        let isDialled = (UInt8(ascii: "1")...UInt8(ascii: "7")).contains(first) || first == UInt8(ascii: "9")
        return isDialled && text.utf8.allSatisfy(ASCIIDigit.isDigit)
    }

    /// Whether `cell` holds what a spreadsheet shows where there is no value (`#N/A`, `#VALEUR!`), or where its column is too narrow
    /// for it (`#####`), or the date that it makes of `1/16` or `2093-3` (`janv-16`, `mars-93`), and saves so; or what a database
    /// writes where there is no value.
    static func isSpoilt(_ cell: CSVRecord.Cell) -> Bool {
        // Few cells are looked at twice.
        guard (3...12).contains(cell.bytes.count) else {
            return cell.bytes.first == UInt8(ascii: "#") && isFiller(cell.bytes)
        }
        let bytes = cell.bytes.prefix { $0 != 0x20 }
        guard cell.bytes[bytes.endIndex...].allSatisfy({ $0 == 0x20 }), bytes.count >= 3 else { return false }
        if bytes.first == UInt8(ascii: "#") {
            return isFiller(bytes) || errors.contains { bytes.elementsEqual($0.utf8) }
        }
        return bytes.elementsEqual(null) || isMonthAndNumber(bytes)
    }

    /// Whether two cells may be a number, or two of a range, and what follows its decimal comma: `12` and `5 g/L`. A number with a point
    /// has no comma, and a unit (`10*9/L`), a code or a day is no decimal.
    static func isCutNumber(_ cell: ArraySlice<UInt8>, _ next: ArraySlice<UInt8>) -> Bool {
        guard let last = cell.last, ASCIIDigit.isDigit(last), cell.allSatisfy({ isOfWholeNumber($0) }) else {
            return false
        }
        let rest = next.drop(while: ASCIIDigit.isDigit)
        guard (1...6).contains(next.count - rest.count) else { return false }
        guard let mark = rest.first else { return true }
        return mark == 0x20 || mark == UInt8(ascii: "-") && rest.dropFirst().allSatisfy(ASCIIDigit.isDigit)
    }

    /// A digit, a sign, a comparator, or what stands between the numbers of a range.
    private static func isOfWholeNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "<"), UInt8(ascii: "="), UInt8(ascii: ">"): true
        default: ASCIIDigit.isDigit(byte)
        }
    }

    /// `NULL`, by which a database says that there is no value; somebody may be called so.
    static func isNull(_ cell: CSVRecord.Cell) -> Bool { cell.bytes.starts(with: null) }

    private static let null = Array("NULL".utf8)

    private static func isFiller(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.count >= 3 && bytes.allSatisfy { $0 == UInt8(ascii: "#") }
    }

    private static let errors = [
        "#N/A", "#N/D", "#VALEUR!", "#VALUE!", "#REF!", "#DIV/0!", "#NOM?", "#NAME?", "#NOMBRE!", "#NUM!", "#NUL!",
        "#NULL!",
    ]

    /// `janv-16`, `16-janv.`, `Jan-16`: in capitals a laboratory's own number may look so.
    private static func isMonthAndNumber(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let dash = bytes.firstIndex(of: UInt8(ascii: "-")) else { return false }
        let parts = [bytes[..<dash], bytes[(dash + 1)...]]
        let number = parts.firstIndex { (1...2).contains($0.count) && $0.allSatisfy(ASCIIDigit.isDigit) }
        guard let number else { return false }
        // Accents are left out, as no set is known here.
        let word = parts[1 - number].filter { $0 < 0x80 && $0 != UInt8(ascii: ".") }
        return months.contains { word.elementsEqual($0.utf8) }
    }

    private static let months = [
        "janv", "fvr", "mars", "avr", "mai", "juin", "juil", "aot", "sept", "oct", "nov", "dc", "Jan", "Feb", "Mar",
        "Apr",
        "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The values of a cell that holds several: joined by `|`, a `|` or `\` of a value having a `\` before it. Nil past the
    /// limit.
    static func list(_ text: String) -> [String]? {
        guard !text.isEmpty else { return [] }
        var values: [String] = []
        var bytes: [UInt8] = []
        var isEscaped = false
        for byte in text.utf8 {
            if isEscaped {
                // A `\` before anything else is itself.
                if byte != UInt8(ascii: "|"), byte != UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
                bytes.append(byte)
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "|") {
                values.append(String(decoding: bytes, as: UTF8.self))
                bytes.removeAll(keepingCapacity: true)
                if values.count >= Limits.csvCellValues { return nil }
            } else {
                bytes.append(byte)
            }
        }
        if isEscaped { bytes.append(UInt8(ascii: "\\")) }
        values.append(String(decoding: bytes, as: UTF8.self))
        return values
    }
}
