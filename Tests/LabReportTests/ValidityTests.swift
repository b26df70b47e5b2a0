import Testing

@testable import LabReport

/// Addresses, names, numbers and contacts may say from when and until when they hold. The fixture's message is of 23 November 2026.
@Suite("What holds on the day of the message")
struct ValidityTests {
    private static let paris = "1 RUE^^PARIS^^75007^FRA^H"
    private static let bastia = "2 RUE^^BASTIA^^20200^FRA"

    @Test(
        "An address that has ended, or is to come, gives way to any other; where there is none but a bad one, there is none",
        arguments: [
            (paris + "^^^^^^20200101^20250101~" + bastia + "^O", "20200", false),
            (bastia + "^O~" + paris + "^^^^^^20200101^20250101", "20200", false),
            (paris + "^^^^^20200101&20250101~" + bastia, "20200", false),
            (paris + "^^^^^^20270101~" + bastia, "20200", false),
            (paris + "^^^^^^^20261123~" + bastia, "75007", false), (paris + "^^^^^^^2026~" + bastia, "75007", false),
            (paris + "^^^^^^^20251323~" + bastia, "75007", false),
            (paris + "^^^^^^^20250101", "75007", true), ("1 RUE^^PARIS^^75007^FRA^BA", nil, true),
            ("1 RUE^^PARIS^^75007^FRA^BA~" + bastia + "^H^^^^^^^20250101", "20200", true),
            ("1 RUE^^PARIS^^75007^FRA^BA~" + bastia, "20200", false),
        ] as [(String, String?, Bool)])
    func address(field: String, postcode: String?, isTold: Bool) throws {
        let (findings, reports) = try IntakeFixture(address: field).judgedHL7()
        let report = try #require(reports.first)
        #expect(report.patient.address?.postcode?.text == postcode)
        #expect(findings.contains("address-not-valid @ PID-11") == isTold, "\(findings)")
        let region = ReportTerritory(of: report).regions(under: .residence).found.map(\.region.code)
        #expect(region == (postcode == nil ? [] : postcode == "20200" ? ["94"] : ["11"]))
    }

    @Test(
        "An address that says a country alone, or a street, gives way to one that says where it is, if both hold",
        arguments: [
            ("^^^^^FRA^H~" + bastia + "^C", "20200", "94"), ("12 RUE A^^^^^FRA^H~" + bastia, "20200", "94"),
            (bastia + "^C~^^^^^FRA^H", "20200", "94"), ("^^^^^UNK^H~" + bastia + "^O", "20200", "94"),
            ("^^^^^^H~^^BASTIA^^20200^FRA^C", "20200", "94"), ("^^^^ ^FRA^H~" + bastia + "^O", "20200", "94"),
            // The better right of two that say it; a country that is not France; what has ended, a birthplace or a bad one.
            (paris + "~" + bastia + "^C", "75007", "11"), (bastia + "^C~" + paris, "75007", "11"),
            ("^^^^^BEL^H~" + bastia + "^C", nil, nil), ("^^^^^MTQ^H~" + bastia + "^C", nil, "02"),
            ("^^^^^FRA^H~" + bastia + "^C^^^^^^^20250101", nil, nil), ("^^^^^FRA^H~" + bastia + "^BDL", nil, nil),
            ("^^^^^FRA^H~" + bastia + "^BA", nil, nil), ("^^^^^FRA^H", nil, nil),
            // A street may have the town in it: where somebody works is not where they live.
            ("12 RUE A^^^^^FRA^H~" + bastia + "^B", nil, nil),
            ("1 RUE A^97200 FORT DE FRANCE^^^^FRA^H~" + bastia, nil, nil),
        ] as [(String, String?, String?)])
    func vague(field: String, postcode: String?, region: String?) throws {
        let report = try #require(try IntakeFixture(address: field).judgedHL7().reports.first)
        #expect(report.patient.address?.postcode?.text == postcode)
        let found = ReportTerritory(of: report).regions(under: .residence).found.map(\.region.code)
        #expect(found == (region.map { [$0] } ?? []))
    }

    @Test("A site can make a report wait whose patient has no address that holds")
    func severity() throws {
        let text = IntakeFixture(address: "1 RUE^^PARIS^^75007^FRA^BA").hl7
        let outcomes = HL7ReportReader().read(bytes: Array(text.utf8))
        let found = try IntakeFixture.judged(outcomes, overrides: ["address-not-valid": .error]).findings
        #expect(found.contains("!address-not-valid @ PID-11"))
        var severities = RuleSeverities()
        for id in ["address-not-valid", "laboratory-site-unclear", "csv-unterminated"] {
            #expect(severities.set(id, .error) == nil, "\(id)")
        }
    }

    private static func ins(_ validity: String) -> IntakeFixture {
        IntakeFixture(
            patient: "1||279035121518989^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.8&ISO^INS^^" + validity
                + "~123456^^^LABO^PI^^20200101^20250101")
    }

    @Test("An INS outside its time is none, and told; a local number stays the number that it was")
    func identifiers() throws {
        for (validity, isINS) in [
            ("20200101^20250101", false), ("20270101^", false), ("20200101^20270101", true), ("", true),
        ] {
            let (findings, reports) = try Self.ins(validity).judgedHL7()
            let patient = try #require(reports.first).patient
            #expect((patient.ins != nil) == isINS && patient.nir == nil, "\(validity)")
            #expect(patient.localIDs.map(\.value.text) == ["123456"])
            #expect(findings.contains("ins-expired @ PID-3[1].8") == !isINS, "\(findings)")
        }
    }

    @Test("An agreement that has ended, or is to come, is none, and told; an objection that has ended stands")
    func consent() throws {
        func judged(_ consents: String...) throws -> (consent: Report.Consent?, findings: [String]) {
            var fixture = IntakeFixture()
            fixture.orders = consents.map { "CON|1||||||||||" + $0 + "\n" }.joined() + fixture.orders
            let (findings, reports) = try fixture.judgedHL7()
            return (try #require(reports.first).consent, findings.filter { $0.contains("consent") })
        }
        for (dates, isGiven) in [
            ("|||||20260301", false), ("||||20270101", false), ("||||20260101|20260301", false), ("||||2027|", false),
            ("||||20260101|20271231", true), ("||||20261123|20261123", true), ("|||||2026", true),
            ("|||||20261399", true),
            ("||||202611230800+0100", true), ("", true),
        ] {
            let (consent, findings) = try judged("A" + dates)
            #expect(consent == (isGiven ? .given : nil), "\(dates)")
            #expect(findings == (isGiven ? [] : ["consent-not-valid @ CON[1]-11"]), "\(dates)")
            #expect(try judged("R" + dates).consent == .objected)
        }
        #expect(try judged("A|||||20260301", "A").consent == .given)
        #expect(try judged("A", "R|||||20250101").consent == .objected)
        #expect(try judged("R|||||20250101", "A").consent == .objected)
    }

    @Test("What is remembered of an identifier from message to message is judged by each message's own day")
    func remembered() {
        let memory = ReadingMemory()
        let found = ["20241123", "20261123", "20241123"].map { day in
            let text = Self.ins("20200101^20250101").hl7.replacing("|||20261123||ORU", with: "|||\(day)||ORU")
            let outcomes = HL7ReportReader().read(SourceMessage(Array(text.utf8)), memory: memory)
            return outcomes.first?.report?.patient.ins != nil
        }
        #expect(found == [true, false, true])
    }

    @Test(
        "Of names of one type that which holds is taken; the name at birth stays, and a name in use that has ended is none",
        arguments: [
            ("AVANT^ANNE^^^^^L^^^^^^20100101~TEST^ANNE^^^^^L", "TEST", nil),
            ("TEST^ANNE^^^^^L^^^^^^20100101~MARTIN^ANNE^^^^^D", "TEST", "MARTIN"),
            ("TEST^ANNE^^^^^B^^^20000101&20100101~MARTIN^ANNE^^^^^L", "TEST", nil),
            ("TEST^ANNE^^^^^L~AVANT^ANNE^^^^^D^^^^^^20100101~MARTIN^ANNE^^^^^D", "TEST", "MARTIN"),
            ("TEST^ANNE^^^^^L~AVANT^ANNE^^^^^D^^^^^^20100101", "TEST", nil),
            ("TEST^ANNE^^^^^L^^^^^^20100101", "TEST", nil),
        ] as [(String, String, String?)])
    func names(field: String, birth: String, used: String?) throws {
        let text = IntakeFixture().hl7.replacing("TEST^ANNE^ANNE^^^^L", with: field)
        let report = try #require(HL7ReportReader().read(bytes: Array(text.utf8)).first?.report)
        #expect(report.patient.birthName?.text == birth && report.patient.usedName?.text == used)
        #expect(report.patient.givenNames.map(\.text) == ["ANNE"])
    }

    @Test("A telephone number of the patient that has ended is left out and told, and others are not")
    func contacts() throws {
        let phones = "0100000001^PRN^PH^^^^^^^^^^^20250101~0100000002^PRN^PH^^^^^^^^^^20200101^20270101"
        let text = IntakeFixture().hl7.replacing("75007^FRA^H|||", with: "75007^FRA^H||" + phones + "|")
        #expect(text.contains(phones))
        let outcome = try #require(HL7ReportReader().read(bytes: Array(text.utf8)).first)
        #expect(outcome.report?.patient.phones.map(\.text) == ["0100000002"])
        #expect(outcome.findings.map { $0.rule + " @ " + $0.path } == ["contact-not-valid @ PID-13"])
    }

    @Test(
        "In FHIR a patient who has only an address that is over keeps it, not one that is called old; both are told",
        arguments: [
            (#"{"use":"home","postalCode":"75007","period":{"end":"2020"}}"#, "75007", true),
            (#"{"use":"old","postalCode":"75007"}"#, nil, true),
            (#"{"use":"old","postalCode":"75007"},{"postalCode":"20200"}"#, "20200", false),
        ] as [(String, String?, Bool)])
    func fhir(addresses: String, postcode: String?, isTold: Bool) throws {
        let (findings, reports) = try IntakeFixture.fhir(
            #"{"value":"D1"}"#, patient: #","address":[\#(addresses)]"#)
        #expect(reports.first?.patient.address?.postcode?.text == postcode && reports.count == 1)
        #expect(findings.contains { $0.hasPrefix("address-not-valid @ entry[") } == isTold, "\(findings)")
    }

    @Test(
        "In FHIR an end that cannot be read ends nothing: not an address, a telephone or an INS",
        arguments: [#""inconnu""#, #""""#, #""2020-13-45""#, "null", "{}"])
    func unreadable(end: String) throws {
        let period = #""period":{"end":\#(end)}"#
        let (findings, reports) = try IntakeFixture.fhir(
            #"{"system":"urn:oid:1.2.250.1.213.1.4.8","value":"279035121518989",\#(period)}"#,
            patient:
                #","address":[{"use":"home","postalCode":"75011",\#(period)},{"use":"work","postalCode":"69001"}],"#
                + #""telecom":[{"system":"phone","value":"0100000001",\#(period)}]"#)
        let patient = try #require(reports.first, "\(findings)").patient
        #expect(patient.address?.postcode?.text == "75011")
        #expect(patient.phones.map(\.text) == ["0100000001"])
        #expect(!findings.contains { $0.contains("not-valid") || $0.contains("ins-expired") }, "\(findings)")
    }

    @Test(
        "In FHIR an INS past its period is none, and told; local numbers and a NIR outlive theirs, but not the word old"
    )
    func fhirNumbers() throws {
        let ended = #""period":{"end":"2020-01-01"}"#
        let ins = #"{"system":"urn:oid:1.2.250.1.213.1.4.8","value":"279035121518989",\#(ended)}"#
        let local = #"{"value":"P9",\#(ended)}"#
        let nir = #"{"type":{"coding":[{"code":"NH"}]},"value":"279035121518989",\#(ended)}"#
        let (findings, reports) = try IntakeFixture.fhir([ins, local, nir].joined(separator: ","))
        let patient = try #require(reports.first, "\(findings)").patient
        #expect(patient.ins == nil && patient.nir != nil && patient.localIDs.map(\.value.text) == ["P9"])
        #expect(findings.contains("ins-expired @ entry[0].Patient.identifier"), "\(findings)")
        let alone = try IntakeFixture.fhir(local)
        #expect(alone.reports.count == 1 && !alone.findings.contains { $0.hasPrefix("!") }, "\(alone.findings)")
        let (_, old) = try IntakeFixture.fhir(#"{"value":"P1"},{"use":"old","value":"P9"}"#)
        #expect(old.first?.patient.localIDs.map(\.value.text) == ["P1"])
    }

    @Test("In FHIR a name that is called old is taken for the one at birth where there is no other, and told")
    func fhirNames() throws {
        func told(_ names: String) throws -> (birth: String?, findings: [String]) {
            let text = #"""
                {"resourceType":"Bundle","type":"collection","timestamp":"2026-11-23T08:00:00Z","entry":[
                {"resource":{"resourceType":"Patient","id":"p","identifier":[{"value":"D1"}],"name":[\#(names)]}},
                {"resource":{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueInteger":1,
                "subject":{"reference":"Patient/p"}}}]}
                """#
            let outcome = try #require(FHIRReportReader().read(bytes: Array(text.utf8)).first)
            for finding in outcome.findings where finding.rule == "name-type" {
                #expect(finding.french.contains("Patient.name.use") && !finding.english.contains("PID"))
            }
            return (outcome.report?.patient.birthName?.text, outcome.findings.map { $0.rule + " @ " + $0.path })
        }
        let old = #"{"use":"old","family":"AVANT","given":["ANNE"]}"#
        #expect(try told(old) == ("AVANT", ["name-type @ entry[0].Patient.name"]))
        #expect(try told(old + #",{"use":"usual","family":"TEST"}"#) == ("TEST", []))
        #expect(try told(old + #",{"use":"maiden","family":"TEST"}"#) == ("TEST", []))
        #expect(try told(#"{"use":"official","family":"TEST","period":{"end":"2010"}}"#) == ("TEST", []))
    }

    @Test(
        "In FHIR a contact of the patient that is over is told as elsewhere, and what a professional or a laboratory had, too"
    )
    func fhirContacts() throws {
        let ended = #"{"system":"phone","value":"0100000001","period":{"end":"2020"}}"#
        let old = #"{"system":"email","value":"a@example.org","use":"old"}"#
        let held = #"{"system":"phone","value":"0100000002"}"#
        for (contacts, isTold) in [("\(ended),\(held)", true), ("\(old),\(held)", true), (held, false)] {
            let (findings, reports) = try IntakeFixture.fhir(
                #"{"value":"D1"}"#, patient: #","telecom":[\#(contacts)]"#)
            #expect(reports.first?.patient.phones.map(\.text) == ["0100000002"])
            #expect(findings.contains("contact-not-valid @ entry[0].Patient.telecom") == isTold, "\(findings)")
        }
        let structures = #"""
            {"resource":{"resourceType":"Organization","id":"lab2","name":"LABO 2","telecom":[\#(ended)],
            "address":[{"use":"old","city":"PARIS"},{"city":"LYON"}]}},
            """#
        let report = #"""
            {"resource":{"resourceType":"DiagnosticReport","id":"r","status":"final","subject":{"reference":"Patient/p"},
            "identifier":[{"value":"F-1"}],"performer":[{"reference":"Organization/lab2"}],
            "result":[{"reference":"Observation/o1"}]}},
            """#
        let (findings, reports) = try IntakeFixture.fhir(#"{"value":"D1"}"#, reports: report, others: structures)
        #expect(reports.first?.laboratory?.address?.city?.text == "LYON" && reports.first?.laboratory?.phones == [])
        for place in ["telecom", "address"] {
            #expect(
                findings.contains { $0.hasPrefix("detail-dropped @ ") && $0.hasSuffix("Organization." + place) },
                "\(findings)")
        }
    }
}
