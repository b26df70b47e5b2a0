/// What can be a code: one short word of printable ASCII and Latin letters. A text of several words in a code's place is no code,
/// and neither is a NIR.
enum CodeForm {
    /// Whether `text` is one: 1 to 64 bytes without white space (a system's URI or OID, a local code).
    static func isCode(_ text: String) -> Bool { isToken(text, atMost: 64) }

    /// Whether `text` is a code as HL7's tables have them: 1 to 32 bytes without white space.
    static func isShort(_ text: String) -> Bool { isToken(text, atMost: 32) }

    /// Of `code` its codes and their systems; of the words those of known meaning, where `words` says so.
    static func bare(_ code: Coded, words: Bool) -> Coded {
        let bare = Coded(
            code: kept(code.code, words), text: words ? meaning(code.text) : nil, system: kept(code.system, false),
            localCode: kept(code.localCode, words), localText: words ? meaning(code.localText) : nil,
            localSystem: kept(code.localSystem, false))
        // The same value keeps its place in memory: what was made of it before is found again.
        return bare == code ? code : bare
    }

    /// Whether there is a code or a word: a system alone says nothing.
    static func saysSomething(_ code: Coded) -> Bool {
        code.code != nil || code.text != nil || code.localCode != nil || code.localText != nil
    }

    private static func kept(_ code: String?, _ words: Bool) -> String? {
        guard let code else { return nil }
        return isCode(code) ? code : words ? meaning(code) : nil
    }

    /// The text, where it is a word of known meaning and nothing else.
    private static func meaning(_ text: String?) -> String? {
        guard let text, ResultMeaning(value: .text(Personal(text))) != nil else { return nil }
        return text
    }

    private static func isToken(_ text: String, atMost longest: Int) -> Bool {
        guard (1...longest).contains(text.utf8.count) else { return false }
        let isWord = text.unicodeScalars.allSatisfy { scalar in
            (0x21..<0x7F).contains(scalar.value) || (0xC0...0x17F).contains(scalar.value) || scalar == "µ"
        }
        return isWord && (text.utf8.count < 13 || NIRForm.number(in: text) == nil || NIRForm.isGuess(text))
    }
}
