/// A bar on a terminal, nothing elsewhere; it says what is done of how much, never of whom. Of what comes through a
/// pipe nobody knows how much there will be: then it counts.
struct ProgressBar {
    private static let countedBytes: Int64 = 16 << 20

    private let french: String
    private let english: String
    private let total: Int64?
    private var drawn: Int64 = -1

    init(_ french: String, _ english: String, total: Int64?) {
        self.french = french
        self.english = english
        self.total = total.map { max($0, 1) }
    }

    /// Redraws when the percentage, or the count, changed.
    mutating func show(_ done: Int64) {
        guard Terminal.errorsAreSeen else { return }
        let step = total.map { min(done, $0) * 100 / $0 } ?? done / ProgressBar.countedBytes
        guard step != drawn else { return }
        drawn = step
        Terminal.write("\r\u{1B}[K\(total == nil ? "\(done >> 20) Mio/MiB" : bar(step)) \(french) / \(english)")
    }

    private func bar(_ percent: Int64) -> String {
        let full = Int(percent) * 30 / 100
        return String(repeating: "█", count: full) + String(repeating: "░", count: 30 - full) + " \(percent) % "
    }

    /// Takes the bar away.
    func end() {
        if Terminal.errorsAreSeen { Terminal.write("\r\u{1B}[K") }
    }
}
