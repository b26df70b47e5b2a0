import LabReport

/// A message by its sender and id, with what was in it.
struct EarlierMessage: Sendable, Hashable {
    var key: Int64
    var content: Int64
}

/// Messages and numbers that were taken before, in this file or another: what `pli check` says of one file, said across files.
///
/// A message id that its sender used for other content holds the message: the first one stands, as long as it was taken. A
/// laboratory's number that comes again without a correction is noted. Only what was taken is remembered, so that what was
/// held may come again corrected under its own id, and for `days` days.
struct EarlierReports {
    /// How long they are remembered.
    static let days: Int64 = 90
    /// How many are forgotten at one time.
    static let forgottenAtOnce = 20_000

    /// Keys to contents; of numbers the second at which their report was read.
    private var seen: [Int64: Int64]
    /// What this batch adds.
    private(set) var added: [Int64: Int64] = [:]

    init(_ seen: [Int64: Int64]) {
        self.seen = seen
    }

    /// Whether the message's sender used its id for other content.
    func isOtherContent(_ message: EarlierMessage?) -> Bool {
        guard let message, let content = seen[message.key] else { return false }
        return content != message.content
    }

    /// Whether one of the numbers came before, and this is no correction of it.
    func isNumberAgain(_ report: Appraisal.ValidReport, own: Set<Int64> = []) -> Bool {
        !report.trace.isCorrection && report.numbers.contains { !own.contains($0) && seen[$0] != nil }
    }

    /// Whether one of the numbers, but for those in `own`, was read in another report after `time`: what was held until now
    /// would overtake it.
    func isTakenSince(_ time: Int64, _ report: Appraisal.ValidReport, own: Set<Int64>) -> Bool {
        report.numbers.contains { number in !own.contains(number) && seen[number].map { $0 > time } ?? false }
    }

    /// When its last correction or cancellation was sent, of a number with that key, is kept under this key.
    static func corrected(_ number: Int64) -> Int64 { number ^ 0x0063_6F72_7265_6374 }

    /// Why it is held where a correction or cancellation of one of its numbers was taken that the laboratory sent no earlier, or
    /// perhaps no earlier: this is what was corrected, come late. `remembered`: what was taken before this batch.
    func overtaking(
        _ report: Appraisal.ValidReport, _ remembered: ([Int64]) throws -> [Int64: Int64]
    ) rethrows -> Finding? {
        guard !report.trace.isCorrection else { return nil }
        let keys = report.numbers.map(EarlierReports.corrected)
        let before = try remembered(keys)
        var isDoubtful = false
        for key in keys {
            guard let correction = seen[key] ?? before[key] else { continue }
            guard let isOvertaken = report.sent.isOvertaken(by: correction) else {
                isDoubtful = true
                continue
            }
            if isOvertaken { return IntakeFindings.takenSince }
        }
        return isDoubtful ? IntakeFindings.versionOrder : nil
    }

    /// Remembers a message, read at that second, of which these reports were taken; asked once all of it was judged: its own
    /// numbers are no repeats.
    mutating func take(_ message: EarlierMessage?, _ reports: [Appraisal.ValidReport], readAt: Int64) {
        guard !reports.isEmpty else { return }
        if let message { add(message.key, message.content) }
        for report in reports {
            for number in report.numbers {
                add(number, readAt)
                guard report.trace.isCorrection else { continue }
                let key = EarlierReports.corrected(number)
                let sent = report.sent.remembered(readAt: readAt)
                add(key, SendingTime.later(sent, seen[key] ?? sent))
            }
        }
    }

    private mutating func add(_ key: Int64, _ content: Int64) {
        seen[key] = content
        added[key] = content
    }
}

extension Appraisal {
    /// All that it may be known by.
    var earlierKeys: [Int64] {
        (known.map { [$0.key] } ?? [])
            + parts.compactMap(\.report).flatMap { report in
                report.numbers + (report.trace.isCorrection ? report.numbers.map(EarlierReports.corrected) : [])
            }
    }
}
