import HL7
import Testing

@testable import LabReport

/// Documents in which a result may be taken for another person's.
@Suite("Whose results a FHIR document holds")
struct FHIRSubjectTests {
    private static let head = """
        {"resourceType":"Bundle","type":"collection","entry":[
        {"fullUrl":"http://a/fhir/Patient/p","resource":{"resourceType":"Patient","id":"p",
        "identifier":[{"system":"urn:lab","value":"D1"},{"use":"old","system":"urn:lab","value":"D0"}],"name":[{"family":"BRUVELAN"}]}},
        {"fullUrl":"urn:uuid:q","resource":{"resourceType":"Patient","id":"q","identifier":[{"system":"urn:lab","value":"D2"}],
        "name":[{"family":"PELVI"}]}},
        {"resource":{"resourceType":"Organization","id":"o","name":"LABO"}},
        """

    /// What is found in a document of two patients and one report, whose members these are; and the report's patient.
    private static func read(
        report: String = #""subject":{"reference":"Patient/p"}"#, result: String = "", more: String = "",
        from base: String = "http://a/fhir/"
    ) -> (rules: [String], name: String?) {
        let text =
            head + """
                {"fullUrl":"\(base)DiagnosticReport/r","resource":{"resourceType":"DiagnosticReport","id":"r","status":"final",
                \(report),"identifier":[{"value":"F1"}],"result":[{"reference":"Observation/b"}],"code":{"text":"PCR"}}},
                {"fullUrl":"\(base)Observation/b","resource":{"resourceType":"Observation","id":"b","status":"final"\(result),
                "code":{"coding":[{"system":"http://loinc.org","code":"94500-6"}]},"valueString":"Positif"}}\(more)]}
                """
        let outcomes = FHIRReportReader().read(bytes: Array(text.utf8))
        let rules = outcomes.flatMap(\.findings).map { ($0.severity == .error ? "!" : "") + $0.rule + " @ " + $0.path }
        return (rules, outcomes.first?.report?.patient.birthName?.text)
    }

    private static let observation = "entry[4].Observation"
    private static let diagnostic = "entry[3].DiagnosticReport"

    @Test("A number names the patient who has it, now or before, and nobody else")
    func numbers() {
        for number in ["D1", "D0"] {
            let subject = #""subject":{"identifier":{"system":"urn:lab","value":"\#(number)"}}"#
            #expect(Self.read(report: subject).name == "BRUVELAN")
            #expect(Self.read(result: "," + subject).rules == [])
        }
        #expect(Self.read(report: #""subject":{"identifier":{"value":"D2"}}"#).name == "PELVI")
        #expect(
            Self.read(result: #","subject":{"identifier":{"value":"D2"}}"#).rules == [
                "!fhir-other-patient @ \(Self.observation).subject"
            ])
        #expect(
            Self.read(result: #","subject":{"identifier":{"value":"D9"}}"#).rules == [
                "!fhir-reference @ \(Self.observation).subject"
            ])
        // The same number of another authority is another's.
        #expect(
            Self.read(result: #","subject":{"identifier":{"system":"urn:other","value":"D1"}}"#).rules == [
                "!fhir-reference @ \(Self.observation).subject"
            ])
        #expect(
            Self.read(report: #""subject":{"identifier":{"value":"D9"}}"#).rules.first
                == "!fhir-reference @ \(Self.diagnostic).subject")
    }

    @Test(
        "A subject that is no Reference may name another patient, and is held wherever it stands",
        arguments: [
            #"[{"reference":"urn:uuid:q"}]"#, #""urn:uuid:q""#, #"{"url":"urn:uuid:q"}"#, "null",
        ])
    func otherShape(subject: String) {
        let member = #""subject":"# + subject
        #expect(Self.read(result: "," + member).rules == ["!fhir-element @ \(Self.observation).subject"])
        #expect(Self.read(report: member).rules.first == "!fhir-element @ \(Self.diagnostic).subject")
        let specimen = #",{"resource":{"resourceType":"Specimen","id":"s",\#(member)}}"#
        #expect(
            Self.read(result: #","specimen":{"reference":"Specimen/s"}"#, more: specimen).rules == [
                "!fhir-element @ entry[5].Specimen.subject"
            ])
        let request = #",{"resource":{"resourceType":"ServiceRequest","id":"s",\#(member)}}"#
        let report = #""subject":{"reference":"Patient/p"},"basedOn":[{"reference":"ServiceRequest/s"}]"#
        #expect(
            Self.read(report: report, more: request).rules == ["!fhir-element @ entry[5].ServiceRequest.subject"])
    }

    @Test("A subject that only describes the patient is one of this report")
    func described() {
        for subject in [#"{"display":"BRUVELAN"}"#, #"{"type":"Patient","display":"BRUVELAN"}"#] {
            #expect(Self.read(result: #","subject":"# + subject).rules == [])
        }
    }

    @Test("A number beside a reference must be that patient's")
    func both() {
        let other = #""subject":{"reference":"Patient/p","identifier":{"value":"D2"}}"#
        #expect(Self.read(report: other).rules == ["!fhir-other-patient @ \(Self.diagnostic).subject"])
        #expect(Self.read(result: "," + other).rules == ["!fhir-other-patient @ \(Self.observation).subject"])
        let same = #""subject":{"reference":"Patient/p","identifier":{"value":"D1"}}"#
        #expect(Self.read(report: same, result: "," + same).rules == [])
    }

    @Test(
        "An address of another server names nobody here",
        arguments: [
            ("http://b/fhir/Patient/p", false), ("http://a/fhir/Patient/p", true), ("http://a/Patient/p", false),
            ("http://a/fhir/Patient/p/_history/3", true), ("Patient/p", true), ("Patient/p/_history/1", true),
            ("urn:uuid:p", true), ("urn:oid:p", false), ("https://a/fhir/Patient/p", false),
        ])
    func servers(link: String, isFound: Bool) {
        let subject = #""subject":{"reference":"\#(link)"}"#
        let asReport = Self.read(report: subject)
        #expect((asReport.name == "BRUVELAN") == isFound)
        #expect(asReport.rules.contains("!fhir-reference @ \(Self.diagnostic).subject") == !isFound)
        #expect((Self.read(result: "," + subject).rules == []) == isFound)
    }

    @Test("A relative address is of the server of the resource that names it")
    func relative() {
        #expect(Self.read(from: "http://b/fhir/").rules.first == "!fhir-reference @ \(Self.diagnostic).subject")
        // Of a resource whose server nobody knows, the document's own is meant.
        #expect(Self.read(from: "urn:x:").name == "BRUVELAN")
    }

    @Test("A version that is named is that one")
    func versions() {
        let text =
            Self.head.replacing(#""id":"p","#, with: #""id":"p","meta":{"versionId":"2"},"#)
            + #"{"resource":{"resourceType":"Observation","id":"b","status":"final","subject":{"reference":"#
        func rules(_ version: String) -> [String] {
            let rest = #""http://a/fhir/Patient/p/_history/\#(version)"},"code":{"text":"x"},"valueInteger":1}}]}"#
            return FHIRReportReader().read(bytes: Array((text + rest).utf8)).flatMap(\.findings).map(\.rule)
        }
        #expect(rules("2") == [])
        #expect(rules("1").contains("fhir-reference"))
    }

    @Test(
        "What a result is about besides the patient of record holds it",
        arguments: [
            (#""focus":[{"reference":"urn:uuid:q"}]"#, "focus"), (#""focus":[{"display":"fœtus"}]"#, "focus"),
            (
                #""extension":[{"url":"http://hl7.org/fhir/StructureDefinition/observation-focal-subject"}]"#,
                "extension[0]"
            ),
        ])
    func focus(member: String, path: String) {
        #expect(Self.read(result: "," + member).rules == ["!fhir-other-patient @ \(Self.observation).\(path)"])
        #expect(Self.read(result: #","focus":[{"reference":"Patient/p"}]"#).rules == [])
    }

    @Test("A specimen or a request of another patient holds the result, and so does one of nobody in the document")
    func specimens() {
        func specimen(_ link: String) -> [String] {
            Self.read(
                result: #","specimen":{"reference":"Specimen/s"}"#,
                more: #",{"resource":{"resourceType":"Specimen","id":"s","subject":{"reference":"\#(link)"}}}"#
            ).rules
        }
        #expect(specimen("Patient/p") == [])
        #expect(specimen("Patient/q") == ["!fhir-other-patient @ entry[5].Specimen.subject"])
        #expect(specimen("Patient/9") == ["!fhir-reference @ entry[5].Specimen.subject"])
        func request(_ link: String) -> [String] {
            Self.read(
                report: #""subject":{"reference":"Patient/p"},"basedOn":[{"reference":"ServiceRequest/s"}]"#,
                more: #",{"resource":{"resourceType":"ServiceRequest","id":"s","subject":{"reference":"\#(link)"}}}"#
            ).rules
        }
        #expect(request("Patient/p") == [])
        #expect(request("urn:uuid:q") == ["!fhir-other-patient @ entry[5].ServiceRequest.subject"])
    }

    @Test("An Observation that two reports name is a result of each, and of one patient only")
    func shared() throws {
        func outcomes(_ patient: String, _ subject: String) -> [ReadOutcome] {
            let reports = ["p", patient].enumerated().map { number, patient in
                #"{"resource":{"resourceType":"DiagnosticReport","id":"r\#(number)","status":"final","identifier":[{"value":"F\#(number)"}],"#
                    + #""subject":{"reference":"Patient/\#(patient)"},"result":[{"reference":"Observation/b"}],"code":{"text":"x"}}},"#
            }
            let result =
                #"{"resource":{"resourceType":"Observation","id":"b","status":"final","code":{"text":"y"},"valueInteger":1\#(subject)}}]}"#
            return FHIRReportReader().read(bytes: Array((Self.head + reports.joined() + result).utf8))
        }
        let report = try #require(outcomes("p", "").first?.report)
        #expect(report.results.map(\.orderIndex) == [0, 1])
        #expect(
            outcomes("q", "").flatMap(\.findings).map { $0.rule + " @ " + $0.path }.first
                == "fhir-other-patient @ entry[5].Observation.subject")
    }

    @Test(
        "What ended before the document's day holds no longer, whatever its use; the name at birth outlives a marriage")
    func periods() throws {
        func patient(_ members: String, issued: String = "2026-11-26T08:00:00Z") throws -> Patient {
            let text = """
                {"resourceType":"Bundle","type":"collection","entry":[
                {"resource":{"resourceType":"Patient","id":"p","identifier":[{"value":"D1"}],\(members)}},
                {"resource":{"resourceType":"Observation","id":"b","status":"final","issued":"\(issued)",
                "code":{"text":"x"},"valueInteger":1}}]}
                """
            return try #require(FHIRReportReader().read(bytes: Array(text.utf8)).first?.report).patient
        }
        let address =
            #""address":[{"use":"home","city":"A","period":{"end":"2026-11-25"}},{"use":"home","city":"B"}]"#
        #expect(try patient(address).address?.city?.text == "B")
        #expect(try patient(address, issued: "2026-11-25T08:00:00Z").address?.city?.text == "A")
        #expect(try patient(address.replacing("2026-11-25", with: "2026")).address?.city?.text == "A")
        let phones =
            #""telecom":[{"value":"1","system":"phone","period":{"end":"2020"}},{"value":"2","system":"phone"}]"#
        #expect(try patient(phones).phones.map(\.text) == ["2"])
        let names =
            #""name":[{"use":"official","family":"PELVI","period":{"end":"2020"}},{"use":"official","family":"DELFO"},"#
            + #"{"use":"maiden","family":"BRUVELAN","period":{"end":"1990"}}]"#
        let named = try patient(names)
        #expect(named.birthName?.text == "BRUVELAN" && named.usedName?.text == "DELFO")
    }

    @Test("A group that is withdrawn contradicts a member that stands")
    func group() {
        func rules(_ group: String, _ member: String) -> [String] {
            let text =
                Self.head + """
                    {"resource":{"resourceType":"DiagnosticReport","id":"r","status":"final","identifier":[{"value":"F1"}],
                    "subject":{"reference":"Patient/p"},"code":{"text":"x"},
                    "result":[{"reference":"Observation/b"},{"reference":"Observation/g"}]}},
                    {"resource":{"resourceType":"Observation","id":"g","status":"\(group)","code":{"text":"g"},
                    "hasMember":[{"reference":"Observation/b"}]}},
                    {"resource":{"resourceType":"Observation","id":"b","status":"\(member)","code":{"text":"y"},"valueInteger":1}}]}
                    """
            return FHIRReportReader().read(bytes: Array(text.utf8)).flatMap(\.findings).map(\.rule)
        }
        #expect(rules("entered-in-error", "final") == ["action-mismatch"])
        #expect(rules("cancelled", "preliminary") == ["action-mismatch"])
        #expect(rules("entered-in-error", "entered-in-error") == [])
        #expect(rules("registered", "final") == [])
    }

    @Test(
        "What a report has no place for is told",
        arguments: [
            (#""conclusionCode":[{"text":"x"}]"#, "", "", "detail-dropped @ \(diagnostic).conclusionCode"),
            ("", #""bodySite":{"text":"x"}"#, "", "detail-dropped @ \(observation).bodySite"),
            ("", "", #""status":"unsatisfactory""#, "detail-dropped @ entry[5].Specimen.status"),
            ("", "", #""condition":[{"text":"hémolysé"}]"#, "detail-dropped @ entry[5].Specimen.condition"),
            ("", "", #""note":[{"text":"x"}]"#, "detail-dropped @ entry[5].Specimen.note"),
        ])
    func details(report: String, result: String, specimen: String, finding: String) {
        func comma(_ text: String) -> String { text.isEmpty ? "" : "," + text }
        let found = Self.read(
            report: #""subject":{"reference":"Patient/p"}"# + comma(report),
            result: #","specimen":{"reference":"Specimen/s"}"# + comma(result),
            more: #",{"resource":{"resourceType":"Specimen","id":"s","type":{"text":"sang"}\#(comma(specimen))}}"#)
        #expect(found.rules == [finding])
    }

    @Test("A second number of a report, and a second structure that answers, are told")
    func several() {
        let more =
            #","performer":[{"reference":"Organization/o"},{"reference":"Organization/o2"}]"#
        let other = #",{"resource":{"resourceType":"Organization","id":"o2","name":"AUTRE"}}"#
        #expect(Self.read(result: more, more: other).rules == ["fhir-further @ \(Self.observation).performer"])
        #expect(
            Self.read(report: #""subject":{"reference":"Patient/p"}"# + more, more: other).rules == [
                "fhir-further @ \(Self.diagnostic).performer"
            ])
        let text =
            Self.head + """
                {"resource":{"resourceType":"DiagnosticReport","status":"final","identifier":[{"value":"F1"},{"value":"F2"}],
                "subject":{"reference":"Patient/p"},"result":[{"reference":"Observation/b"}],"code":{"text":"x"}}},
                {"resource":{"resourceType":"Observation","id":"b","status":"final","code":{"text":"y"},"valueInteger":1}}]}
                """
        let findings = FHIRReportReader().read(bytes: Array(text.utf8)).flatMap(\.findings)
        #expect(findings.map { $0.rule + " @ " + $0.path } == ["fhir-further @ entry[3].DiagnosticReport.identifier"])
    }

    @Test(
        "A label for tests counts without a system, among the tags and of whatever system it is said to be",
        arguments: [
            #""tag":[{"code":"HTEST"}]"#, #""security":[{"code":"HTEST"}]"#,
            #""security":[{"system":"http://hl7.org/fhir/v3/ActReason","code":"HTEST"}]"#,
        ])
    func labels(meta: String) {
        let text =
            Self.head.replacing(#""id":"o","#, with: #""id":"o","meta":{\#(meta)},"#)
            + #"{"resource":{"resourceType":"Observation","status":"final","code":{"text":"y"},"valueInteger":1,"#
            + #""subject":{"reference":"Patient/p"}}}]}"#
        #expect(FHIRReportReader().read(bytes: Array(text.utf8)).first?.report?.processing == .training)
    }

    @Test("A control character that FHIR has not is held, and a tab or a line end is none of these")
    func controls() {
        for control in ["\\u0001", "\\u001f", "\\u000b", "\\b"] {
            #expect(
                Self.read(result: #","note":[{"text":"a\#(control)b"}]"#).rules == [
                    "!forbidden-control-character @ \(Self.observation).note.text"
                ])
        }
        #expect(Self.read(result: #","note":[{"text":"a\tb\r\nc"}]"#).rules == [])
    }
}
