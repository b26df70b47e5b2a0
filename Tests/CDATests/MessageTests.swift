import CDA
import LabReport
import Testing

@Suite("Documents inside HL7 messages")
struct MessageTests {
    private func read(_ message: SyntheticMessage) -> [ReadOutcome] {
        LaboratoryMessageReader().read(SourceMessage(message.bytes), .hl7)
    }
    private func errors(_ message: SyntheticMessage) -> [String] {
        read(message).flatMap(\.findings).filter { $0.severity == .error }.map(\.rule)
    }

    @Test("The document speaks for the report, the message for its sending and for what the document leaves out")
    func merged() throws {
        var document = SyntheticDocument()
        document.address = "<addr nullFlavor=\"MSK\"/>"
        document.requester = ""
        var message = SyntheticMessage(document)
        message.processing = "T"
        let outcome = try #require(read(message).first)
        let report = try #require(outcome.report)
        #expect(outcome.findings == [])
        #expect(report.messageID == Personal("M-1"))
        #expect(report.sendingApplication == "SIL")
        #expect(report.sendingFacility == "750100125")
        #expect(report.processing == .training)
        #expect(report.sentAt?.iso == "2026-11-20T17:06:00+01:00")
        #expect(report.patient.givenNames.count == 3)
        #expect(report.patient.address?.postcode == Personal("75007"))
        #expect(report.laboratory?.finess == "2B0000020")
        #expect(report.orders.map(\.fillerNumber) == [Personal("DOS-1")])
        #expect(report.results.count == 1)
        #expect(report.action == .new)
    }

    @Test(
        "What the patient said of the transmission beside a document is about its report",
        arguments: [("R", Report.Consent.objected), ("A", .given), ("REFUS", nil)])
    func consent(_ said: String, _ meaning: Report.Consent?) throws {
        let text = SyntheticMessage(SyntheticDocument()).text.replacing("PV1|", with: "CON|1||||||||||\(said)\rPV1|")
        let outcome = try #require(LaboratoryMessageReader().read(SourceMessage(Array(text.utf8)), .hl7).first)
        #expect(outcome.report?.consent == meaning && outcome.isHeld == (meaning == nil))
    }

    @Test("Where the message says that the identity is not qualified, its INS goes no further")
    func unqualified() throws {
        var message = SyntheticMessage(SyntheticDocument())
        message.status = "PROV"
        let outcome = try #require(read(message).first)
        var report = try #require(outcome.report)
        let today = try #require(CalendarDate(year: 2026, month: 11, day: 23))
        let findings = ReportRules(RuleSettings(production: true, today: today)).admit(&report, places: outcome.places)
        #expect(report.patient.ins == nil)
        let finding = try #require(findings.first { $0.rule == "ins-not-qualified" })
        #expect(finding.path == "OBX[1]-5 recordTarget/patientRole/id[1]")
    }

    @Test(
        "A document about somebody else than the message's patient is never passed on",
        arguments: [
            ("279035121518989^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.8&ISO^INS", "19760315"),
            ("L-1^^^LABO^PI", "19760316"),
        ])
    func otherPatient(patient: String, birth: String) {
        var message = SyntheticMessage(SyntheticDocument())
        message.patient = patient
        message.birth = birth
        #expect(errors(message) == ["cda-other-patient"])
    }

    @Test(
        "Where no national number tells, another family name or sex is another person's",
        arguments: [
            ("MARTIN^PAUL^PAUL^^^^L", "19760315", "F"), ("MARTIN^PAUL^PAUL^^^^L", "1976", "F"),
            ("MARTIN^PAUL^PAUL^^^^L", "", ""), ("DE MARTIN^PAUL^PAUL^^^^L", "", ""),
            ("TESTELLI^ADA^ADA^^^^L", "19760315", "M"),
        ])
    func otherName(name: String, birth: String, sex: String) {
        var document = SyntheticDocument()
        document.names = document.names.replacing("DUPONT", with: "DE DUPONT")
        var message = SyntheticMessage(document)
        (message.patient, message.name, message.birth, message.sex) = ("777^^^LABO^PI", name, birth, sex)
        #expect(errors(message) == ["cda-other-patient"])
    }

    @Test(
        "A family name is the same however it is written, that of birth or the one in use, whole or a part",
        arguments: [
            ("TESTELLI", "Testelli"), ("TESTELLI", "DUPONT"), ("TESTELLI", "MARTIN-TESTELLI"),
            ("LE GOFF", "LEGOFF MARTIN"),
            ("D’ALMÉIDA", "D'ALMEIDA"), ("d'Alméida", "DALMEIDA"), ("ST-JEAN", "SAINT JEAN"), ("DE LA", "DELA"),
            ("ΠΑΠΠΑ", "ΠΑΠΠΑ"), ("ΠΑΠΠΑ", "PAPPA"),
        ])
    func sameName(inDocument: String, inMessage: String) throws {
        var document = SyntheticDocument()
        document.names = document.names.replacing("TESTELLI", with: inDocument)
        if inDocument == "ΠΑΠΠΑ" { document.names = document.names.replacing(">DUPONT<", with: "><") }
        document.address = ""
        var message = SyntheticMessage(document)
        (message.patient, message.name) = ("L-1^^^LABO^PI", inMessage + "^ADA^ADA^^^^L")
        let outcome = try #require(read(message).first)
        #expect(outcome.report?.patient.address?.postcode == Personal("75007"))
    }

    @Test("Another name beside the same national number is a name that changed")
    func married() {
        var message = SyntheticMessage(SyntheticDocument())
        message.name = "MARTIN^ADA^ADA^^^^D"
        #expect(errors(message) == [])
    }

    @Test(
        "Where nothing tells that both are about one person, no address, telephone or number passes from one to the other",
        arguments: [("^^^^^^L", "19760315", true), ("^^^^^^L", "1976", false), ("^^^^^^L", "", false)])
    func unknown(name: String, birth: String, isFilled: Bool) throws {
        var document = SyntheticDocument()
        (document.address, document.telecoms) = ("", "")
        var message = SyntheticMessage(document)
        (message.patient, message.name, message.birth) = ("L-1^^^LABO^PI", name, birth)
        let report = try #require(read(message).first?.report)
        #expect((report.patient.address != nil) == isFilled)
        #expect(report.patient.localIDs.contains { $0.value == Personal("L-1") } == isFilled)
    }

    @Test("That a legal entity sends is said of its document's report, too", arguments: ["M", "N"])
    func legalEntity(type: String) throws {
        var message = SyntheticMessage(SyntheticDocument())
        message.facility = "GROUPE^750100125^" + type
        let report = try #require(read(message).first?.report)
        #expect(report.sendingFacility == "750100125" && report.isFacilityLegalEntity == (type == "M"))
        #expect(report.laboratory?.finess == "2B0000020")
    }

    @Test("The same person without national identity on one side is accepted")
    func samePatient() throws {
        var message = SyntheticMessage(SyntheticDocument())
        message.patient = "L-1^^^LABO^PI"
        let report = try #require(read(message).first?.report)
        #expect(report.patient.localIDs.map(\.value) == [Personal("IPP 42"), Personal("L-1")])
    }

    @Test(
        "ORC-1, OBX-11 and the document say what the report does to earlier ones",
        arguments: [
            ("NW", "F", false, .new, []), ("RO", "C", true, .replace, []), ("CA", "D", false, .cancel, []),
            ("RO", "C", false, .replace, ["cda-action-unclear"]), ("NW", "F", true, .replace, ["cda-action-unclear"]),
            ("SC", "D", false, .cancel, []), ("SC", "C", true, .replace, []),
        ] as [(String, String, Bool, Report.Action, [String])])
    func action(control: String, state: String, replaces: Bool, action: Report.Action, rules: [String]) throws {
        var document = SyntheticDocument()
        if replaces { document.relation = "<relatedDocument typeCode=\"RPLC\"/>" }
        var message = SyntheticMessage(document, state: state)
        message.control = control
        let outcome = try #require(read(message).first)
        #expect(outcome.report?.action == action)
        #expect(outcome.findings.map(\.rule) == rules)
        #expect(outcome.report?.results.map(\.status) == [action == .cancel ? "D" : "F"])
    }

    @Test(
        "ORC-1 and OBX-11 that contradict each other hold the message",
        arguments: [("NW", "D"), ("CA", "F"), ("RO", "D")])
    func contradiction(control: String, state: String) {
        var message = SyntheticMessage(SyntheticDocument(), state: state)
        message.control = control
        #expect(errors(message) == ["cda-action-mismatch"])
    }

    @Test(
        "MDM messages are read as well: T02 is new, T10 replaces, T11 withdraws",
        arguments: [
            ("T02", .new), ("T10", .replace), ("T11", .cancel),
        ] as [(String, Report.Action)])
    func documentMessages(event: String, action: Report.Action) throws {
        var message = SyntheticMessage(SyntheticDocument(), state: "")
        message.type = "MDM^\(event)^MDM_T02"
        message.version = "2.6"
        message.control = "SC"
        message.observations.append("CWE|MASQUE_PS^Masqué aux professionnels||N||||||F")
        let outcome = try #require(read(message).first)
        #expect(outcome.report?.action == action)
        #expect(outcome.report?.results.count == 1)
    }

    @Test("A level 1 is held with what to send; beside its level 3 it is left out with a warning")
    func levels() throws {
        var flat = SyntheticDocument()
        flat.body = "<nonXMLBody><text>JVBERi0=</text></nonXMLBody>"
        var message = SyntheticMessage(flat)
        #expect(errors(message) == ["cda-level-1"])
        #expect(read(message).first?.findings.first?.path == "OBX[1]-5 component/nonXMLBody")
        message.observations.append(SyntheticMessage.document(SyntheticDocument().bytes))
        message.observations.append(SyntheticMessage.attachment("JVBERi0xLjQ=", subtype: "PDF"))
        let outcomes = read(message)
        #expect(outcomes.count == 1)
        #expect(outcomes[0].report?.results.count == 1)
        #expect(outcomes[0].findings.map(\.rule) == ["cda-media", "cda-media"])
    }

    @Test(
        "An attachment that is no document is held with what to send",
        arguments: [
            (SyntheticMessage.attachment("JVBERi0xLjQ=", subtype: "PDF"), "document-only"),
            (SyntheticMessage.attachment("", subtype: "PDF"), "document-only"),
            (SyntheticMessage.attachment("RG9jdW1lbnQ="), "document-only"),
            (SyntheticMessage.attachment("H4sIAAAAAAAA"), "cda-compressed"),
            (SyntheticMessage.attachment("UEsDBBQAAAA="), "cda-compressed"),
            (SyntheticMessage.attachment("PD94bWw*"), "cda-base64"),
            (SyntheticMessage.attachment("PD94bWwgdmVyc2lvbj0iMS4wIj8+PGE+"), "cda-xml"),
            (SyntheticMessage.attachment("PGEvPg=="), "cda-root"),
            (SyntheticMessage.attachment("<a/>", encoding: "A"), "cda-not-encoded"),
            ("RP|PDF^Lien||https://example.org/x.pdf||||||F", "document-only"),
        ])
    func attachments(observation: String, rule: String) throws {
        var message = SyntheticMessage()
        message.observations = [observation]
        #expect(errors(message) == [rule])
        let finding = try #require(read(message).first?.findings.first)
        #expect(finding.path.hasPrefix("OBX[1]-5"))
        #expect(!finding.french.isEmpty && !finding.english.isEmpty)
    }

    @Test("A broken document holds the message, whatever good ones stand beside it")
    func brokenBeside() {
        var message = SyntheticMessage(SyntheticDocument())
        message.observations.append(SyntheticMessage.attachment("PD94bWw*"))
        #expect(errors(message) == ["cda-base64"])
        #expect(read(message).allSatisfy { $0.isHeld })
    }

    @Test("Two reports in one message are two outcomes, taken or held together")
    func twoReports() {
        var message = SyntheticMessage(SyntheticDocument())
        message.observations.append(SyntheticMessage.document(SyntheticDocument().bytes))
        #expect(read(message).map { $0.report?.results.count } == [1, 1])
        var bad = SyntheticDocument()
        bad.parts = SyntheticDocument.observation(value: "<value xsi:type='ODD'/>")
        message.observations[1] = SyntheticMessage.document(bad.bytes)
        let outcomes = read(message)
        #expect(outcomes.allSatisfy { $0.isHeld })
        #expect(outcomes.allSatisfy { $0.findings.contains { $0.severity == .error } })
    }

    @Test("Documents past the limit hold the message")
    func documentLimit() {
        var message = SyntheticMessage()
        message.observations = Array(
            repeating: SyntheticMessage.document(SyntheticDocument().bytes), count: Limits.documents)
        #expect(read(message).count == Limits.documents)
        #expect(errors(message) == [])
        message.observations.append(message.observations[0])
        #expect(errors(message) == ["cda-too-many-documents"])
    }

    @Test("Results beside a document: those of the document go; where the document is only a copy, theirs do")
    func resultsBeside() throws {
        let result = "NM|2160-0^Créatinine^LN||12|mg/L|||||F|||20261120"
        var message = SyntheticMessage(SyntheticDocument())
        message.observations.append(result)
        var outcome = try #require(read(message).first)
        #expect(outcome.report?.results.map { $0.code.code } == ["94500-6"])
        #expect(outcome.findings.map(\.rule) == ["cda-results-beside"])
        var flat = SyntheticDocument()
        flat.body = "<nonXMLBody/>"
        message = SyntheticMessage(flat)
        message.observations.append(result)
        outcome = try #require(read(message).first)
        #expect(outcome.report?.results.map { $0.code.code } == ["2160-0"])
        #expect(outcome.findings.map(\.rule) == ["attachment-dropped"])
    }

    @Test(
        "What is withdrawn need not be read: of a level 3 its results are, of a copy for people the numbers are enough")
    func withdrawn() throws {
        var flat = SyntheticDocument()
        flat.body = "<nonXMLBody/>"
        var message = SyntheticMessage(flat, state: "D")
        message.control = "CA"
        var outcome = try #require(read(message).first)
        #expect(outcome.report?.action == .cancel && outcome.report?.results == [])
        #expect(outcome.findings.map(\.rule) == ["attachment-dropped"])
        message.observations = [SyntheticMessage.attachment("JVBERi0xLjQ=", state: "D", subtype: "PDF")]
        #expect(read(message).first?.report?.action == .cancel)
        message = SyntheticMessage(SyntheticDocument(), state: "D")
        message.control = "CA"
        outcome = try #require(read(message).first)
        #expect(outcome.report?.action == .cancel && outcome.report?.results.count == 1)
    }

    @Test("Times of a document without offset take the message's, or the legal time of the site")
    func zone() throws {
        var document = SyntheticDocument()
        document.parts = SyntheticDocument.observation(time: "<effectiveTime value=\"202607140930\"/>")
        let message = SourceMessage(SyntheticMessage(document).bytes)
        func observed(_ settings: ReaderSettings) -> Int? {
            LaboratoryMessageReader(settings: settings).read(message, .hl7)[0].report?.results[0].observedAt?
                .offsetMinutes
        }
        // MSH-7 says +01:00 in winter, which is Paris' own.
        #expect(observed(ReaderSettings(zone: .paris)) == 120)
        #expect(observed(ReaderSettings(zone: .reunion)) == 60)
        #expect(observed(ReaderSettings()) == 60)
        document.parts = SyntheticDocument.observation(time: "<effectiveTime value=\"202603290230\"/>")
        let gap = CDAReportReader(settings: ReaderSettings(zone: .paris)).read(document: document.bytes)
        #expect(gap.findings.map(\.rule).contains("time-gap"))
        document.parts = SyntheticDocument.observation(time: "<effectiveTime value=\"202610250230\"/>")
        let twice = CDAReportReader(settings: ReaderSettings(zone: .paris)).read(document: document.bytes)
        #expect(twice.findings.map(\.rule).contains("time-unsure"))
    }

    @Test("What stands around a message in its file is said with its document's report, too")
    func surroundings() throws {
        var found: [ReadOutcome] = []
        let reader = LaboratoryMessageReader()
        var stream = ReportStream(nil) { message, format, memory in reader.read(message, format, memory: memory) }
        let bytes = Array("\u{FEFF}".utf8) + SyntheticMessage(SyntheticDocument()).bytes
        stream.push(bytes[...]) { found += $0.outcomes }
        stream.finish { found += $0.outcomes }
        #expect(found.count == 1 && found[0].report?.results.count == 1)
        #expect(found[0].findings.map(\.rule) == ["byte-order-mark"])
    }

    @Test("A message with discrete results, and one that is broken otherwise, are left to LabReport")
    func ordinary() throws {
        var message = SyntheticMessage()
        message.observations = ["NM|2160-0^Créatinine^LN||12|mg/L|||||F|||20261120"]
        let reader = HL7ReportReader()
        #expect(read(message).map(\.report) == reader.read(bytes: message.bytes).map(\.report))
        message = SyntheticMessage(SyntheticDocument())
        message.observations.append("ED|1||^TEXT^XML^Base64^QUFB\rAAA coupé")
        #expect(errors(message).contains("segment-name"))
        #expect(read(message).allSatisfy { $0.isHeld })
        let adt = Array(message.text.replacing("ORU^R01^ORU_R01", with: "ADT^A01^ADT_A01").utf8)
        #expect(
            LaboratoryMessageReader().read(SourceMessage(adt), .hl7).flatMap(\.findings).map(\.rule) == ["message-type"]
        )
    }
}

@Suite("Base64")
struct Base64Tests {
    @Test("Every length is decoded, with and without padding, and with what carriers put in between")
    func lengths() {
        let bytes: [UInt8] = [0, 255, 16, 131, 16, 81, 135, 32]
        for (count, text) in [(0, ""), (1, "AA=="), (2, "AP8="), (3, "AP8Q"), (4, "AP8Qgw=="), (8, "AP8QgxBRhyA=")] {
            #expect(Base64.decode(Array(text.utf8)) == Array(bytes.prefix(count)))
            let bare = text.filter { $0 != "=" }
            #expect(Base64.decode(Array(bare.utf8)) == Array(bytes.prefix(count)))
            for filler in [" ", "\r\n", "\t", "\\.br\\", "\\X0D\\", "\\X0A\\", "\\X0D0A\\"] {
                let spread = text.map { String($0) }.joined(separator: filler) + filler
                #expect(Base64.decode(Array(spread.utf8)) == Array(bytes.prefix(count)), "\(filler.debugDescription)")
            }
        }
    }

    @Test(
        "What no encoder writes is refused",
        arguments: [
            "A", "AAAAA", "AB", "AB==", "AAB", "AAB=", "AA=", "AA===", "AAA==", "AAAA=", "AA==AA", "A=AA", "AA-_",
            "A*AA",
            "=", "\\.sp\\AAAA", "\\", "AAAA\\", "é",
        ])
    func refused(text: String) {
        #expect(Base64.decode(Array(text.utf8)) == nil)
    }
}
