import HL7
import Testing

@testable import LabReport

@Suite("Messages and reports that came before")
struct DuplicateTests {
    static func rules(_ texts: [String]) throws -> [[String]] {
        var register = DuplicateRegister()
        let reader = HL7ReportReader()
        return texts.map { text in
            let bytes = HL7ReaderTests.message(text)
            return register.findings(for: reader.read(bytes: bytes).compactMap(\.report), message: bytes).map(\.rule)
        }
    }

    static func message(_ id: String, _ filler: String, _ status: String = "F", sender: String = "LABO") -> String {
        """
        MSH|^~\\&|A|\(sender)|||20261123||ORU^R01|\(id)|P|2.5
        PID|1||1^^^L^PI||X
        OBR|1||\(filler)|94500-6^^LN
        OBX|1|ST|94500-6^^LN||x||||||\(status)
        """
    }

    @Test("The same bytes, another content under the same id, another sender's id")
    func messages() throws {
        let first = Self.message("1", "F1")
        #expect(try Self.rules([first, first]) == [[], ["duplicate"]])
        #expect(try Self.rules([first, Self.message("1", "F2")]) == [[], ["duplicate-message"]])
        #expect(try Self.rules([first, Self.message("1", "F2", sender: "OTHER")]) == [[], []])
        // Blanks around an id are none of it.
        #expect(try Self.rules([first, Self.message(" 1 ", "F2")]) == [[], ["duplicate-message"]])
    }

    @Test("A number that comes again without a correction is noted, with one it is not")
    func numbers() throws {
        let first = Self.message("1", "F1")
        #expect(try Self.rules([first, Self.message("2", "F1")]) == [[], ["duplicate-report"]])
        #expect(try Self.rules([first, Self.message("2", "F1", "C")]) == [[], []])
        #expect(try Self.rules([first, Self.message("2", "F1", sender: "OTHER")]) == [[], []])
    }

    // MARK: - Other formats

    private static func rules(_ format: ReportFormat, _ texts: [String]) -> [[String]] {
        var register = DuplicateRegister()
        return texts.map { text in
            let bytes = Array(text.utf8)
            let reports = ReportReader(format).read(SourceMessage(bytes)).compactMap(\.report)
            #expect(!reports.isEmpty)
            return register.findings(for: reports, message: bytes, scope: DuplicateKeys.scope(format, bytes)).map(
                \.rule)
        }
    }

    private static func table(
        _ id: String, _ filler: String, _ value: String, _ status: String = "F", column: String = "report_message_id"
    ) -> String {
        """
        \(column);order_filler;result_code;result_value;result_status
        \(id);\(filler);94500-6;\(value);\(status)

        """
    }

    @Test("In a table a message's id and a report's number tell a report: other content is held, a correction is none")
    func tables() {
        let first = Self.table("M1", "F1", "POSITIF")
        #expect(Self.rules(.csv, [first, first]) == [[], ["duplicate"]])
        #expect(Self.rules(.csv, [first, Self.table("M1", "F1", "NEGATIF")]) == [[], ["duplicate-message"]])
        #expect(Self.rules(.csv, [first, Self.table("M1", "F2", "NEGATIF")]) == [[], []], "rows of one message")
        #expect(Self.rules(.csv, [first, Self.table("M1", "F1", "NEGATIF", "C")]) == [[], []], "a correction")
        #expect(Self.rules(.csv, [first, Self.table("M1", "F1", "", "D")]) == [[], []], "a cancellation")
        let earlier = Self.table("M1", "F1", "", "P")
        #expect(
            Self.rules(.csv, [earlier, first]) == [[], ["duplicate-report"]], "what was preliminary may become final")
    }

    @Test("A table's own number of a report is no message id: its number tells it, and what comes again is noted")
    func ownNumbers() {
        let first = Self.table("1", "F1", "POSITIF", column: "report_id")
        #expect(Self.rules(.csv, [first, Self.table("1", "F9", "NEGATIF", column: "report_id")]) == [[], []])
        #expect(
            Self.rules(.csv, [first, Self.table("1", "F1", "NEGATIF", column: "report_id")]) == [
                [], ["duplicate-report"],
            ])
        #expect(Self.rules(.csv, [first, Self.table("1", "F1", "NEGATIF", "C", column: "report_id")]) == [[], []])
    }

    private static func bundle(_ id: String, _ number: String, _ value: String, _ status: String = "final") -> String {
        """
        {"resourceType":"Bundle","type":"collection","identifier":{"system":"urn:lab","value":"\(id)"},"entry":[
        {"fullUrl":"urn:p","resource":{"resourceType":"Patient","id":"p"}},
        {"fullUrl":"urn:d","resource":{"resourceType":"DiagnosticReport","status":"\(status)","subject":{"reference":"urn:p"},
        "identifier":[{"value":"\(number)"}],"code":{"coding":[{"system":"http://loinc.org","code":"94500-6"}]},
        "result":[{"reference":"urn:o"}]}},
        {"fullUrl":"urn:o","resource":{"resourceType":"Observation","status":"\(status)","subject":{"reference":"urn:p"},
        "code":{"coding":[{"system":"http://loinc.org","code":"94500-6"}]},"valueString":"\(value)"}}]}
        """
    }

    @Test(
        "In FHIR the Bundle's identifier and the numbers of its DiagnosticReports tell it, and a status what it does to others"
    )
    func bundles() {
        let first = Self.bundle("B1", "F1", "POSITIF")
        #expect(Self.rules(.fhir, [first, first]) == [[], ["duplicate"]])
        #expect(Self.rules(.fhir, [first, Self.bundle("B1", "F1", "NEGATIF")]) == [[], ["duplicate-message"]])
        #expect(Self.rules(.fhir, [first, Self.bundle("B1", "F2", "NEGATIF")]) == [[], []])
        #expect(Self.rules(.fhir, [first, Self.bundle("B2", "F1", "NEGATIF")]) == [[], ["duplicate-report"]])
        #expect(Self.rules(.fhir, [first, Self.bundle("B1", "F1", "NEGATIF", "corrected")]) == [[], []])
        #expect(Self.rules(.fhir, [first, Self.bundle("B1", "F1", "NEGATIF", "entered-in-error")]) == [[], []])
        #expect(
            Self.rules(.fhir, [Self.bundle("B1", "F1", "NEGATIF", "preliminary"), first]) == [[], ["duplicate-report"]])
    }

    private static func hprim(_ id: String, _ number: String, _ value: String, _ status: String = "F") -> String {
        "H|~^\\&|\(id)||LABO||ORU|||||P|H2.2~C|20261123\rP|1||D1\rOBR|1|S1|\(number)|94500-6~PCR~LN\r"
            + "OBX|1|ST|94500-6~PCR~LN||\(value)||||||\(status)\rL|1||1\r"
    }

    @Test("In HPRIM a message's id (H-3) names one message, as MSH-10 does, and OBR-4 the report")
    func hprim() {
        let first = Self.hprim("H1", "F1", "POSITIF")
        #expect(Self.rules(.hprim, [first, first]) == [[], ["duplicate"]])
        #expect(Self.rules(.hprim, [first, Self.hprim("H1", "F2", "NEGATIF")]) == [[], ["duplicate-message"]])
        #expect(Self.rules(.hprim, [first, Self.hprim("H2", "F1", "NEGATIF")]) == [[], ["duplicate-report"]])
        #expect(Self.rules(.hprim, [first, Self.hprim("H2", "F1", "NEGATIF", "C")]) == [[], []])
    }
}
