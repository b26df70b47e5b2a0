import LabReport
import Synchronization

/// Reads stretches of a file at once, as one intake: the rules of each report, and what came before in any of them.
final class Judge: Sendable {
    struct Counts {
        var messages = 0
        var taken = 0
        var held = 0
        var findings = 0
    }

    private let rules: ReportRules
    private let duplicates = Mutex(DuplicateRegister())
    private let total = Mutex(Counts())
    /// Messages whose duplicates are looked for at once, so that threads seldom wait for each other.
    private static let batch = 16

    init(today: CalendarDate) {
        rules = ReportRules(RuleSettings(production: true, today: today))
    }

    var counts: Counts { total.withLock { $0 } }

    func read(_ part: HL7File.Part) {
        var counts = Counts()
        var waiting: [ReportStream.Item] = []
        waiting.reserveCapacity(Judge.batch)
        let take = { (item: consuming ReportStream.Item) in
            waiting.append(item)
            if waiting.count == Judge.batch { self.judge(&waiting, &counts) }
        }
        var stream = ReportStream(.hl7)
        part.blocks { stream.push($0, take) }
        stream.finish(take)
        judge(&waiting, &counts)
        let read = counts
        total.withLock { total in
            total.messages += read.messages
            total.taken += read.taken
            total.held += read.held
            total.findings += read.findings
        }
    }

    private func judge(_ items: inout [ReportStream.Item], _ counts: inout Counts) {
        var again: [[Finding]] = []
        duplicates.withLock { register in
            again = items.map { register.findings(for: $0) }
        }
        for index in items.indices {
            counts.messages += 1
            for place in items[index].outcomes.indices {
                let findings = rules.judge(&items[index].outcomes[place]) + again[index]
                let isHeld = findings.contains { $0.severity == .error } || items[index].outcomes[place].isHeld
                if isHeld { counts.held += 1 } else { counts.taken += 1 }
                counts.findings += findings.count
            }
        }
        items.removeAll(keepingCapacity: true)
    }
}
