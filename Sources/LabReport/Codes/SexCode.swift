/// Table 0001 as France has it (PID-8): what is outside of it goes on as it stands, and the laboratory is told.
enum SexCode {
    static let all: ShortCodes = ["F", "M", "U"]

    /// The code that `sex` is, which may be told: one in a small letter is understood.
    static func reading(of sex: String) -> (sex: String, told: Rule?) {
        if all.contains(sex) { return (sex, nil) }
        let capital = sex.inCapitals
        return all.contains(capital) ? (capital, .codeForm) : (sex, .sexCode)
    }
}
