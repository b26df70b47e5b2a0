/// Text on its way to a terminal, which shows it and is not steered by it: whole UTF-8 characters, and of the control
/// characters only those that move down or along a line.
///
/// Unchecked: streams write on one thread at a time, and the end is looked at when they are done.
final class TerminalText: @unchecked Sendable {
    /// The beginning of a character whose end has not come yet.
    private var rest: [UInt8] = []

    /// What of the bytes so far may go out now. Throws at the first thing that is no text.
    func take(_ bytes: UnsafeRawBufferPointer) throws -> [UInt8] {
        var text = rest
        text += bytes
        rest = TerminalText.unfinished(text)
        text.removeLast(rest.count)
        guard let characters = String(validating: text, as: UTF8.self),
            characters.unicodeScalars.allSatisfy(TerminalText.isShown)
        else { throw TerminalText.refusal }
        return text
    }

    /// The end of the text.
    func finish() throws {
        guard rest.isEmpty else { throw TerminalText.refusal }
    }

    private static var refusal: CommandFailure {
        CommandFailure.usage(
            "refus d'écrire des octets binaires sur un terminal", "refusing to write binary to a terminal",
            hint: .init(french: "donnez -o FICHIER, ou -o - pour forcer", english: "give -o FILE, or -o - to force"))
    }

    /// C0, DEL and C1 are control characters: some terminals take U+009B for the beginning of a command.
    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        (9...13).contains(scalar.value) || scalar.value >= 32 && !(127...159).contains(scalar.value)
    }

    /// Up to three bytes at the end that begin a character and do not end it.
    private static func unfinished(_ text: [UInt8]) -> [UInt8] {
        for count in 1...3 where count <= text.count {
            let byte = text[text.count - count]
            if byte & 0b1100_0000 == 0b1000_0000 { continue }
            let length = byte >= 0b1111_0000 ? 4 : byte >= 0b1110_0000 ? 3 : byte >= 0b1100_0000 ? 2 : 1
            return length > count ? Array(text.suffix(count)) : []
        }
        return []
    }
}
