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

    @Test("A text that looks as if nothing was sent comes back as it was", arguments: [ReportFormat.hl7, .hprim])
    func emptyQuotes(format: ReportFormat) throws {
        var report = try #require(Self.read()?.report)
        report.results[0].value = .text(Personal("\"\""))
        let file = ReportWriter(format).file(of: [report])
        let read = try #require(ReportReader(format).read(SourceMessage(file)).first?.report)
        #expect(read.results.first?.value == .text(Personal("\"\"")))
    }
}
