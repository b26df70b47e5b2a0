/// The names of diseases notified under a code, as laboratories write them in a test's name, a local code or a result.
///
/// It had rather keep a result back than send a name with it: a word that has `VIH` in it is taken for one (`SEROVIHCOMBI`).
/// A `B` belongs to hepatitis up to six words away, unless it is the flu's, a streptococcus's or a group's. `HbS`, `HbC` and `HbE`, written so, are haemoglobins; `HBC` is hepatitis B beside an antigen or antibody only.
enum DiseaseName {
    /// Whether one of the words of `text` names one.
    static func isNamed(in text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var reading = Reading()
            // The first byte of a letter with an accent, or of an accent by itself.
            var lead: UInt8 = 0
            for (place, byte) in bytes.enumerated() {
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
                    reading.add(byte & 0xDF, isCapital: byte & 0x20 == 0)
                    lead = 0
                case 0xC3, 0xCC, 0xCD:
                    lead = byte
                case 0xBC...0xBD where lead == 0xEF:
                    lead = byte
                case 0x80...0xBF where lead == 0xBC || lead == 0xBD:
                    if let wide = letter(ofWide: lead, byte) {
                        reading.add(wide, isCapital: lead == 0xBC)
                    } else if reading.endWord() {
                        return true
                    }
                    lead = 0
                case 0x80...0xBF where lead != 0 && lead != 0xEF:
                    if lead == 0xC3 { reading.add(letter(of: byte), isCapital: false) }
                    lead = 0
                case 0xEF where bytes.count > place + 1 && (0xBC...0xBD).contains(bytes[place + 1]):
                    lead = byte
                case UInt8(ascii: ".") where reading.isDotted:
                    reading.addDot()
                default:
                    if isCoreAntigen(bytes, place) || reading.endWord() { return true }
                    lead = 0
                }
            }
            return reading.endWord()
        }
    }

    /// `p24` ends here: `2` behind a `p`, `4` behind that, and no digit next.
    private static func isCoreAntigen(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int) -> Bool {
        guard place >= 2, bytes[place] == UInt8(ascii: "4"), bytes[place - 1] == UInt8(ascii: "2"),
            bytes[place - 2] & 0xDF == UInt8(ascii: "P")
        else { return false }
        return place + 1 == bytes.count || !ASCIIDigit.isDigit(bytes[place + 1])
    }

    /// The plain letter of an accented one (`À` to `ÿ`), by its second byte of UTF-8.
    private static func letter(of second: UInt8) -> UInt8 {
        switch second & 0x1F {
        case 0...6: UInt8(ascii: "A")
        case 7: UInt8(ascii: "C")
        case 8...11: UInt8(ascii: "E")
        case 12...15: UInt8(ascii: "I")
        case 17: UInt8(ascii: "N")
        case 25...28: UInt8(ascii: "U")
        default: UInt8(ascii: "O")
        }
    }

    /// The plain letter of one of full width (`Ａ` to `ｚ`), by its second and third byte of UTF-8.
    private static func letter(ofWide second: UInt8, _ third: UInt8) -> UInt8? {
        let first: UInt8 = second == 0xBC ? 0xA1 : 0x81
        guard third >= first, third - first < 26 else { return nil }
        return UInt8(ascii: "A") + (third - first)
    }

    /// A word as a number, a byte a letter: the last eight of them.
    private static func number(_ word: StaticString) -> UInt64 {
        word.withUTF8Buffer { $0.reduce(0) { $0 << 8 | UInt64($1) } }
    }

    private static func numbers(_ words: StaticString...) -> [UInt64] { words.map { number($0) } }

    /// Three letters that say it wherever they stand in a word.
    private static let within = numbers("VIH", "HIV", "VHB", "HVB", "HBV")
    /// Four letters that do: an antigen or antibody of hepatitis B.
    private static let antigens = numbers("AGHB", "ACHB", "TIHB")
    /// Eight letters that end the name of hepatitis B written as one word.
    private static let joined = numbers("EPATITEB", "PATITISB", "PATITESB")
    /// Five letters at a word's beginning: the same from the other side.
    private static let openings = numbers(
        "HBSAG", "HBSAC", "HBSAB", "HBCAG", "HBCAC", "HBCAB", "HBCIG", "HBEAG", "HBEAC", "HBEAB")
    private static let surface = number("HBS")
    private static let coreOrE = numbers("HBC", "HBE")
    private static let whole = numbers("SIDA", "AIDS", "HEPB")
    private static let besideCoreOrE = numbers(
        "ANTI", "AC", "AG", "IGM", "IGG", "AB", "ANTIGENE", "NTICORPS", "TOTAUX", "TOTAL")
    private static let hepatitis = numbers("HEPATITE", "EPATITES", "EPATITIS", "HEPATIT", "HEP")
    /// Only the virus B is told by its surface.
    private static let ofSurface = number("SURFACE")
    /// Another B's names.
    private static let otherB = numbers(
        "GRIPPE", "GRIPPAL", "INFLUENZ", "NFLUENZA", "PTOCOQUE", "TOCOCCUS", "GROUPE", "GROUP", "VITAMINE")
    /// Words that may stand between hepatitis and its letter, on either side.
    private static let nearest = 6
    private static let immunodeficiency = numbers("FICIENCE", "FICIENCY")
    private static let human = numbers("HUMAN", "HUMAINE", "ACQUISE", "ACQUIRED")
    private static let winter = number("HIVER")
    private static let archive = number("CHIV")

    private struct Reading {
        private var word: UInt64 = 0
        private var opening: UInt64 = 0
        private var length = 0
        private var dots = 0
        private var capitals = 0
        private var isFound = false
        private var previous: UInt64 = 0
        /// Words since the one for hepatitis, and since a `B` of no other name.
        private var sinceHepatitis = 9
        private var sinceB = 9
        /// Letters that stood alone, one behind the other.
        private var spelled: UInt64 = 0

        /// Letters of an abbreviation with points so far: each has one behind it but the last.
        var isDotted: Bool { length > 0 && length == dots + 1 }

        mutating func addDot() { dots += 1 }

        mutating func add(_ letter: UInt8, isCapital: Bool) {
            word = word << 8 | UInt64(letter)
            if isCapital, length < 8 { capitals |= 1 << length }
            length += 1
            if length <= 5 { opening = word }
            if length >= 3, DiseaseName.within.contains(word & 0xFF_FFFF) { isFound = isFound || !isArchive }
            if length >= 4, DiseaseName.antigens.contains(word & 0xFFFF_FFFF) { isFound = true }
            if length >= 8, DiseaseName.joined.contains(word) { isFound = true }
        }

        private var isArchive: Bool { length > 3 && word & 0xFFFF_FFFF == DiseaseName.archive }

        /// Whether the word that ends here, after the one before, is a name.
        mutating func endWord() -> Bool {
            guard length > 0 else { return false }
            let isOfB = isOfB
            let isHepatitis = DiseaseName.hepatitis.contains(word)
            sinceHepatitis = isHepatitis ? 0 : sinceHepatitis + 1
            sinceB = isOfB ? 0 : sinceB + 1
            spelled = length == 1 ? spelled << 8 | word : 0
            defer {
                previous = word
                (word, opening, length, dots, capitals, isFound) = (0, 0, 0, 0, 0, false)
            }
            if isFound { return !(length >= 5 && opening == DiseaseName.winter) }
            if isOfB && sinceHepatitis <= DiseaseName.nearest || isHepatitis && sinceB <= DiseaseName.nearest {
                return true
            }
            switch length {
            case 1: if DiseaseName.within.contains(spelled & 0xFF_FFFF) { return true }
            // `HbS`: a capital, a small letter, a capital.
            case 3: if word == DiseaseName.surface { return capitals != 0b101 }
            case 4: if DiseaseName.whole.contains(word) { return true }
            default: if DiseaseName.openings.contains(opening) { return true }
            }
            return are(DiseaseName.coreOrE, DiseaseName.besideCoreOrE)
                || are(DiseaseName.immunodeficiency, DiseaseName.human)
        }

        /// The word is the letter of hepatitis B, or what only that has.
        private var isOfB: Bool {
            if length == 1 { return word == UInt64(UInt8(ascii: "B")) && !DiseaseName.otherB.contains(previous) }
            return word == DiseaseName.ofSurface
        }

        private func are(_ one: [UInt64], _ other: [UInt64]) -> Bool {
            one.contains(previous) && other.contains(word) || one.contains(word) && other.contains(previous)
        }
    }
}
