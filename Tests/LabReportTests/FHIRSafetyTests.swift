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

    /// The result whose value is this member.
    private static func result(_ member: String) throws -> (Observation?, [String]) {
        let changed = observation.replacing(#""valueString":"Positif""#, with: member)
        let outcomes = bundle(patient, report, changed)
        return (outcomes.first?.report?.results.first, rules(outcomes))
    }

    @Test(
        "A number with an exponent is the same number in digits, and one that would be too long is held",
        arguments: [
            ("1.5E+6", "1500000"), ("1.50e-2", "0.0150"), ("-12E0", "-12"), ("0.5E1", "5"), ("12.345E1", "123.45"),
            ("1E-3", "0.001"), ("0.050E2", "5.0"), ("0E3", "0"), ("7", "7"), ("1E60", nil), ("1E-9999999999", nil),
        ] as [(String, String?)])
    func exponents(written: String, plain: String?) throws {
        let (result, rules) = try Self.result(#""valueQuantity":{"value":"# + written + "}")
        guard let plain else { return #expect(rules.contains { $0.hasPrefix("!fhir-element") }) }
        guard case .number(let number) = try #require(result?.value) else { return #expect(Bool(false), "no number") }
        #expect(number.text == plain && rules == [])
    }

    @Test("A range from or to one number keeps its direction, and two units of one value are held")
    func pairs() throws {
        func value(_ member: String) throws -> String {
            let (result, rules) = try Self.result(member)
            guard rules.isEmpty else { return rules.joined(separator: ", ") }
            guard case .structured(let comparator, let first, let separator, let second)? = result?.value else {
                return "\(String(describing: result?.value))"
            }
            let unit = result?.unit?.code ?? "-"
            return [comparator, first?.text, separator, second?.text, unit].map { $0 ?? "" }.joined(separator: "|")
        }
        #expect(try value(#""valueRange":{"low":{"value":5,"unit":"g"}}"#) == ">=|5|||g")
        #expect(try value(#""valueRange":{"high":{"value":5}}"#) == "<=|5|||-")
        #expect(try value(#""valueRange":{"low":{"value":1},"high":{"value":5}}"#) == "|1|-|5|-")
        let held = "!fhir-value @ entry[2].Observation."
        #expect(
            try value(#""valueRange":{"low":{"value":1,"unit":"g"},"high":{"value":5,"unit":"kg"}}"#)
                == held + "valueRange")
        #expect(try value(#""valueRatio":{"numerator":{"value":1},"denominator":{"value":128}}"#) == "|1|:|128|-")
        #expect(
            try value(#""valueRatio":{"numerator":{"value":1,"comparator":"<"},"denominator":{"value":8}}"#)
                == "<|1|:|8|-")
        #expect(
            try value(#""valueRatio":{"numerator":{"value":5,"unit":"mg"},"denominator":{"value":2,"unit":"mL"}}"#)
                == held + "valueRatio")
        #expect(
            try value(#""valueRatio":{"numerator":{"value":1},"denominator":{"value":8,"comparator":">"}}"#)
                == held + "valueRatio")
        #expect(try value(#""valueRatio":{"numerator":{"value":1}}"#).hasPrefix("!fhir-element"))
        #expect(try value(#""valueRange":{"low":{"unit":"g"}}"#).hasPrefix("!fhir-element"))
    }

    @Test("A reference range says its unit where it is another than the result's, and of several the normal one counts")
    func ranges() throws {
        func range(_ ranges: String) throws -> String? {
            try Self.result(#""valueQuantity":{"value":4,"unit":"mmol/L"},"referenceRange":["# + ranges + "]").0?.range
        }
        let own = #"{"low":{"value":3.5,"unit":"mmol/L"},"high":{"value":5E0}}"#
        #expect(try range(own) == "3.5-5")
        #expect(try range(#"{"high":{"value":90,"unit":"mg/dL"}}"#) == "<=90 mg/dL")
        let normal = #"{"low":{"value":1},"type":{"coding":[{"code":"normal"}]}}"#
        #expect(try range(own + "," + normal) == ">=1")
        #expect(try range(own + #",{"text":"autre"}"#) == "3.5-5 ; autre")
    }

    @Test("Results of several specimens never pass for those of one")
    func specimens() {
        func specimen(_ id: String) -> String { #"{"resourceType":"Specimen","id":""# + id + #""}"# }
        let report = Self.report.replacing(
            #""result":["#, with: #""specimen":[{"reference":"Specimen/s1"}],"result":["#)
        func of(_ id: String) -> String {
            Self.observation.replacing(
                #""valueString""#, with: #""specimen":{"reference":"Specimen/"# + id + #""},"valueString""#)
        }
        let (one, two) = (specimen("s1"), specimen("s2"))
        #expect(Self.rules(Self.bundle(Self.patient, report, of("s1"), one, two)) == [])
        #expect(
            Self.rules(Self.bundle(Self.patient, report, of("s2"), one, two)) == [
                "!fhir-other-specimen @ entry[2].Observation.specimen"
            ])
        let both = report.replacing(
            #"[{"reference":"Specimen/s1"}]"#, with: #"[{"reference":"Specimen/s1"},{"reference":"Specimen/s2"}]"#)
        #expect(
            Self.rules(Self.bundle(Self.patient, both, Self.observation, one, two)) == [
                "!fhir-other-specimen @ entry[1].DiagnosticReport.specimen"
            ])
    }

    @Test("LOINC's code is the code among several, however the system is spelled")
    func codings() throws {
        for system in ["http://loinc.org", "urn:oid:2.16.840.1.113883.6.1", "LOINC"] {
            let changed = Self.observation.replacing(
                #"[{"system":"http://loinc.org","code":"94500-6"}]"#,
                with: #"[{"system":"urn:x:local","code":"PCR"},{"system":""# + system + #"","code":"94500-6"}]"#)
            let outcomes = Self.bundle(Self.patient, Self.report, changed)
            let code = try #require(outcomes.first?.report?.results.first?.code)
            #expect(code.code == "94500-6" && code.localCode == "PCR", "\(system)")
        }
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
