/// A bar on a terminal, nothing elsewhere; it says what is done of how much, never of whom.
struct ProgressBar {
    private let french: String
    private let english: String
    private let total: Int64
    private var drawnPercent: Int64 = -1

    init(_ french: String, _ english: String, total: Int64) {
        self.french = french
        self.english = english
        self.total = max(total, 1)
    }

    /// Redraws when the percentage changed.
    mutating func show(_ done: Int64) {
        guard Terminal.errorsAreSeen else { return }
        let percent = min(done, total) * 100 / total
        guard percent != drawnPercent else { return }
        drawnPercent = percent
        let full = Int(percent) * 30 / 100
        let bar = String(repeating: "█", count: full) + String(repeating: "░", count: 30 - full)
        Terminal.write("\r\u{1B}[K\(bar) \(percent) %  \(french) / \(english)")
    }

    /// Takes the bar away.
    func end() {
        if Terminal.errorsAreSeen { Terminal.write("\r\u{1B}[K") }
    }
}
