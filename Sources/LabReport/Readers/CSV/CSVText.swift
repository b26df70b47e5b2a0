import HL7

/// What stands in one cell, as text.
enum CSVText {
    /// Nothing in a cell is a delimiter or an escape of HL7's.
    static let delimiters = Delimiters(field: 0, component: 0, repetition: 0, escape: 0, subcomponent: 0, truncation: 0)

    /// The text without the apostrophe that keeps spreadsheets from running it as a formula.
    static func withoutGuard(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard scalars.first == "'", let next = scalars.dropFirst().first else { return text }
        switch next {
        case "=", "+", "-", "@", "\t", "\r", "\n", "'", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}":
            return String(scalars.dropFirst())
        default: return text
        }
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
