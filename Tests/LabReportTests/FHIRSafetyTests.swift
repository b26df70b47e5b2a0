import HL7
import Testing

@testable import LabReport

/// Documents of others in which one thing may be taken for another.
@Suite("FHIR that may mislead")
struct FHIRSafetyTests {
    private static let patient = """
        {"resourceType":"Patient","id":"p1","identifier":[{"value":"D1"}],"name":[{"family":"BRUVELAN"}],"gender":"female"}
        """
    private static let other = """
        {"resourceType":"Patient","id":"p2","identifier":[{"value":"D2"}],"name":[{"family":"PELVI"}],"gender":"male"}
        """
    private static let report = """
        {"resourceType":"DiagnosticReport","id":"r","status":"final","identifier":[{"value":"F1"}],
        "subject":{"reference":"Patient/p1"},"performer":[{"reference":"Organization/o"}],
        "result":[{"reference":"Observation/b"}],"code":{"text":"PCR"}}
        """
    private static let observation = """
        {"resourceType":"Observation","id":"b","status":"final","subject":{"reference":"Patient/p1"},
        "code":{"coding":[{"system":"http://loinc.org","code":"94500-6"}]},"valueString":"Positif"}
        """

    private static func bundle(_ resources: String...) -> [ReadOutcome] {
        let entries = (resources + [#"{"resourceType":"Organization","id":"o","name":"LABO"}"#])
            .map { #"{"resource":"# + $0 + "}" }.joined(separator: ",")
        let text = #"{"resourceType":"Bundle","type":"collection","entry":["# + entries + "]}"
        return FHIRReportReader().read(bytes: Array(text.utf8))
    }

    private static func rules(_ outcomes: [ReadOutcome]) -> [String] {
        outcomes.flatMap(\.findings).map { ($0.severity == .error ? "!" : "") + $0.rule + " @ " + $0.path }
    }

    @Test("A document as it should be is taken")
    func good() {
        let outcomes = Self.bundle(Self.patient, Self.report, Self.observation)
        #expect(Self.rules(outcomes) == [])
        #expect(outcomes.first?.report?.results.count == 1)
    }

    @Test("A result of one patient never stands in another's report")
    func otherPatient() {
        let theirs = Self.observation.replacing("Patient/p1", with: "Patient/p2")
        #expect(
            Self.rules(Self.bundle(Self.patient, Self.other, Self.report, theirs)) == [
                "!fhir-other-patient @ entry[3].Observation.subject"
            ])
        // The same person twice is one.
        let again = Self.patient.replacing("p1", with: "p3")
        let same = Self.observation.replacing("Patient/p1", with: "Patient/p3")
        #expect(Self.rules(Self.bundle(Self.patient, again, Self.report, same)) == [])
    }

    @Test("Of two resources with one name nobody knows which is meant; the same one twice is no matter")
    func twice() {
        let changed = Self.patient.replacing("female", with: "male")
        #expect(
            Self.rules(Self.bundle(Self.patient, changed, Self.report, Self.observation)) == [
                "!fhir-twice @ entry[1].Patient"
            ])
        #expect(Self.rules(Self.bundle(Self.patient, Self.patient, Self.report, Self.observation)) == [])
        // Resources of several types may have one id.
        let role = #"{"resourceType":"PractitionerRole","id":"p1"}"#
        #expect(Self.rules(Self.bundle(role, Self.patient, Self.report, Self.observation)) == [])
    }

    @Test(
        "A value of a type that is not carried, and two values of one result, are held and not passed over",
        arguments: [
            #""valuePeriod":{"start":"2026"}"#, #""valueSampledData":{"origin":{"value":0}}"#,
            #""valueAttachment":{"title":"x"}"#, #""valueFoo":1"#, #""valueString":"x","valueInteger":1"#,
        ])
    func value(member: String) {
        let changed = Self.observation.replacing(#""valueString":"Positif""#, with: member)
        #expect(
            Self.rules(Self.bundle(Self.patient, Self.report, changed)) == [
                "!fhir-value @ entry[2].Observation.value[x]"
            ])
    }

    @Test("A NUL in a text is held, as in every format")
    func control() {
        let city = Self.patient.replacing("BRUVELAN", with: "BRU\\u0000VELAN")
        #expect(
            Self.rules(Self.bundle(city, Self.report, Self.observation)).contains {
                $0.hasPrefix("!forbidden-control-character @ entry[0].Patient")
            })
        let given = Self.patient.replacing(#""BRUVELAN""#, with: #""BRUVELAN","given":["A\u0000B"]"#)
        #expect(
            Self.rules(Self.bundle(given, Self.report, Self.observation)).contains {
                $0.hasPrefix("!forbidden-control-character @ entry[0].Patient")
            })
    }

    @Test("What stands between two documents is held at its place")
    func between() {
        var splitter = JSONSplitter()
        var pieces: [SourcePiece] = []
        splitter.push(Array("{},\n{}".utf8)[...], into: &pieces)
        splitter.finish(into: &pieces)
        let paths = pieces.compactMap { piece in
            if case .held(let held) = piece { held.finding.path } else { nil }
        }
        #expect(paths == ["byte 2"])
    }
}
