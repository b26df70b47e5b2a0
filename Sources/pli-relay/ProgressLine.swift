#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// How far a long look is: a line on a terminal that is redrawn, nothing elsewhere. It says what is done of how much, never of whom.
final class ProgressLine {
    private let isSeen: Bool
    private let write: (String) -> Void
    private var drawn = ""

    init(
        isSeen: Bool = isatty(STDERR_FILENO) == 1,
        write: @escaping (String) -> Void = { Console.write($0, to: STDERR_FILENO) }
    ) {
        self.isSeen = isSeen
        self.write = write
    }

    /// Redraws when what it says has changed.
    func show(_ percent: Int64, _ french: String, _ english: String) {
        guard isSeen else { return }
        let text = "\(percent) % \(french) / \(english)"
        guard text != drawn else { return }
        drawn = text
        write("\r\u{1B}[K\(text)")
    }

    /// Takes the line away, before anything else is written: the next `show` draws it again.
    func clear() {
        guard isSeen, !drawn.isEmpty else { return }
        drawn = ""
        write("\r\u{1B}[K")
    }
}
