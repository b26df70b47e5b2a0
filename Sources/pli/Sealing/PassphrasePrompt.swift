import Age

#if canImport(Glibc)
import Glibc
#endif

/// Where a passphrase comes from: `PLI_PASSPHRASE`, or a person at the terminal, who does not see it.
enum PassphrasePrompt {
    /// A passphrase to open with.
    static func existing(french: String, english: String) throws -> Passphrase {
        if let given = try fromEnvironment() { return given }
        var typed = try ask("\(french) / \(english) : ")
        return try checked(&typed)
    }

    /// A passphrase to seal with, asked for twice.
    static func new() throws -> Passphrase {
        if let given = try fromEnvironment() { return given }
        var first = try ask("Phrase de passe / Passphrase : ")
        defer { first.wipe() }
        var second = try ask("Encore une fois / Once more : ")
        defer { second.wipe() }
        guard second == first else {
            throw CommandFailure.usage("les deux phrases de passe diffèrent", "the two passphrases differ")
        }
        return try checked(&first)
    }

    private static func fromEnvironment() throws -> Passphrase? {
        guard let value = getenv("PLI_PASSPHRASE") else { return nil }
        var bytes = Array(UnsafeRawBufferPointer(start: value, count: strlen(value)))
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

    /// A line typed at the terminal without showing it; the terminal is put back whatever happens.
    /// To be overwritten by whoever asked.
    private static func ask(_ prompt: String) throws -> [UInt8] {
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
        // Nor does Ctrl-C end the program here, which would leave a terminal that shows nothing.
        silent.c_lflag &= ~tcflag_t(ECHO | ISIG)
        tcsetattr(terminal, TCSAFLUSH, &silent)
        defer { tcsetattr(terminal, TCSAFLUSH, &before) }
        Terminal.write(Array(prompt.utf8), to: terminal)
        var line: [UInt8] = []
        // All of it at once: an array that grows leaves copies behind.
        line.reserveCapacity(AgeLimits.maxPassphraseBytes)
        var byte: UInt8 = 0
        while read(terminal, &byte, 1) == 1, byte != UInt8(ascii: "\n"), line.count < AgeLimits.maxPassphraseBytes {
            guard byte != before.interrupt else {
                line.wipe()
                throw CommandFailure.usage("annulé", "cancelled")
            }
            line.append(byte)
        }
        Terminal.write([UInt8(ascii: "\n")], to: terminal)
        byte = 0
        return line
    }
}

extension termios {
    /// What Ctrl-C sends, where it sends anything.
    fileprivate var interrupt: UInt8? {
        withUnsafeBytes(of: c_cc) { $0[Int(VINTR)] == 0 ? nil : $0[Int(VINTR)] }
    }
}
