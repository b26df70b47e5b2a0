import HL7
import Testing

@testable import LabReport

@Suite("The sex of a patient")
struct SexCodeTests {
    private func told(_ sex: String) throws -> (sex: String?, isTold: Bool) {
        let message = [
            #"MSH|^~\&|SIL|750100125^750100125^N|X|Y|202611201706+0100||ORU^R01|M-1|P|2.5|||||FRA|UNICODE UTF-8"#,
            "PID|1||L-1^^^LABO^PI||TESTELLI^ADA^^^^^L||19760315|\(sex)",
            "ORC|NW|PL-1|FI-1", "OBR|1|PL-1|FI-1|94500-6^PCR^LN|||202611200730+0100",
            "OBX|1|NM|94500-6^PCR^LN||12|mg|||||F|||202611201500+0100", "",
        ].joined(separator: "\r")
        let outcome = try #require(HL7ReportReader().read(bytes: Array(message.utf8)).first)
        return (outcome.report?.patient.sex, outcome.findings.contains { $0.rule == "sex-code" })
    }

    @Test(
        "What the French table has is taken as it stands; all else too, and the laboratory is told",
        arguments: ["F", "M", "U"])
    func french(sex: String) throws {
        let found = try told(sex)
        #expect(found.sex == sex && !found.isTold)
    }

    @Test("A letter that only other tables have is passed on and told", arguments: ["X", "A", "N", "O", "Z"])
    func others(sex: String) throws {
        let found = try told(sex)
        #expect(found.sex == sex && found.isTold)
    }

    @Test("A small letter of the table is understood in HL7, HPRIM and tables, and told", arguments: ["f", "m", "u"])
    func small(sex: String) throws {
        let capital = sex.uppercased()
        let found = try told(sex)
        #expect(found.sex == capital && !found.isTold)
        let hprim = [
            #"H|~^\&|M-1||750100125~LABO||ORU|||||P|H2.2~C|20261120170600"#, "P|1|L-1|||TESTELLI~ADA||19760315|\(sex)",
            "OBR|1|PL-1|FI-1|94500-6~PCR~LN", "OBX|1|NM|94500-6~PCR~LN||12|mg|||||F", "L|1", "",
        ].joined(separator: "\r")
        let message = try #require(HPRIMReportReader().read(bytes: Array(hprim.utf8)).first)
        #expect(message.report?.patient.sex == capital)
        #expect(message.findings.map { $0.rule + " @ " + $0.path } == ["code-form @ P-9"])
        let csv = "order_filler;result_code;result_status;result_value;patient_sex\nF1;94500-6;F;Positif;\(sex)\n"
        let table = try #require(CSVReportReader().read(bytes: Array(csv.utf8)).first)
        #expect(table.report?.patient.sex == capital)
        #expect(table.findings.map { $0.rule + " @ " + $0.path } == ["code-form @ row 2, patient_sex"])
    }

    @Test("No sex is none, and nothing is said of it")
    func none() throws {
        let found = try told("")
        #expect(found.sex == nil && !found.isTold)
    }

    @Test("A gender that FHIR does not have goes on as it stands, and is told")
    func gender() throws {
        let text = """
            {"resourceType":"Bundle","type":"collection","entry":[
            {"resource":{"resourceType":"Patient","id":"p1","identifier":[{"value":"D1"}],"gender":"divers"}},
            {"resource":{"resourceType":"Observation","id":"b","status":"final","subject":{"reference":"Patient/p1"},
            "code":{"coding":[{"system":"http://loinc.org","code":"94500-6"}]},"valueString":"Positif"}}]}
            """
        let outcome = try #require(FHIRReportReader().read(bytes: Array(text.utf8)).first)
        #expect(outcome.report?.patient.sex == "divers")
        #expect(outcome.findings.map(\.rule) == ["sex-code"])
    }
}
