import Testing

@testable import LabReport

/// What the French profiles of FHIR (FR Core) say otherwise than FHIR alone.
@Suite("The French profiles of FHIR")
struct FHIRFrenchProfileTests {
    private static func names(_ names: String) -> (given: [String], rules: [String]) {
        let text = """
            {"resourceType":"Bundle","type":"collection","entry":[
            {"resource":{"resourceType":"Patient","id":"p","identifier":[{"value":"D1"}],"name":[\(names)]}},
            {"resource":{"resourceType":"Observation","id":"b","status":"final","code":{"text":"x"},"valueInteger":1}}]}
            """
        let outcomes = FHIRReportReader().read(bytes: Array(text.utf8))
        let given = outcomes.first?.report?.patient.givenNames ?? []
        return (given.map(\.text), outcomes.flatMap(\.findings).map { $0.rule + " @ " + $0.path })
    }

    private static func list(_ text: String) -> String {
        let url = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-birth-list-given-name"
        return #""extension":[{"url":"\#(url)","valueString":"\#(text)"}]"#
    }

    @Test(
        "All given names of the civil status are read, the first one first and each once",
        arguments: [
            (#""given":["Ada"],"#, "ADA MARIE ROSE", ["Ada", "MARIE", "ROSE"]),
            (#""given":["Ada","Marie Rose"],"#, "ADA MARIE-ROSE", ["Ada", "Marie Rose"]),
            (#""given":["Marie-Rose"],"#, "MARIE-ROSE, ANNE", ["Marie-Rose", "ANNE"]),
            (#""given":["Zoé"],"#, "ZOE", ["Zoé"]), ("", "ADA MARIE ROSE", ["ADA", "MARIE", "ROSE"]),
            (#""given":["Ada"],"#, "", ["Ada"]), (#""given":["Rose"],"#, "ADA MARIE ROSE", ["Rose", "ADA", "MARIE"]),
        ])
    func givenNames(given: String, list: String, names: [String]) {
        let found = Self.names(
            #"{"use":"official","family":"TESTEUR",\#(given)\#(Self.list(list))},{"use":"usual","family":"DUPONT"}"#)
        #expect(found.given == names && !found.rules.contains { $0.hasPrefix("fhir-further") }, "\(found)")
    }

    @Test(
        "A list of another name that is in force is read, or told where it says other names; more than anybody has are told"
    )
    func otherLists() {
        let usual =
            #"{"use":"official","family":"T","given":["Ada"]},{"use":"usual","family":"D",\#(Self.list("ADA ROSE"))}"#
        #expect(Self.names(usual).given == ["Ada", "ROSE"])
        let other =
            #"{"use":"official","family":"T","given":["Ada"],\#(Self.list("ADA ROSE"))},"#
            + #"{"use":"usual","family":"T",\#(Self.list("ADA LOU"))}"#
        #expect(Self.names(other).given == ["Ada", "ROSE"])
        #expect(Self.names(other).rules.contains("fhir-further @ entry[0].Patient.name"))
        let many = (0..<200).map { "N\($0)" }.joined(separator: " ")
        let found = Self.names(#"{"family":"T","given":["N0"],\#(Self.list(many))}"#)
        #expect(found.given.count == ReportBuilder.mostGivenNames)
        #expect(found.rules.contains("repetition-dropped @ entry[0].Patient.name"), "\(found.rules)")
    }

    @Test("All given names come through FHIR as they came from HL7")
    func thereAndBack() throws {
        let text = IntakeFixture().hl7.replacing("TEST^ANNE^ANNE^", with: "TEST^ANNE^ANNE MARIE ROSE^")
        let report = try #require(HL7ReportReader().read(bytes: Array(text.utf8)).first?.report)
        #expect(report.patient.givenNames.map(\.text) == ["ANNE", "MARIE", "ROSE"])
        let file = ReportWriter(.fhir).file(of: [report])
        let read = try #require(ReportReader(.fhir).read(SourceMessage(file)).first?.report)
        #expect(read.patient.givenNames == report.patient.givenNames)
    }

    @Test(
        "A FINESS is one under FR Core's own system, as under its OID, without a type",
        arguments: [
            ("https://finess.esante.gouv.fr", "750100125"), ("urn:oid:1.2.250.1.71.4.2.2", "750100125"),
            ("https://example.org/structures", nil),
        ] as [(String, String?)])
    func finess(system: String, finess: String?) throws {
        let structure = #"""
            {"resource":{"resourceType":"Organization","id":"lab2","name":"LABO 2",
            "identifier":[{"system":"\#(system)","value":"750100125"}]}},
            """#
        let report = #"""
            {"resource":{"resourceType":"DiagnosticReport","id":"r","status":"final","subject":{"reference":"Patient/p"},
            "identifier":[{"value":"F-1"}],"performer":[{"reference":"Organization/lab2"}],
            "result":[{"reference":"Observation/o1"}]}},
            """#
        let (_, reports) = try IntakeFixture.fhir(#"{"value":"D1"}"#, reports: report, others: structure)
        #expect(reports.first?.laboratory?.finess == finess)
    }
}
