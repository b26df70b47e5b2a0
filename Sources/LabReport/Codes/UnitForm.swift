/// What can be a unit of measure: UCUM's, or as laboratories write them (`g/L`, `10^9/L`, `log copies/mL`, `µmol/l`).
enum UnitForm {
    private static let longest = 40
    /// `24`, `100`, `1000`: longer runs of digits are somebody's number.
    private static let mostDigits = 4
    private static let mostLetters = 12
    private static let mostOfAll = 7

    /// Words that a unit of several words without `/` or `%` begins with.
    private static let first: ShortCodes = [
        "mm", "g", "mg", "UI", "ui", "ufc", "UFC", "U", "U.", "par", "sans", "log",
        "unité", "unités", "Unité", "Unités", "UNITE", "UNITES",
    ]

    /// Whether the unit's code, or where it has none its words, is one; or it has none at all.
    static func isUnit(_ unit: Coded) -> Bool {
        let name = [unit.code, unit.localCode, unit.text, unit.localText].lazy.compactMap { $0 }.first { !$0.isEmpty }
        return name.map(isUnit) ?? true
    }

    /// Of `unit` what is a unit, and the systems. Its words go only where no code says the same.
    static func bare(_ unit: Coded) -> Coded {
        guard isUnit(unit) else { return Coded() }
        func kept(_ text: String?) -> String? { text.flatMap { isUnit($0) ? $0 : nil } }
        func system(_ text: String?) -> String? { text.flatMap { CodeForm.isCode($0) ? $0 : nil } }
        let (code, localCode) = (kept(unit.code), kept(unit.localCode))
        let hasCode = code != nil || localCode != nil
        let bare = Coded(
            code: code, text: hasCode ? nil : kept(unit.text), system: system(unit.system), localCode: localCode,
            localText: hasCode ? nil : kept(unit.localText), localSystem: system(unit.localSystem))
        return bare == unit ? unit : bare
    }

    /// Whether the second word, up to a sign, is `internationale` or `internationales` behind one for a unit.
    private static func saysInternational(_ text: String) -> Bool {
        guard text.utf8.count > mostLetters, first.contains(String(text.prefix { $0 != " " })) else { return false }
        let rest = text.utf8.drop { $0 != 0x20 }.dropFirst().prefix { $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A }
        let word = rest.map { $0 & 0xDF }
        return word.elementsEqual("INTERNATIONALE".utf8) || word.elementsEqual("INTERNATIONALES".utf8)
    }

    /// Letters, digits and the signs of units; several words only around a `/` or a `%`, as no name has them.
    static func isUnit(_ text: String) -> Bool {
        guard (1...longest).contains(text.utf8.count) else { return false }
        var (letters, digits, allDigits) = (0, 0, 0)
        var (hasSpace, hasSign, hasLetter) = (false, false, false)
        let isInternational = saysInternational(text)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "a"..."z", "A"..."Z", "µ", "μ", "Ω", "å", "Å", "è", "é", "à":
                letters += 1
                digits = 0
                hasLetter = true
            case "0"..."9", "²", "³", "¹", "⁰", "⁴"..."⁹", "⁻":
                digits += 1
                allDigits += 1
                letters = 0
            case "/", "%", "‰", "°":
                hasSign = true
                (letters, digits) = (0, 0)
            case " ":
                hasSpace = true
                (letters, digits) = (0, 0)
            case ".", ",", "*", "^", "+", "-", "'", "\"", "(", ")", "[", "]", "{", "}", "_", "#", "·", "×", "!":
                (letters, digits) = (0, 0)
            default: return false
            }
            // `unités internationales` is a unit's own long word.
            if letters > (isInternational ? 15 : mostLetters) || digits > mostDigits || allDigits > mostOfAll {
                return false
            }
        }
        // `10` is what a caret that was not escaped leaves of `10^9/L`.
        guard hasLetter || hasSign || text == "1" else { return false }
        return !hasSpace || hasSign || first.contains(String(text.prefix { $0 != " " }))
    }
}
