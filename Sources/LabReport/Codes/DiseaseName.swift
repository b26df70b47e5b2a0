/// The names of diseases notified under a code, as laboratories write them in a test's name, a local code or a result.
///
/// It had rather keep a result back than send a name with it: a word that begins or ends with `VIH` is taken for one
/// (`SEROVIH`, `VIH12C`). `HbC` and `HbE` alone are haemoglobins, and `HBC` is hepatitis B beside an antigen or antibody only.
enum DiseaseName {
    /// Whether one of the words of `text` names one.
    static func isNamed(in text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var reading = Reading()
            // The first byte of a letter with an accent, or of an accent by itself.
            var lead: UInt8 = 0
            for byte in bytes {
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
                    reading.add(byte & 0xDF)
                    lead = 0
                case 0xC3, 0xCC, 0xCD:
                    lead = byte
                case 0x80...0xBF where lead != 0:
                    if lead == 0xC3 { reading.add(letter(of: byte)) }
                    lead = 0
                default:
                    if reading.endWord() { return true }
                    lead = 0
                }
            }
            return reading.endWord()
        }
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

    /// A word as a number, a byte a letter: the last eight of them.
    private static func number(_ word: StaticString) -> UInt64 {
        word.withUTF8Buffer { $0.reduce(0) { $0 << 8 | UInt64($1) } }
    }

    private static let names = ["VIH", "HIV", "VHB", "HBV", "HBS"].map { (name: StaticString) in number(name) }
    private static let coreOrE = ["HBC", "HBE"].map { (name: StaticString) in number(name) }
    private static let whole = ["SIDA", "AIDS", "HEPB"].map { (name: StaticString) in number(name) }
    private static let besideCoreOrE = ["ANTI", "AC", "AG", "IGM", "IGG", "AB", "ANTIGENE", "NTICORPS"].map {
        (name: StaticString) in
        number(name)
    }
    private static let winter = number("HIVER")
    private static let hepatitis = ["HEPATITE", "EPATITES", "EPATITIS"].map { (name: StaticString) in number(name) }
    private static let immunodeficiency = ["FICIENCE", "FICIENCY"].map { (name: StaticString) in number(name) }
    private static let human = ["HUMAN", "HUMAINE"].map { (name: StaticString) in number(name) }

    private struct Reading {
        private var word: UInt64 = 0
        private var first: UInt64 = 0
        private var length = 0
        private var previous: UInt64 = 0

        mutating func add(_ letter: UInt8) {
            word = word << 8 | UInt64(letter)
            length += 1
            if length == 3 { first = word }
        }

        /// Whether the word that ends here, after the one before, is a name.
        mutating func endWord() -> Bool {
            guard length > 0 else { return false }
            defer {
                previous = word
                (word, first, length) = (0, 0, 0)
            }
            let last = word & 0xFF_FFFF
            if length >= 3 {
                if DiseaseName.names.contains(last) || DiseaseName.names.contains(first) {
                    return word != DiseaseName.winter
                }
                if length > 3, DiseaseName.coreOrE.contains(last) || DiseaseName.coreOrE.contains(first) { return true }
                if length == 4, DiseaseName.whole.contains(word) { return true }
            }
            return isNamedByTwo()
        }

        /// Names of two words.
        private func isNamedByTwo() -> Bool {
            func are(_ one: [UInt64], _ other: [UInt64]) -> Bool {
                one.contains(previous) && other.contains(word) || one.contains(word) && other.contains(previous)
            }
            if length == 1, word == UInt64(UInt8(ascii: "B")) { return DiseaseName.hepatitis.contains(previous) }
            return are(DiseaseName.coreOrE, DiseaseName.besideCoreOrE)
                || are(DiseaseName.immunodeficiency, DiseaseName.human)
        }
    }
}
