/// What can be a reference range: numbers, signs, units and words that stand beside them, or a word of known meaning
/// (`< 0,5 mg/L`, `12 - 16`, `H: 13-18 F: 12-16`, `Inférieur à 5`, `Négatif`). Any other word may be a name.
enum RangeForm {
    private static let longest = 60
    /// A longer run of digits is somebody's number; more runs are a telephone number or a NIR in groups.
    private static let mostDigits = 7
    private static let mostNumbers = 8
    /// The words, folded: upper case without accents.
    private static let words: ShortCodes = [
        "G", "MG", "UG", "NG", "PG", "KG", "L", "DL", "ML", "CL", "FL", "UL", "MOL", "MMOL", "UMOL", "NMOL", "PMOL",
        "MEQ", "UI",
        "IU", "MUI", "KUI", "UUI", "U", "MU", "KU", "LOG", "COPIES", "CELLS", "INDEX", "RATIO", "BAU", "TITRE", "GIGA",
        "TERA",
        "H", "F", "M", "MM", "CM", "S", "SEC", "MIN", "MAX", "CT", "PH", "AN", "ANS", "MOIS", "JOUR", "JOURS", "A", "B",
        "C", "D",
        "E", "N", "X", "ET", "OU", "DE", "SI", "INF", "SUP", "MOINS", "PLUS", "ENTRE", "JUSQU", "NEG", "POS", "NEGATIF",
        "POSITIF",
        "HOMME", "FEMME", "ADULTE", "ENFANT", "SEUIL", "NORMAL", "NORMALE", "VALEUR", "VALEURS", "REF", "CIBLE",
        "ABSENCE", "REFERENCE",
        "AGE", "YEARS", "YR", "MONTHS", "DAYS", "WEEKS", "SEMAINES", "MO", "WK", "MALE",
        "FEMALE", "FEMMES", "HOMMES", "ADULTES", "ENFANTS",
        "INFERIEUR", "SUPERIEUR", "INFERIEURE", "SUPERIEURE", "VR", "USUELLE", "USUELLES", "USUEL", "USUELS", "JEUN",
        "ELEMENTS", "UFC", "MMHG", "PHASE", "TO", "THAN", "LESS",
    ]

    /// Whether `text` is one.
    static func isRange(_ text: String) -> Bool {
        guard (1...longest).contains(text.utf8.count) else { return false }
        if ResultMeaning(value: .text(Personal(text))) != nil { return true }
        var word = ""
        var (digits, points, numbers) = (0, 0, 0)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "0"..."9":
                guard isKnown(&word) else { return false }
                if digits == 0, points == 0 { numbers += 1 }
                digits += 1
            case ".", ",":
                guard isKnown(&word) else { return false }
                // Two of them are a date.
                if digits > 0 { points += 1 }
                digits = 0
            case " ", "<", ">", "=", "≤", "≥", "±", "-", "–", "—", "/", ":", ";", "(", ")", "[", "]", "%", "+", "*",
                "^", "²", "³", "°",
                "'", "’":
                guard isKnown(&word) else { return false }
                (digits, points) = (0, 0)
            default:
                word.unicodeScalars.append(scalar)
                (digits, points) = (0, 0)
            }
            if digits > mostDigits || points > 1 || word.utf8.count > 16 { return false }
        }
        return (1...mostNumbers).contains(numbers) && isKnown(&word) && !isCalled(text)
    }

    /// Five pairs of digits one behind the other are a telephone number, whatever stands between them.
    private static func isCalled(_ text: String) -> Bool {
        let numbers = text.utf8.split { !ASCIIDigit.isDigit($0) }
        var pairs = 0
        for number in numbers {
            pairs = number.count == 2 ? pairs + 1 : 0
            if pairs == 5 { return true }
        }
        return numbers.count > 6
    }

    /// Whether the word that ends here is one of ours, or there is none.
    private static func isKnown(_ word: inout String) -> Bool {
        if word.isEmpty { return true }
        defer { word = "" }
        if word == "µ" || word == "μ" { return true }
        var plain = word
        if let first = word.unicodeScalars.first, first == "µ" || first == "μ" {
            plain = "u" + String(word.unicodeScalars.dropFirst())
        }
        guard plain.unicodeScalars.allSatisfy({ $0.value < 0x180 }) else { return false }
        return words.contains(String(decoding: FoldedName(plain).bytes, as: UTF8.self))
    }
}
