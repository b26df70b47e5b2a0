import HL7
import StrictJSON
import Testing

@testable import LabReport

/// What references say by themselves, and what resources say that a report has no place for.
@Suite("What FHIR says without a resource, or besides")
struct FHIRStatedTests {
    private static let loinc = #""code":{"coding":[{"system":"http://loinc.org","code":"2345-7"}]}"#

    private static func text(
        bundle: String = "", patient: String = "", report: String = "", result: String = "",
        value: String = #""valueString":"x""#,
        more: String...
    ) -> String {
        let resources =
            [
                #"{"resourceType":"Patient","id":"p","identifier":[{"value":"D1"}],"name":[{"family":"BRUVELAN"}]\#(patient)}"#,
                #"{"resourceType":"DiagnosticReport","id":"r","status":"final","subject":{"reference":"Patient/p"},"#
                    + #""identifier":[{"value":"F1"}],"code":{"text":"B"},"result":[{"reference":"Observation/b"}]\#(report)}"#,
                #"{"resourceType":"Observation","id":"b","status":"final",\#(loinc),\#(value)\#(result)}"#,
            ] + more
        let entries = resources.map { #"{"resource":"# + $0 + "}" }.joined(separator: ",")
        return #"{"resourceType":"Bundle","type":"collection"\#(bundle),"entry":[\#(entries)]}"#
    }

    private static func read(_ text: String) -> (report: Report?, told: [String]) {
        let outcomes = FHIRReportReader().read(bytes: Array(text.utf8))
        let told = outcomes.flatMap(\.findings).map { ($0.severity == .error ? "!" : "") + $0.rule + " @ " + $0.path }
        return (outcomes.first?.report, told)
    }

    private static let finess = #""identifier":{"system":"urn:oid:1.2.250.1.71.4.2.2","value":"750999906"}"#

    // MARK: - References

    private static let laboratories: [(String, String?, String?)] = [
        (#"{\#(finess),"display":"LABO"}"#, "750999906", "LABO"),
        (
            #"{"type":"Organization","identifier":{"system":"https://finess.esante.gouv.fr","value":"750999906"}}"#,
            "750999906", nil
        ),
        (#"{"type":"Organization","display":"LABO DU PORT"}"#, nil, "LABO DU PORT"),
        (#"{"display":"Dr Anne DELFORAU"}"#, nil, nil), (#"{"type":"Practitioner","display":"LABO"}"#, nil, nil),
    ]

    @Test(
        "A laboratory named by its number, or in words that are said to be a structure's, is the laboratory",
        arguments: laboratories)
    func laboratory(performer: String, finess: String?, name: String?) {
        let (report, told) = Self.read(Self.text(report: #","performer":[\#(performer)]"#))
        #expect(report?.laboratory?.finess == finess && report?.laboratory?.name == name)
        #expect(told == [])
    }

    @Test(
        "Words alone, and numbers of nobody knows what, are no laboratory, and hide none that is named behind them",
        arguments: [
            #"{"display":"Jean MARTIN"}"#, #"{"display":"MARTIN Jean","identifier":{"value":"10768530825"}}"#,
            #"{"reference":"Practitioner/12","display":"Jean MARTIN"}"#,
            #"{"reference":"Organization/12","display":"LABO"}"#,
        ])
    func unclear(performer: String) {
        let alone = Self.read(Self.text(report: #","performer":[\#(performer)]"#))
        #expect(alone.report?.laboratory == nil)
        #expect(alone.told == ["fhir-dangling @ entry[1].DiagnosticReport.performer"])
        let named = Self.read(Self.text(report: #","performer":[\#(performer),{\#(Self.finess)}]"#))
        #expect(named.report?.laboratory?.finess == "750999906" && named.report?.laboratory?.name == nil)
        #expect(named.told == alone.told)
    }

    /// Whatever is said beside a resource that is not here, or of one who neither asks nor answers.
    private static let strangers = [
        #"{"reference":"Patient/p","display":"Zoe SECRETE"}"#,
        #"{"reference":"RelatedPerson/7","display":"Zoe SECRETE"}"#,
        #"{"reference":"Practitioner/12","display":"Zoe SECRETE"}"#, #"{"type":"Patient","display":"Zoe SECRETE"}"#,
        #"{"type":"RelatedPerson","display":"Zoe SECRETE"}"#,
        #"{"display":"Zoe SECRETE","identifier":{"system":"urn:oid:1.2.250.1.213.1.4.8","value":"280057800608413"}}"#,
        #"{"display":"Zoe SECRETE","identifier":{"value":"255081416802538"}}"#,
    ]

    @Test("A patient's name or number in the place of who asks or answers goes nowhere", arguments: strangers)
    func patientsName(reference: String) {
        let request = #"{"resourceType":"ServiceRequest","id":"s","requester":\#(reference)}"#
        let (report, told) = Self.read(
            Self.text(
                report: #","basedOn":[{"reference":"ServiceRequest/s"}],"performer":[\#(reference)]"#,
                result: #","performer":[\#(reference)]"#, more: request))
        #expect(report?.requester == nil && report?.laboratory == nil)
        #expect(report?.results[0].performer == nil && report?.results[0].responsible == nil)
        #expect(Set(told.map { $0.prefix { $0 != " " } }) == ["fhir-dangling"] && told.count == 3)
    }

    @Test("Nor does an INS that is said to be a specimen's number, or the words beside a specimen that is not here")
    func patientsSpecimen() {
        for specimen in [
            #"{"identifier":{"system":"urn:oid:1.2.250.1.213.1.4.8","value":"280057800608413"},"display":"Sang"}"#,
            #"{"reference":"Specimen/9","display":"Sang de Zoe SECRETE"}"#,
        ] {
            let (report, told) = Self.read(Self.text(report: #","specimen":[\#(specimen)]"#))
            #expect(report?.specimens == [] && told == ["fhir-dangling @ entry[1].DiagnosticReport.specimen"])
        }
    }

    @Test("Who has a number of professionals is a person, whatever stands behind the name")
    func professionals() {
        for number in [
            #""system":"https://rpps.esante.gouv.fr","value":"10003461032""#,
            #""type":{"coding":[{"code":"RPPS"}]},"value":"10003461032""#,
        ] {
            let performer = #"{"display":"MARTIN Jean, biologiste","identifier":{\#(number)}}"#
            let (report, told) = Self.read(
                Self.text(report: #","performer":[\#(performer)]"#, result: #","performer":[\#(performer)]"#))
            #expect(report?.laboratory == nil && report?.results[0].performer == nil && told == [])
            #expect(report?.results[0].responsible?.identifiers.first?.value.text == "10003461032")
        }
    }

    @Test("So is one that a result names by its number; words alone may be anybody's name there, and are told")
    func producer() {
        let (report, told) = Self.read(Self.text(result: #","performer":[{\#(Self.finess)}]"#))
        #expect(report?.laboratory?.finess == "750999906" && told == [])
        let words = Self.read(Self.text(result: #","performer":[{"display":"DELFORAU Anne"}]"#))
        #expect(words.report?.laboratory == nil && words.told == ["fhir-dangling @ entry[2].Observation.performer"])
        let person = Self.read(Self.text(result: #","performer":[{"display":"Dr DELFORAU"}]"#))
        #expect(person.report?.results[0].responsible?.familyName?.text == "Dr DELFORAU" && person.told == [])
    }

    @Test("Who asked may be named by a number, or by a name")
    func requester() {
        func requester(_ reference: String) -> Professional? {
            let request = #"{"resourceType":"ServiceRequest","id":"s","requester":\#(reference)}"#
            let (report, told) = Self.read(
                Self.text(report: #","basedOn":[{"reference":"ServiceRequest/s"}]"#, more: request))
            #expect(told == [])
            return report?.requester
        }
        let person = requester(
            #"{"identifier":{"system":"urn:oid:1.2.250.1.71.4.2.1","value":"10003461032"},"display":"Dr X"}"#)
        #expect(person?.identifiers.map(\.value.text) == ["10003461032"] && person?.familyName?.text == "Dr X")
        #expect(requester(#"{"display":"X"}"#)?.familyName?.text == "X")
        #expect(requester("{\(Self.finess)}")?.organisation?.finess == "750999906")
    }

    @Test("A specimen that is named by a number or in words is the order's, unless a resource is")
    func specimen() {
        let (report, told) = Self.read(
            Self.text(report: #","specimen":[{"identifier":{"value":"S1"},"display":"Sang"}]"#))
        #expect(report?.specimens.map(\.type?.text) == ["Sang"] && report?.specimens.first?.identifier?.text == "S1")
        #expect(report?.orders[0].specimenIndex == 0 && told == [])
        let resource = #"{"resourceType":"Specimen","id":"s","type":{"text":"Sang"}}"#
        let same = Self.read(
            Self.text(
                report: #","specimen":[{"reference":"Specimen/s"}]"#, result: #","specimen":{"display":"Sang"}"#,
                more: resource))
        #expect(same.report?.specimens.count == 1 && same.told == [])
        let named = Self.read(
            Self.text(
                report: #","specimen":[{"display":"Sang"}]"#, result: #","specimen":{"reference":"Specimen/s"}"#,
                more: resource))
        #expect(named.report?.specimens.count == 1 && named.told == [])
        let other = Self.read(
            Self.text(
                report: #","specimen":[{"reference":"Specimen/s"}]"#, result: #","specimen":{"display":"Urine"}"#,
                more: resource))
        #expect(other.told.contains { $0.hasPrefix("!fhir-other-specimen") })
        let further = Self.read(
            Self.text(
                report: #","specimen":[{"reference":"Specimen/s"}]"#,
                result: #","specimen":{"identifier":{"value":"S2"},"display":"Sang veineux"}"#,
                more: resource.replacing(#""type""#, with: #""identifier":[{"value":"S1"}],"type""#)))
        #expect(further.told == ["fhir-further @ DiagnosticReport.specimen"])
    }

    @Test("Who sends a message is the laboratory where no report and no result names one")
    func sender() {
        func laboratory(_ header: String, report: String = "") -> Organisation? {
            let lab = #"{"resourceType":"Organization","id":"o","name":"LABO"}"#
            let header = #"{"resourceType":"MessageHeader",\#(header)}"#
            return Self.read(Self.text(report: report, more: header, lab)).report?.laboratory
        }
        #expect(laboratory(#""sender":{"reference":"Organization/o"}"#)?.name == "LABO")
        #expect(laboratory(#""sender":{"display":"GROUPE"},"responsible":{\#(Self.finess)}"#)?.finess == "750999906")
        let named = laboratory(
            #""sender":{\#(Self.finess)}"#, report: #","performer":[{"reference":"Organization/o"}]"#)
        #expect(named?.name == "LABO" && named?.finess == nil)
    }

    // MARK: - Addresses

    @Test("An address in one text is its lines; one in parts keeps them")
    func addressText() {
        func lines(_ address: String) -> [String]? {
            let (report, told) = Self.read(Self.text(patient: #","address":[{\#(address)}]"#))
            #expect(told == [])
            return report?.patient.address?.lines.map(\.text)
        }
        #expect(lines(#""text":"1 rue X\n75011 PARIS""#) == ["1 rue X", "75011 PARIS"])
        #expect(lines(#""text":"1 rue X, 75011 PARIS","line":["1 rue X"]"#) == ["1 rue X", "1 rue X, 75011 PARIS"])
        #expect(
            lines(#""text":"1 rue X, 75011 PARIS","line":["1 rue X"],"city":"PARIS","postalCode":"75011""#) == [
                "1 rue X"
            ])
    }

    // MARK: - What is told

    private static let labels = #""meta":{"security":[{"system":"urn:x","code":"R"}]}"#

    private static let toldCases: [(String, String)] = [
        (text(bundle: "," + labels), "Bundle.meta.security"),
        (text(patient: "," + labels), "entry[0].Patient.meta.security"),
        (text(report: "," + labels), "entry[1].DiagnosticReport.meta.security"),
        (text(result: "," + labels), "entry[2].Observation.meta.security"),
        (
            text(report: #","resultsInterpreter":[{"display":"Dr X"}]"#),
            "entry[1].DiagnosticReport.resultsInterpreter"
        ),
        (specimen(#""collection":{"bodySite":{"text":"bras"}}"#), "entry[3].Specimen.collection.bodySite"),
        (specimen(#""collection":{"method":{"text":"ponction"}}"#), "entry[3].Specimen.collection.method"),
        (specimen(#""status":"entered-in-error""#), "entry[3].Specimen.status"),
        (
            text(
                report: #","basedOn":[{"reference":"ServiceRequest/s"}]"#,
                more: #"{"resourceType":"ServiceRequest","id":"s","status":"entered-in-error"}"#),
            "entry[3].ServiceRequest.status"
        ),
    ]

    @Test("What a report has no place for is told at its place", arguments: toldCases)
    func told(text: String, path: String) {
        let (report, told) = Self.read(text)
        #expect(report != nil && told == ["detail-dropped @ " + path])
    }

    private static func specimen(_ members: String) -> String {
        text(
            report: #","specimen":[{"reference":"Specimen/s"}]"#,
            more: #"{"resourceType":"Specimen","id":"s","type":{"text":"Sang"},\#(members)}"#)
    }

    @Test("Labels that ask for nothing unusual are not told")
    func usual() {
        for code in ["N", "U", "HTEST"] {
            let label = #","meta":{"security":[{"code":"\#(code)"}]}"#
            #expect(Self.read(Self.text(bundle: label, report: label)).told == [])
        }
    }

    @Test("A comment of STU3 is a note of its result")
    func comment() {
        let (report, told) = Self.read(Self.text(result: #","comment":"INVALIDE""#))
        #expect(report?.results[0].notes.map(\.text) == ["INVALIDE"] && told == [])
    }

    @Test("An animal is nobody, whosever name stands beside it")
    func animal() {
        func rules(_ species: String) -> [String] {
            let url = "http://hl7.org/fhir/StructureDefinition/patient-animal"
            let one =
                #","extension":[{"url":"\#(url)","extension":[{"url":"species","valueCodeableConcept":\#(species)}]}]"#
            return Self.read(Self.text(patient: one)).told
        }
        let found = ["not-of-a-person @ entry[0].Patient"]
        #expect(rules(#"{"coding":[{"code":"canislf","display":"Dog"}]}"#) == found)
        #expect(Self.read(Self.text(patient: #","animal":{"species":{"text":"chien"}}"#)).told == found)
        #expect(rules(#"{"coding":[{"system":"http://snomed.info/sct","code":"337915000"}]}"#) == [])
        #expect(rules(#"{"text":"inconnu"}"#) == [])
        #expect(rules("{}") == ["detail-dropped @ entry[0].Patient"])
        // As a converter of HL7's PID-35 writes it.
        let url = "http://hl7.org/fhir/StructureDefinition/patient-animal"
        for (code, told) in [("337915000", []), ("448771007", found)] {
            let value = #"{"coding":[{"system":"http://snomed.info/sct","code":"\#(code)"}]}"#
            let own = #","extension":[{"url":"\#(url)","valueCodeableConcept":\#(value)}]"#
            #expect(Self.read(Self.text(patient: own)).told == told)
        }
        #expect(Self.read(Self.text(patient: #","animal":{}"#)).told == ["detail-dropped @ entry[0].Patient"])
    }

    // MARK: - What is said of a document

    @Test("A modifier is named with the resource in which it stands")
    func modifier() {
        let modifier = #","modifierExtension":[{"url":"x"}]"#
        #expect(Self.read(Self.text(result: modifier)).told == ["!fhir-modifier @ entry[2].Observation"])
        #expect(Self.read(Self.text(bundle: modifier)).told == ["!fhir-modifier @ Bundle"])
        let contained = #","contained":[{"resourceType":"Organization","address":[{"line":["x"]\#(modifier)}]}]"#
        #expect(
            Self.read(Self.text(report: contained)).told == ["!fhir-modifier @ entry[1].DiagnosticReport.contained[0]"])
        let alone = #"{"resourceType":"DiagnosticReport","status":"final"\#(modifier)}"#
        #expect(Self.read(alone).told == ["!fhir-modifier @ DiagnosticReport"])
    }

    @Test("A JSON array, and another character set than UTF-8, are said to be so")
    func documents() {
        #expect(Self.read("[" + Self.text() + "]").told == ["!fhir-array @ Bundle"])
        let name = Array(Self.text().utf8) + [0x20, 0x0A]
        var latin = name
        latin[latin.count / 2] = 0xE9
        let found = FHIRReportReader().read(bytes: latin).flatMap(\.findings).map(\.rule)
        #expect(found == ["fhir-charset"] || found == ["fhir-json"])
        let text = Self.text().utf8.map { $0 == UInt8(ascii: "B") ? 0xE9 : $0 }
        #expect(FHIRReportReader().read(bytes: text).flatMap(\.findings).map(\.rule) == ["fhir-charset"])
    }

    // MARK: - Units

    @Test(
        "A unit whose code and label say other amounts is told apart from one that is only written otherwise",
        arguments: [
            ("g/L", "mg/L", true), ("mmol/L", "g/L", true), ("mg/dL", "mg/L", true), ("UI/mL", "[IU]/L", true),
            ("µg/mL", "mg/L", false), ("mUI/L", "u[IU]/mL", false), ("MG/L", "mg/L", false), ("G/L", "10*9/L", false),
            ("G/L", "g/L", false), ("UI/L", "U/L", false), ("kUI/L", "[IU]/mL", false), ("mg/mmol", "g/mol", false),
            ("μmol/l", "umol/L", false), ("mm3", "uL", false), ("g/24h", "mg/d", false),
            ("milligramme par litre", "mg/L", false),
            ("/mm3", "/uL", false), ("copies/mL", "{copies}/mL", false), ("%", "1", false), ("mm Hg", "mm[Hg]", false),
        ])
    func units(label: String, code: String, isOther: Bool) {
        #expect(UnitScale.isContradicted(Coded(code: code, text: label, system: "UCUM")) == isOther)
        #expect(!UnitScale.isContradicted(Coded(code: label)))
        let local = Coded(code: code, text: nil, system: "UCUM", localCode: label, localText: nil, localSystem: "L")
        #expect(UnitScale.isContradicted(local) == isOther)
    }

    @Test("Such a result is held")
    func heldUnit() throws {
        let value = #""valueQuantity":{"value":5.1,"unit":"g/L","system":"http://unitsofmeasure.org","code":"mg/L"}"#
        let report = try #require(Self.read(Self.text(value: value)).report)
        let findings = ReportRules.check(
            report, context: try RulesTests.settings(allowed: ["750100125"]), places: ReportPlaces())
        #expect(findings.contains { $0.rule == "unit-contradiction" && $0.severity == .error })
    }

    @Test(
        "A name of who assigns a number keeps its blanks in HL7, an OID has none",
        arguments: ["Winchester House", "1.2.3 "])
    func assigner(system: String) throws {
        var fixture = IntakeFixture()
        fixture.patient = "1||123456^^^LABO&\(system)^PI"
        let report = try #require(try fixture.judgedHL7().reports.first)
        #expect(report.patient.localIDs.first?.system == (system.hasPrefix("W") ? system : "1.2.3"))
    }
}
