import HL7

#if canImport(Glibc)
import Glibc
#endif

/// How pli speaks to people: on standard error, French first, one fact a line, hints marked as such.
///
/// Results that a program may read go to standard output and nowhere else. A progress bar is drawn only where standard
/// error is a terminal; elsewhere the same steps are said in lines.
enum Terminal {
    static var errorsAreSeen: Bool { isatty(STDERR_FILENO) == 1 }
    static var outputIsSeen: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Writes text to standard error as it is, but for secret keys: whoever gives one where a file's name belongs must not
    /// find it again in a log.
    static func write(_ text: String) {
        write(Array(masked(text).utf8), to: STDERR_FILENO)
    }

    private static func masked(_ text: String) -> String {
        // To look with an expression takes longer than to write: a list of findings is written line by line.
        guard mayHoldKey(text) else { return text }
        // A piece of one, too: whoever breaks a key in two finds neither half.
        return text.replacing(#/(?i)AGE-SECRET-KEY-[A-Z0-9-]{16,}/#, with: "AGE-SECRET-KEY-…")
            .replacing(#/[02-9AC-HJ-NP-Z]{20,}/#, with: "…")
    }

    /// A run of characters stands in it that is as long as a key, or a piece of one, and made of nothing else.
    private static func mayHoldKey(_ text: String) -> Bool {
        let shortest = 20
        var run = 0
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"):
                run += 1
                if run == shortest { return true }
            default: run = 0
            }
        }
        return false
    }

    /// Writes a result to standard output; a reader that went away ends the program quietly, as a success. A disk that is
    /// full does not.
    static func output(_ bytes: [UInt8]) {
        guard !write(bytes, to: STDOUT_FILENO) else { return }
        guard errno != EPIPE else { exit(0) }
        say(
            "le résultat n'a pas pu être écrit sur la sortie standard",
            "the result could not be written to standard output")
        exit(1)
    }

    /// Writes a line of a result to standard output.
    static func line(_ text: String) {
        output(Array((text + "\n").utf8))
    }

    /// Says something in both languages.
    static func say(_ french: String, _ english: String) {
        write("pli : \(shown(french))\npli: \(shown(english))\n")
    }

    /// Says why a command ended.
    static func say(_ failure: CommandFailure) {
        say(failure.french, failure.english)
        if let hint = failure.hint {
            write("pli : conseil : \(shown(hint.french))\npli: hint: \(shown(hint.english))\n")
        }
    }

    /// A text on one line that steers no terminal: a relay's words and a file's name may hold anything.
    static func shown(_ text: String) -> String {
        func steers(_ scalar: Unicode.Scalar) -> Bool {
            scalar.properties.generalCategory == .control || SteeringCharacters.contain(scalar.value)
        }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { steers($0) ? "·" : $0 }))
    }

    /// Writes all of `bytes`; false when the other side is gone.
    @discardableResult
    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        bytes.withUnsafeBytes { write($0, to: descriptor) }
    }

    /// Writes all of `bytes`; false when the other side is gone.
    static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let written = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if written < 0 {
                if errno == EINTR { continue }
                return false
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
        return true
    }
}
