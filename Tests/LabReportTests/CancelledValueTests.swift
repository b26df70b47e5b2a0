import HL7
import Testing

@testable import LabReport

/// What is said to be cancelled and given all the same, and control characters where nothing is read.
@Suite("HL7 values of what was cancelled, and controls beside fields")
struct CancelledValueTests {
    private static func read(
        _ order: String, _ results: [String], control: String = "", taken: Bool = false
    ) throws -> ReadOutcome {
        let lines =
            [
                "MSH|^~\\&|A|LABO^750100125^N|||20261123||ORU^R01|1|P|2.5", "PID|1||1^^^L^PI||X", "ZZZ|a\(control)b",
                "OBR|1||F1|94500-6^ARN^LN|||20261122" + String(repeating: "|", count: 18) + order,
            ] + results
        var settings = ReaderSettings()
        settings.readsTaken = taken
        let reader = HL7ReportReader(settings: settings)
        return try #require(reader.read(bytes: Array((lines.joined(separator: "\r") + "\r").utf8)).first)
    }

    @Test("An order that is said to be cancelled and has a result that stands is held", arguments: ["F", "C", "P"])
    func cancelledOrder(_ status: String) throws {
        let result = "OBX|1|ST|94500-6^ARN^LN||POSITIF||||||" + status
        let held = try Self.read("X", [result])
        #expect(held.isHeld && held.findings.map(\.rule) == ["action-mismatch"])
        #expect(held.findings.first?.path == "OBR[1]-25")
        #expect(try !Self.read("F", [result]).isHeld)
        #expect(try !Self.read("X", [result], taken: true).isHeld)
        for silent in ["OBX|1|ST|94500-6^ARN^LN||||||||X", "OBX|1|ST|94500-6^ARN^LN||||||||N"] {
            #expect(try Self.read("X", [silent]).findings.isEmpty)
        }
    }

    @Test(
        "What could not be obtained or was not asked has no value, and what stood there is told", arguments: ["X", "N"])
    func noValue(_ status: String) throws {
        for value in ["ST|94500-6^ARN^LN||insuffisant", "NM|94500-6^ARN^LN||12~13", "CWE|94500-6^ARN^LN||P^Positif^L"] {
            let result = "OBX|1|\(value)||||||\(status)"
            // The second one is known from the first.
            let outcome = try Self.read("", [result, result.replacing("OBX|1|", with: "OBX|2|")])
            let report = try #require(outcome.report)
            #expect(report.results.map(\.status) == [status, status] && report.results.allSatisfy { $0.value == nil })
            let told = outcome.findings.map { $0.rule + " @ " + $0.path }
            #expect(told.contains("detail-dropped @ OBX[1]-5") && told.contains("detail-dropped @ OBX[2]-5"))
            let taken = try #require(try Self.read("", [result], taken: true).report)
            #expect(taken.results.allSatisfy { $0.value != nil })
        }
        let deleted = try Self.read("", ["OBX|1|NM|94500-6^ARN^LN||12||||||D"])
        #expect(deleted.report?.results.first?.value != nil && deleted.findings.isEmpty)
    }

    @Test(
        "A NUL or a byte of a frame holds the message in a segment that nobody reads, too",
        arguments: ["\u{0}", "\u{0B}"])
    func controls(_ control: String) throws {
        let result = "OBX|1|ST|94500-6^ARN^LN||POSITIF||||||F"
        let held = try Self.read("", [result], control: control)
        #expect(
            held.isHeld && held.findings.map { $0.rule + " @ " + $0.path } == ["forbidden-control-character @ ZZZ[1]-1"]
        )
        // Behind the last segment it is padding.
        #expect(try !Self.read("", [result + "\r" + control]).isHeld)
        // Where a field says it already it is said once.
        let said = try Self.read("", [result.replacing("POSITIF", with: "P\(control)")], control: control)
        #expect(said.isHeld && said.findings.filter { $0.rule == "forbidden-control-character" }.count == 1)
    }
}
