import Age

#if canImport(Glibc)
import Glibc
#endif

/// A line that a person types at the terminal without seeing it. The terminal is put back whatever happens, a signal that
/// ends the program included.
enum SilentLine {
    /// Asks for it. Ctrl-C cancels at once; the keys that erase a character or the line work. To be overwritten by whoever
    /// asked.
    static func ask(_ prompt: String) throws -> [UInt8] {
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
        silenced = (terminal, before)
        let handlers = endings.map { signal($0, putBack) }
        var silent = before
        // Key by key, and no signal from the keyboard: Ctrl-C comes as a byte.
        silent.c_lflag &= ~tcflag_t(ECHO | ISIG | ICANON)
        silent.waitsForOneByte()
        tcsetattr(terminal, TCSAFLUSH, &silent)
        defer {
            tcsetattr(terminal, TCSAFLUSH, &before)
            for (number, handler) in zip(endings, handlers) { signal(number, handler) }
            silenced = nil
        }
        Terminal.write(Array(prompt.utf8), to: terminal)
        defer { Terminal.write([UInt8(ascii: "\n")], to: terminal) }
        return try line(from: terminal, keys: before)
    }

    private static func line(from terminal: Int32, keys: termios) throws -> [UInt8] {
        var line: [UInt8] = []
        // All of it at once: an array that grows leaves copies behind.
        line.reserveCapacity(AgeLimits.maxPassphraseBytes + 1)
        var byte: UInt8 = 0
        defer { byte = 0 }
        while read(terminal, &byte, 1) == 1 {
            switch byte {
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"): return line
            case keys.key(VINTR), keys.key(VEOF), keys.key(VQUIT):
                line.wipe()
                throw CommandFailure.usage("annulé", "cancelled")
            case keys.key(VERASE), 8, 127: eraseLast(of: &line)
            case keys.key(VKILL): while !line.isEmpty { eraseLast(of: &line) }
            // Nobody sees them, and nobody would type them again.
            case 0..<32: continue
            default:
                guard line.count < AgeLimits.maxPassphraseBytes else {
                    line.wipe()
                    throw CommandFailure.usage("la phrase de passe est trop longue", "the passphrase is too long")
                }
                line.append(byte)
            }
        }
        return line
    }

    /// Takes the last character away, all bytes of it.
    private static func eraseLast(of line: inout [UInt8]) {
        while let last = line.popLast(), last & 0xc0 == 0x80 {}
    }

    /// Signals that ask the program to end.
    private static let endings = [SIGTERM, SIGHUP, SIGINT]
}

/// A terminal that shows nothing now, and how it was. Written by the thread that asks, before and after its handlers stand.
nonisolated(unsafe) private var silenced: (terminal: Int32, before: termios)?

private func putBack(_ number: Int32) {
    if var silenced { tcsetattr(silenced.terminal, TCSANOW, &silenced.before) }
    signal(number, SIG_DFL)
    raise(number)
}

extension termios {
    /// What a key sends that has a meaning to the terminal, where it has one.
    fileprivate func key(_ meaning: Int32) -> UInt8? {
        withUnsafeBytes(of: c_cc) { $0[Int(meaning)] == 0 ? nil : $0[Int(meaning)] }
    }

    /// A read returns with each byte.
    fileprivate mutating func waitsForOneByte() {
        withUnsafeMutableBytes(of: &c_cc) {
            $0[Int(VMIN)] = 1
            $0[Int(VTIME)] = 0
        }
    }
}
