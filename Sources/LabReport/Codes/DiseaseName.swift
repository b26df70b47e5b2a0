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
                    if reading.endWord(isElided: isElision(bytes, place)) || isProtein(bytes, place, reading) {
                        return true
                    }
                    lead = 0
                }
            }
            return reading.endWord()
        }
    }

    /// An apostrophe at `place` and a letter behind it: `d'origine` has no letter of a virus in it.
    private static func isElision(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int) -> Bool {
        var next = place + 1
        if bytes[place] == 0xE2, next + 1 < bytes.count, bytes[next] == 0x80, bytes[next + 1] == 0x99 {
            next += 2
        } else if bytes[place] != UInt8(ascii: "'") {
            return false
        }
        return next < bytes.count && ((0x41...0x5A).contains(bytes[next] & 0xDF) || bytes[next] >= 0x80)
    }

    /// A protein of HIV ends here: `p24`, `gp41`, and `p 24` where an antigen or antibody stands before it, or nothing around it.
    private static func isProtein(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int, _ reading: Reading) -> Bool {
        guard ASCIIDigit.isDigit(bytes[place]) else { return false }
        if ViralProtein.ends(at: place, in: bytes) { return true }
        guard reading.isLoneP, ViralProtein.isCoreNumber(before: place, in: bytes) else { return false }
        return reading.followsAntigen || (reading.isFirstWord && place + 1 == bytes.count)
    }

    /// Whether `text` names a test that in a laboratory's list is one of HIV where nothing says of what else: a western blot.
    static func isBlot(_ text: String) -> Bool {
        // Nearly no name is asked further.
        guard text.utf8.count <= 80, text.utf8.contains(where: { $0 & 0xDF == UInt8(ascii: "W") }) else { return false }
        let words = text.utf8.split { $0 < 0x80 && !(0x41...0x5A).contains($0 & 0xDF) }.map {
            FoldedName(String(decoding: $0, as: UTF8.self)).bytes
        }
        guard let start = words.indices.first(where: { words[$0].elementsEqual("WESTERN".utf8) }) else {
            return words.count == 1 && words[0].elementsEqual("WESTERNBLOT".utf8)
        }
        guard words.indices.contains(start + 1), words[start + 1].elementsEqual("BLOT".utf8) else { return false }
        let others = words[..<start] + words[(start + 2)...]
        return others.allSatisfy { word in besideBlot.contains { word.elementsEqual($0.utf8) } }
    }

    /// What says nothing of what a blot looks for.
    private static let besideBlot = [
        "WB", "CONFIRMATION", "TEST", "DE", "PAR", "DU", "SEROLOGIE", "RESULTAT", "CONCLUSION", "INTERPRETATION",
        "ANALYSE", "TECHNIQUE", "IMMUNOBLOT", "OU", "SERUM", "CONTROLE",
    ]

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
    private static let within = numbers("VIH", "HIV", "VHB", "HVB", "HBV", "VHD", "HDV")
    /// Four letters that do: an antigen or antibody of hepatitis B.
    private static let antigens = numbers("AGHB", "ACHB", "TIHB")
    /// Eight letters that end the name of hepatitis B written as one word.
    private static let joined = numbers("EPATITEB", "PATITISB", "PATITESB")
    /// Five letters at a word's beginning: the same from the other side.
    private static let openings = numbers(
        "SIDEE", "HBSAG", "HBSAC", "HBSAB", "HBCAG", "HBCAC", "HBCAB", "HBCIG", "HBEAG", "HBEAC", "HBEAB")
    private static let surface = number("HBS")
    private static let coreOrE = numbers("HBC", "HBE")
    private static let whole = numbers("SIDA", "AIDS", "HEPB")
    private static let besideCoreOrE = numbers(
        "ANTI", "AC", "AG", "IGM", "IGG", "AB", "ANTIGENE", "NTICORPS", "TOTAUX", "TOTAL")
    /// What `p 24` is of, where it is one of HIV's, and the antigen that was first found in an Australian.
    private static let antigenWords = numbers(
        "ANTI", "AC", "AG", "AB", "ANTIGEN", "ANTIGENE", "NTICORPS", "ANTIBODY", "PROTEINE", "BANDE", "CAPSIDE")
    private static let australia = numbers("USTRALIA")
    private static let oldName = (htlv: numbers("HTLV"), three: numbers("III"))
    private static let hepatitis = numbers("HEPATITE", "EPATITES", "EPATITIS", "HEPATIT", "HEPAT", "HEPA", "HEP")
    /// Only who has hepatitis B has delta besides.
    private static let delta = numbers("DELTA", "D")
    /// Only the virus B is told by its surface.
    private static let ofSurface = number("SURFACE")
    /// Another B's names.
    private static let otherB = numbers(
        "GRIPPE", "GRIPPAL", "INFLUENZ", "NFLUENZA", "PTOCOQUE", "TOCOCCUS", "GROUPE", "GROUP", "VITAMINE")
    /// Words that may stand between hepatitis and its letter, on either side.
    private static let nearest = 6
    private static let immunodeficiency = numbers("FICIENCE", "FICIENCY")
    private static let human = numbers("HUMAN", "HUMAINE", "ACQUISE", "ACQUIRED")
    /// How far from the word for immunodeficiency its virus may stand: «virus de l'immunodéficience».
    private static let nearVirus = 3
    private static let virus = number("VIRUS")
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
        private var beforePrevious: UInt64 = 0
        /// Words since the one for hepatitis, and since a `B` of no other name.
        private var sinceHepatitis = 9
        private var sinceB = 9
        private var sinceVirus = 9
        private var sinceImmunodeficiency = 9
        /// Letters that stood alone, one behind the other.
        private var spelled: UInt64 = 0

        /// Letters of an abbreviation with points so far: each has one behind it but the last.
        var isDotted: Bool { length > 0 && length == dots + 1 }

        /// The last word was a `p` by itself; the one before it names an antigen or an antibody; it was the first.
        var isLoneP: Bool { length == 0 && previous == UInt64(UInt8(ascii: "P")) }
        var followsAntigen: Bool { DiseaseName.antigenWords.contains(beforePrevious) }
        var isFirstWord: Bool { beforePrevious == 0 }

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

        /// Whether the word that ends here, after the one before, is a name. One that an apostrophe parts from the next is no letter.
        mutating func endWord(isElided: Bool = false) -> Bool {
            guard length > 0 else { return false }
            let isOfB = isOfB
            let isHepatitis = DiseaseName.hepatitis.contains(word)
            sinceHepatitis = isHepatitis ? 0 : sinceHepatitis + 1
            sinceB = isOfB ? 0 : sinceB + 1
            spelled = length == 1 ? spelled << 8 | word : 0
            sinceVirus = word == DiseaseName.virus ? 0 : sinceVirus + 1
            let isImmunodeficiency = DiseaseName.immunodeficiency.contains(word)
            sinceImmunodeficiency = isImmunodeficiency ? 0 : sinceImmunodeficiency + 1
            defer {
                beforePrevious = previous
                previous = word
                (word, opening, length, dots, capitals, isFound) = (0, 0, 0, 0, 0, false)
            }
            if isFound { return !(length >= 5 && opening == DiseaseName.winter) }
            if isOfB && sinceHepatitis <= DiseaseName.nearest || isHepatitis && sinceB <= DiseaseName.nearest {
                return true
            }
            if max(sinceVirus, sinceImmunodeficiency) <= DiseaseName.nearVirus,
                min(sinceVirus, sinceImmunodeficiency) == 0
            {
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
                || are(DiseaseName.australia, DiseaseName.antigenWords) || isDelta && !isElided
                || are(DiseaseName.oldName.htlv, DiseaseName.oldName.three)
        }

        /// The word is the letter of hepatitis B, or what only that has.
        private var isOfB: Bool {
            if length == 1 { return word == UInt64(UInt8(ascii: "B")) && !DiseaseName.otherB.contains(previous) }
            return word == DiseaseName.ofSurface
        }

        /// Hepatitis D, as it is written: the letter or its name right behind the word, or behind one between.
        private var isDelta: Bool { DiseaseName.delta.contains(word) && sinceHepatitis <= 2 && !isOfAnother }
        private var isOfAnother: Bool {
            DiseaseName.otherB.contains(previous) || (sinceHepatitis == 2 && previous <= 0xFF)
        }

        private func are(_ one: [UInt64], _ other: [UInt64]) -> Bool {
            one.contains(previous) && other.contains(word) || one.contains(word) && other.contains(previous)
        }
    }
}
