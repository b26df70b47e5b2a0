import HL7
import Testing

@testable import LabReport

/// Hostile input is wrong in hundreds of thousands of places: what is kept of that is bounded, and what is left out is counted.
@Suite("Findings without end")
struct FindingBoundsTests {
    private static let head = "MSH|^~\\&|A|LABO^750100125^N|||20261123||ORU^R01|1|P|2.5|||||FRA|UNICODE UTF-8\r"
    private static let patient = "PID|1||L1^^^LABO^PI||TEST^ANNE^^^^^L\r"
    private static let order = "ORC|NW||F1\rOBR|1||F1|94500-6^^LN|||20261122\r"
    private static let result = "OBX|1|ST|94500-6^^LN||POSITIF||||||F|||20261122\r"

    private static func read(_ text: String) -> [ReadOutcome] { HL7ReportReader().read(bytes: Array(text.utf8)) }

    private static func isCount(_ finding: Finding) -> Bool { finding.rule == "more-findings" }

    @Test("A report of thousands of faults names a hundred and counts the rest")
    func report() throws {
        let outcome = try #require(
            Self.read(Self.head + Self.patient + Self.order + Self.result + String(repeating: "DG1\r", count: 5_000))
                .first)
        #expect(outcome.report != nil && outcome.findings.count == 101)
        let count = try #require(outcome.findings.last)
        #expect(Self.isCount(count) && count.severity == .warning)
        #expect(count.english.contains(": 4900;") && count.french.contains(" : 4900 ;"))
        let few = Self.read(
            Self.head + Self.patient + Self.order + Self.result + String(repeating: "DG1\r", count: 100))
        #expect(few.first?.findings.count == 100 && few.first?.findings.contains(where: Self.isCount) == false)
    }

    @Test("An error behind thousands of warnings holds the report, and is the reason that is given")
    func lateError() throws {
        let outcome = try #require(
            Self.read(
                Self.head + Self.patient + Self.order + String(repeating: "QQQ|1\r", count: 5_000)
                    + "OBX|1|ST|94500-6^^LN||x\rOBX|2|ST|94500-6^^LN||y\r"
            ).first)
        let errors = outcome.findings.filter { $0.severity == .error }
        #expect(outcome.isHeld && errors.map(\.path) == ["OBX[1]-11"], "\(errors)")
        #expect(outcome.findings.count == 102 && outcome.findings.last.map(Self.isCount) == true)
    }

    /// So many patients, each with so many faults and an error.
    private static func patients(_ count: Int, faults: Int) -> String {
        let lines = String(repeating: "QQQ|1\r", count: faults)
        return head + String(repeating: patient + lines + order + "OBX|1|ST|94500-6^^LN||x\r", count: count)
    }

    @Test(
        "However many patients a message names, its findings are bounded, and each report has the error that holds it")
    func patients() {
        let outcomes = Self.read(Self.patients(400, faults: 20))
        #expect(outcomes.count == 400)
        #expect(outcomes.reduce(0) { $0 + $1.findings.count } <= FindingRoom.ofMessage + 2 * 400 + 102)
        #expect(outcomes.allSatisfy { outcome in outcome.findings.contains { $0.severity == .error } })
        #expect(outcomes.last?.findings.map { $0.severity == .error } == [true, false])
        #expect(outcomes.last?.findings.last.map(Self.isCount) == true)
        #expect(outcomes.first?.findings.contains(where: Self.isCount) == false)
    }

    @Test("The same of HPRIM, where what is wrong with the header is told of the first patient")
    func hprim() {
        let lines = "P|1|L1|||X~Y\rOBR|1|p|f|94500-6~~LN\rOBX|1|ST|94500-6~~LN||x\r"
        let faults = "ABCDEFGHIJKLMNOPQRST".map { "Q\($0)\r" }.joined()
        let text =
            "H|~^\\&|a||750100125~b||ORU|||||Q|H2.2~C\r" + String(repeating: lines + faults, count: 400) + "L|1\r"
        let outcomes = HPRIMReportReader().read(bytes: Array(text.utf8))
        #expect(outcomes.count == 400 && outcomes.allSatisfy(\.isHeld))
        #expect(outcomes.reduce(0) { $0 + $1.findings.count } <= FindingRoom.ofMessage + 2 * 400 + 102)
        #expect(outcomes.allSatisfy { outcome in outcome.findings.contains { $0.severity == .error } })
        let ofHeader = outcomes.indices.filter { index in outcomes[index].findings.contains { $0.path == "H-12" } }
        #expect(ofHeader == [0])
    }

    @Test("What the rules find of all reports of one message is bounded as well, and an error among it still holds")
    func rules() throws {
        let rules = ReportRules(try RulesTests.settings())
        var room = FindingRoom()
        var report = try RulesTests.good()
        let result = report.results[0]
        report.results = (0..<150).map { index in
            var result = result
            result.subID = String(index)
            result.code = Coded(code: "94500-5", system: "LN")
            return result
        }
        var sums: [Int] = []
        for _ in 0..<50 {
            var one = report
            sums.append(rules.admit(&one, places: ReportPlaces(), room: &room).count)
        }
        #expect(sums.first == 101 && sums.last == 1)
        #expect(sums.reduce(0, +) <= FindingRoom.ofMessage + 2 * 50)
        report.processing = .training
        let last = rules.admit(&report, places: ReportPlaces(), room: &room)
        #expect(last.map(\.rule) == ["not-production", "more-findings"])
    }
}
