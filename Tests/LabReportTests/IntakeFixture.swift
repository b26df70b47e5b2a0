import HL7
import Testing

@testable import LabReport

/// One report in each format but CDA, with the fields that a test changes, and what intake makes of it.
struct IntakeFixture {
    var patient = "1||123456^^^LABO^PI"
    var status = "VALI"
    var address = "1 RUE^^PARIS^^75007^FRA^H"
    var birth = "19550801"
    var processing = "P"
    /// From the first ORC on.
    var orders = """
        ORC|NW||F1
        OBR|1||F1|94500-6^^LN|||20261122
        OBX|1|ST|94500-6^^LN||POSITIF||||||F|||20261122
        """

    var hl7: String {
        """
        MSH|^~\\&|A|LABO^750100125^N|||20261123||ORU^R01|1|\(processing)|2.5
        PID|\(patient)||TEST^ANNE^ANNE^^^^L||\(birth)|F|||\(address)|||||||||||||||||||||\(status)
        \(orders)

        """.replacing("\n", with: "\r")
    }

    static func judged(
        _ outcomes: [ReadOutcome], production: Bool = true, overrides: [String: Finding.Severity] = [:]
    ) throws -> (findings: [String], reports: [Report]) {
        let rules = ReportRules(try RulesTests.settings(production: production, overrides: overrides))
        var findings: [String] = []
        var reports: [Report] = []
        for var outcome in outcomes {
            findings += rules.judge(&outcome).map { ($0.severity == .error ? "!" : "") + $0.rule + " @ " + $0.path }
            if let report = outcome.report { reports.append(report) }
        }
        return (findings, reports)
    }

    func judgedHL7(production: Bool = true) throws -> (findings: [String], reports: [Report]) {
        try Self.judged(HL7ReportReader().read(bytes: Array(hl7.utf8)), production: production)
    }

    /// A table of one row: a column and its cell each.
    static func table(_ cells: KeyValuePairs<String, String>, production: Bool = true) throws -> (
        findings: [String], reports: [Report]
    ) {
        let usual = [
            "order_filler": "F1", "result_code": "94500-6", "result_value": "POSITIF", "result_status": "F",
            "laboratory_finess": "750100125", "patient_birth_name": "TEST", "patient_local_ids": "L1",
        ]
        var row = usual
        for (name, cell) in cells { row[name] = cell }
        let names = row.keys.sorted()
        let text = names.joined(separator: ";") + "\n" + names.map { row[$0] ?? "" }.joined(separator: ";") + "\n"
        return try judged(CSVReportReader().read(bytes: Array(text.utf8)), production: production)
    }

    /// An HPRIM message with these fields P-3 to P-5, and these segments behind P.
    static func hprim(
        _ identifiers: String, orders: String? = nil, processing: String = "P", address: String = "~~PARIS~~75007"
    ) throws -> (findings: [String], reports: [Report]) {
        let results =
            orders ?? "OBR|1|p|f|94500-6~~LN\rOBX|1|ST|94500-6~~LN||Positif||||||F"
        let text =
            "H|~^\\&|a||750100125~b||ORU|||||\(processing)|H2.2~C\rP|1|\(identifiers)|X~Y|||||\(address)\r"
            + results + "\rL|1\r"
        return try judged(HPRIMReportReader().read(bytes: Array(text.utf8)))
    }

    /// A bundle with these identifiers and further members of its Patient.
    static func fhir(
        _ identifiers: String, patient: String = "", meta: String = "", reports: String? = nil, others: String = ""
    ) throws -> (findings: [String], reports: [Report]) {
        let report =
            reports ?? #"""
                {"resource":{"resourceType":"DiagnosticReport","id":"r","status":"final","subject":{"reference":"Patient/p"},
                "identifier":[{"value":"F-1"}],"performer":[{"reference":"Organization/lab"}],
                "result":[{"reference":"Observation/o1"}]}},
                """#
        let text = #"""
            {"resourceType":"Bundle","type":"collection"\#(meta),"entry":[
            {"resource":{"resourceType":"Patient","id":"p","identifier":[\#(identifiers)],
            "name":[{"family":"TEST","given":["ANNE"]}]\#(patient)}},
            {"resource":{"resourceType":"Organization","id":"lab","name":"LABO",
            "identifier":[{"system":"urn:oid:1.2.250.1.71.4.2.2","value":"750100125"}]}},
            \#(report)\#(others)
            {"resource":{"resourceType":"Observation","id":"o1","status":"final","subject":{"reference":"Patient/p"},
            "code":{"coding":[{"system":"http://loinc.org","code":"94500-6"}]},"valueString":"POSITIF"}}]}
            """#
        return try judged(FHIRReportReader().read(bytes: Array(text.utf8)))
    }
}
