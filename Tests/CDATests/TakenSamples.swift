import LabReport

/// Messages that readers hold today, each by the rule it stands for.
struct TakenSample: Sendable, CustomStringConvertible {
    /// The rule that holds it.
    var rule: String
    var bytes: [UInt8]
    /// Results of all reports that are built of it all the same.
    var results: Int

    init(_ rule: String, _ text: String, results: Int = 1) {
        self.init(rule, Array(text.utf8), results: results)
    }

    init(_ rule: String, _ bytes: [UInt8], results: Int = 1) {
        self.rule = rule
        self.bytes = bytes
        self.results = results
    }

    var description: String { rule }

    /// Of every format.
    static let all: [TakenSample] = hl7 + hprim + csv + fhir + documents + carried

    // MARK: - HL7

    private static let header =
        #"MSH|^~\&|SIL|750100125^750100125^N|X|Y|202611201706+0100||ORU^R01|M-1|P|2.5|||||FRA|"# + "UNICODE UTF-8"
    private static let patient = "PID|1||L-1^^^LABO^PI||TESTELLI^ADA^^^^^L||19760315|F"
    private static let order = "ORC|NW|PL-1|FI-1\rOBR|1|PL-1|FI-1|94500-6^PCR^LN|||202611200730+0100"
    private static let result = "OBX|1|NM|94500-6^PCR^LN||12|mg|||||F|||202611201500+0100"
    private static let message = [header, patient, order, result, ""].joined(separator: "\r")

    private static func hl7(_ rule: String, _ old: String, _ new: String, results: Int = 1) -> TakenSample {
        TakenSample(rule, message.replacing(old, with: new), results: results)
    }

    private static let values = Array(repeating: "1", count: 900).joined(separator: "~")
    private static let long = String(repeating: "x", count: 20_000)

    private static let hl7: [TakenSample] = [
        hl7(
            "report-size", "|12|mg|||||F|||202611201500+0100", "|\(values)|mg|||||F||||||\(long)^\(long)^L",
            results: 900),
        hl7("msh2-unusable", #"|^~\&|"#, "|^|"),
        hl7("mixed-segment-ends", "|F\rORC", "|F\nORC"),
        hl7("msh18-charset", "UNICODE UTF-8", "KLINGON"),
        TakenSample("charset", message.utf8.map { $0 == UInt8(ascii: "L") ? 0xFF : $0 }),
        TakenSample("charset-utf8", message.replacing("UNICODE UTF-8", with: "8859/1").replacing("ADA", with: "ADÈLE")),
        TakenSample(
            "header-in-text",
            [header, patient, order, result + header, patient, order, result, ""].joined(separator: "\r"), results: 2),
        hl7("forbidden-control-character", "^ADA^", "^A\u{0}A^"),
        hl7("segment-name", "ORC|NW", "suite\rORC|NW"),
        hl7("second-header", "ORC|NW", header + "\rORC|NW"),
        hl7("segment-inside", "202611201500+0100", "202611201500+0100|LABO NTE|1||suite"),
        hl7("patient-lost", "\rOBX", "\rPV1|1|O\rOBX"),
        hl7("consent-code", "\rORC|NW", "\rCON|1||||||||||REFUS\rORC|NW"),
        hl7("note-consent", "\rORC|NW", "\rNTE|1||S'oppose à la transmission\rORC|NW"),
        hl7("field-too-wide", "|12|mg|", "|" + String(repeating: "~", count: 1_001) + "12|mg|"),
        hl7("msh9-missing", "ORU^R01", ""),
        hl7("message-type", "ORU^R01", "OUL^R22"),
        hl7("message-event", "ORU^R01", "ORU^R31"),
        hl7("msh10-missing", "M-1", ""),
        hl7("msh10-length", "M-1", String(repeating: "M", count: 300)),
        hl7("msh12-version", "|2.5|", "|7.5|"),
        hl7("order-missing", "ORC|NW", result + "\rORC|NW"),
        hl7("continuation", "|F|||202611201500+0100\r", "|F|||202611201500+0100\rDSC|X|F\r"),
        TakenSample(
            "other-patient-held",
            message + [patient, order, result.replacing("|F|", with: "||"), ""].joined(separator: "\r"), results: 2),
        hl7("action-mismatch", "ORC|NW", "ORC|CA"),
        hl7("order-shifted", "OBR|1|PL-1|FI-1|", "OBR|1||"),
        hl7("order-number-action", "ORC|NW|PL-1|FI-1", "ORC|RO|PL-1|FI-9"),
        hl7("birth-date", "19760315", "19761315"),
        hl7("observation-time", "202611201500+0100", "202611209900"),
        hl7("obx2-missing", "|NM|", "||"),
        hl7("obx2-unknown", "|NM|", "|QQ|"),
        hl7("obx11-missing", "|F|||2026", "||||2026"),
        hl7("obx11-unknown", "|F|||2026", "|Q|||2026"),
        hl7("obx3-missing", "NM|94500-6^PCR^LN|", "NM||"),
        TakenSample(
            "too-many-results",
            [header, patient, order, String(repeating: result + "\r", count: 15_001)].joined(separator: "\r"),
            results: 15_001),
        TakenSample(
            "too-many-notes",
            [header, patient, order, result, String(repeating: "NTE|1||x\r", count: 50_001)].joined(separator: "\r")),
        TakenSample(
            "field-too-long",
            [header, patient, order + String(repeating: "x", count: 70_000), result, ""].joined(separator: "\r")),
        TakenSample(
            "too-many-results",
            [header, patient, order, result, String(repeating: order + "\r", count: 5_001)].joined(separator: "\r")),
    ]

    // MARK: - HPRIM

    private static let hprimMessage = """
        H|~^\\&|L.HPR||750100125~LABO|12 RUE DU QUAI|ORU|||HOP||P|H2.2~C|202611230930
        P|1|D4711|L0042||BRUVELAN~CAMILLE||19670412|F
        OBR|1|PR77~|261123-0042|94500-6~PCR~LN|R||202611230745
        OBX|1|CE|94500-6~PCR~LN||10828004~Positif~SCT|||POS|||F|||202611230745
        L|1||1|5

        """

    private static let further = "\nOBX|2|NM|CT~Cycles~L||24|||N|||F|||202611230745"

    private static let hprim: [TakenSample] = [
        TakenSample("hprim-segment", hprimMessage.replacing("\nOBX", with: "\nsuite du texte\nOBX")),
        TakenSample("hprim-segment", hprimMessage.replacing("\nL|1", with: "\nB|2\nOBR|2\nL|1")),
        TakenSample("hprim-patients", hprimMessage.replacing("L|1||1|5", with: "L|1||2|5")),
        TakenSample("hprim-consent", hprimMessage.replacing("\nOBR", with: "\nC|1|L|S'oppose à la transmission\nOBR")),
        TakenSample("hprim-end", hprimMessage.replacing("L|1||1|5\n", with: "")),
        TakenSample(
            "hprim-lines",
            hprimMessage.replacing("\nOBX", with: String(repeating: "\nC|1", count: 100_000) + "\nOBX")),
        TakenSample("hprim-type", hprimMessage.replacing("|ORU|", with: "|ORM|")),
        TakenSample(
            "charset-dos",
            Array(hprimMessage.replacing("CAMILLE", with: "ren\u{1}").utf8).map { $0 == 1 ? 0x82 : $0 }),
        TakenSample(
            "charset-mixed",
            Array(hprimMessage.replacing("CAMILLE", with: "Zoé Ren\u{1}").utf8).map { $0 == 1 ? 0xE9 : $0 }),
        TakenSample("obx3-missing", hprimMessage.replacing("|CE|94500-6~PCR~LN|", with: "|CE||")),
        TakenSample(
            "too-many-results",
            hprimMessage.replacing(
                "\nL|1", with: String(repeating: further, count: 15_000) + "\nL|1"),
            results: 15_001),
        TakenSample(
            "too-many-results",
            hprimMessage.replacing(
                "\nL|1", with: String(repeating: "\nOBR|1|PR78|F-9|94500-6~PCR~LN", count: 5_001) + "\nL|1")),
    ]

    // MARK: - Tables

    private static let names =
        "order_filler;patient_birth_name;patient_birth_date;patient_local_ids;laboratory_finess;"
        + "result_code;result_value;result_status"
    private static let row = "F1;TESTELLI;1976-03-15;D1;750100125;94500-6;POSITIF;F"

    private static func csv(_ rule: String, _ column: String, _ cell: String, _ more: String...) -> TakenSample {
        let rows = ([cell] + more).map { row + ";" + $0 + "\n" }.joined()
        return TakenSample(rule, names + ";" + column + "\n" + rows, results: 1 + more.count)
    }

    private static let csv: [TakenSample] = [
        TakenSample("csv-columns", names.replacing("result_status", with: "unknown") + "\n" + row + "\n"),
        csv("csv-column-twice", "result_code", "94500-6"),
        TakenSample("csv-cells", names + "\n" + row + ";one;two\n"),
        TakenSample("csv-cells", names + "\n" + row.replacing(";F", with: "") + "\n"),
        TakenSample("csv-quote", names + "\n" + row.replacing("POSITIF", with: "\"POSITIF\"x") + "\n"),
        TakenSample(
            "csv-report-size", names + "\n" + String(repeating: row + "\n", count: 10_001), results: 10_001),
        csv("csv-rows-disagree", "patient_sex", "F", "M"),
        TakenSample("csv-date", names + "\n" + row.replacing("1976-03-15", with: "15-Mars") + "\n"),
        csv("csv-word", "report_action", "peut-être"),
        csv("csv-list", "patient_local_id_systems", "a|b"),
        csv("csv-number", "result_number", "0"),
        csv("csv-number", "order_number", "1", "3"),
        TakenSample(
            "csv-quote",
            names + ";result_notes\n" + row + ";\"courrier\n" + row.replacing("F1", with: "F2") + ";35\"\n"),
        csv("csv-value", "result_unit;result_unit_code", "g/L;mmol/L"),
        csv("csv-scientific", "order_placer", "1,2E+11"),
        csv("csv-spoilt", "result_unit", "#N/A"),
    ]

    // MARK: - FHIR

    private static let person = """
        {"resourceType":"Patient","id":"p1","identifier":[{"value":"D1"}],"name":[{"family":"BRUVELAN"}],"gender":"female"}
        """
    private static let diagnostic = """
        {"resourceType":"DiagnosticReport","id":"r","status":"final","identifier":[{"value":"F1"}],\
        "subject":{"reference":"Patient/p1"},"result":[{"reference":"Observation/b"}],"code":{"text":"PCR"}}
        """
    private static let observation = """
        {"resourceType":"Observation","id":"b","status":"final","subject":{"reference":"Patient/p1"},\
        "code":{"coding":[{"system":"http://loinc.org","code":"94500-6"}]},"valueString":"Positif"}
        """

    private static func observation(with member: String) -> String {
        observation.replacing("\"valueString", with: member + ",\"valueString")
    }

    private static let basic = #"{"resourceType":"Basic"}"#

    private static func list(of element: String, _ count: Int) -> String {
        "[" + Array(repeating: element, count: count).joined(separator: ",") + "]"
    }

    private static func bundle(_ rule: String, _ resources: [String], results: Int = 1) -> TakenSample {
        let entries = resources.map { #"{"resource":"# + $0 + "}" }.joined(separator: ",")
        return TakenSample(
            rule, #"{"resourceType":"Bundle","type":"collection","entry":["# + entries + "]}", results: results)
    }

    private static func fhir(
        _ rule: String, person: String = person, diagnostic: String = diagnostic, observation: String = observation,
        _ more: String..., results: Int = 1
    ) -> TakenSample {
        bundle(rule, [person, diagnostic, observation] + more, results: results)
    }

    private static let fhir: [TakenSample] = [
        fhir("fhir-element", diagnostic: diagnostic.replacing("\"final\"", with: "\"done\"")),
        fhir(
            "fhir-element", observation: observation.replacing(#"{"reference":"Patient/p1"}"#, with: #""Patient/p1""#)),
        fhir(
            "fhir-element",
            #"{"resourceType":"Consent","patient":{"reference":"Patient/p1"},"provision":{"type":"Deny"}}"#),
        fhir("fhir-element", #"{"resourceType":"consent","provision":{"type":"deny"}}"#),
        fhir("fhir-modifier", observation: observation(with: #""modifierExtension":[{"url":"u"}]"#)),
        fhir("fhir-reference", observation: observation.replacing("Patient/p1", with: "Patient/gone")),
        fhir("fhir-reference", diagnostic: diagnostic.replacing("Patient/p1", with: "Patient/gone")),
        bundle(
            "fhir-resources",
            [person, diagnostic, observation]
                + Array(
                    repeating: #"{"resourceType":"Basic","contained":["# + basic + "," + basic + "]}", count: 7_000)),
        bundle(
            "fhir-patient", [diagnostic.replacing(#""subject":{"reference":"Patient/p1"},"#, with: ""), observation]),
        fhir(
            "fhir-other-patient", observation: observation.replacing("Patient/p1", with: "Patient/p2"),
            person.replacing("p1", with: "p2").replacing("BRUVELAN", with: "PELVI")),
        fhir(
            "fhir-other-specimen",
            diagnostic: diagnostic.replacing(
                #""result""#, with: #""specimen":[{"reference":"Specimen/s1"}],"result""#),
            observation: observation(with: #""specimen":{"reference":"Specimen/s2"}"#),
            #"{"resourceType":"Specimen","id":"s1","type":{"text":"sang"}}"#,
            #"{"resourceType":"Specimen","id":"s2","type":{"text":"urine"}}"#),
        fhir(
            "message-type",
            #"{"resourceType":"MessageHeader","eventCoding":{"system":"http://terminology.hl7.org/CodeSystem/v2-0003","#
                + #""code":"O21"}}"#),
        fhir("message-event", #"{"resourceType":"MessageHeader","eventUri":"urn:x:ORU_R31"}"#),
        fhir("fhir-twice", person.replacing("female", with: "male")),
        fhir("fhir-value", observation: observation(with: #""valueSampledData":{}"#)),
        fhir("fhir-size", #"{"resourceType":"Basic","a":["# + list(of: list(of: "{}", 19_000), 8) + "]}"),
        fhir("forbidden-control-character", person: person.replacing("BRUVELAN", with: "BRU\\u0000")),
        fhir("obx11-missing", observation: observation.replacing("\"status\":\"final\",", with: "")),
    ]
}
