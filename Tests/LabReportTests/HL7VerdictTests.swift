import Foundation
import HL7
import LabReport
import TestSupport
import Testing

/// What a receiver says to bytes of any kind, whole or in pieces, from a file or an MLLP connection.
struct IntakeVerdict: Equatable {
    var taken = 0
    var held = 0
    var errors: [Finding] = []
    var warnings: [Finding] = []

    var answer: String { HL7Answer.code(for: errors + warnings).rawValue }
    var conditions: [String] { HL7Answer.problems(for: errors).map { String($0.condition) } }

    private static let settings = ReaderSettings(zone: .paris)

    private mutating func add(_ outcomes: [ReadOutcome], _ bytes: [UInt8], _ duplicates: inout DuplicateRegister) {
        guard let today = CalendarDate(year: 2026, month: 11, day: 23) else { return }
        let rules = ReportRules(RuleSettings(production: true, today: today))
        let again = duplicates.findings(for: outcomes.compactMap(\.report), message: bytes)
        for outcome in outcomes {
            var findings = outcome.findings + again
            if var report = outcome.report { findings += rules.admit(&report, places: outcome.places) }
            let wrong = findings.filter { $0.severity == .error }
            if wrong.isEmpty, !outcome.isHeld { taken += 1 } else { held += 1 }
            errors += wrong
            warnings += findings.filter { $0.severity == .warning }
        }
    }

    /// A file, cut as `size` says.
    static func file(_ bytes: [UInt8], _ size: () -> Int) -> IntakeVerdict {
        var verdict = IntakeVerdict()
        var duplicates = DuplicateRegister()
        var stream = ReportStream(.hl7, settings: settings)
        func judge(_ item: ReportStream.Item) {
            if let notice = item.notice { verdict.warnings.append(notice) }
            verdict.add(item.outcomes, item.message, &duplicates)
        }
        var position = 0
        while position < bytes.count {
            let end = min(bytes.count, position + size())
            stream.push(bytes[position..<end], judge)
            position = end
        }
        stream.finish(judge)
        return verdict
    }

    /// The bytes of a connection; nil where no frame came whole.
    static func stream(_ bytes: [UInt8], _ size: () -> Int) -> IntakeVerdict? {
        var frames = MLLPFrames()
        var events: [MLLPFrames.Event] = []
        var position = 0
        while position < bytes.count {
            let end = min(bytes.count, position + size())
            frames.push(bytes[position..<end], into: &events)
            position = end
        }
        frames.finish(into: &events)
        var verdict: IntakeVerdict?
        var duplicates = DuplicateRegister()
        for case .frame(let content) in events {
            var next = verdict ?? IntakeVerdict()
            next.add(HL7ReportReader(settings: settings).read(frame: content), content, &duplicates)
            verdict = next
        }
        return verdict
    }
}

@Suite("Hostile and broken input", .enabled(if: HL7Vectors.isThere, "needs ../shared/vectors or PLI_SHARED"))
struct HL7VerdictTests {
    /// Where the answer differs from the table's, and why.
    static let reasons: [String: String] = [
        "044_cr_in_text_forged_pid.hl7":
            "held, for the statuses that the cut took away (101, 102): that the break was in a text cannot be told",
        "048_crlf_grapheme.hl7": "CRLF ends are what Windows writes and lose nothing: only `hl7 lint` says so",
        "200_mllp_lf_message.mllp": "LF ends likewise",
        "189_mllp_garbage_before.mllp": "the garbage is told by the connection's event, not by the message",
    ]

    struct Row {
        var name, transport, expected, answer, code, also: String
        var file: URL { HL7Vectors.folder.appendingPathComponent("nasty/" + name) }
    }

    static func rows() throws -> [Row] {
        let table = try String(
            contentsOf: HL7Vectors.folder.appendingPathComponent("nasty/NASTY.tsv"), encoding: .utf8)
        return table.split(separator: "\n").dropFirst().map { line in
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            return Row(
                name: columns[0], transport: columns[2], expected: columns[3], answer: columns[4], code: columns[5],
                also: columns.count > 8 ? columns[8] : "")
        }
    }

    @Test("Every file gets the verdict, the answer and the code that a robust receiver gives")
    func verdicts() throws {
        let rows = try Self.rows()
        #expect(rows.count >= 100)
        let usual = try Self.rulesOfControl()
        for row in rows {
            let bytes = try HL7Vectors.bytes(row.file)
            let verdict =
                row.name.hasSuffix(".mllp") ? IntakeVerdict.stream(bytes) { bytes.count } : .file(bytes) { bytes.count }
            guard let verdict else {
                #expect(row.expected == "none", "\(row.name) should be received")
                continue
            }
            judge(verdict, row, usual)
        }
    }

    /// What the sound message is warned of, which nearly all files are made of: that they are, too, says nothing of their fault.
    private static func rulesOfControl() throws -> Set<String> {
        let bytes = try HL7Vectors.bytes(HL7Vectors.folder.appendingPathComponent("nasty/001_control_good.hl7"))
        let verdict = IntakeVerdict.file(bytes) { bytes.count }
        #expect(verdict.taken == 1 && verdict.held == 0)
        return Set(verdict.warnings.map(\.rule))
    }

    private func judge(_ verdict: IntakeVerdict, _ row: Row, _ usual: Set<String>) {
        let isWarned = verdict.warnings.contains { !usual.contains($0.rule) }
        let isTaken = verdict.held == 0
        let mayRefuse = row.also.hasPrefix("reject") || row.also.hasPrefix("refuse")
        let mayTake = ["accept", "skip", "answer as", "unwrap", "convert"].contains { row.also.contains($0) }
        switch row.expected {
        case "accept": #expect(isTaken || mayRefuse, "\(row.name) should be taken")
        case "warn" where row.name.hasPrefix("177"): #expect(verdict.taken == 2 && verdict.held == 1)
        case "warn":
            #expect(isTaken || mayRefuse, "\(row.name) should be taken")
            if isTaken, Self.reasons[row.name] == nil { #expect(isWarned, "\(row.name) should warn") }
        case "reject":
            #expect(!isTaken || mayTake, "\(row.name) should be held")
            if isTaken { #expect(isWarned, "\(row.name) should warn") }
        default: Issue.record("\(row.name) should not be received")
        }
        guard !isTaken, row.expected == "reject" else { return }
        if ["AE", "AR"].contains(row.answer) { #expect(verdict.answer == row.answer, "\(row.name)") }
        guard !row.code.isEmpty, Self.reasons[row.name] == nil else { return }
        #expect(verdict.conditions.contains(row.code), "\(row.name): \(verdict.conditions)")
    }

    @Test("The verdict is the same in pieces of any size, and over a connection as from a file")
    func pieces() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededRandom(seed: seed)
        for row in try Self.rows() {
            let bytes = try HL7Vectors.bytes(row.file)
            guard bytes.count < 100_000 else { continue }
            if row.name.hasSuffix(".mllp") {
                let whole = IntakeVerdict.stream(bytes) { bytes.count }
                #expect(IntakeVerdict.stream(bytes) { 1 } == whole, "\(row.name)")
                #expect(
                    IntakeVerdict.stream(bytes) { random.next(below: 500) + 1 } == whole, "\(row.name), seed \(seed)")
                continue
            }
            let whole = IntakeVerdict.file(bytes) { bytes.count }
            #expect(IntakeVerdict.file(bytes) { 1 } == whole, "\(row.name)")
            #expect(IntakeVerdict.file(bytes) { random.next(below: 500) + 1 } == whole, "\(row.name), seed \(seed)")
            guard row.transport == "file+mllp" else { continue }
            let framed = MLLPFrames.wrap(bytes)
            let streamed = IntakeVerdict.stream(framed) { framed.count }
            #expect((streamed?.held == 0) == (whole.held == 0), "\(row.name) over a connection")
        }
    }
}
