import Foundation
import HL7
import LabReport

/// Where the time of one core goes: each row does what the one before does and one thing more.
struct Parts {
    private static let rounds = 5
    let path: String
    let today: CalendarDate

    func run() throws {
        let file = try HL7File(path).whole
        let steps: [(name: String, work: () -> Int)] = [
            ("read blocks", { blocks(file) }), ("+ cut into messages", { split(file) }),
            ("+ find segments", { parse(file) }), ("+ model and reader's rules", { model(file) }),
            ("+ rules", { rules(file) }), ("+ duplicates", { duplicates(file) }),
        ]
        var seconds = [[Double]](repeating: [], count: steps.count)
        var messages = 1
        // In turns, so that all see the same machine.
        for _ in 0..<Parts.rounds {
            for (index, step) in steps.enumerated() {
                let clock = ContinuousClock()
                let start = clock.now
                messages = max(messages, step.work())
                seconds[index].append((clock.now - start).seconds)
            }
        }
        var before = 0.0
        print("one core, us a message: step alone, and up to there")
        for (index, step) in steps.enumerated() {
            let upToHere = seconds[index].sorted()[Parts.rounds / 2] / Double(messages) * 1e6
            print(
                "  " + step.name.padding(toLength: 28, withPad: " ", startingAt: 0)
                    + String(format: "%7.3f %7.3f", upToHere - before, upToHere))
            before = upToHere
        }
    }

    private func blocks(_ file: HL7File.Part) -> Int {
        var bytes = 0
        file.blocks { bytes += $0.count }
        return bytes > 0 ? 1 : 0
    }

    private func split(_ file: HL7File.Part) -> Int {
        var count = 0
        file.messages { _ in count += 1 }
        return count
    }

    private func parse(_ file: HL7File.Part) -> Int {
        var segments = 0
        file.messages { piece in segments += (try? Message(piece.bytes).segments.count) ?? 0 }
        return segments > 0 ? 1 : 0
    }

    private func items(_ file: HL7File.Part, _ take: (ReportStream.Item) -> Void) {
        var stream = ReportStream(.hl7)
        file.blocks { stream.push($0, take) }
        stream.finish(take)
    }

    private func model(_ file: HL7File.Part) -> Int {
        var count = 0
        items(file) { _ in count += 1 }
        return count
    }

    private func rules(_ file: HL7File.Part) -> Int {
        let rules = ReportRules(RuleSettings(production: true, today: today))
        var findings = 0
        items(file) { item in
            var item = item
            for index in item.outcomes.indices { findings += rules.judge(&item.outcomes[index]).count }
        }
        return findings > 0 ? 1 : 0
    }

    private func duplicates(_ file: HL7File.Part) -> Int {
        let rules = ReportRules(RuleSettings(production: true, today: today))
        var register = DuplicateRegister()
        var findings = 0
        items(file) { item in
            var item = item
            findings += register.findings(for: item).count
            for index in item.outcomes.indices { findings += rules.judge(&item.outcomes[index]).count }
        }
        return findings > 0 ? 1 : 0
    }
}
