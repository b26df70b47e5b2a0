import HL7
import Testing

@testable import LabReport

/// What the header of a FHIR message says that happened.
@Suite("Messages of FHIR")
struct FHIREventTests {
    private static func read(_ header: String) -> ReadOutcome? {
        let text = """
            {"resourceType":"Bundle","type":"message","identifier":{"value":"M1"},"timestamp":"2026-11-26T08:00:00Z",
            "entry":[{"resource":{"resourceType":"MessageHeader","source":{"name":"SIL"}\(header)}},
            {"resource":{"resourceType":"Patient","id":"p1","identifier":[{"value":"D1"}],"name":[{"family":"BRUVELAN"}]}},
            {"resource":{"resourceType":"DiagnosticReport","id":"r","status":"final","identifier":[{"value":"F1"}],
            "subject":{"reference":"Patient/p1"},"result":[{"reference":"Observation/b"}],"code":{"text":"PCR"}}},
            {"resource":{"resourceType":"Observation","id":"b","status":"final","subject":{"reference":"Patient/p1"},
            "code":{"coding":[{"system":"http://loinc.org","code":"94500-6"}]},"valueString":"Positif"}}]}
            """
        return FHIRReportReader().read(bytes: Array(text.utf8)).first
    }

    private static func coding(_ system: String?, _ code: String) -> String {
        let system = system.map { #""system":""# + $0 + #"","# } ?? ""
        return #","eventCoding":{"# + system + #""code":""# + code + #""}"#
    }

    private static let events = "http://terminology.hl7.org/CodeSystem/v2-0003"

    @Test(
        "A message of HL7 v2 that is no report is held, wherever FHIR says which one it is",
        arguments: [
            (coding(events, "O21"), "message-type"), (coding(events, "V04"), "message-type"),
            (coding(events, "A01"), "message-type"), (coding(events, "o21"), "message-type"),
            (coding(events + "|2.9", "O01"), "message-type"),
            (coding("http://hl7.org/fhir/v2/0003", "A08"), "message-type"),
            (coding("urn:oid:2.16.840.1.113883.12.3", "S12"), "message-type"),
            (coding("http://terminology.hl7.org/CodeSystem/v2-0076", "ADT"), "message-type"),
            (coding(nil, "OML^O21^OML_O21"), "message-type"), (coding(nil, "O21"), "message-type"),
            (coding(events, "R31"), "message-event"), (coding(events, "ORU^R03"), "message-event"),
            (coding(events, "OUL^R22"), "message-type"),
            (#","event":{"system":"http://hl7.org/fhir/v2/0003","code":"A01"}"#, "message-type"),
            (#","eventUri":"http://terminology.hl7.org/CodeSystem/v2-0003#O21""#, "message-type"),
            (#","eventUri":"http://hl7.org/v2/events/A01""#, "message-type"),
            (#","eventUri":"https://labo.example/evenements/ADT_A01""#, "message-type"),
            (#","eventUri":"urn:x:ORU^R31""#, "message-event"),
        ])
    func others(header: String, rule: String) throws {
        let outcome = try #require(Self.read(header))
        #expect(outcome.isHeld)
        #expect(outcome.findings.map(\.rule) == [rule])
        #expect(outcome.findings.first?.path.hasPrefix("MessageHeader.event") == true)
        #expect(outcome.findings.first?.french.contains("MessageHeader") == true)
    }

    @Test("What is longer than any code or URI of the kind announces nothing")
    func long() throws {
        let filling = String(repeating: "a^", count: 200)
        for header in [
            Self.coding(Self.events, filling + "O21"), Self.coding(Self.events + filling, "O21"),
            #","eventUri":"http://hl7.org/v2/"# + filling + #"/A01""#,
        ] { #expect(try #require(Self.read(header)).findings.allSatisfy { $0.rule != "message-type" }) }
    }

    @Test(
        "A report is taken, and so is a message without an event or with one of a system that nobody knows",
        arguments: [
            "", coding(nil, "lab_result"), coding(nil, "NEW"), #","eventCoding":{"display":"bio"}"#,
            coding(events, "R01"), coding(events, "ORU^R01^ORU_R01"), coding(events, "r01"), coding(nil, "R01"),
            coding("http://terminology.hl7.org/CodeSystem/v2-0354", "ORU_R01"),
            coding("http://terminology.hl7.org/CodeSystem/v2-0076", "ORU"),
            coding("http://hl7.org/fhir/message-events", "observation-provide"), coding("http://labo.example/e", "A01"),
            coding(nil, "diagnosticreport-provide"), #","eventCoding":{}"#,
            #","eventUri":"http://terminology.hl7.org/CodeSystem/v2-0003/R01""#, #","eventUri":"urn:x:ORU_R01""#,
            #","eventUri":"https://labo.example/evenements/A01""#, #","eventUri":"https://labo.example/resultat""#,
            #","eventUri":"http://terminology.hl7.org/CodeSystem/v2-0003""#, #","eventUri":"""#, #","eventUri":"/""#,
        ])
    func reports(header: String) throws {
        let outcome = try #require(Self.read(header))
        #expect(outcome.findings.map(\.rule) == [], "\(header)")
        #expect(outcome.report?.results.count == 1)
    }
}
