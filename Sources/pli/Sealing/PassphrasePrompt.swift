import Age

#if canImport(Glibc)
import Glibc
#endif

/// Where a passphrase comes from: `PLI_PASSPHRASE`, or a person at the terminal, who does not see it.
enum PassphrasePrompt {
    /// A passphrase to open with.
    static func existing(french: String, english: String) throws -> Passphrase {
        if let given = try fromEnvironment() { return given }
        return try checked(ask("\(french) / \(english) : "))
    }

    /// A passphrase to seal with, asked for twice.
    static func new() throws -> Passphrase {
        if let given = try fromEnvironment() { return given }
        let first = try ask("Phrase de passe / Passphrase : ")
        guard try ask("Encore une fois / Once more : ") == first else {
            throw CommandFailure.usage("les deux phrases de passe diffèrent", "the two passphrases differ")
        }
        return try checked(first)
    }

    private static func fromEnvironment() throws -> Passphrase? {
        guard let value = getenv("PLI_PASSPHRASE") else { return nil }
        return try checked(String(cString: value))
    }

    private static func checked(_ text: String) throws -> Passphrase {
        do {
            return try Passphrase(text)
        } catch {
            throw CommandFailure.usage(
                "la phrase de passe est vide ou trop longue", "the passphrase is empty or too long")
        }
    }

    /// A line typed at the terminal without showing it; the terminal is put back whatever happens.
    private static func ask(_ prompt: String) throws -> String {
        let terminal = Glibc.open("/dev/tty", O_RDWR | O_CLOEXEC)
        guard terminal >= 0 else {
            throw CommandFailure.usage(
                "il faut une phrase de passe et il n'y a pas de terminal où la demander",
                "a passphrase is needed and there is no terminal to ask for it",
                hint: .init(french: "donnez-la dans PLI_PASSPHRASE", english: "give it in PLI_PASSPHRASE"))
        }
        defer { close(terminal) }
        var before = termios()
        guard tcgetattr(terminal, &before) == 0 else {
            throw CommandFailure.usage("le terminal ne répond pas", "the terminal does not answer")
        }
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(terminal, TCSAFLUSH, &silent)
        defer { tcsetattr(terminal, TCSAFLUSH, &before) }
        Terminal.write(Array(prompt.utf8), to: terminal)
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while read(terminal, &byte, 1) == 1, byte != UInt8(ascii: "\n"), line.count < AgeLimits.maxPassphraseBytes {
            line.append(byte)
        }
        Terminal.write([UInt8(ascii: "\n")], to: terminal)
        return String(decoding: line, as: UTF8.self)
    }
}
