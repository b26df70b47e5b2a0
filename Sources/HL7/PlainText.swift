/// French written without its accents, for those who said no character set.
enum PlainText {
    /// `text` in ASCII: letters lose their accents, and what has no likeness becomes `?`.
    static func ascii(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text }
        var plain = ""
        for scalar in text.unicodeScalars {
            if scalar.isASCII { plain.unicodeScalars.append(scalar) } else { plain += likeness(scalar.value) }
        }
        return plain
    }

    private static func likeness(_ point: UInt32) -> String {
        let isCapital = (0xC0...0xDE).contains(point) && point != 0xD7
        switch isCapital ? point + 0x20 : point {
        case 0xE0...0xE5: return isCapital ? "A" : "a"
        case 0xE6: return isCapital ? "AE" : "ae"
        case 0xE7: return isCapital ? "C" : "c"
        case 0xE8...0xEB: return isCapital ? "E" : "e"
        case 0xEC...0xEF: return isCapital ? "I" : "i"
        case 0xF1: return isCapital ? "N" : "n"
        case 0xF2...0xF6, 0xF8: return isCapital ? "O" : "o"
        case 0xF9...0xFC: return isCapital ? "U" : "u"
        case 0xFD, 0xFF: return isCapital ? "Y" : "y"
        case 0x152: return "OE"
        case 0x153: return "oe"
        case 0xA0, 0x202F: return " "
        case 0xAB, 0xBB, 0x201C, 0x201D: return "\""
        case 0x2018, 0x2019: return "'"
        case 0x2013, 0x2014: return "-"
        case 0x2026: return "..."
        // A decomposed accent, behind its letter.
        case 0x300...0x36F: return ""
        default: return "?"
        }
    }
}
