import CDA
import LabReport
import Testing

/// What a clinical document says of an identity that must not go out.
@Suite("Identities of documents")
struct DocumentIdentityTests {
    private static func judged(_ outcomes: [ReadOutcome]) throws -> (findings: [String], reports: [Report]) {
        let today = try #require(CalendarDate(year: 2026, month: 11, day: 23))
        let rules = ReportRules(RuleSettings(production: true, today: today))
        var findings: [String] = []
        var reports: [Report] = []
        for var outcome in outcomes {
            findings += rules.judge(&outcome).map { ($0.severity == .error ? "!" : "") + $0.rule + " @ " + $0.path }
            if let report = outcome.report { reports.append(report) }
        }
        return (findings, reports)
    }

    private static func judged(_ message: SyntheticMessage) throws -> (findings: [String], reports: [Report]) {
        try judged(LaboratoryMessageReader().read(SourceMessage(message.bytes), .hl7))
    }

    @Test(
        "A document under an OID for tests is held in production, whatever the message around it says of the identity",
        arguments: ["1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.11", "1.2.250.1.213.1.4.7"], ["VALI", "PROV", ""])
    func document(oid: String, status: String) throws {
        var document = SyntheticDocument()
        document.patientIDs =
            "<id root=\"1.2.3.4.5\" extension=\"L-1\"/><id root=\"\(oid)\" extension=\"276037510669326\"/>"
        var message = SyntheticMessage(document)
        message.status = status
        message.patient = "L-1^^^LABO^PI"
        #expect(
            try Self.judged(message).findings.contains("!ins-fictitious @ OBX[1]-5 recordTarget/patientRole/id[2]"))
    }

    @Test("A message with a test number or a fictitious identity around a document is held, too")
    func message() throws {
        var message = SyntheticMessage(SyntheticDocument())
        message.status = "FICT"
        #expect(try Self.judged(message).findings.contains("!ins-fictitious @ PID-32"))
        message = SyntheticMessage(SyntheticDocument())
        message.patient += "~276037510669326^^^X&1.2.250.1.213.1.4.10&ISO^INS"
        #expect(try Self.judged(message).findings.contains("!ins-fictitious @ PID-3[2].4"))
        #expect(try !Self.judged(SyntheticMessage(SyntheticDocument())).findings.contains { $0.hasPrefix("!") })
    }

    @Test("A NIR among a document's local numbers is found in groups and without its key")
    func disguised() throws {
        for text in ["2.76.03.75.106.693.26", "2760375106693", "2-76-03-75-106-693"] {
            var document = SyntheticDocument()
            document.patientIDs =
                "<id root=\"1.2.3.4.5\" extension=\"\(text)\"/><id root=\"1.2.3.4.5\" extension=\"L-1\"/>"
            var message = SyntheticMessage(document)
            message.patient = "L-1^^^LABO^PI"
            let (findings, reports) = try Self.judged(message)
            #expect(findings.contains { $0.hasPrefix("cda-nir-as-local-id @ ") })
            // Thirteen plain digits may be a number of the laboratory's own: it stays one there.
            let local = text == "2760375106693" ? [Personal(text), Personal("L-1")] : [Personal("L-1")]
            #expect(reports.first?.patient.localIDs.map(\.value) == local)
        }
    }
}
