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
