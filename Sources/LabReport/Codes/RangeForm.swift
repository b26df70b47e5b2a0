/// What can be a reference range: numbers, signs and units, or a word of known meaning (`< 0,5 mg/L`, `12 - 16`, `Négatif`).
enum RangeForm {
    private static let longest = 60
    /// A longer run of digits is somebody's number.
    private static let mostDigits = 7
    /// Words that stand beside the numbers of a range, besides units of at most four letters.
    private static let words: ShortCodes = [
        "MMOL", "NMOL", "PMOL", "UMOL", "COPIES", "INDEX", "RATIO", "JOUR", "JOURS", "MOIS", "HOMME", "FEMME", "ADULTE",
        "ENFANT", "SEUIL", "NORMAL", "MOINS", "ENTRE", "NEGATIF", "POSITIF", "TITRE", "CELLS",
    ]

    /// Whether `text` is one.
    static func isRange(_ text: String) -> Bool {
        guard (1...longest).contains(text.utf8.count) else { return false }
        if ResultMeaning(value: .text(Personal(text))) != nil { return true }
        var word = ""
        var (digits, hasDigit) = (0, false)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "a"..."z", "A"..."Z", "µ", "μ":
                word.unicodeScalars.append(scalar)
                digits = 0
            case "0"..."9", " ", ".", ",", "<", ">", "=", "≤", "≥", "±", "-", "–", "/", ":", ";", "(", ")", "[", "]",
                "%",
                "+", "*", "^", "²", "³", "°", "à":
                guard isKnown(word) else { return false }
                word = ""
                digits = ("0"..."9").contains(scalar) ? digits + 1 : 0
                hasDigit = hasDigit || digits > 0
            default: return false
            }
            if digits > mostDigits || word.utf8.count > 8 { return false }
        }
        return hasDigit && isKnown(word)
    }

    private static func isKnown(_ word: String) -> Bool {
        word.utf8.count <= 4 || words.contains(upper(word))
    }

    private static func upper(_ word: String) -> String {
        String(decoding: word.utf8.map { $0 >= 0x61 && $0 <= 0x7A ? $0 & 0xDF : $0 }, as: UTF8.self)
    }
}
