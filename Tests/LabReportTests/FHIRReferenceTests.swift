import HL7
import Testing

@testable import LabReport

@Suite("References of FHIR that lead nowhere")
struct FHIRReferenceTests {
    private static func rules(_ order: String = "", _ result: String = "", more: String = "") -> [String] {
        let text = """
            {"resourceType":"Bundle","type":"collection","entry":[
            {"resource":{"resourceType":"Patient","id":"p1","identifier":[{"value":"D1"}]}},
            {"resource":{"resourceType":"Organization","id":"o","name":"LABO"}},
            {"resource":{"resourceType":"DiagnosticReport","id":"r","status":"final","identifier":[{"value":"F1"}],
            "subject":{"reference":"Patient/p1"}\(order),"result":[{"reference":"Observation/b"}],"code":{"text":"PCR"}}},
            {"resource":{"resourceType":"Observation","id":"b","status":"final",
            "code":{"coding":[{"system":"http://loinc.org","code":"2823-3"}]},"valueInteger":1\(result)}}\(more)]}
            """
        return FHIRReportReader().read(bytes: Array(text.utf8)).flatMap(\.findings).map {
            ($0.severity == .error ? "!" : "") + $0.rule + " @ " + $0.path
        }
    }

    @Test(
        "A specimen, a performer or a request that is not in the document is told",
        arguments: [
            (#","specimen":[{"reference":"Specimen/9"}]"#, "", "entry[2].DiagnosticReport.specimen"),
            (
                #","specimen":[{"reference":"Specimen/9"},{"display":"sang"}]"#, "",
                "entry[2].DiagnosticReport.specimen"
            ),
            (#","performer":[{"reference":"Organization/9"}]"#, "", "entry[2].DiagnosticReport.performer"),
            (
                #","performer":[{"reference":"Organization/o"},{"display":"Labo B"}]"#, "",
                "entry[2].DiagnosticReport.performer"
            ),
            (#","basedOn":[{"reference":"ServiceRequest/9"}]"#, "", "entry[2].DiagnosticReport.basedOn"),
            ("", #","specimen":{"reference":"Patient/p1"}"#, "entry[3].Observation.specimen"),
            ("", #","performer":[{"reference":"urn:uuid:9"}]"#, "entry[3].Observation.performer"),
            ("", #","device":{"reference":"Device/9"}"#, "entry[3].Observation.device"),
        ])
    func dangling(order: String, result: String, path: String) {
        // Of several specimens none is the results' own, which is told besides.
        #expect(Self.rules(order, result).filter { !$0.hasPrefix("fhir-specimens") } == ["fhir-dangling @ " + path])
    }

    @Test("What the reference itself says, or what is there, is no matter")
    func said() {
        #expect(Self.rules(#","basedOn":[{"identifier":{"value":"P1"}}]"#) == [])
        #expect(Self.rules("", #","device":{"display":"Automate 3"}"#) == [])
        #expect(Self.rules(#","performer":[{"reference":"Organization/o"}]"#) == [])
    }

    @Test("A result about somebody who is not in the document, or about no patient, is held")
    func subjects() {
        #expect(
            Self.rules("", #","subject":{"reference":"Patient/9"}"#) == [
                "!fhir-reference @ entry[3].Observation.subject"
            ])
        #expect(
            Self.rules("", #","subject":{"reference":"Organization/o"}"#) == [
                "!fhir-other-patient @ entry[3].Observation.subject"
            ])
    }

    @Test("A report whose source had no id gets one as a message: the same each time, another for another report")
    func identifiers() throws {
        func converted(_ value: String, _ format: ReportFormat) throws -> String {
            let text = """
                {"resourceType":"Bundle","type":"collection","timestamp":"2026-11-26T08:00:00Z","entry":[
                {"resource":{"resourceType":"Patient","id":"p1","identifier":[{"value":"D1"}]}},
                {"resource":{"resourceType":"Observation","id":"b","status":"final","valueInteger":\(value),
                "code":{"coding":[{"system":"http://loinc.org","code":"2823-3"}]}}}]}
                """
            let report = try #require(FHIRReportReader().read(bytes: Array(text.utf8)).first?.report)
            let file = ReportWriter(format).file(of: [report])
            let outcome = ReportReader(format).read(SourceMessage(file)).first
            return try #require(outcome?.report?.messageID?.text, "\(outcome?.findings ?? [])")
        }
        for format in [ReportFormat.hl7, .hprim] {
            let first = try converted("1", format)
            #expect(first.utf8.count == 20)
            #expect(try converted("1", format) == first)
            #expect(try converted("2", format) != first)
        }
    }

    @Test("Of several requesters, and of several addresses, that the others stay behind is told")
    func several() {
        let requests = ["1", "2"].map { number in
            """
            ,{"resource":{"resourceType":"ServiceRequest","id":"s\(number)","requester":{"reference":"Practitioner/d\(number)"}}},
            {"resource":{"resourceType":"Practitioner","id":"d\(number)","name":[{"family":"D\(number)"}]}}
            """
        }
        let order = #","basedOn":[{"reference":"ServiceRequest/s1"},{"reference":"ServiceRequest/s2"}]"#
        #expect(
            Self.rules(order, more: requests.joined()) == ["fhir-further @ entry[6].ServiceRequest.requester"])
    }
}
