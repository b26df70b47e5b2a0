/// What can be a unit of measure: UCUM's, or as laboratories write them (`g/L`, `10^9/L`, `log copies/mL`, `µmol/l`).
enum UnitForm {
    private static let longest = 40
    /// `24`, `100`, `1000`: longer runs of digits are somebody's number.
    private static let mostDigits = 4
    private static let mostLetters = 12

    /// Whether one of the unit's names is a unit, or it has none at all.
    static func isUnit(_ unit: Coded) -> Bool {
        let names = [unit.code, unit.localCode, unit.text, unit.localText].compactMap { $0 }.filter { !$0.isEmpty }
        return names.isEmpty || names.contains(where: isUnit)
    }

    /// Of `unit` what is a unit, and the systems. Its words go only where no code says the same.
    static func bare(_ unit: Coded) -> Coded {
        func kept(_ text: String?) -> String? { text.flatMap { isUnit($0) ? $0 : nil } }
        func system(_ text: String?) -> String? { text.flatMap { CodeForm.isCode($0) ? $0 : nil } }
        let (code, localCode) = (kept(unit.code), kept(unit.localCode))
        let hasCode = code != nil || localCode != nil
        let bare = Coded(
            code: code, text: hasCode ? nil : kept(unit.text), system: system(unit.system), localCode: localCode,
            localText: hasCode ? nil : kept(unit.localText), localSystem: system(unit.localSystem))
        return bare == unit ? unit : bare
    }

    /// Letters, digits and the signs of units; several words only around a `/` or a `%`, as no name has them.
    static func isUnit(_ text: String) -> Bool {
        guard (1...longest).contains(text.utf8.count) else { return false }
        var (letters, digits) = (0, 0)
        var (hasSpace, hasSign) = (false, false)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "a"..."z", "A"..."Z", "µ", "μ", "Ω", "å", "Å", "è", "é", "à":
                letters += 1
                digits = 0
            case "0"..."9", "²", "³", "¹", "⁰", "⁴"..."⁹", "⁻":
                digits += 1
                letters = 0
            case "/", "%", "‰":
                hasSign = true
                (letters, digits) = (0, 0)
            case " ":
                hasSpace = true
                (letters, digits) = (0, 0)
            case ".", ",", "*", "^", "+", "-", "'", "\"", "(", ")", "[", "]", "{", "}", "_", "#", "°", "·", "×", "!":
                (letters, digits) = (0, 0)
            default: return false
            }
            if letters > mostLetters || digits > mostDigits { return false }
        }
        return !hasSpace || hasSign
    }
}
