import HL7
import Testing

@testable import LabReport

/// What a message says in places that are seldom filled.
@Suite("HL7 in seldom filled fields")
struct HL7DetailTests {
    private static let header = "MSH|^~\\&|A|LABO^750999906^N|B|C|20261126103636+0100||ORU^R01^ORU_R01|M1|P|2.5.1"
    private static let patient = "PID|1||D1^^^LAB&750999906&N^PI||MARTIN^Anne^^^^^L||19411115|F"

    /// A message whose segments are these, where they are not the usual ones.
    private static func read(
        msh: String = header, pid: String = patient, orc: String = "ORC|NW|P1|F1",
        obr: String = "OBR|1|P1|F1|95941-1^P^LN",
        obx: String = "OBX|1|ST|94500-6^ARN^LN||x||||||F", spm: String = ""
    ) -> ReadOutcome? {
        let text = [msh, pid, orc, obr, obx, spm].filter { !$0.isEmpty }.map { $0 + "\r" }.joined()
        return HL7ReportReader().read(bytes: Array(text.utf8)).first
    }

    private static func rules(_ outcome: ReadOutcome?) -> [String] {
        (outcome?.findings ?? []).map { ($0.severity == .error ? "!" : "") + $0.rule + " @ " + $0.path }
    }

    @Test("A message that goes on with another is held")
    func continuation() {
        #expect(Self.rules(Self.read()) == [])
        #expect(Self.rules(Self.read(msh: Self.header + "|1|CONT")).contains("!continuation @ MSH-14"))
        let memory = ReadingMemory()
        let first = Array((Self.header + "|1|CONT\r" + Self.patient + "\r").utf8)
        for _ in 1...2 {
            let found = HL7ReportReader().read(SourceMessage(first), memory: memory).flatMap(\.findings)
            #expect(found.contains { $0.rule == "continuation" })
        }
    }

    @Test(
        "Which order is cancelled or replaced must be sure; of another one the OBR's number is passed on",
        arguments: [
            ("NW", "order-number-differs @ OBR[1]-3"), ("RE", "order-number-differs @ OBR[1]-3"),
            ("CA", "!order-number-action @ OBR[1]-3"), ("RO", "!order-number-action @ OBR[1]-3"),
        ])
    func orderNumbers(control: String, finding: String) {
        let status = control == "CA" ? "D" : control == "RO" ? "C" : "F"
        let obx = "OBX|1|ST|94500-6^ARN^LN||x||||||" + status
        let other = Self.read(orc: "ORC|\(control)|P1|F2", obx: obx)
        #expect(Self.rules(other) == [finding])
        #expect(other?.report?.orders.first?.fillerNumber?.text ?? "F1" == "F1")
        #expect(Self.rules(Self.read(orc: "ORC|\(control)|P1|F1^LABO", obx: obx)) == [])
        #expect(Self.rules(Self.read(orc: "ORC|\(control)|P1", obx: obx)) == [])
        #expect(Self.rules(Self.read(orc: "ORC|\(control)|P2|F1", obx: obx)).count == 1)
    }

    @Test("A code in the place of an order's number, without one in its own, is one bar too few")
    func shifted() {
        #expect(Self.rules(Self.read(orc: "", obr: "OBR|1|F1|95941-1^P^LN")) == ["!order-shifted @ OBR[1]-3"])
        #expect(Self.rules(Self.read(orc: "", obr: "OBR|1|10828004^P^SCT|")) == ["!order-shifted @ OBR[1]-2"])
        #expect(Self.rules(Self.read(obr: "OBR|1|P1|F1")) == [])
        #expect(Self.rules(Self.read(obr: "OBR|1|P1|F1^LABO^1.2.250.1.999^ISO")) == [])
    }

    @Test("Where who asked works is carried without a name of it, too")
    func structure() throws {
        let orc = "ORC|NW|P1|F1|||||||||10768530825^NDZA^Jean|||||||||"
        let address = try #require(Self.read(orc: orc + "|5 rue^^LYON^^69001")?.report?.requester?.organisation)
        #expect(address.name == nil && address.address?.city?.text == "LYON")
        let phone = try #require(Self.read(orc: orc + "||^WPN^PH^^^^^^^^^0144444444")?.report?.requester?.organisation)
        #expect(phone.phones.map(\.text) == ["0144444444"])
        #expect(Self.read(orc: orc)?.report?.requester?.organisation == nil)
    }

    @Test(
        "That somebody died is read in French, as a number and by its time",
        arguments: [
            ("|Y", true), ("|O", true), ("|OUI", true), ("|1", true), ("|N", false), ("|NON", false), ("|0", false),
            ("20261120", true), ("", nil), ("|\"\"", nil),
        ] as [(String, Bool?)])
    func death(fields: String, expected: Bool?) {
        let outcome = Self.read(pid: Self.patient + String(repeating: "|", count: 21) + fields)
        #expect(outcome?.report?.patient.deceased == expected && Self.rules(outcome) == [])
    }

    @Test("A word about death that nobody knows is told")
    func unknownDeath() {
        let outcome = Self.read(pid: Self.patient + String(repeating: "|", count: 22) + "DCD")
        #expect(outcome?.report?.patient.deceased == nil && Self.rules(outcome) == ["detail-dropped @ PID-30"])
        let both = Self.read(pid: Self.patient + String(repeating: "|", count: 21) + "20261120|N")
        #expect(both?.report?.patient.deceased == false && Self.rules(both) == ["detail-dropped @ PID-29"])
    }

    @Test("An identity for tests is seen wherever it stands", arguments: [18, 19])
    func fictitious(field: Int) {
        let number = "279035121518989^^^ASIP&1.2.250.1.213.1.4.10&ISO^INS"
        let outcome = Self.read(pid: Self.patient + String(repeating: "|", count: field - 8) + number)
        #expect(outcome?.places.fictitious == "PID-\(field)")
        #expect(Self.read()?.places.fictitious == nil)
    }

    @Test("The text that codes stand for, and a third code, are told where they have no place")
    func original() throws {
        func rules(_ code: String) -> [String] {
            Self.rules(Self.read(obx: "OBX|1|ST|\(code)||x||||||F"))
                + Self.rules(Self.read(obx: "OBX|1|CWE|1^c^L||\(code)||||||F"))
        }
        let (code, value) = ("detail-dropped @ OBX[1]-3", "detail-dropped @ OBX[1]-5")
        #expect(rules("94500-6^ARN^LN^X^loc^L^^^autre") == [code, value])
        #expect(rules("94500-6^ARN^LN^X^loc^L^^^loc") == [])
        #expect(rules("94500-6^ARN^LN^^^^^^autre") == [])
        #expect(rules("94500-6^^LN^^^^^^autre") == [])
        #expect(rules("X^loc^L^94500-6^ARN^LN^^^autre") == [code, value])
        #expect(rules("94500-6^ARN^LN^X^loc^L^^^^Y^tiers^M") == [code, value])
        let known = try #require(Self.read(obx: "OBX|1|ST|94500-6^ARN^LN^^^^^^autre||x||||||F")?.report)
        #expect(known.results.first?.code.localText == "autre")
    }

    @Test("Why a specimen was refused, and its state, are told")
    func specimen() {
        let spm = "SPM|1|^S1||258500001^E^SCT"
        #expect(Self.rules(Self.read(spm: spm)) == [])
        #expect(
            Self.rules(Self.read(spm: spm + String(repeating: "|", count: 17) + "QS")) == [
                "detail-dropped @ SPM[1]-21"
            ])
        #expect(
            Self.rules(Self.read(spm: spm + String(repeating: "|", count: 20) + "HEM")) == [
                "detail-dropped @ SPM[1]-24"
            ])
    }

    @Test("The requester's number of a specimen beside the laboratory's is told")
    func specimenNumbers() {
        let both = Self.read(spm: "SPM|1|PL9&DEM^S1&LABO||258500001^E^SCT")
        #expect(both?.report?.specimens.first?.identifier?.text == "S1")
        #expect(Self.rules(both) == ["detail-dropped @ SPM[1]-2"])
        #expect(Self.rules(Self.read(spm: "SPM|1|S1^S1||258500001^E^SCT")) == [])
        #expect(Self.rules(Self.read(spm: "SPM|1|S1||258500001^E^SCT")) == [])
    }

    @Test(
        "Codes in small letters, and separators of nothing in a field of one value, are taken and told",
        arguments: [
            (header.replacing("ORU^R01^ORU_R01", with: "oru^r01"), "MSH-9"),
            (header.replacing("ORU^R01^ORU_R01", with: "ORU^R01^ORU_R01~"), ""),
            (header.replacing("ORU^R01^ORU_R01", with: "ORU&^R01"), "MSH-9"),
            (header.replacing("ORU^R01^ORU_R01", with: "~ORU^R01"), "MSH-9"),
            (header.replacing("|P|2.5.1", with: "|P&|2.5.1"), "MSH-11"),
            (header.replacing("|P|2.5.1", with: "|P|2.5.1~"), "MSH-12"),
        ])
    func oddHeaders(msh: String, place: String) {
        let memory = ReadingMemory()
        let text = [msh, Self.patient, "ORC|NW|P1|F1", "OBR|1|P1|F1|95941-1^P^LN", "OBX|1|ST|94500-6^A^LN||x||||||F"]
        let bytes = Array(text.map { $0 + "\r" }.joined().utf8)
        for _ in 1...2 {
            let outcome = HL7ReportReader().read(SourceMessage(bytes), memory: memory).first
            #expect(outcome?.report?.results.count == 1 && outcome?.report?.processing == .production)
            #expect(Self.rules(outcome) == (place.isEmpty ? [] : ["code-form @ " + place]))
        }
    }

    @Test(
        "So are they in results",
        arguments: [
            ("OBX|1|nm|94500-6^A^LN||12||||||F", "OBX[1]-2"), ("OBX|1|NM&|94500-6^A^LN||12||||||F", "OBX[1]-2"),
            ("OBX|1|~NM|94500-6^A^LN||12||||||F", "OBX[1]-2"), ("OBX|1|NM|94500-6^A^LN||12||||||f", "OBX[1]-11"),
            ("OBX|1|NM|94500-6^A^LN||12||||||F~", "OBX[1]-11"), ("OBX|1|NM|94500-6^A^LN||12||||||F&", "OBX[1]-11"),
            ("OBX|1|NM|94500-6^A^LN||12||||||F|||202611221000+0100&", "OBX[1]-14"),
            ("OBX|1|NM|94500-6^A^LN||12||||||F^", ""), ("OBX|1|NM|94500-6^A^LN||12^||||||F", ""),
            ("OBX|1|NM|94500-6^A^LN||12^^&||||||F", ""),
        ])
    func oddResults(obx: String, place: String) {
        let outcome = Self.read(obx: obx)
        #expect(outcome?.report?.results.first?.value == .number(Personal("12")))
        #expect(outcome?.report?.results.first?.status == "F")
        #expect(Self.rules(outcome) == (place.isEmpty ? [] : ["code-form @ " + place]))
    }

    @Test("Two statuses in one field, and a number beside something else, are not what they begin with")
    func twoValues() {
        #expect(Self.rules(Self.read(obx: "OBX|1|NM|94500-6^A^LN||12||||||F~C")) == ["!obx11-unknown @ OBX[1]-11"])
        let beside = Self.read(obx: "OBX|1|NM|94500-6^A^LN||12^mg||||||F")
        #expect(Self.rules(beside) == ["obx5-number @ OBX[1]-5"])
        #expect(beside?.report?.results.first?.value == .text(Personal("12^mg")))
    }

    @Test("A date of birth and a sex with separators of nothing are read, and told")
    func oddPatient() {
        let outcome = Self.read(pid: Self.patient.replacing("19411115|F", with: "19411115&|F~"))
        #expect(outcome?.report?.patient.birthDate?.iso == "1941-11-15" && outcome?.report?.patient.sex == "F")
        #expect(Self.rules(outcome) == ["code-form @ PID-7", "code-form @ PID-8"])
    }

    @Test("A NIR whose type is in small letters is one, and told; so is a document")
    func smallTypes() {
        let nir = Self.read(pid: Self.patient.replacing("|D1^", with: "|255081416802538^^^CNAM^nh~D1^"))
        #expect(nir?.report?.patient.nir?.value.text == "255081416802538")
        #expect(nir?.report?.patient.nir?.type == "NH" && nir?.report?.patient.localIDs.count == 1)
        #expect(Self.rules(nir) == ["code-form @ PID-3"])
        var sorted = PatientIdentifiers()
        #expect(sorted.add(Identifier(value: Personal("255081416802538"), type: "nh")) == nil && sorted.local.isEmpty)
        let document = Self.read(obx: "OBX|1|ST|94500-6^A^LN||x||||||F\rOBX|2|ed|1^c^L||^TEXT^PDF^Base64^AA==||||||F")
        #expect(document?.report?.results.count == 1)
        #expect(Self.rules(document) == ["code-form @ OBX[2]-2", "attachment-dropped @ OBX[2]-5"])
    }

    @Test(
        "A telephone's extension stands behind its number, once",
        arguments: [
            ("^WPN^PH^^33^1^44556677^12", "+33 1 44556677 ext. 12"), ("^WPN^PH^^+33^1^44556677", "+33 1 44556677"),
            ("0144556677^WPN^PH^^^^^12", "0144556677 ext. 12"),
            ("0144556677 poste 12^WPN^PH^^^^^12", "0144556677 poste 12"),
            ("^WPN^PH^^^^44556677^12^^^^0144556677", "0144556677 ext. 12"), ("^WPN^PH^^^^^12", nil),
        ] as [(String, String?)])
    func extensions(contact: String, phone: String?) {
        let outcome = Self.read(pid: Self.patient + "|||||" + contact)
        #expect(outcome?.report?.patient.phones.first?.text == phone)
    }

    @Test("A text that looks as if nothing was sent comes back as it was", arguments: [ReportFormat.hl7, .hprim])
    func emptyQuotes(format: ReportFormat) throws {
        var report = try #require(Self.read()?.report)
        report.results[0].value = .text(Personal("\"\""))
        let file = ReportWriter(format).file(of: [report])
        let read = try #require(ReportReader(format).read(SourceMessage(file)).first?.report)
        #expect(read.results.first?.value == .text(Personal("\"\"")))
    }
}
