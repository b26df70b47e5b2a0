import HL7
import Testing

@testable import LabReport

/// Telephones and mails: what is which, in whatever field of whatever format it stands.
@Suite("Ways to reach somebody")
struct ContactWayTests {
    /// The patient of a message with these repetitions in PID-13, and what was told.
    private static func hl7(_ contacts: String) throws -> (findings: [String], reports: [Report]) {
        let text = IntakeFixture().hl7.replacing("75007^FRA^H|||", with: "75007^FRA^H||" + contacts + "|")
        #expect(text.contains(contacts))
        return try IntakeFixture.judged(HL7ReportReader().read(bytes: Array(text.utf8)))
    }

    private static func hprim(_ contacts: String) throws -> (findings: [String], reports: [Report]) {
        let text =
            "H|~^\\&|a||750100125~b||ORU|||||P|H2.2~C\rP|1||L1||X~Y|||||||\(contacts)\r"
            + "OBR|1|p|f|94500-6~~LN\rOBX|1|ST|94500-6~~LN||Positif||||||F\rL|1\r"
        return try IntakeFixture.judged(HPRIMReportReader().read(bytes: Array(text.utf8)))
    }

    private static func fhir(_ contacts: String) throws -> (findings: [String], reports: [Report]) {
        try IntakeFixture.fhir(#"{"value":"D1"}"#, patient: #","telecom":[\#(contacts)]"#)
    }

    /// The same text where a telephone is expected, in each format.
    private static func everywhere(_ text: String) throws -> [(findings: [String], reports: [Report])] {
        [
            try hl7(text), try hl7("^PRN^PH^^^^^^^^^" + text), try hl7("^PRN^PH^^^^" + text), try hprim(text),
            try fhir(#"{"value":"\#(text)"}"#), try fhir(#"{"system":"phone","value":"\#(text)"}"#),
            try IntakeFixture.table(["patient_phones": text]),
        ]
    }

    @Test(
        "What has an @ is a mail wherever it stands, without its scheme",
        arguments: [
            ("a@example.org", "a@example.org"), ("mailto:d@example.org", "d@example.org"),
            ("MailTo: d@example.org?x=y", "d@example.org"), ("tel:e@example.org", "e@example.org"),
        ])
    func mails(text: String, mail: String) throws {
        for (findings, reports) in try Self.everywhere(text) {
            let patient = try #require(reports.first?.patient)
            #expect(patient.phones == [] && patient.mails.map(\.text) == [mail], "\(findings)")
        }
    }

    @Test(
        "A telephone is one however it is written, without its scheme",
        arguments: [
            ("0199001122", "0199001122"), ("tel:+33199001122", "+33199001122"),
            ("TEL: 01 99 00 11 22", "01 99 00 11 22"),
            ("01.99.00.11.22/06.99.00.11.22", "01.99.00.11.22/06.99.00.11.22"), ("poste 12", "poste 12"),
        ])
    func phones(text: String, phone: String) throws {
        for (findings, reports) in try Self.everywhere(text) {
            let patient = try #require(reports.first?.patient)
            #expect(patient.mails == [] && patient.phones.map(\.text) == [phone], "\(findings)")
        }
    }

    @Test(
        "In HL7 a telephone and a mail of one field, or of one repetition, are both kept, each as what it is",
        arguments: [
            ("0199001122^PRN^PH~a@example.org", ["0199001122"], ["a@example.org"]),
            ("^PRN^Internet^^^^^^^^^c@example.org", [], ["c@example.org"]),
            ("^NET^X.400^a@example.org", [], ["a@example.org"]),
            ("0199001122^PRN^PH^^^^^^^^^a@example.org", ["0199001122"], ["a@example.org"]),
            ("^PRN^PH^a@example.org^33^1^99001122", ["+33 1 99001122"], ["a@example.org"]),
            ("a@example.org^PRN^PH^^^^^12", [], ["a@example.org"]),
            ("x^NET^Internet^a@example.org", [], ["a@example.org"]),
            ("^NET^Internet^0199001122", ["0199001122"], []), ("^NET^Internet^zoe.box", [], ["zoe.box"]),
        ])
    func ofOneMessage(contacts: String, phones: [String], mails: [String]) throws {
        let (findings, reports) = try Self.hl7(contacts)
        let patient = try #require(reports.first?.patient)
        #expect(patient.phones.map(\.text) == phones && patient.mails.map(\.text) == mails)
        #expect(findings == [])
    }

    @Test(
        "Made of a NIR neither a telephone nor a mail is passed on, in any format, and that is told",
        arguments: [
            "276037510669326@patient.mssante.fr", "mailto:276037510669326@patient.mssante.fr", "276037510669326",
            "2 76 03 75 106 693 26", "2 76 03 75 106 693 26@patient.mssante.fr",
            "INS 276037510669326", "Zoé (276037510669326@patient.mssante.fr)", "a@example.org, 276037510669326@b.fr",
            "2.76.03.75.106.693", "tel:276037510669326", "+276037510669326", "199012a00400110@patient.mssante.fr",
        ])
    func nir(text: String) throws {
        for (findings, reports) in try Self.everywhere(text) {
            let patient = try #require(reports.first?.patient)
            #expect(patient.phones == [] && patient.mails == [])
            #expect(findings.count { $0.hasPrefix("nir-in-contact @ ") } == 1, "\(findings)")
        }
    }

    @Test("A NIR in the field of mails, or beside a requester, is none either")
    func nirAmongMails() throws {
        let mailbox = "276037510669326@patient.mssante.fr"
        let all = [
            try Self.hl7("^NET^Internet^\(mailbox)"), try Self.fhir(#"{"system":"email","value":"\#(mailbox)"}"#),
            try IntakeFixture.table(["patient_mails": mailbox]),
        ]
        for (findings, reports) in all {
            #expect(reports.first?.patient.phones == [] && reports.first?.patient.mails == [])
            #expect(findings.count { $0.hasPrefix("nir-in-contact @ ") } == 1, "\(findings)")
        }
        var fixture = IntakeFixture()
        fixture.orders = fixture.orders.replacing("ORC|NW||F1", with: "ORC|NW||F1|||||||||1^MARTIN||" + mailbox)
        #expect(try fixture.judgedHL7().reports.first?.requester?.mails == [])
        #expect(ContactWay("27603751066932６@patient.mssante.fr") == .nir)
    }

    @Test(
        "No telephone and no usual mail is taken for a NIR",
        arguments: [
            "0199001122", "01 99 00 11 22", "+33199001122", "+33 1 99 00 11 22", "0033199001122", "00 33 1 99 00 11 22",
            "+33 (0)1 99 00 11 22", "33199001122", "+33199001122 poste 1234", "+331990011221203",
            "+33 1 99 00 11 22 1203",
            "01 99 00 11 22 / 06 39 98 12 34", "0199001122;0639981234", "+262692123456", "+2250701020304",
            "2250701020304", "225 07 01 02 03 04", "00225 07 01 02 03 04", "1 99 00 11 22 06", "",
            "zoe.martin1985@example.org", "19850312@example.org", "0639981234@example.org", "33639981234@example.org",
            "2250701020304@example.org", "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6@example.org", "276037510669325@example.org",
            "1276037510669326@example.org", "2611230000123@example.org", "550e8400-e29b-41d4-a716-446655440000@a.fr",
        ])
    func noNIR(text: String) {
        #expect(!NIRForm.isContact(text) && ContactWay(text) != .nir)
    }

    @Test(
        "Of numbers of ten digits with the prefixes of France none is taken for a NIR, whatever extension stands behind"
    )
    func french() {
        for number in 0..<2000 {
            let local = String(1_000_000_000 + number * 449_983).dropFirst()
            let inner = String(10_000 + number).dropFirst()
            for prefix in ["0", "+33", "+33 ", "0033", "(+33)"] {
                let phone = prefix + local
                #expect(
                    !NIRForm.isContact(phone) && !NIRForm.isContact(phone + inner)
                        && !NIRForm.isContact(phone + " " + inner))
            }
        }
    }

    @Test("Long texts cost by their length", arguments: ["1", "276037510669326@", "27603751066932 ", "2A", "@", "+33"])
    func long(piece: String) {
        let text = String(repeating: piece, count: 200_000 / piece.utf8.count)
        let start = ContinuousClock.now
        _ = ContactWay(text)
        #expect(ContinuousClock.now - start < .seconds(2))
    }

    @Test("A mail beside the requester's telephones is no telephone of the requester's or of the structure's")
    func requester() throws {
        var fixture = IntakeFixture()
        fixture.orders = fixture.orders.replacing(
            "ORC|NW||F1",
            with: "ORC|NW||F1|||||||||1^MARTIN||b@example.org|||||||CABINET||0199001122~c@example.org")
        let requester = try #require(try fixture.judgedHL7().reports.first?.requester)
        #expect(requester.phones == [] && requester.mails.map(\.text) == ["b@example.org", "c@example.org"])
        #expect(requester.organisation?.phones.map(\.text) == ["0199001122"])
    }

    @Test(
        "In FHIR a fax is a telephone as in HL7, a mail of another system a mail, and what is neither is told",
        arguments: [
            (#"{"system":"fax","value":"0199001177"}"#, ["0199001177"], [], false),
            (#"{"system":"other","value":"y@example.org"}"#, [], ["y@example.org"], false),
            (#"{"system":"url","value":"mailto:y@example.org"}"#, [], ["y@example.org"], false),
            (#"{"system":"url","value":"https://example.org"}"#, [], [], true),
            (#"{"system":"url","value":"https://a@example.org/b"}"#, [], [], true),
            (#"{"system":"other","value":"0199001177"}"#, [], [], true),
            (#"{"system":"email","value":"0199001177"}"#, ["0199001177"], [], false),
        ])
    func systems(contact: String, phones: [String], mails: [String], isTold: Bool) throws {
        let (findings, reports) = try Self.fhir(contact)
        let patient = try #require(reports.first?.patient)
        #expect(patient.phones.map(\.text) == phones && patient.mails.map(\.text) == mails)
        #expect(findings.contains("detail-dropped @ entry[0].Patient.telecom") == isTold, "\(findings)")
    }

    @Test(
        "A number that HPRIM has no place for is told, a frame without one is not",
        arguments: [
            ("~PRN~PH~~33~1~99001122", [], true), ("~~~a@example.org", [], true), ("~PRN~PH~~33", [], false),
            ("0199001122~PRN~PH~~~~99001122", ["0199001122"], false), ("~PRN~PH^0199001122", ["0199001122"], false),
        ])
    func inParts(contacts: String, phones: [String], isTold: Bool) throws {
        let (findings, reports) = try Self.hprim(contacts)
        #expect(reports.first?.patient.phones.map(\.text) == phones)
        #expect(findings.contains("detail-dropped @ P-13") == isTold, "\(findings)")
    }

    @Test("A mail among a structure's telephones in a table is told: a structure has none")
    func structure() throws {
        let (findings, reports) = try IntakeFixture.table(["laboratory_phones": "0199001122|l@example.org"])
        #expect(reports.first?.laboratory?.phones.map(\.text) == ["0199001122"])
        #expect(findings.contains("detail-dropped @ row 2, laboratory_phones"), "\(findings)")
    }
}
