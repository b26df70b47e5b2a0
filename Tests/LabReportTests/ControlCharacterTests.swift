import HL7
import Testing

@testable import LabReport

/// Control characters and fields in places where no message means them.
@Suite("Characters and fields that nobody means")
struct ControlCharacterTests {
    private static let whole = [
        "MSH|^~\\&|A|LABO^750999906^N|B|C|20261126103636+0100||ORU^R01^ORU_R01|M1|P|2.5.1|||||FRA|UNICODE UTF-8",
        "PID|1||D1^^^LAB^PI||MARTIN^Anne^Anne Marie^^^^L||19411115|F", "ORC|NW|P1|F1|||||||||10003456789^NOM^Jean",
        "OBR|1|P1|F1|95941-1^P^LN", "OBX|1|ST|94500-6^ARN^LN||x||||||F", "NTE|1||mot",
    ]

    private static func read(_ old: String, _ new: String) throws -> ReadOutcome {
        let text = whole.joined(separator: "\r") + "\r"
        try #require(old.isEmpty || text.contains(old))
        return try #require(HL7ReportReader().read(bytes: Array(text.replacing(old, with: new).utf8)).first)
    }

    private static func rules(_ outcome: ReadOutcome) -> [String] {
        outcome.findings.map { ($0.severity == .error ? "!" : "") + $0.rule + " @ " + $0.path }
    }

    @Test("The message itself has no findings")
    func clean() throws {
        #expect(try Self.rules(Self.read("", "")) == [])
    }

    @Test("Texts have line ends, and a word in another direction of writing is told")
    func texts() throws {
        let outcome = try Self.read("||x||", "||x\\.br\\y\\X0D0A\\z||")
        #expect(Self.rules(outcome) == [])
        #expect(outcome.report?.results.first?.value == .text(Personal("x\ny\r\nz")))
        for said in ["a\u{9B}31mb", "a\u{202E}b", "é\u{2066}b", "a\\XC285\\b"] {
            #expect(try Self.rules(Self.read("||x||", "||" + said + "||")) == ["control-character @ OBX[1]-5"])
        }
        #expect(try Self.rules(Self.read("||x||", "||«\u{A0}37,5 °C – µg€ ’\u{200E}»||")) == [])
    }
}
