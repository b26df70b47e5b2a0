import Foundation
import HL7
import Testing

@testable import LabReport

/// The test material of others, and the way from a file to verdicts.
enum HL7Vectors {
    static let folder: URL = {
        let beside = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared")
        let path = ProcessInfo.processInfo.environment["PLI_SHARED"]
        return (path.map { URL(fileURLWithPath: $0) } ?? beside).appendingPathComponent("vectors/hl7")
    }()

    static var isThere: Bool { FileManager.default.fileExists(atPath: folder.path) }

    static func files(_ name: String) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: folder.appendingPathComponent(name), includingPropertiesForKeys: nil
        )
        .sorted { $0.lastPathComponent < $1.lastPathComponent }
    }

    static func bytes(_ file: URL) throws -> [UInt8] {
        guard file.pathExtension == "gz" else { return [UInt8](try Data(contentsOf: file)) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gunzip", "-c", file.path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return [UInt8](data)
    }

    static func pieces(_ bytes: [UInt8]) -> [Piece] {
        var splitter = MessageSplitter()
        var pieces: [Piece] = []
        splitter.push(bytes, into: &pieces)
        splitter.finish(into: &pieces)
        return pieces
    }

    /// What became of one report, or of bytes that were none.
    struct Verdict {
        var isTaken: Bool
        var findings: [Finding]
        var report: Report?
    }

    static func verdicts(_ bytes: [UInt8], production: Bool) throws -> [Verdict] {
        let today = try #require(CalendarDate(year: 2026, month: 11, day: 23))
        let rules = ReportRules(RuleSettings(production: production, today: today))
        let reader = HL7ReportReader(settings: ReaderSettings(utcOffsetMinutes: 60))
        var verdicts: [Verdict] = []
        for piece in pieces(bytes) {
            switch piece {
            case .notice: continue
            case .held(let held):
                let finding = HL7ReportReader.finding(for: held.reason)
                verdicts.append(Verdict(isTaken: false, findings: [finding], report: nil))
            case .message(let message):
                for outcome in reader.read(bytes: message.bytes) {
                    let more = outcome.report.map { rules.check($0, places: outcome.places) } ?? []
                    let findings = outcome.findings + more
                    let isTaken = outcome.report != nil && !findings.contains { $0.severity == .error }
                    verdicts.append(
                        Verdict(isTaken: isTaken, findings: findings, report: isTaken ? outcome.report : nil))
                }
            }
        }
        return verdicts
    }
}

@Suite("Reading reports from HL7")
struct HL7ReaderTests {
    /// A report as a French laboratory writes it.
    static let french = """
        MSH|^~\\&|LIS^1.2.250.1.999^ISO|LABO TEST^750100125^N|PLI|HUB|20261123101500+0100||ORU^R01^ORU_R01|\
        MSG-1|P|2.5^FRA^2.11|||||FRA|UNICODE UTF-8
        PID|1||255081416802538^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.8&ISO^INS~\
        255081416802538^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.8&ISO^NH~123456^^^LABO TEST&750100125&M^PI||\
        LEFÈVRE^ZOÉ^ZOÉ MARIE LOUISE^^^^L~DURAND^ZOÉ^^^^^D||19550801|F|||\
        1 RUE DE L'ESSAI^BAT B^PARIS^^75007^FRA^H~^^^^^^BDL^^14168||^PRN^PH^^^^^^^^^0102030405~\
        ^NET^Internet^zoe@example.org|||||||||||||||||N||VALI
        PV1|1|N
        ORC|NW|P-1|F-1^LIS|||||||||\
        01234567897^MARTIN^PAUL^^^^^^ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO^D^^^RPPS|||||||||\
        CABINET TEST^^^^^ASIP-SANTE-ST&1.2.250.1.71.4.2.2&ISO^FINEG^^^1750712184|\
        2 RUE DU CABINET^^PARIS^^75008^FRA
        OBR|1|P-1|F-1^LIS|94500-6^SARS-CoV-2 RNA^LN^COVPCR^PCR Covid^L|||20261122093000|||||||||||||||\
        20261123100000+0100|||F
        NTE|1||Note de demande
        OBX|1|CWE|COVPCR^PCR Covid^L^94500-6^SARS-CoV-2 RNA^LN|1|260385009^négatif^SCT||Négatif|NEG~A|||F|||\
        20261122093000|||PCR^Méthode^L|AUTOMATE 1|20261123080000||||\
        LABO TEST^^^^^ASIP-SANTE-ST&1.2.250.1.71.4.2.2&ISO^FINEG^^^1750100125|\
        3 RUE DU LABO^^PARIS^^75009^FRA
        NTE|1||Note de résultat~ligne 2
        OBX|2|NM|CT^Ct^L||+31.50|{cycle}^cycle^UCUM|<35||||F|||20261122
        OBX|3|SN|CV^Charge^L||<^20|copies/mL|||||F
        OBX|4|TX|COM^Commentaire^L||ligne 1~ligne \\T\\ 2||||||F
        OBX|5|DT|DEB^Début^L||20261120||||||F
        OBX|6|ST|VID^Vide^L||""||||||X
        SPM|1|&&^S-1&LIS||258500001^écouvillon^SCT|||||||||||||20261122093000|20261122120000
        """

    static func message(_ text: String) -> [UInt8] {
        Array(text.utf8).map { $0 == 0x0A ? 0x0D : $0 } + [0x0D]
    }

    static func read(_ text: String, production: Bool = true) throws -> [HL7Vectors.Verdict] {
        try HL7Vectors.verdicts(message(text), production: production)
    }

    static func replaced(_ old: String, _ new: String) -> String { french.replacingOccurrences(of: old, with: new) }

    static func frenchReport() throws -> Report {
        try #require(try read(french).first?.report)
    }

    @Test(
        "As many orders, specimens and patients as one message may have are taken, and one more is held for its number alone"
    )
    func mostOrders() throws {
        let header = "MSH|^~\\&|A|LAB^750100125^N|||20261127||ORU^R01|M1|P|2.5.1\r"
        let patient = "PID|1||D1^^^LABO^PI||TEST^ANNE^^^^^L\r"
        let result = "OBX|1|ST|94500-6^^LN||x||||||F\r"
        func read(_ text: String) -> [ReadOutcome] { HL7ReportReader().read(bytes: Array(text.utf8)) }
        func order(_ count: Int) -> String {
            (1...count).map { "ORC|NW||F\($0)\rOBR|1||F\($0)|94500-6^^LN\r" }.joined()
        }
        let most = ReportBuilder.mostOrders
        #expect(read(header + patient + order(most) + result).first?.report?.orders.count == most)
        let tooMany = ["too-many-results"]
        #expect(read(header + patient + order(most + 1) + result).first?.findings.map(\.rule) == tooMany)
        let pending = (1...most + 9).map { "ORC|CA||F\($0)\r" }.joined()
        #expect(read(header + patient + pending).first?.findings.map(\.rule) == tooMany)
        let specimens = (1...most + 1).map { "SPM|\($0)|^S\($0)\r" }.joined()
        let specimen = try #require(read(header + patient + order(1) + result + specimens).first)
        #expect(specimen.isHeld && specimen.findings.map(\.rule).contains("too-many-results"))
        let group = patient + order(1) + result
        let patients = ReportBuilder.mostPatients
        #expect(read(header + String(repeating: group, count: patients)).allSatisfy { $0.report != nil })
        let held = read(header + String(repeating: group, count: patients + 1))
        #expect(held.allSatisfy { $0.isHeld } && held.first?.findings.map(\.rule).first == "too-many-results")
    }

    @Test("Fifty thousand lines of notes and fields of 64 KiB are taken, and what is longer is held for that alone")
    func longest() {
        let header = "MSH|^~\\&|A|LAB^750100125^N|||20261127||ORU^R01|M1|P|2.5.1"
        let order = "\rORC|NW||F1\rOBR|1||F1|94500-6^^LN\rOBX|1|ST|94500-6^^LN||x||||||F\r"
        func rules(_ text: String) -> [String] {
            HL7ReportReader().read(bytes: Array(text.utf8)).flatMap(\.findings).map { $0.rule + " @ " + $0.path }
        }
        let patient = "\rPID|1||D1^^^LABO^PI||TEST^ANNE^^^^^L"
        func notes(_ count: Int) -> String {
            header + patient + order + String(repeating: "NTE|1||a~b\r", count: count / 2 - 1) + "NTE|1||a~b~\r"
        }
        let most = ReportBuilder.mostNoteLines
        #expect(rules(notes(most)) == [])
        #expect(rules(notes(most) + "NTE|1||c\r") == ["too-many-notes @ NTE[25001]-3"])
        func named(_ length: Int) -> String {
            header + "\rPID|1||D1^^^LABO^PI||" + String(repeating: "x", count: length) + order
        }
        #expect(rules(named(ReportBuilder.longestField)) == [])
        #expect(rules(named(ReportBuilder.longestField + 1)) == ["field-too-long @ PID-5"])
        let long = String(repeating: "x", count: ReportBuilder.longestField + 1)
        #expect(
            rules(header.replacing("ORU^R01", with: "ORU^R01^" + long) + patient + order).first?.hasPrefix(
                "field-too-long") == true)
        #expect(
            rules(header + patient + order.replacing("||x|", with: "||" + long + "|") + "NTE|1||" + long + "\r") == [])
    }

    @Test("Of ORC-1 no more codes are remembered than there are, and what cancels or replaces is seen behind them")
    func manyControls() throws {
        let header =
            "MSH|^~\\&|A|LAB^750100125^N|||20261127||ORU^R01|M1|P|2.5.1\rPID|1||D1^^^LABO^PI||TEST^ANNE^^^^^L\r"
        let orders = (1...300).map { "ORC|Z\($0)||F\($0)\rOBR|1||F\($0)|94500-6^^LN\r" }.joined()
        let last = "ORC|RO||F999\rOBR|1||F999|94500-6^^LN\rOBX|1|ST|94500-6^^LN||x||||||C\r"
        let outcome = try #require(HL7ReportReader().read(bytes: Array((header + orders + last).utf8)).first)
        #expect(outcome.report?.action == .replace)
    }

    @Test(
        "Given names are kept from whichever name has them, and those that are left out are told",
        arguments: [
            ("USED^Jean^^^^^D~BIRTH^^^^^^L", "Jean", false), ("BIRTH^^^^^^L~USED^Jean^^^^^D", "Jean", false),
            ("BIRTH^Jean^^^^^U~BIRTH^^^^^^L", "Jean", false), ("BIRTH^^^^^^L~BIRTH^Jean^^^^^U", "Jean", false),
            ("BIRTH^ZOÉ^ZOÉ ANNE^^^^L~USED^Zoe^^^^^D", "ZOÉ ANNE", false),
            ("BIRTH^Jean-Marie^^^^^L~USED^Jean Marie^^^^^D", "Jean-Marie", false),
            ("BIRTH^Jean^^^^^L~^Paul^^^^^D", "Jean", true), ("^Paul^^^^^D~BIRTH^Jean^^^^^L", "Jean", true),
            ("BIRTH^Jean^^^^^L~USED^Jean Marie^^^^^D", "Jean", true),
        ])
    func givenNames(field: String, kept: String, isTold: Bool) throws {
        let text =
            "MSH|^~\\&|A|LAB^750100125^N|||20261127||ORU^R01|M1|P|2.5.1\rPID|1||D1^^^LABO^PI||" + field
            + "\rORC|NW||F1\rOBR|1||F1|94500-6^^LN\rOBX|1|ST|94500-6^^LN||x||||||F\r"
        let outcome = try #require(HL7ReportReader().read(bytes: Array(text.utf8)).first)
        #expect(outcome.report?.patient.givenNames.map(\.text).joined(separator: " ") == kept)
        #expect(outcome.findings.map(\.rule) == (isTold ? ["repetition-dropped"] : []))
    }

    @Test("Of more given names than anybody has the first ones are kept, and that there are others is told")
    func mostGivenNames() throws {
        let names = (1...ReportBuilder.mostGivenNames + 5).map { "N\($0)" }.joined(separator: " ")
        let text =
            "MSH|^~\\&|A|LAB^750100125^N|||20261127||ORU^R01|M1|P|2.5.1\rPID|1||D1^^^LABO^PI||T^N1^" + names
            + "^^^^L\rORC|NW||F1\rOBR|1||F1|94500-6^^LN\rOBX|1|ST|94500-6^^LN||x||||||F\r"
        let outcome = try #require(HL7ReportReader().read(bytes: Array(text.utf8)).first)
        #expect(outcome.report?.patient.givenNames.count == ReportBuilder.mostGivenNames)
        #expect(outcome.findings.map(\.rule) == ["repetition-dropped"])
    }

    @Test("The French use of patient fields is understood")
    func frenchPatient() throws {
        let report = try Self.frenchReport()
        #expect(report.messageID == Personal("MSG-1"))
        #expect(report.sendingFacility == "750100125")
        #expect(report.sentAt?.iso == "2026-11-23T10:15:00+01:00")
        let patient = report.patient
        #expect(patient.ins?.value == Personal("255081416802538") && patient.ins?.type == "INS")
        #expect(patient.nir?.type == "NH")
        #expect(patient.localIDs.map(\.value) == [Personal("123456")])
        #expect(patient.localIDs.first?.system == "750100125")
        #expect(patient.birthName == Personal("LEFÈVRE") && patient.usedName == Personal("DURAND"))
        #expect(patient.givenNames == ["ZOÉ", "MARIE", "LOUISE"].map { Personal($0) })
        #expect(patient.birthDate == CalendarDate(year: 1955, month: 8, day: 1) && patient.sex == "F")
        #expect(patient.address?.lines == [Personal("1 RUE DE L'ESSAI"), Personal("BAT B")])
        #expect(patient.address?.postcode == Personal("75007") && patient.address?.country == "FRA")
        #expect(patient.birthPlaceCode == Personal("14168"))
        #expect(patient.phones == [Personal("0102030405")] && patient.mails == [Personal("zoe@example.org")])
        #expect(patient.deceased == false && patient.identityStatus == ["VALI"])
    }

    @Test("Order, requester, laboratory and specimen are understood")
    func frenchOrder() throws {
        let report = try Self.frenchReport()
        #expect(report.action == .new)
        #expect(report.orders.count == 1)
        let order = report.orders[0]
        #expect(order.placerNumber == Personal("P-1") && order.fillerNumber == Personal("F-1"))
        #expect(order.panel?.code == "94500-6" && order.panel?.localCode == "COVPCR")
        #expect(order.collectedAt?.iso == "2026-11-22T09:30:00+01:00")
        #expect(order.status == "F" && order.notes == [Personal("Note de demande")])
        #expect(report.requester?.identifiers.first?.type == "RPPS")
        #expect(report.requester?.familyName == Personal("MARTIN"))
        #expect(report.requester?.organisation?.finess == "750712184")
        #expect(report.requester?.organisation?.address?.postcode == Personal("75008"))
        #expect(report.laboratory?.finess == "750100125" && report.laboratory?.name == "LABO TEST")
        #expect(report.laboratory?.address?.postcode == Personal("75009"))
        #expect(report.specimens.count == 1)
        #expect(report.specimens[0].identifier == Personal("S-1"))
        #expect(report.specimens[0].type?.code == "258500001")
        #expect(report.specimens[0].receivedAt?.iso == "2026-11-22T12:00:00+01:00")
        #expect(order.specimenIndex == 0)
    }

    @Test("Results are read by their type; the standard code comes first")
    func frenchResults() throws {
        let results = try Self.frenchReport().results
        #expect(results.count == 6)
        #expect(
            results[0].code.code == "94500-6" && results[0].code.localCode == "COVPCR"
                && results[0].code.localSystem == "L")
        #expect(results[0].value == .coded(Coded(code: "260385009", text: "négatif", system: "SCT")))
        #expect(results[0].interpretation == ["NEG", "A"] && results[0].subID == "1")
        #expect(results[0].notes == [Personal("Note de résultat"), Personal("ligne 2")])
        #expect(results[0].performer == nil)
        #expect(results[0].method?.code == "PCR" && results[0].device == "AUTOMATE 1")
        #expect(results[0].analysedAt?.iso == "2026-11-23T08:00:00+01:00")
        #expect(results[1].value == .number(Personal("+31.50")) && results[1].range == "<35")
        #expect(results[1].observedAt?.iso == "2026-11-22")
        let structured = Observation.Value.structured(
            comparator: "<", first: Personal("20"), separator: nil, second: nil)
        #expect(results[2].value == structured)
        #expect(results[3].value == .text(Personal("ligne 1\nligne & 2")))
        if case .time(let time) = results[4].value {
            #expect(time.iso == "2026-11-20")
        } else {
            Issue.record("no date")
        }
        #expect(results[5].value == nil && results[5].status == "X")
    }

    @Test("A good message has no findings")
    func findings() throws {
        // Its other results have codes of the laboratory's own.
        #expect(
            try Self.read(Self.french).flatMap(\.findings).map(\.rule) == Array(repeating: "code-unmapped", count: 5))
    }

    @Test(
        "One thing changed, one finding, at its place",
        arguments: [
            ("|VALI", "|PROV", "ins-not-qualified", "PID-3[1]", true),
            ("1.2.250.1.213.1.4.8&ISO^INS", "1.2.250.1.213.1.4.10&ISO^INS", "ins-fictitious", "PID-3[1].4", false),
            (
                "255081416802538^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.8&ISO^INS",
                "255081416802539^^^X&1.2.250.1.213.1.4.8&ISO^INS",
                "ins-key", "PID-3[1].1", false
            ),
            ("^INS~", "^INS~9^^^X^INS~", "ins-oid", "PID-3[2].4", true),
            ("123456^^^", "255081416802538^^^", "nir-as-local-id", "PID-3[3]", true),
            ("|19550801|", "|19550832|", "birth-date", "PID-7", false),
            ("|19550801|", "|19550800|", "birth-date", "PID-7", false),
            ("||F|||20261122093000|||PCR", "|||||20261122093000|||PCR", "obx11-missing", "OBX[1]-11", false),
            ("|NW|", "|CA|", "action-mismatch", "ORC-1", false),
            ("|NW|", "|RO|", "action-unclear", "ORC-1", true),
            ("|SN|", "|QQ|", "obx2-unknown", "OBX[3]-2", false),
            ("|SN|", "||", "obx2-missing", "OBX[3]-2", false),
            ("|+31.50|", "|31,50|", "obx5-number", "OBX[2]-5", true),
            ("|+31.50|", "|1~2|", "obx5-repeated", "OBX[2]-5", true),
            ("|P|2.5", "|T|2.5", "not-production", "MSH-11", false),
            ("ORU^R01^ORU_R01", "ADT^A01^ADT_A01", "message-type", "MSH-9.1", false),
            ("ORU^R01^ORU_R01", "ORU^R03", "message-event", "MSH-9.2", false),
            ("UNICODE UTF-8", "UNICODE UTF-16", "msh18-charset", "MSH-18", false),
            ("UNICODE UTF-8", "ASCII", "charset", "PID[1]-5", false),
            ("PV1|1|N", "QQQ|1", "unknown-segment", "QQQ[1]", true),
            ("PV1|1|N", "pv1|1", "segment-name", "segment 3", false),
            ("PV1|1|N", "DSC|1", "continuation", "DSC[1]-1", false),
            ("F-1^LIS", "", "filler-missing", "OBR[1]-3", false),
        ])
    func changes(old: String, new: String, rule: String, path: String, isTaken: Bool) throws {
        let verdicts = try Self.read(Self.replaced(old, new))
        #expect(verdicts.count == 1)
        #expect(verdicts[0].isTaken == isTaken)
        #expect(
            verdicts[0].findings.contains { $0.rule == rule && $0.path == path }, "\(verdicts[0].findings.map(\.path))")
    }

    @Test(
        "A code of LOINC behind a local one is the code, however its system is spelled",
        arguments: ["LN", "LOINC", "ln", "Loinc", "2.16.840.1.113883.6.1", "http://loinc.org"])
    func spelled(system: String) throws {
        let text = """
            MSH|^~\\&|A|LABO|||20261123||ORU^R01|1|P|2.5
            PID|1||1^^^L^PI||X
            OBR|1||F1|P^^L
            OBX|1|ST|PCR^^L^94500-6^^%||x||||||F
            """.replacing("%", with: system)
        let code = try #require(try Self.read(text)[0].report?.results.first?.code)
        #expect(code.code == "94500-6" && code.localCode == "PCR")
    }

    @Test("An INS that is not qualified does not go further, the rest does")
    func unqualified() throws {
        let report = try #require(try Self.read(Self.replaced("|VALI", "|PROV"))[0].report)
        #expect(report.patient.ins == nil)
        #expect(report.patient.nir != nil)
    }

    @Test("A NIR never passes for a local identifier")
    func disguisedNIR() throws {
        let report = try #require(try Self.read(Self.replaced("123456^^^", "276037510669326^^^"))[0].report)
        #expect(report.patient.localIDs.isEmpty)
    }

    @Test("Corrections and withdrawals are told from first versions")
    func actions() throws {
        let results = "OBX|1|ST|94500-6^^LN||x||||||%1\nOBX|2|ST|94500-6^^LN||x||||||%2"
        func action(_ control: String, _ first: String, _ second: String) throws -> Report.Action? {
            let text = """
                MSH|^~\\&|A|LABO|||20261123||ORU^R01|1|P|2.5
                PID|1||1^^^L^PI||X
                ORC|\(control)||F1
                OBR|1||F1|1^X^L
                \(results.replacingOccurrences(of: "%1", with: first).replacingOccurrences(of: "%2", with: second))
                """
            return try Self.read(text).first?.report?.action
        }
        #expect(try action("NW", "F", "F") == .new)
        #expect(try action("RE", "F", "F") == .new)
        #expect(try action("RE", "C", "F") == .replace)
        #expect(try action("RE", "D", "F") == .replace)
        #expect(try action("RE", "W", "W") == .cancel)
        #expect(try action("RO", "C", "C") == .replace)
        #expect(try action("RO", "F", "F") == .replace)
        #expect(try action("NW", "C", "F") == .replace)
        #expect(try action("CA", "D", "D") == .cancel)
        #expect(try action("CA", "F", "D") == nil)
        #expect(try action("RO", "D", "D") == nil)
        let whole = "MSH|^~\\&|A|LABO|||20261123||ORU^R01|1|P|2.5\nPID|1||1^^^L^PI||X\nORC|CA||F1\nOBR|1||F1|1^X^L"
        #expect(try Self.read(whole).first?.report?.action == .cancel)
    }

    @Test("Two patients are two reports; when one is held so is the other")
    func twoPatients() throws {
        let head = "MSH|^~\\&|A|LABO|||20261123||ORU^R01|1|P|2.5\n"
        let first = "PID|1||1^^^L^PI||X\nOBR|1||F1|1^X^L\nOBX|1|ST|2^Y^L||x||||||F\n"
        let second = "PID|2||2^^^L^PI||Y\nOBR|1||F2|1^X^L\nOBX|1|ST|2^Y^L||y||||||F"
        let both = try Self.read(head + first + second)
        #expect(both.map { $0.report?.patient.localIDs.first?.value } == [Personal("1"), Personal("2")])
        #expect(both.map { $0.report?.results.count } == [1, 1])
        let cut = try Self.read(head + first.replacingOccurrences(of: "||||||F", with: "") + second)
        #expect(cut.map(\.isTaken) == [false, false])
        #expect(cut[1].findings.map(\.rule) == ["other-patient-held"])
    }

    @Test("A CDA document is held with a remedy of its own; another document is left out and said")
    func documents() throws {
        let head = "MSH|^~\\&|A|LABO|||20261123||ORU^R01|1|P|2.5\nPID|1||1^^^L^PI||X\nOBR|1||F1|1^X^L\n"
        func cda(_ body: String) -> String {
            let text = Data("<?xml version='1.0'?><ClinicalDocument xmlns='urn:hl7-org:v3'>\(body)".utf8)
            return "OBX|1|ED|11502-2^CR^LN||^TEXT^XML^Base64^\(text.base64EncodedString())||||||F"
        }
        let mail = "OBX|2|CE|MASQUE_PS^^MetaDMPMSS||N||||||F"
        let pdf = "OBX|1|ED|PDF^^L||^AP^PDF^Base64^JVBERi0||||||F"
        let result = "OBX|2|ST|2^Y^L||x||||||F"
        let held = try Self.read(head + cda("<structuredBody/>") + "\n" + mail)
        #expect(held.map(\.isTaken) == [false] && held[0].findings.map(\.rule) == ["cda-document"])
        let beside = try Self.read(head + cda("<structuredBody/>") + "\n" + result)
        #expect(beside[0].findings.contains { $0.rule == "cda-document" })
        let source = SourceMessage(Self.message(head + cda("<nonXMLBody/>") + "\n" + result))
        let aside = HL7ReportReader().read(source, documentsAside: true)
        #expect(aside[0].report?.results.count == 1 && aside[0].findings.map(\.rule) == ["attachment-dropped"])
        let withdrawn = try Self.read(head + pdf.dropLast() + "D")
        #expect(withdrawn.map(\.isTaken) == [true] && withdrawn[0].report?.action == .cancel)
        let taken = try Self.read(head + pdf + "\n" + result)
        #expect(taken.map(\.isTaken) == [true])
        #expect(taken[0].findings.map(\.rule) == ["attachment-dropped", "code-unmapped"])
        #expect(taken[0].report?.results.count == 1)
        for document in [pdf, "OBX|1|RP|PDF^^L||x^y||||||F", "OBX|1|ED|P^^L||^TEXT^TXT^Base64^!||||||F"] {
            let alone = try Self.read(head + document + "\n" + mail)
            #expect(alone.map(\.isTaken) == [false] && alone[0].findings.map(\.rule) == ["document-only"])
        }
    }

    @Test("The patient's consent is read from CON; a refusal is not taken back")
    func consent() throws {
        func said(_ segments: String) throws -> Report.Consent? {
            try Self.read(Self.french + segments).first?.report?.consent
        }
        #expect(try said("") == nil)
        #expect(try said("\nCON|1||||||||||A") == .given)
        #expect(try said("\nCON|1||||||||||R\nCON|2||||||||||A") == .objected)
        #expect(try said("\nCON|1||||||||||P") == nil)
    }

    @Test("A patient has at most 15,000 results in a message; one more holds it", arguments: [15_000, 15_001])
    func manyResults(count: Int) throws {
        let head = "MSH|^~\\&|A|LABO|||20261123||ORU^R01|1|P|2.5\rPID|1||1^^^L^PI||X\rOBR|1||F1|1^X^L\r"
        let text = head + String(repeating: "OBX||ST|2^Y^L||x||||||F\r", count: count)
        let outcome = HL7ReportReader().read(bytes: Array(text.utf8))[0]
        #expect(outcome.report?.results.count == (count == 15_000 ? count : nil))
        #expect(outcome.findings.map(\.rule) == (count == 15_000 ? [] : ["too-many-results"]))
    }

    @Test("An answer is given as MSH-15 and MSH-16 ask")
    func answerModes() throws {
        func answer(_ commit: String, _ application: String, _ code: AcknowledgmentWriter.Code) throws -> String? {
            let text = "MSH|^~\\&|A|B|||20261123||ORU^R01|1|P|2.5|||\(commit)|\(application)\r"
            return HL7Answer.code(answering: try Message(Array(text.utf8)), code)?.rawValue
        }
        #expect(try answer("", "", .error) == "AE")
        #expect(try answer("AL", "NE", .accept) == "CA" && answer("AL", "AL", .reject) == "CR")
        #expect(try answer("NE", "NE", .error) == nil)
        #expect(try answer("NON", "", .error) == "AE" && answer("", "?", .accept) == "AA")
        #expect(try answer("NE", "?", .error) == nil && answer("?", "AL", .accept) == "AA")
        #expect(try answer("NE", "AL", .accept) == "AA" && answer("", "AL", .error) == "AE")
        #expect(try answer("ER", "NE", .accept) == nil && answer("ER", "NE", .error) == "CE")
        #expect(try answer("SU", "ER", .error) == "AE" && answer("SU", "ER", .accept) == "CA")
    }

    @Test("A frame holds one message: a batch, or a second header, is refused")
    func frames() throws {
        let reader = HL7ReportReader()
        let good = Self.message(Self.french)
        #expect(reader.read(frame: good).map(\.isHeld) == [false])
        #expect(
            reader.read(frame: Array("BHS|^~\\&|\r".utf8) + good).flatMap(\.findings).map(\.rule) == ["batch-in-frame"])
        let two = reader.read(frame: good + good)
        #expect(two.allSatisfy(\.isHeld) && two.flatMap(\.findings).contains { $0.rule == "second-header" })
    }

    @Test("An answer is made of findings")
    func answer() throws {
        let verdict = try Self.read(Self.replaced("|19550801|", "|19550832|"))[0]
        #expect(HL7Answer.code(for: verdict.findings) == .error)
        let problem = try #require(HL7Answer.problems(for: verdict.findings).first)
        #expect(problem.condition == 102 && problem.path?.description == "PID-7")
        #expect(HL7Answer.code(for: []) == .accept)
        let type = try Self.read(Self.replaced("ORU^R01^ORU_R01", "ADT^A01"))[0]
        #expect(HL7Answer.code(for: type.findings) == .reject)
    }
}

@Suite(
    "Reports found in public repositories", .enabled(if: HL7Vectors.isThere, "needs ../shared/vectors or PLI_SHARED"))
struct HL7ReaderVectorTests {
    @Test("Every report is taken or held, and who names patient, laboratory, number and results is taken")
    func all() throws {
        var taken = 0
        var held: [String: Int] = [:]
        for file in try HL7Vectors.files("msg") {
            let bytes = try HL7Vectors.bytes(file)
            var reports = 0
            for verdict in try HL7Vectors.verdicts(bytes, production: false) {
                reports += 1
                if verdict.isTaken {
                    taken += 1
                } else {
                    let errors = verdict.findings.filter { $0.severity == .error }
                    #expect(!errors.isEmpty, "held without a reason: \(file.lastPathComponent)")
                    held[errors.first?.rule ?? "", default: 0] += 1
                }
                for finding in verdict.findings { check(finding, file) }
            }
            let messages = HL7Vectors.pieces(bytes).count { if case .notice = $0 { false } else { true } }
            #expect(reports >= messages, "\(file.lastPathComponent)")
        }
        #expect(taken >= 149)
        // What is held is held for what it lacks, not for what the reader cannot.
        #expect(held["message-type", default: 0] >= 170)
        #expect(held["laboratory-missing", default: 0] <= 2)
        #expect(held["cda-document", default: 0] == 3)
    }

    /// Findings are made of constants and places.
    private func check(_ finding: Finding, _ file: URL) {
        let rule = Rule.named(finding.rule)
        let isCount = finding.rule == Rule.moreFindings.id
        let said = isCount ? Rule.moreFindings(1, [:]) : rule?.finding(at: "", [:])
        func shown(_ text: String) -> String { isCount ? text.replacing(#/\d+/#, with: "1") : text }
        #expect(said?.french == shown(finding.french) && said?.english == shown(finding.english), "\(finding.rule)")
        let form = #/[A-Z][A-Z0-9]{2}(\[\d+\])?(-\d+(\[\d+\])?(\.\d+)?)?|segment \d+/#
        #expect(finding.path.wholeMatch(of: form) != nil, "\(finding.rule) \(finding.path)")
    }

    @Test("What is taken holds every result, patient and code that an independent parser sees in the message")
    func values() throws {
        var compared = 0
        for file in try HL7Vectors.files("msg") {
            let verdicts = try HL7Vectors.verdicts(HL7Vectors.bytes(file), production: false)
            let name = file.deletingPathExtension().lastPathComponent
            // What the French carrier messages hold besides documents is instructions for the carrier.
            guard !verdicts.isEmpty, verdicts.allSatisfy(\.isTaken), !name.hasPrefix("ans_") else { continue }
            let json = HL7Vectors.folder.appendingPathComponent("expected/\(name).json")
            let object = try JSONSerialization.jsonObject(with: Data(contentsOf: json)) as? [String: Any]
            let messages = try #require(object?["messages"] as? [[String: Any]])
            let reports = verdicts.compactMap(\.report)
            let patients = messages.flatMap { $0["patients"] as? [[String: Any]] ?? [] }
            #expect(reports.count == patients.count, "\(name)")
            let results = messages.flatMap { $0["obx"] as? [[String: Any]] ?? [] }
            compare(results, reports.flatMap(\.results), name)
            compared += 1
        }
        #expect(compared >= 100)
    }

    /// The codes of OBX-3; documents are no results, and a repeated value makes several.
    private func compare(_ expected: [[String: Any]], _ found: [Observation], _ name: String) {
        let wanted = expected.filter { result in
            !["ED", "RP"].contains(result["obx2"] as? String ?? "")
        }
        let codes = Set(found.flatMap { [$0.code.code, $0.code.localCode].compactMap { $0 } })
        for result in wanted {
            let code = (result["obx3_1"] as? String ?? "").filter { $0 != " " }
            if !code.isEmpty, !code.contains("\\") { #expect(codes.contains(code), "OBX-3 of \(name)") }
        }
        #expect(found.count >= wanted.count, "results of \(name)")
    }

    @Test("The same values are read whatever the delimiters")
    func customDelimiters() throws {
        let good = try HL7Vectors.verdicts(
            HL7Vectors.bytes(HL7Vectors.folder.appendingPathComponent("nasty/001_control_good.hl7")), production: true)
        let custom = try HL7Vectors.verdicts(
            HL7Vectors.bytes(HL7Vectors.folder.appendingPathComponent("nasty/026_sep_custom_all.hl7")), production: true
        )
        let one = try #require(good.first?.report)
        let other = try #require(custom.first?.report)
        #expect(one.results == other.results && one.orders == other.orders && one.laboratory == other.laboratory)
        #expect(one.patient.localIDs == other.patient.localIDs && one.patient.birthName == other.patient.birthName)
    }

    @Test("What must hold of single nasty files does hold")
    func nastyDetails() throws {
        func first(_ name: String) throws -> Report? {
            let file = HL7Vectors.folder.appendingPathComponent("nasty/" + name)
            return try HL7Vectors.verdicts(HL7Vectors.bytes(file), production: true).first?.report
        }
        #expect(try first("051_utf8_good.hl7")?.patient.birthName == Personal("Lefèvre-Œuvré"))
        #expect(try first("080_esc_hex_good.hl7")?.results.first?.value == .text(Personal("café")))
        #expect(try first("145_dob_year_only.hl7")?.patient.birthDate?.iso == "1993")
        #expect(try first("139_nm_plus.hl7")?.results.first?.value == .number(Personal("+3.50")))
        #expect(
            try first("134_nm_text.hl7")?.results.first?.value.map { if case .text = $0 { true } else { false } }
                == true)
        #expect(try first("156_null_value.hl7")?.results.contains { $0.value == .text(Personal("\"\"")) } == false)
        #expect(try first("009_nul_padding_end.hl7")?.results.count == 6)
        #expect(try first("010_ctrl_z_end.hl7")?.results.count == 6)
        #expect(try first("162_set_ids_wrong.hl7")?.results.count == 6)
        #expect(try first("102_msh10_specials.hl7")?.messageID != nil)
    }
}
