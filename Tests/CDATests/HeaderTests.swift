import CDA
import LabReport
import Testing

@Suite("The header of a document")
struct HeaderTests {
    @Test("The patient is read with identity, names, birth, address and contacts")
    func patient() throws {
        let reading = Reading(SyntheticDocument())
        let patient = try reading.report().patient
        #expect(reading.rules == [])
        #expect(
            patient.ins == Identifier(value: Personal("276037510669326"), system: "1.2.250.1.213.1.4.8", type: "INS"))
        #expect(patient.identityStatus == ["VALI"])
        #expect(patient.localIDs == [Identifier(value: Personal("IPP 42"), system: "1.2.3.4.5", type: "PI")])
        #expect(patient.birthName == Personal("TESTELLI"))
        #expect(patient.usedName == Personal("DUPONT"))
        #expect(patient.givenNames == ["ADA", "MARIE", "ROSE"].map { Personal($0) })
        #expect(patient.sex == "F")
        #expect(patient.birthDate == CalendarDate(year: 1976, month: 3, day: 15))
        #expect(patient.birthPlaceCode == Personal("2B033"))
        #expect(patient.phones == [Personal("+33 4 95 00 00 00")])
        #expect(patient.mails == [Personal("ada@example.org")])
        let address = try #require(patient.address)
        #expect(address.lines == [Personal("12 rue du Port"), Personal("Bât. B")])
        #expect(address.postcode == Personal("20200"))
        #expect(address.city == Personal("BASTIA"))
        #expect(address.country == "FRANCE")
    }

    @Test(
        "Of several addresses one that holds on the document's day is the home; that none does is told",
        arguments: [
            ([("HP", "75007", "20200101", "20250101"), ("WP", "20200", "", "")], "20200", false),
            ([("HP", "75007", "20270101", ""), ("HP", "20200", "", "")], "20200", false),
            ([("HP", "75007", "", "20261120"), ("WP", "20200", "", "")], "75007", false),
            ([("HP", "75007", "", "2025")], "75007", true), ([("HP BAD", "75007", "", "")], nil, true),
            ([("TMP", "75007", "", "")], nil, true),
            ([("HP BAD", "75007", "", ""), ("", "20200", "", "")], "20200", false),
        ] as [([(String, String, String, String)], String?, Bool)])
    func validAddress(addresses: [(String, String, String, String)], postcode: String?, isTold: Bool) throws {
        var document = SyntheticDocument()
        document.address = addresses.map { use, postcode, low, high in
            "<addr use=\"\(use)\"><postalCode>\(postcode)</postalCode><useablePeriod xsi:type=\"IVL_TS\">"
                + "<low value=\"\(low)\"/><high value=\"\(high)\"/></useablePeriod></addr>"
        }.joined()
        let reading = Reading(document)
        #expect(try reading.report().patient.address?.postcode?.text == postcode)
        #expect(reading.rules == (isTold ? ["address-not-valid"] : []))
    }

    @Test("A contact that has ended or is bad is left out and told; an ended name gives way, but that of birth")
    func validContactsAndNames() throws {
        var document = SyntheticDocument()
        document.telecoms =
            "<telecom value=\"tel:1\"><useablePeriod><high value=\"20200101\"/></useablePeriod></telecom>"
            + "<telecom use=\"BAD\" value=\"mailto:a@example.org\"/><telecom value=\"tel:2\"/>"
        document.names =
            "<name><validTime><high value=\"20100101\"/></validTime><given>ADA</given>"
            + "<family qualifier=\"BR\">TESTELLI</family><family qualifier=\"CL\">AVANT</family></name>"
            + "<name><given>ADA</given><family qualifier=\"CL\">DUPONT</family></name>"
        let reading = Reading(document)
        let patient = try reading.report().patient
        #expect(patient.phones.map(\.text) == ["2"] && patient.mails == [])
        #expect(patient.birthName?.text == "TESTELLI" && patient.usedName?.text == "DUPONT")
        #expect(patient.givenNames.map(\.text) == ["ADA"])
        #expect(reading.rules == ["contact-not-valid"])
    }

    @Test("The requester, the laboratory, the numbers and the times are read")
    func peopleAndNumbers() throws {
        let report = try Reading(SyntheticDocument()).report()
        #expect(report.messageID == Personal("1.2.250.1.999^DOC-1"))
        #expect(report.sentAt?.iso == "2026-11-20T17:05:00+01:00")
        #expect(report.sendingFacility == "2B0000020")
        #expect(report.action == .new)
        let requester = try #require(report.requester)
        #expect(requester.identifiers.map(\.type) == ["IDNPS"])
        #expect(requester.familyName == Personal("MARTIN"))
        #expect(requester.givenName == Personal("Luc"))
        #expect(requester.phones == [Personal("0495000001")])
        #expect(requester.organisation?.finess == "2B0005342")
        #expect(report.laboratory?.finess == "2B0000020")
        #expect(report.laboratory?.name == "Laboratoire du Port")
        let order = try #require(report.orders.first)
        #expect(order.placerNumber == Personal("P-77"))
        #expect(order.fillerNumber == Personal("DOS-1"))
        #expect(order.status == "F")
        #expect(order.reportedAt?.iso == "2026-11-20T17:00:00+01:00")
        #expect(order.collectedAt?.iso == "2026-11-20T07:30:00+01:00")
        #expect(order.panel?.code == "18725-2")
        #expect(report.orders.count == 1)
    }

    @Test("Without a number of its own, what all versions share is the laboratory's number")
    func fillerFromSet() throws {
        var document = SyntheticDocument()
        document.serviceEvent = ""
        let order = try #require(try Reading(document).report().orders.first)
        #expect(order.fillerNumber == Personal("1.2.250.1.999.7"))
        #expect(order.reportedAt?.iso == "2026-11-20T17:05:00+01:00")
    }

    @Test(
        "The laboratory is the first that gives its FINESS: responsible, performing, author, custodian",
        arguments: [
            ("<name>Sans numéro</name>", "Garde", "2B0000020"),
            ("<id root=\"1.2.3\" extension=\"9\"/>", "Garde", "2B0000020"),
        ])
    func laboratory(responsible: String, name: String, finess: String) throws {
        var document = SyntheticDocument()
        document.laboratory = """
            <componentOf><encompassingEncounter><responsibleParty><assignedEntity><representedOrganization>\(responsible)\
            </representedOrganization></assignedEntity></responsibleParty></encompassingEncounter></componentOf>
            """
        let laboratory = try Reading(document).report().laboratory
        #expect(laboratory?.name == name)
        #expect(laboratory?.finess == finess)
    }

    @Test(
        "A document that replaces another is a replacement; a later version that does not say so is one with a warning")
    func replacement() throws {
        var document = SyntheticDocument()
        document.relation = """
            <relatedDocument typeCode="RPLC"><parentDocument><id root="1.2.250.1.999" extension="DOC-0"/></parentDocument>\
            </relatedDocument>
            """
        document.version = "<setId root=\"1.2.250.1.999.7\"/><versionNumber value=\"2\"/>"
        var reading = Reading(document)
        #expect(try reading.report().action == .replace)
        #expect(try reading.report().orders.map(\.status) == ["C"])
        #expect(reading.rules == [])
        document.relation = ""
        reading = Reading(document)
        #expect(try reading.report().action == .replace)
        #expect(reading.rules == ["cda-action-unclear"])
        document.version = "<versionNumber value=\"1\"/>"
        document.relation = "<relatedDocument typeCode=\"APND\"/>"
        reading = Reading(document)
        #expect(try reading.report().action == .new)
        #expect(reading.rules == ["cda-related"])
    }

    @Test(
        "The OID of the INS without a number is no number of the patient's", arguments: ["4.8", "4.9", "4.10", "4.2"])
    func insWithoutNumber(kind: String) throws {
        var document = SyntheticDocument()
        document.patientIDs = "<id root=\"1.2.250.1.213.1.\(kind)\"/><id root=\"1.2.3.4.5\"/>"
        let reading = Reading(document)
        let patient = try reading.report().patient
        #expect(patient.ins == nil && patient.nir == nil)
        #expect(patient.localIDs.map(\.value.text) == ["1.2.3.4.5"])
        #expect(reading.rules == ["cda-ins-empty"])
    }

    @Test("Blanks within a local number are a part of it, those within the INS are not")
    func localNumber() throws {
        var document = SyntheticDocument()
        document.patientIDs =
            "<id root=\"1.2.250.1.213.1.4.8\" extension=\"2 76 03 75 106 693 26\"/><id root=\"1.2.3.4.5\" extension=\" 24 7 \"/>"
        let patient = try Reading(document).report().patient
        #expect(patient.localIDs.map(\.value.text) == ["24 7"])
        #expect(patient.ins?.value.text == "276037510669326")
    }

    @Test("An unqualified local number that is a NIR is never passed for a local one, nor is a mailbox made of it")
    func nirElsewhere() throws {
        var document = SyntheticDocument()
        document.patientIDs = "<id root=\"1.2.3.4.5\" extension=\"276037510669326\"/>"
        document.telecoms = "<telecom value=\"mailto:276037510669326@patient.mssante.fr\"/><telecom value=\"tel:1\"/>"
        let reading = Reading(document)
        let patient = try reading.report().patient
        #expect(patient.ins == nil)
        #expect(patient.localIDs == [])
        #expect(patient.nir?.value == Personal("276037510669326"))
        #expect(patient.mails == [])
        #expect(patient.phones == [Personal("1")])
        #expect(patient.identityStatus == [])
        #expect(Set(reading.rules) == ["cda-nir-as-local-id", "nir-in-contact"])
        document.telecoms =
            "<telecom value='tel:276037510669326'/><telecom value='276037510669326@patient.mssante.fr'/>"
        let other = try Reading(document).report().patient
        #expect(other.phones == [] && other.mails == [])
    }

    @Test("What has an @ is a mail, whatever its scheme")
    func mailAsTelephone() throws {
        var document = SyntheticDocument()
        document.telecoms = "<telecom value=\"tel:a@example.org\"/><telecom value=\"b@example.org\"/>"
        let patient = try Reading(document).report().patient
        #expect(patient.phones == [] && patient.mails.map(\.text) == ["a@example.org", "b@example.org"])
    }

    @Test("The best of several INS is kept, an old computed one never")
    func severalINS() throws {
        var document = SyntheticDocument()
        document.patientIDs = """
            <id root="1.2.250.1.213.1.4.10" extension="1"/><id root="1.2.250.1.213.1.4.9" extension="2"/>\
            <id root="1.2.250.1.213.1.4.8" extension="3"/><id root="1.2.250.1.213.1.4.2" extension="4"/>\
            <id nullFlavor="UNK" root="1.2" extension="5"/>
            """
        let reading = Reading(document)
        #expect(try reading.report().patient.ins?.value == Personal("3"))
        #expect(try reading.report().patient.localIDs == [])
        #expect(reading.outcome.places.ins == 3)
        #expect(Set(reading.rules) == ["cda-ins-several", "cda-ins-old"])
        #expect(try reading.place(of: "cda-ins-old") == "recordTarget/patientRole/id[4]")
    }

    @Test(
        "Names are read however they are written",
        arguments: [
            ("<name><family>A</family><given>B</given><given>C D</given></name>", "A", nil, ["B", "C D"]),
            ("<name><family qualifier=\"BR\">A</family><family qualifier=\"SP\">E</family></name>", "A", "E", []),
            ("<name><family qualifier=\"CL\">E</family><given qualifier=\"CL\">B</given></name>", nil, "E", ["B"]),
            ("<name>Rose Seule</name>", "Rose Seule", nil, []), ("<name nullFlavor=\"MSK\"/>", nil, nil, []),
            ("<name><family qualifier=\"BR\">A</family><family qualifier=\"CL\">A</family></name>", "A", nil, []),
            ("<name>\n <given qualifier=\"BR\">B</given>\n <given>B, C  D</given></name>", nil, nil, ["B", "C", "D"]),
        ] as [(String, String?, String?, [String])])
    func names(xml: String, birth: String?, used: String?, given: [String]) throws {
        var document = SyntheticDocument()
        document.names = xml
        let patient = try Reading(document).report().patient
        #expect(patient.birthName?.text == birth)
        #expect(patient.usedName?.text == used)
        #expect(patient.givenNames.map(\.text) == given)
    }

    @Test("A birth date that does not exist holds the document; a sex outside the table is a warning")
    func birthAndSex() throws {
        var document = SyntheticDocument()
        document.birth = "<birthTime value=\"19760230\"/>"
        document.sex = "<administrativeGenderCode code=\"Z\"/>"
        let reading = Reading(document)
        #expect(reading.outcome.isHeld)
        #expect(reading.errors == ["cda-birth-date"])
        #expect(reading.rules.contains("cda-sex"))
        #expect(try reading.place(of: "cda-birth-date") == "recordTarget/patientRole/patient/birthTime")
        document.birth = "<birthTime nullFlavor=\"UNK\"/>"
        document.sex = "<administrativeGenderCode code=\"UN\"/>"
        let patient = try Reading(document).report().patient
        #expect(patient.birthDate == nil)
        #expect(patient.sex == "U")
    }

    @Test("Times without offset take the site's")
    func offsets() throws {
        var document = SyntheticDocument()
        document.parts = SyntheticDocument.observation(time: "<effectiveTime value=\"202611201500\"/>")
        #expect(try Reading(document).result().observedAt?.offsetMinutes == nil)
        #expect(try Reading(document, utcOffsetMinutes: 240).result().observedAt?.offsetMinutes == 240)
    }

    @Test("A raised confidentiality and a second requester are said")
    func notCarried() throws {
        var document = SyntheticDocument()
        document.confidentiality = "<confidentialityCode code=\"R\"/>"
        document.requester += document.requester
        let reading = Reading(document)
        #expect(try reading.report().requester?.familyName == Personal("MARTIN"))
        #expect(Set(reading.rules) == ["cda-confidentiality", "cda-requesters"])
    }

    @Test(
        "White space before the XML declaration is passed over with a warning; anything else there holds the document")
    func blanksBefore() throws {
        let document = SyntheticDocument()
        let plain = try Reading(document).report()
        func read(_ before: [UInt8], _ bytes: [UInt8]) -> ReadOutcome {
            CDAReportReader().read(document: before + bytes)
        }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        for blanks in [Array("\n".utf8), Array(" \t\r\n\n".utf8), mark + Array("\r\n".utf8)] {
            let outcome = read(blanks, document.bytes)
            #expect(outcome.report == plain)
            #expect(outcome.findings.map(\.rule) == ["cda-blanks"] && outcome.findings[0].severity == .warning)
            #expect(CDAReportReader.isXML(blanks + document.bytes))
        }
        // HL7 under such a line is none.
        let message = Array("MSH|^~\\&|A|B\rPID|1\r".utf8)
        for line in ["<!-- export -->\r", "\n<export du jour>\n\n"] {
            #expect(!CDAReportReader.isXML(Array(line.utf8) + message))
        }
        #expect(CDAReportReader.isXML(Array("<a><![CDATA[\n".utf8) + message))
        #expect(CDAReportReader.isXML(Array("<a>MSH|^~\\&|A</a>\nMSH : 25".utf8)))
        #expect(read(mark, document.bytes).findings.isEmpty)
        // Without a declaration XML itself allows white space before the root.
        var bare = document
        bare.declaration = ""
        #expect(read(Array("\n ".utf8), bare.bytes).findings.isEmpty)
        for other in [Array("x".utf8), [0x0B], [0], Array("\n".utf8) + mark, [0xC2, 0xA0]] {
            let outcome = read(other, document.bytes)
            #expect(outcome.report == nil && outcome.findings.map(\.severity) == [.error], "\(other)")
        }
        // What is wrong behind the blanks is told by its place in the file.
        let broken = read(Array("\n\n".utf8), Array(document.bytes.dropLast(9)))
        #expect(broken.report == nil)
        let place = "byte \(document.bytes.count - 9 + 2)"
        #expect(broken.findings.first?.path == place)
    }
}
