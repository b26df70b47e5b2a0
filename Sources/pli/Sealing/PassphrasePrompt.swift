import Age

#if canImport(Glibc)
import Glibc
#endif

/// Where a passphrase comes from: `PLI_PASSPHRASE`, or a person at the terminal, who does not see it.
enum PassphrasePrompt {
    /// A passphrase to open with.
    static func existing(french: String, english: String) throws -> Passphrase {
        if let given = try fromEnvironment() { return given }
        var typed = try SilentLine.ask("\(french) / \(english) : ")
        return try checked(&typed)
    }

    /// A passphrase to seal with, asked for twice.
    static func new() throws -> Passphrase {
        if let given = try fromEnvironment() { return given }
        var first = try SilentLine.ask("Phrase de passe / Passphrase : ")
        defer { first.wipe() }
        var second = try SilentLine.ask("Encore une fois / Once more : ")
        defer { second.wipe() }
        guard second == first else {
            throw CommandFailure.usage("les deux phrases de passe diffèrent", "the two passphrases differ")
        }
        return try checked(&first)
    }

    /// To be called at the start of the program, whatever it does: nobody else is to see it there any longer.
    static func takeFromEnvironment() { _ = environment }

    private static func fromEnvironment() throws -> Passphrase? { try environment.get() }

    /// Read once, and then overwritten where it stood: no other program sees it in this one's environment any more.
    private static let environment: Result<Passphrase?, any Error> = Result {
        guard let value = getenv("PLI_PASSPHRASE") else { return nil }
        let count = strlen(value)
        var bytes = Array(UnsafeRawBufferPointer(start: value, count: count))
        explicit_bzero(value, count)
        return try checked(&bytes)
    }

    /// Moves what was given: nothing of it stays where it was.
    private static func checked(_ bytes: inout [UInt8]) throws -> Passphrase {
        do {
            return try Passphrase(taking: &bytes)
        } catch {
            throw CommandFailure.usage(
                "la phrase de passe est vide ou trop longue", "the passphrase is empty or too long")
        }
    }
}
