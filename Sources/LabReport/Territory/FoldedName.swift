/// A name as it is compared: upper-case ASCII letters and digits only, `ST` and `STE` written out, accents gone.
///
/// Towns are written in many ways; `St Dizier`, `SAINT-DIZIER` and `saint dizier` fold to the same bytes. Accents are
/// folded from the precomposed Latin letters and from combining marks; other scripts fold to nothing.
struct FoldedName: Hashable, Sendable {
    /// The letters and digits, without what stands between words.
    let bytes: [UInt8]
    /// One of the words is CEDEX: a business delivery code, whose prefix is the department's.
    let isCedex: Bool

    init(_ text: String) {
        var all: [UInt8] = []
        var word: [UInt8] = []
        var cedex = false
        all.reserveCapacity(text.utf8.count + 4)
        func endWord() {
            switch word {
            case Array("ST".utf8): all += "SAINT".utf8
            case Array("STE".utf8): all += "SAINTE".utf8
            case Array("CEDEX".utf8):
                cedex = true
                all += word
            default: all += word
            }
            word.removeAll(keepingCapacity: true)
        }
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x30...0x39, 0x41...0x5A: word.append(UInt8(truncatingIfNeeded: scalar.value))
            case 0x61...0x7A: word.append(UInt8(truncatingIfNeeded: scalar.value - 0x20))
            case 0x300...0x36F: continue
            case 0x80...: word += FoldedName.letters(for: scalar.value)
            default: endWord()
            }
        }
        endWord()
        bytes = all
        isCedex = cedex
    }

    /// The letters that stand for an accented one or a ligature; none for anything else.
    private static func letters(for scalar: UInt32) -> [UInt8] {
        switch scalar {
        case 0xC0...0xC5, 0xE0...0xE5: [UInt8(ascii: "A")]
        case 0xC6, 0xE6: Array("AE".utf8)
        case 0xC7, 0xE7: [UInt8(ascii: "C")]
        case 0xC8...0xCB, 0xE8...0xEB: [UInt8(ascii: "E")]
        case 0xCC...0xCF, 0xEC...0xEF: [UInt8(ascii: "I")]
        case 0xD1, 0xF1: [UInt8(ascii: "N")]
        case 0xD2...0xD6, 0xD8, 0xF2...0xF6, 0xF8: [UInt8(ascii: "O")]
        case 0xD9...0xDC, 0xF9...0xFC: [UInt8(ascii: "U")]
        case 0xDD, 0xFD, 0xFF, 0x178: [UInt8(ascii: "Y")]
        case 0x152, 0x153: Array("OE".utf8)
        default: []
        }
    }
}
