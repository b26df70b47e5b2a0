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

    @Test(
        "A member in other letters than FHIR's would be passed over: it holds the document",
        arguments: [
            ("\"subject\":{\"reference\":\"Patient/p1\"},\n", "\"Subject\":{\"reference\":\"Patient/p2\"},", "subject"),
            ("valueString", "ValueString", "valueString"), ("valueString", "valuestring", "valueString"),
            ("\"status\"", "\"STATUS\"", "status"), ("\"coding\"", "\"Coding\"", "coding"),
            ("\"code\":\"94500-6\"", "\"CODE\":\"94500-6\"", "code"),
            ("\"valueString\"", "\"_ValueString\":{},\"valueString\"", "valueString"),
            ("\"reference\"", "\"Reference\"", "reference"), ("\"resourceType\"", "\"ResourceType\"", "resourceType"),
        ])
    func letters(one: String, other: String, name: String) {
        let changed = Self.observation.replacing(one, with: other)
        #expect(changed != Self.observation)
        let found = Self.rules(Self.bundle(Self.patient, Self.other, Self.report, changed))
        let place = name == "resourceType" ? "entry[3].resource." : "entry[3].Observation."
        #expect(found == ["!fhir-element @ " + place + name])
    }

    @Test("So does one of the bundle itself, or of its entries")
    func lettersOfBundle() {
        let entry = #"{"resource":\#(Self.patient)},{"Resource":\#(Self.report)}"#
        for text in [
            #"{"resourceType":"Bundle","entry":[\#(entry)]}"#,
            #"{"resourceType":"Bundle","entry":[{"resource":\#(Self.report)}],"Entry":[{"resource":\#(Self.patient)}]}"#,
        ] {
            let found = Self.rules(FHIRReportReader().read(bytes: Array(text.utf8)))
            #expect(found.count == 1 && found[0].hasPrefix("!fhir-element @ Bundle."), "\(found)")
        }
        // Names that Pli does not ask for may be anything.
        let own = Self.observation.replacing("\"status\"", with: "\"Custom\":1,\"status\"")
        #expect(Self.rules(Self.bundle(Self.patient, Self.report, own)) == [])
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
            ("1e-9223372036854775808", nil),
        ] as [(String, String?)])
    func exponents(written: String, plain: String?) throws {
        let (result, rules) = try Self.result(#""valueQuantity":{"value":"# + written + "}")
        guard let plain else { return #expect(rules.contains { $0.hasPrefix("!fhir-element") }) }
        guard case .number(let number) = try #require(result?.value) else { return #expect(Bool(false), "no number") }
        #expect(number.text == plain && rules == [])
    }

    @Test(
        "A value that cannot be made out is held, also beside components of which it would be the group",
        arguments: [
            #""valueQuantity":{"unit":"g/L"}"#, #""valueQuantity":{}"#, #""valueQuantity":null"#,
            #""valueQuantity":[{"value":5}]"#, #""valueBoolean":"true""#,
        ])
    func unreadableValue(member: String) throws {
        let component = #","component":[{"code":{"text":"Hb"},"valueInteger":12}]"#
        for members in [member, member + component] {
            #expect(try Self.result(members).1.contains { $0.hasPrefix("!fhir-element @ entry[2].Observation.value") })
        }
    }

    @Test("A quantity that says why it has no number is a result without value")
    func absentQuantity() throws {
        let reason = #"{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"}"#
        for members in [
            #""valueQuantity":{"unit":"g","_value":{"extension":[\#(reason)]}}"#,
            #""valueQuantity":{"unit":"g"},"dataAbsentReason":{"text":"perdu"}"#,
        ] {
            let (result, rules) = try Self.result(members)
            #expect(rules == [] && result != nil && result?.value == nil)
        }
    }

    @Test("That somebody died is said by a truth value, not by its name")
    func deceased() {
        let dead = Self.patient.replacing(#""gender""#, with: #""deceasedBoolean":"true","gender""#)
        #expect(
            Self.rules(Self.bundle(dead, Self.report, Self.observation)) == [
                "!fhir-element @ entry[0].Patient.deceasedBoolean"
            ])
    }

    @Test("A range from or to one number keeps its direction, and two units of one value are text")
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
        let range = #""valueRange":{"low":{"value":1,"unit":"g"},"high":{"value":5,"unit":"kg"}}"#
        #expect(try Self.result(range).0?.value == .text(Personal("1 g - 5 kg")))
        #expect(try value(#""valueRatio":{"numerator":{"value":1},"denominator":{"value":128}}"#) == "|1|:|128|-")
        #expect(
            try value(#""valueRatio":{"numerator":{"value":1,"comparator":"<"},"denominator":{"value":8}}"#)
                == "<|1|:|8|-")
        let ratio = #""valueRatio":{"numerator":{"value":30,"unit":"mg"},"denominator":{"value":1,"unit":"g"}}"#
        #expect(try Self.result(ratio).0?.value == .text(Personal("30 mg / 1 g")))
        let bounded = #""valueRatio":{"numerator":{"value":1},"denominator":{"value":8,"comparator":">"}}"#
        #expect(try Self.result(bounded).0?.value == .text(Personal("1 / >8")))
        let titre = #""valueRatio":{"numerator":{"value":1},"denominator":{"value":160,"code":"1"}}"#
        #expect(try value(titre) == "|1|:|160|-")
        // Half a pair, as some programs write one number.
        let half = #""valueRatio":{"numerator":{"value":0.95,"unit":"g"},"denominator":{"unit":"g"}}"#
        #expect(try Self.result(half).0?.value == .number(Personal("0.95")))
        #expect(try value(#""valueRatio":{"denominator":{"value":2}}"#).hasPrefix("!fhir-element"))
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
        func specimen(_ id: String, _ kind: String) -> String {
            #"{"resourceType":"Specimen","id":""# + id + #"","type":{"text":""# + kind + #""}}"#
        }
        let report = Self.report.replacing(
            #""result":["#, with: #""specimen":[{"reference":"Specimen/s1"}],"result":["#)
        func of(_ id: String) -> String {
            Self.observation.replacing(
                #""valueString""#, with: #""specimen":{"reference":"Specimen/"# + id + #""},"valueString""#)
        }
        let (one, two) = (specimen("s1", "sang"), specimen("s2", "urine"))
        #expect(Self.rules(Self.bundle(Self.patient, report, of("s1"), one, two)) == [])
        #expect(
            Self.rules(Self.bundle(Self.patient, report, of("s2"), one, two)) == [
                "!fhir-other-specimen @ entry[2].Observation.specimen"
            ])
        // Two resources that say the same, as programs write that contain a specimen in each result.
        #expect(Self.rules(Self.bundle(Self.patient, report, of("s2"), one, specimen("s2", "sang"))) == [])
        // Two, and no result says of which it is.
        let both = report.replacing(
            #"[{"reference":"Specimen/s1"}]"#, with: #"[{"reference":"Specimen/s1"},{"reference":"Specimen/s2"}]"#)
        let outcomes = Self.bundle(Self.patient, both, Self.observation, one, two)
        #expect(Self.rules(outcomes) == ["fhir-specimens @ entry[1].DiagnosticReport.specimen"])
        #expect(outcomes.first?.report?.orders.first?.specimenIndex == nil)
        #expect(Self.rules(Self.bundle(Self.patient, both, of("s2"), one, two)) == [])
    }

    @Test("What holds no longer is not taken: numbers, addresses, telephones, names; but an identity for tests is seen")
    func old() throws {
        func patient(_ members: String) -> ReadOutcome? {
            let changed = Self.patient.replacing(#""gender""#, with: members + #","gender""#)
            return Self.bundle(changed, Self.report, Self.observation).first
        }
        let ins =
            #"{"use":"old","system":"urn:oid:%","value":"279035121518989","type":{"coding":[{"code":"INS-NIR"}]}}"#
        let withdrawn = ins.replacing("%", with: "1.2.250.1.213.1.4.8")
        let numbers = { (one: String) in
            Self.patient.replacing(#"[{"value":"D1"}]"#, with: "[" + one + #",{"value":"D1"}]"#)
        }
        #expect(Self.bundle(numbers(withdrawn), Self.report, Self.observation).first?.report?.patient.ins == nil)
        let test = ins.replacing("%", with: "1.2.250.1.213.1.4.10")
        #expect(Self.bundle(numbers(test), Self.report, Self.observation).first?.places.fictitious != nil)
        let address = #""address":[{"use":"old","postalCode":"20000"},{"postalCode":"75013"}]"#
        #expect(patient(address)?.report?.patient.address?.postcode?.text == "75013")
        let telecom = #""telecom":[{"use":"old","system":"phone","value":"0199000001"}]"#
        #expect(patient(telecom)?.report?.patient.phones == [])
        let nickname = Self.patient.replacing(#""name":[{"#, with: #""name":[{"use":"nickname","family":"ZOZO"},{"#)
        let named = Self.bundle(nickname, Self.report, Self.observation).first?.report?.patient
        #expect(named?.birthName?.text == "BRUVELAN" && named?.usedName == nil)
    }

    @Test("A label for tests counts on whatever resource it stands, and what a server is to delete is no report")
    func labels() {
        let meta =
            #""meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":"HTEST"}]},"#
        for changed in [
            [Self.patient.replacing(#""id":"p1","#, with: #""id":"p1","# + meta), Self.report, Self.observation],
            [Self.patient, Self.report.replacing(#""id":"r","#, with: #""id":"r","# + meta), Self.observation],
        ] {
            let outcomes = Self.bundle(changed[0], changed[1], changed[2])
            #expect(outcomes.first?.report?.processing == .training)
        }
        let text =
            #"{"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"DELETE","url":"x"},"#
            + #""resource":"# + Self.observation + "}]}"
        let outcomes = FHIRReportReader().read(bytes: Array(text.utf8))
        #expect(Self.rules(outcomes) == ["!fhir-modifier @ entry[0].request"])
    }

    @Test("Blanks are a part of a number, but not of a NIR's; a request may be known by its number only")
    func numbers() throws {
        let report = Self.report.replacing(
            #"[{"value":"F1"}]"#, with: #"[{"value":"24 0012 7"}],"basedOn":[{"identifier":{"value":"P 1"}}]"#)
        let order = try #require(Self.bundle(Self.patient, report, Self.observation).first?.report?.orders.first)
        #expect(order.fillerNumber?.text == "24 0012 7" && order.placerNumber?.text == "P 1")
        let ins =
            #"{"system":"urn:oid:1.2.250.1.213.1.4.8","value":"2 79 03 51 215 189 89","type":{"coding":[{"code":"INS-NIR"}]}}"#
        let patient = Self.patient.replacing(#"[{"value":"D1"}]"#, with: "[" + ins + "]")
        let read = Self.bundle(patient, Self.report, Self.observation).first?.report?.patient
        #expect(read?.ins != nil || read?.nir != nil)
    }

    @Test("What is noted on a group, said in words, or one code too many is not passed over")
    func beside() throws {
        let component = #""note":[{"text":"hémolysé"}],"component":[{"code":{"text":"CT"},"valueInteger":24}]"#
        let (_, _) = try Self.result(component)
        let grouped = Self.bundle(
            Self.patient, Self.report, Self.observation.replacing(#""valueString":"Positif""#, with: component))
        #expect(grouped.first?.report?.orders.first?.notes.map(\.text) == ["hémolysé"])
        #expect(grouped.first?.report?.results.map(\.notes.count) == [0])
        let flag = #""valueInteger":1,"interpretation":[{"text":"Normal"}]"#
        let flagged = try #require(try Self.result(flag).0)
        #expect(flagged.interpretation == [] && flagged.notes == [Personal("Normal")])
        let three = #""valueCodeableConcept":{"coding":[{"code":"a"},{"code":"b"},{"code":"c"}]}"#
        #expect(try Self.result(three).1 == ["fhir-further-codes @ entry[2].Observation.valueCodeableConcept"])
        let words =
            #""valueCodeableConcept":{"text":"forte","coding":[{"code":"260348001","display":"Présent","system":"http://snomed.info/sct"}]}"#
        guard case .coded(let coded)? = try Self.result(words).0?.value else { return #expect(Bool(false)) }
        #expect(coded.text == "Présent" && coded.localText == "forte")
    }

    @Test("More members or components than a report may have are held, and so is a nest of members")
    func many() throws {
        let parts = Array(repeating: #"{"code":{"text":"x"},"valueInteger":1}"#, count: 1_005).joined(separator: ",")
        let thousand = Self.observation.replacing(#""valueString":"Positif""#, with: #""component":["# + parts + "]")
        #expect(Self.bundle(Self.patient, Self.report, thousand).first?.report?.results.count == 1_005)
        let more = Array(repeating: #"{"code":{"text":"x"},"valueInteger":1}"#, count: 15_001).joined(separator: ",")
        let tooMany = Self.observation.replacing(#""valueString":"Positif""#, with: #""component":["# + more + "]")
        #expect(
            Self.rules(Self.bundle(Self.patient, Self.report, tooMany)).first?.hasPrefix("!too-many-results") == true)
    }

    @Test("A document of more objects and lists than memory is for is held before it is in memory")
    func size() {
        func rules(containers: Int) -> [String] {
            // The document, its list, and lists of at most 10,000 empty ones.
            var left = containers - 2
            var lists: [String] = []
            while left > 0 {
                let empty = min(left - 1, 10_000)
                lists.append("[" + Array(repeating: "[]", count: empty).joined(separator: ",") + "]")
                left -= empty + 1
            }
            let text = #"{"resourceType":"Bundle","x":["# + lists.joined(separator: ",") + "]}"
            return FHIRReportReader().read(bytes: Array(text.utf8)).flatMap(\.findings).map(\.rule)
        }
        #expect(rules(containers: Limits.fhirContainers) == ["fhir-resource"])
        #expect(rules(containers: Limits.fhirContainers + 1) == ["fhir-size"])
        #expect(Limits.fhirContainers(ofBytes: 7 << 20) == Limits.fhirContainers)
        #expect(Limits.fhirContainers(ofBytes: 12 << 20) < Limits.fhirContainers)
        #expect(Limits.fhirContainers(ofBytes: Limits.messageBytes) > 15_000)
        let parts = Array(repeating: "1", count: Limits.fhirResources + 2).joined(separator: ",")
        let text = #"{"resourceType":"Bundle","x":["# + parts + "]}"
        #expect(FHIRReportReader().read(bytes: Array(text.utf8)).flatMap(\.findings).map(\.rule) == ["fhir-size"])
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
