import CDA
import LabReport
import Testing

/// What became of a document.
struct Reading {
    let outcome: ReadOutcome

    init(_ document: SyntheticDocument, overrides: [String: Finding.Severity] = [:], utcOffsetMinutes: Int? = nil) {
        let settings = ReaderSettings(utcOffsetMinutes: utcOffsetMinutes, overrides: overrides)
        outcome = CDAReportReader(settings: settings).read(document: document.bytes)
    }

    var rules: [String] { outcome.findings.map(\.rule) }
    var errors: [String] { outcome.findings.filter { $0.severity == .error }.map(\.rule) }

    func report() throws -> Report {
        try #require(outcome.report, "held: \(outcome.findings.map { $0.rule + " " + $0.path })")
    }
    func result() throws -> Observation { try #require(try report().results.first) }
    func place(of rule: String) throws -> String { try #require(outcome.findings.first { $0.rule == rule }).path }
}

extension Observation.Value {
    /// The value in one line, for comparing.
    var shown: String {
        switch self {
        case .coded(let coded):
            return "coded "
                + [coded.code, coded.text, coded.system, coded.localCode, coded.localText, coded.localSystem]
                .map { $0 ?? "-" }.joined(separator: "|")
        case .number(let number): return "number " + number.text
        case .structured(let comparator, let first, let separator, let second):
            return "structured "
                + [comparator, first?.text, separator, second?.text].map { $0 ?? "-" }.joined(separator: " ")
        case .text(let text): return "text " + text.text
        case .time(let time): return "time " + time.iso
        }
    }
}
