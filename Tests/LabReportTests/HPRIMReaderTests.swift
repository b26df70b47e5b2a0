import HL7
import Testing

@testable import LabReport

@Suite("HPRIM Santé")
struct HPRIMReaderTests {
    /// What a French laboratory program writes: no number of fields is filled for show.
    private static let message = """
        H|~^\\&|LABO0042.HPR||750100125~LABORATOIRE RIVE GAUCHE|12 RUE DU QUAI~~PARIS~~75007|ORU|0199001234||HOP~HOPITAL||P|H2.2~C|202611230930
        P|1|D4711|L0042||BRUVELAN~CAMILLE~ZOE~~MME|CHANTROVOI|19670412|F||3 RUE DES LILAS~~PARIS~~75013||0639981234^c.b@example.org
        C|1|L|Patient vu ce matin
        OBR|1|PR77~|261123-0042|94500-6~ARN SARS-CoV-2~LN|R||202611230745||||N|||202611230810|258500001~Ecouvillon~SCT|10003461032~DELFORAU~ANNE|0199005678|||||202611231145|||F
        OBX|1|CE|94500-6~ARN SARS-CoV-2~LN||10828004~Positif~SCT|||POS|||F|||202611230745
        OBX|2|NM|CT~Cycles~L||24.5|{Ct}|<35|N|||F|||202611230745
        C|1|L|Contrôles conformes^seconde ligne
        L|1||1|8

        """

    private func read(_ text: String, _ settings: ReaderSettings = ReaderSettings(utcOffsetMinutes: 60))
        -> [ReadOutcome]
    {
        HPRIMReportReader(settings: settings).read(bytes: Array(text.utf8))
    }

    private func rules(_ text: String) -> [String] { read(text).flatMap(\.findings).map(\.rule) }

    private func changed(_ one: String, _ other: String) -> String {
        Self.message.replacing(one, with: other)
    }

    @Test("A number with a space in it is no number, and is never drawn together", arguments: ["2 4.5", "1 6"])
    func parted(number: String) throws {
        let outcome = try #require(read(changed("|24.5|", "|" + number + "|")).first)
        #expect(outcome.findings.map(\.rule) == ["obx5-number"])
        #expect(outcome.report?.results[1].value == .text(Personal(number)))
    }

    @Test("A laboratory whose name stands in the place of its number keeps its blanks; its orders are known as before")
    func senderWords() throws {
        let text = changed("|750100125~LABORATOIRE RIVE GAUCHE|", "|LABO RIVE GAUCHE|")
        let report = try #require(read(text).first?.report)
        #expect(report.laboratory?.name == "LABO RIVE GAUCHE")
        #expect(report.laboratory?.identifiers.map(\.value.text) == ["LABORIVEGAUCHE"])
        #expect(report.sendingFacility == "LABORIVEGAUCHE")
        #expect(DuplicateKeys.number(0, of: report)?.prefix(2) == ["number", "LABORIVEGAUCHE"])
        // Nothing is a name that is a number, or that says itself what it is.
        let number = try #require(read(changed("|750100125~LABORATOIRE RIVE GAUCHE|", "|12 345|")).first?.report)
        #expect(number.laboratory?.name == nil && number.laboratory?.identifiers.map(\.value.text) == ["12345"])
        #expect(read(Self.message).first?.report?.laboratory?.name == "LABORATOIRE RIVE GAUCHE")
    }

    @Test(
        "Whether somebody died is a word or a day; what is neither is told",
        arguments: [
            ("Y", true), ("O", true), ("oui", true), ("1", true), ("20261120", true), ("N", false), ("0", false),
            ("NON", false), ("", nil), ("?", nil), ("20261399", nil),
        ] as [(String, Bool?)])
    func death(said: String, expected: Bool?) throws {
        let more = String(repeating: "|", count: 21) + said
        let text = changed("c.b@example.org\n", "c.b@example.org" + (said.isEmpty ? "" : "|" + more) + "\n")
        let outcome = try #require(read(text).first)
        #expect(outcome.report?.patient.deceased == expected)
        let isTold = expected == nil && !said.isEmpty
        #expect(outcome.findings.map { $0.rule + " @ " + $0.path } == (isTold ? ["detail-dropped @ P-35"] : []))
    }

    @Test("As many results as one patient may have are taken, and one more is held")
    func mostResults() throws {
        let line = "OBX|2|NM|CT~Cycles~L||24.5|{Ct}|<35|N|||F|||202611230745\n"
        func message(_ results: Int) -> String {
            let all = String(repeating: line, count: results - 1)
            return changed("OBX|2|NM", all + "OBX|2|NM").replacing("L|1||1|8", with: "L|1||1|")
        }
        let most = ReportBuilder.mostResults - 1
        #expect(read(message(most)).first?.report?.results.count == ReportBuilder.mostResults)
        #expect(rules(message(most + 1)) == ["too-many-results"])
    }

    @Test("As many orders as one patient may have are taken, and one more is held")
    func mostOrders() {
        let lines = (1...ReportBuilder.mostOrders - 1).map { "OBR|1|P\($0)|F\($0)|94500-6~~LN\n" }.joined()
        let most = changed("OBR|1|", lines + "OBR|1|").replacing("L|1||1|8", with: "L|1||1|")
        #expect(read(most).first?.report?.orders.count == ReportBuilder.mostOrders)
        #expect(
            rules(most.replacing("OBR|1|PR77~", with: "OBR|1|x|y|94500-6~~LN\nOBR|1|PR77~")) == ["too-many-results"])
    }

    @Test("An INS in P-12 is read, and one for tests is seen there; given names may stand beside the name at birth")
    func fieldTwelve() throws {
        func read(_ oid: String) throws -> ReadOutcome {
            let p12 = "3 RUE DES LILAS~~PARIS~~75013|255081416802538~INS-NIR~~~~" + oid + "|0639981234"
            return try #require(self.read(changed("3 RUE DES LILAS~~PARIS~~75013||0639981234", p12)).first)
        }
        let outcome = try read("1.2.250.1.213.1.4.8")
        #expect(outcome.report?.patient.ins != nil || outcome.findings.map(\.rule).contains("ins-unqualified"))
        #expect(try read("1.2.250.1.213.1.4.10").places.fictitious != nil)
        let named = changed("BRUVELAN~CAMILLE~ZOE~~MME|CHANTROVOI", "BRUVELAN|CHANTROVOI~CAMILLE~ZOE")
        let report = try #require(self.read(named).first?.report)
        #expect(report.patient.givenNames.map(\.text) == ["CAMILLE", "ZOE"])
    }

    @Test("A number that is said to be a SIREN or a SIRET is never a FINESS, though it has the key of one")
    func companyNumbers() throws {
        let sender = "750100125~LABORATOIRE RIVE GAUCHE"
        let siren = try #require(read(changed(sender, "732829320~LABX~SIREN")).first)
        #expect(siren.report?.laboratory?.finess == nil)
        #expect(siren.report?.laboratory?.identifiers == [Identifier(value: Personal("732829320"), type: "SIREN")])
        let register = try #require(read(changed(sender, "732829320~LABX~INSEE")).first)
        #expect(register.report?.laboratory?.finess == nil && register.findings.isEmpty)
        for kind in ["", "~FINESS", "~FINEG", "~1.2.250.1.71.4.2.2"] {
            #expect(try #require(read(changed(sender, sender + kind)).first?.report).laboratory?.finess == "750100125")
        }
        // Nine digits of no known kind with a wrong key: nothing is routed by them, and somebody learns of it.
        let mistyped = try #require(read(changed(sender, "750100126~LABX")).first)
        #expect(mistyped.report?.laboratory?.finess == nil && mistyped.findings.map(\.rule) == ["finess-key"])
    }

    @Test("A SIREN of another format goes on as a SIREN, and what nobody says the kind of is not made a FINESS")
    func companyNumbersWritten() throws {
        func back(_ identifier: Identifier) throws -> Organisation? {
            var report = try #require(read(Self.message).first?.report)
            report.sendingFacility = "LABX"
            report.laboratory = Organisation(name: "LABX")
            report.laboratory?.identifiers = [identifier]
            var bytes: [UInt8] = []
            HPRIMReportWriter.write(report, into: &bytes)
            return HPRIMReportReader().read(bytes: bytes).first?.report?.laboratory
        }
        let siren = Identifier(
            value: Personal("732829320"), system: "1.2.250.1.61.1", namespace: "INSEE", type: "SIREN")
        #expect(try back(siren)?.identifiers == [Identifier(value: Personal("732829320"), type: "SIREN")])
        let unknown = try back(Identifier(value: Personal("732829320")))
        #expect(unknown?.finess == nil && unknown?.identifiers == [] && unknown?.name == "LABX")
    }

    @Test("A code, a name and the system `L` are no given name")
    func localSystem() throws {
        let report = try #require(read(changed("10003461032~DELFORAU~ANNE", "PILO~DR DELFORAU~L")).first?.report)
        #expect(report.requester?.familyName?.text == "DR DELFORAU" && report.requester?.givenName == nil)
    }

    @Test("Blanks within a local number are a part of it")
    func localNumber() throws {
        let report = try #require(read(changed("D4711", " D47 11 ")).first?.report)
        #expect(report.patient.localIDs.map(\.value.text) == ["D47 11", "L0042"])
    }

    @Test("A message with everything in it is read field by field")
    func whole() throws {
        let outcomes = read(Self.message)
        let outcome = try #require(outcomes.first)
        #expect(outcomes.count == 1)
        #expect(outcome.findings.map(\.rule) == [])
        let report = try #require(outcome.report)
        #expect(report.messageID?.text == "LABO0042.HPR 202611230930")
        #expect(report.sendingFacility == "750100125")
        #expect(report.laboratory?.finess == "750100125")
        #expect(report.laboratory?.name == "LABORATOIRE RIVE GAUCHE")
        #expect(report.laboratory?.address?.postcode?.text == "75007")
        #expect(report.laboratory?.phones.map(\.text) == ["0199001234"])
        #expect(report.processing == .production)
        #expect(report.sentAt?.iso == "2026-11-23T09:30:00+01:00")
        #expect(report.patient.localIDs.map(\.value.text) == ["D4711", "L0042"])
        #expect(report.patient.birthName?.text == "CHANTROVOI")
        #expect(report.patient.usedName?.text == "BRUVELAN")
        #expect(report.patient.givenNames.map(\.text) == ["CAMILLE", "ZOE"])
        #expect(report.patient.birthDate?.iso == "1967-04-12")
        #expect(report.patient.sex == "F")
        #expect(report.patient.address?.city?.text == "PARIS")
        #expect(report.patient.phones.map(\.text) == ["0639981234"])
        #expect(report.patient.mails.map(\.text) == ["c.b@example.org"])
        #expect(report.notes.map(\.text) == ["Patient vu ce matin"])
        let order = try #require(report.orders.first)
        #expect(order.placerNumber?.text == "PR77")
        #expect(order.fillerNumber?.text == "261123-0042")
        #expect(order.panel == Coded(code: "94500-6", text: "ARN SARS-CoV-2", system: "LN"))
        #expect(order.collectedAt?.iso == "2026-11-23T07:45:00+01:00")
        #expect(order.reportedAt?.iso == "2026-11-23T11:45:00+01:00")
        #expect(order.status == "F")
        #expect(report.specimens.first?.type == Coded(code: "258500001", text: "Ecouvillon", system: "SCT"))
        #expect(report.specimens.first?.receivedAt?.iso == "2026-11-23T08:10:00+01:00")
        #expect(report.requester?.familyName?.text == "DELFORAU")
        #expect(report.requester?.phones.map(\.text) == ["0199005678"])
        #expect(report.results.count == 2)
        #expect(report.results[0].value == .coded(Coded(code: "10828004", text: "Positif", system: "SCT")))
        #expect(report.results[0].interpretation == ["POS"])
        #expect(report.results[1].value == .number(Personal("24.5")))
        #expect(report.results[1].unit == Coded(code: "{Ct}"))
        #expect(report.results[1].range == "<35")
        #expect(report.results[1].notes.map(\.text) == ["Contrôles conformes\nseconde ligne"])
        #expect(report.results.allSatisfy { $0.status == "F" && $0.observedAt != nil })
    }

    @Test("An objection is read from its comment behind P, and no agreement takes it back; elsewhere it is a note")
    func consent() throws {
        func said(_ first: String, _ second: String = "x") throws -> Report? {
            let comments = "C|1|L|\(first)\nC|2|L|\(second)"
            return try #require(
                read(changed("C|1|L|Patient vu ce matin", comments).replacing("|8\n", with: "|9\n")).first
            )
            .report
        }
        let (objection, agreement) = ("PATIENT OPPOSE A LA TRANSMISSION", "PATIENT CONSENT A LA TRANSMISSION")
        let report = try #require(try said(objection))
        #expect(report.consent == .objected)
        #expect(report.notes.map(\.text) == ["x"])
        #expect(try said(agreement)?.consent == .given)
        #expect(try said(agreement, objection)?.consent == .objected)
        #expect(try said(objection, agreement)?.consent == .objected)
        for like in [
            "Patient opposé à la transmission.", "PATIENT  OPPOSE A LA  TRANSMISSION",
            "patient oppose a la transmission",
        ] {
            #expect(try said(like)?.consent == .objected)
        }
        let result = try #require(read(changed("Contrôles conformes^seconde ligne", objection)).first?.report)
        #expect(result.consent == nil)
        #expect(result.results.last?.notes.map(\.text) == [objection])
    }

    @Test(
        "A comment of which nothing says what it is about, outside C-4 or cut by a separator, is told",
        arguments: [
            ("P|1|", "C|1|L|vu\nP|1|", "note-dropped @ C[1]-4"),
            ("C|1|L|Patient vu ce matin", "AP|1\nC|1|L|vu", "note-dropped @ C[1]-4"),
            ("C|1|L|Contrôles", "ZZZ|1\nC|1|L|Contrôles", "note-dropped @ C[2]-4"),
            ("C|1|L|Patient vu ce matin", "C|1|Patient vu ce matin", "note-dropped @ C[1]-3"),
            ("C|1|L|Patient vu ce matin", "C|1|L|Patient vu ce | matin", "note-dropped @ C[1]-5"),
            ("C|1|L|Patient vu ce matin", "C|0001|LAB|vu|G", nil),
            ("C|1|L|Patient vu ce matin", "C|1|BIOLOGISTE|vu ce matin", nil),
            ("C|1|L|Patient vu ce matin", "C|1|Patient vu|ce matin", "note-dropped @ C[1]-3"),
            ("C|1|L|Patient vu ce matin", "C|1|REFUS|vu ce matin", "note-dropped @ C[1]-3"),
        ])
    func droppedComment(one: String, other: String, expected: String?) throws {
        let outcome = try #require(read(changed(one, other).replacing("|8\n", with: "|\n")).first)
        #expect(outcome.findings.map { $0.rule + " @ " + $0.path } == [expected].compactMap { $0 })
        #expect(outcome.report?.results.count == 2)
        #expect(!outcome.findings.contains { $0.english.contains("NTE") })
    }

    @Test("An objection in a comment that is not passed on is one all the same, or holds the message")
    func droppedObjection() throws {
        for (one, other) in [
            ("P|1|", "C|1|L|%\nP|1|"), ("C|1|L|Patient vu ce matin", "AP|1\nC|1|L|%"),
            ("C|1|L|Patient vu ce matin", "C|1|%"), ("C|1|L|Patient vu ce matin", "C|1|L|Patient vu|%"),
        ] {
            func found(_ words: String) throws -> ReadOutcome {
                try #require(
                    read(changed(one, other.replacing("%", with: words)).replacing("|8\n", with: "|\n")).first)
            }
            #expect(try found("Patient opposé à la transmission.").report?.consent == .objected)
            #expect(try found("S'oppose à la transmission").findings.map(\.rule) == ["hprim-consent"])
            #expect(try found("PATIENT CONSENT A LA TRANSMISSION").report?.consent == nil)
        }
    }

    @Test(
        "A comment on the patient that may be an objection is held, and elsewhere is a note",
        arguments: [
            "PATIENT OPPOSEE A LA TRANSMISSION", "PATIENT OPPOSE A LA TRANSMISSION ?", "S'oppose à toute transmission",
            "Patient non opposé à la transmission",
        ])
    func unclearConsent(comment: String) {
        #expect(rules(changed("Patient vu ce matin", comment)) == ["hprim-consent"])
        #expect(rules(changed("Contrôles conformes^seconde ligne", comment)) == [])
    }

    @Test("Fewer patients than L-4 declares are held: one lost its P; more than it declares are told")
    func lostPatient() {
        let second = "P|2|D2|||PELVI~PAUL||19800101|M\n"
        let two = Self.message.replacing(
            "L|1||1|8", with: second + "OBR|1|p2|f2|c\nOBX|1|ST|c||v||||||F\nL|1||2|")
        #expect(rules(two) == [])
        #expect(rules(two.replacing(second, with: "")) == ["hprim-patients"])
        #expect(rules(two.replacing("L|1||2|", with: "L|1||1|")) == ["hprim-count"])
        // The letter alone was spoilt, and nothing is declared.
        let spoilt = two.replacing("P|2|", with: "B|2|").replacing("L|1||2|", with: "L|1")
        #expect(rules(spoilt) == ["unknown-segment", "hprim-segment"])
        #expect(
            rules(spoilt.replacing("\nOBR|1|p2", with: "\nC|1|L|vu\nOBR|1|p2")) == [
                "unknown-segment", "note-dropped", "hprim-segment",
            ])
        #expect(rules(changed("C|1|L|Patient vu ce matin", "B|1")) == ["unknown-segment"])
    }

    @Test("Other separators, and both numbers as components of one field")
    func separators() throws {
        let text = """
            H|\\^&~|CLIR949||CASA\\LABORATOIRE||ORU|||DEST\\CLINIQUE||P|H2.0\\C|201204042104
            P|0001|240932||12012010|BRUVELAN\\RAFI||19721129|M||2 RUE BIS\\\\AVIGNON\\\\84000|
            OBR|0001|60425414\\1204256414|\\1204256414|GRS\\Globules rouges^HB\\Hémoglobine|R||201204042026|||
            A||N|||||131218026\\HERVE Robert|0491171280
            OBX|0002|ST|GRS||4.51|million/mm|4.10-5.70|N|||F|||201204042026|RIP\\10060|
            L|1

            """
        let outcome = try #require(read(text).first)
        #expect(outcome.findings.map(\.rule) == [])
        let report = try #require(outcome.report)
        #expect(report.orders.first?.placerNumber?.text == "60425414")
        #expect(report.orders.first?.fillerNumber?.text == "1204256414")
        #expect(report.requester?.familyName?.text == "HERVE Robert")
        #expect(report.patient.address?.postcode?.text == "84000")
        #expect(report.results.first?.value == .text(Personal("4.51")))
        #expect(report.results.first?.performer?.name == "10060")
    }

    @Test("A continuation goes on in the middle of a field, and may come again")
    func continuation() throws {
        let cut = changed("ARN SARS-CoV-2~LN||10828004", "ARN SA\nA|RS-Co\nA|V-2~LN||10828004")
        let report = try #require(read(cut).first?.report)
        #expect(report.results.first?.code.text == "ARN SARS-CoV-2")
    }

    @Test("Text in ISO 8859-15 or Windows-1252 is told from UTF-8 without being said")
    func charsets() throws {
        for charset in [Charset.latin9, .windows1252, .utf8] {
            let bytes = charset.encode(changed("CAMILLE~ZOE", "ZOÉ~CŒUR"))
            let report = try #require(HPRIMReportReader().read(bytes: bytes).first?.report)
            #expect(report.patient.givenNames.map(\.text) == ["ZOÉ", "CŒUR"], "\(charset)")
        }
    }

    @Test(
        "What is wrong is held by its rule",
        arguments: [
            ("|ORU|", "|ADM|", "hprim-type"), ("|ORU|", "||", "msh9-missing"), ("\nL|1||1|8", "", "hprim-end"),
            ("|POS|||F|", "|POS||||", ""), ("|||F\nOBX|1", "|||\nOBX|1", ""),
            ("|19670412|", "|19670431|", "birth-date"),
            ("|202611230745||||N", "|202611330745||||N", "observation-time"),
            ("OBX|1|CE", "OBX|1|ZZ", "obx2-unknown"),
            ("OBX|1|CE|94500-6~ARN SARS-CoV-2~LN", "OBX|1|CE|", "obx3-missing"),
            ("|POS|||F|", "|POS|||Q|", "obx11-unknown"), ("\nOBX|1", "\nune ligne coupée\nOBX|1", "hprim-segment"),
        ])
    func held(one: String, other: String, rule: String) {
        let text = changed(one, other)
        #expect(text != Self.message)
        let outcomes = read(text)
        #expect(outcomes.allSatisfy { $0.isHeld } == !rule.isEmpty, "\(rule)")
        if !rule.isEmpty { #expect(outcomes.flatMap(\.findings).contains { $0.rule == rule && $0.severity == .error }) }
    }

    @Test(
        "Codes in small letters are understood and told, as in HL7",
        arguments: [
            ("|POS|||F|", "|POS|||f|", "OBX[1]-12"), ("OBX|1|CE|", "OBX|1|ce|", "OBX[1]-3"),
            ("|||F\nOBX|1", "|||f\nOBX|1", "OBR[1]-26"),
        ])
    func smallLetters(one: String, other: String, place: String) throws {
        let outcome = try #require(read(changed(one, other)).first)
        #expect(outcome.findings.map { $0.rule + " @ " + $0.path } == ["code-form @ " + place])
        #expect(outcome.report == read(Self.message).first?.report)
    }

    @Test("A cancellation in a small letter is one")
    func smallCancellation() throws {
        let text = Self.message.replacing("||||N|||202611230810", with: "||||c|||202611230810")
            .replacing("|POS|||F|", with: "||||D|").replacing("<35|N|||F|", with: "||||d|")
        let outcome = try #require(read(text).first)
        #expect(outcome.report?.action == .cancel)
        #expect(
            outcome.findings.map { $0.rule + " @ " + $0.path } == ["code-form @ OBR[1]-12", "code-form @ OBX[2]-12"])
        // An attached file is one, too.
        let file = try #require(read(changed("OBX|2|NM|CT~Cycles~L||24.5|", "OBX|2|fic|CT~Cycles~L||a.pdf|")).first)
        #expect(file.findings.map(\.rule).contains("attachment-dropped") && file.report?.results.count == 1)
    }

    @Test("A result without its own status has the order's; without either it is held")
    func statuses() {
        let without = changed("|POS|||F|", "|POS||||").replacing("|||F\nOBX|1", with: "|||\nOBX|1")
        #expect(rules(without).contains("obx11-missing"))
    }

    @Test("A result before its order, or an order before its patient, is held")
    func order() {
        #expect(rules("H|~^\\&|a||b||ORU|||||P|H2.2~C\nP|1|x\nOBX|1|ST|c||v||||||F\nL|1\n").contains("order-missing"))
        #expect(rules("H|~^\\&|a||b||ORU|||||P|H2.2~C\nOBR|1|x\nL|1\n").contains("patient-missing"))
    }

    @Test("Corrections and cancellations are told by the statuses and by OBR-12")
    func actions() throws {
        #expect(try #require(read(changed("|F|||2026", "|C|||2026")).first?.report).action == .replace)
        #expect(try #require(read(changed("|F|||2026", "|D|||2026")).first?.report).action == .cancel)
        let cancelled = "H|~^\\&|a||b||ORU|||||P|H2.2~C\nP|1|x\nOBR|1|p|f|c|||||||C\nL|1\n"
        #expect(try #require(read(cancelled).first?.report).action == .cancel)
    }

    @Test("An attached file is not passed on; alone it is held")
    func attachment() throws {
        let beside = read(changed("\nL|1||1|8", "\nOBX|3|FIC|CR~Compte rendu||cr.pdf~PDF||||||F\nL|1||1|9"))
        #expect(beside.first?.report?.results.count == 2)
        #expect(beside.first?.findings.map(\.rule) == ["attachment-dropped"])
        let alone = "H|~^\\&|a||b||ORU|||||P|H2.2~C\nP|1|x\nOBR|1|p|f|c\nOBX|1|FIC|CR~x||cr.pdf\nL|1\n"
        #expect(rules(alone).contains("no-discrete-results"))
    }

    @Test("Two patients are two reports; when one is held the other is too")
    func patients() {
        let two = Self.message.replacing(
            "L|1||1|8", with: "P|2|D2|||PELVI~PAUL||19800101|M\nOBR|1|p2|f2|c\nOBX|1|ST|c||v||||||F\nL|1||2|11")
        #expect(read(two).compactMap(\.report).count == 2)
        let broken = read(two.replacing("|19800101|", with: "|19801301|"))
        #expect(broken.count == 2 && broken.allSatisfy { $0.isHeld })
        #expect(rules(two.replacing("L|1||2|11", with: "L|1||3|11")) == ["hprim-patients", "other-patient-held"])
    }

    @Test("A NIR among the patient's numbers is no local number, and an INS counts with its OID")
    func identifiers() throws {
        let nir = try #require(read(changed("|D4711|", "|255081416802538|")).first)
        #expect(nir.findings.map(\.rule) == ["nir-as-local-id"])
        #expect(nir.report?.patient.nir?.value.text == "255081416802538")
        #expect(nir.report?.patient.localIDs.count == 1)
        let ins = "255081416802538~~~ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.8&ISO~INS~VALI"
        let report = try #require(read(changed("|L0042||", "|L0042|\(ins)|")).first?.report)
        #expect(report.patient.ins?.system == "1.2.250.1.213.1.4.8")
        #expect(report.patient.identityStatus == ["VALI"])
    }

    @Test("The rules name HPRIM's fields")
    func places() throws {
        let today = try #require(CalendarDate(year: 2026, month: 11, day: 24))
        let rules = ReportRules(RuleSettings(production: true, today: today))
        var outcome = try #require(read(changed("|19670412|", "|20670412|").replacing("|24.5|", with: "||")).first)
        guard var report = outcome.report else {
            Issue.record("held")
            return
        }
        outcome.findings += rules.admit(&report, places: outcome.places)
        let places = Dictionary(outcome.findings.map { ($0.rule, $0.path) }) { first, _ in first }
        #expect(places["birth-in-future"] == "P-8")
        #expect(places["result-value-missing"] == "OBX[2]-6")
    }

    // MARK: - The splitter

    private func cut(_ bytes: [UInt8], by size: Int) -> [SourcePiece] {
        var splitter = HPRIMSplitter()
        var pieces: [SourcePiece] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            splitter.push(rest.prefix(size), into: &pieces)
            rest = rest.dropFirst(size)
        }
        splitter.finish(into: &pieces)
        return pieces
    }

    @Test(
        "Messages are found whole, in pieces and byte by byte, and what lies between is held",
        arguments: ["\n", "\r", "\r\n"])
    func splitting(end: String) {
        let text =
            ("bruit\n" + Self.message + "\n\n" + Self.message.replacing("\nL|1||1|8", with: "") + Self.message + "queue")
            .replacing("\n", with: end)
        let bytes = Array(text.utf8)
        let whole = cut(bytes, by: bytes.count)
        #expect(whole.count == 5)
        var kinds = ""
        var covered = 0
        for piece in whole {
            switch piece {
            case .message(let message):
                kinds += "m"
                covered += message.length
                #expect(Array(bytes[message.offset..<(message.offset + message.length)]) == message.bytes)
            case .held(let held):
                kinds += "h"
                covered += held.length
            case .notice: kinds += "n"
            }
        }
        #expect(kinds == "hmmmh")
        #expect(covered >= bytes.filter { $0 != 0x0A && $0 != 0x0D }.count)
        for size in [1, 2, 3, 7, 64, 1000] { #expect(cut(bytes, by: size) == whole, "\(size)") }
    }

    @Test("An empty file is held, and so is a message past the limit")
    func limits() throws {
        #expect(cut(Array("\n\n".utf8), by: 1).count == 1)
        let head = Array("H|~^\\&|a||b||ORU|||||P|H2.2~C\nP|1|x\nOBR|1|p|f|c\n".utf8)
        let line = Array(("C|1|L|" + String(repeating: "x", count: 65_520) + "\n").utf8)
        var bytes = head
        while bytes.count + line.count <= Limits.messageBytes { bytes += line }
        let end = Array("L|1\n".utf8)
        bytes += Array(("C|1|L|" + String(repeating: "y", count: Limits.messageBytes - bytes.count - 11) + "\n").utf8)
        #expect(bytes.count + end.count == Limits.messageBytes)
        for (extra, isMessage) in [(0, true), (1, false)] {
            var file = bytes
            file.insert(contentsOf: Array(repeating: UInt8(ascii: "z"), count: extra), at: bytes.count - 1)
            let pieces = cut(file + end + Array(Self.message.utf8), by: 1 << 20)
            if case .message = pieces.first { #expect(isMessage) } else { #expect(!isMessage) }
            guard case .message(let last) = pieces.last else {
                Issue.record("the message behind it is lost")
                continue
            }
            #expect(read(String(decoding: last.bytes, as: UTF8.self)).first?.isHeld == false)
        }
    }

    @Test("As many lines as the limit are read, one more is held")
    func lines() {
        let head = "H|~^\\&|a||b||ORU|||||P|H2.2~C\nP|1|x\nOBR|1|p|f|c\nOBX|1|ST|c||v||||||F\n"
        let most = Limits.hprimLines - 5
        for (count, isHeld) in [(most, false), (most + 1, true)] {
            let outcomes = read(head + String(repeating: "Z1\n", count: count) + "L|1\n")
            #expect(outcomes.first?.isHeld == isHeld)
            if isHeld { #expect(outcomes.first?.findings.map(\.rule) == ["hprim-lines"]) }
        }
    }

    @Test("As many parts of a field as the limit are read, one more is held")
    func parts() {
        for (count, isHeld) in [(Limits.hprimParts, false), (Limits.hprimParts + 1, true)] {
            let value = Array(repeating: "v", count: count).joined(separator: "^")
            let text = "H|~^\\&|a||b||ORU|||||P|H2.2~C\nP|1|x\nOBR|1|p|f|c\nOBX|1|ST|c||\(value)||||||F\nL|1\n"
            #expect(read(text).first?.isHeld == isHeld)
        }
    }

    @Test("Bytes changed at random never trap, and something is always said", arguments: 0..<40)
    func mutated(number: Int) {
        var random = RandomReport(seed: 99 &+ UInt64(number))
        for _ in 0..<100 {
            var bytes = Array(Self.message.utf8)
            for _ in 0...random.below(8) {
                let place = random.below(bytes.count)
                switch random.below(3) {
                case 0: bytes[place] = UInt8(random.below(256))
                case 1: bytes.remove(at: place)
                default: bytes.insert(contentsOf: Array("|~^\\&\nA|".utf8).prefix(1 + random.below(8)), at: place)
                }
            }
            var count = 0
            var stream = ReportStream(.hprim)
            stream.push(bytes[...]) { count += $0.outcomes.count }
            stream.finish { count += $0.outcomes.count }
            #expect(count > 0, "seed 99, \(number)")
        }
    }
}
