import HL7
import LabReport
import Testing

/// Messages of two patients whose second PID was lost: no result goes to the other one.
@Suite("HL7 with a lost PID")
struct LostPatientTests {
    private static let head = [
        "MSH|^~\\&|A|LABO^750999906^N|B|C|20261126103636+0100||ORU^R01^ORU_R01|M1|P|2.5.1|||||FRA|UNICODE UTF-8",
        "PID|1||D1^^^LAB&750999906&N^PI||MARTIN^Anne^^^^^L||19411115|F", "PD1||||1^MARTIN", "PV1|1|O",
    ]
    private static let order = ["ORC|NW|P1|F1", "OBR|1|P1|F1|94500-6^P^LN"]
    private static let result = ["OBX|1|ST|94500-6^ARN^LN||NEGATIF||||||F", "NTE|1||note"]
    private static let other = ["ORC|NW|P2|F2", "OBR|1|P2|F2|94500-6^P^LN", "OBX|1|ST|94500-6^ARN^LN||POSITIF||||||F"]

    private static func errors(_ between: [String], ahead: [String] = order + result) -> [String] {
        let text = (head + ahead + between + other).joined(separator: "\r") + "\r"
        let memory = ReadingMemory()
        let readings = (0..<2).map { _ in
            HL7ReportReader().read(SourceMessage(Array(text.utf8)), memory: memory).flatMap(\.findings)
                .filter { $0.severity == .error }.map { $0.rule + " @ " + $0.path }
        }
        #expect(readings[0] == readings[1])
        return readings[0]
    }

    @Test(
        "A segment that a patient has before the orders, behind orders, is another patient's: held",
        arguments: [
            (["PV1|1|O"], "PV1[2]"), (["PD1||||2^DURAND"], "PD1[2]"), (["NK1|1|DURAND"], "NK1[1]"),
            (["PV2||1"], "PV2[1]"), (["PV1|1|O", "PV2||1"], "PV1[2]"),
        ])
    func behind(_ between: [String], _ path: String) {
        #expect(Self.errors(between).first == "patient-lost @ " + path)
        // Also where the first patient has an order and no result.
        #expect(Self.errors(between, ahead: Self.order).first == "patient-lost @ " + path)
        #expect(Self.errors(between, ahead: ["ORC|CA|P1|F1"]).contains("patient-lost @ " + path))
    }

    @Test(
        "A segment that nobody knows between results and an order may be the PID of another patient: held",
        arguments: [["PIX|2||D2"], ["PIX|2||D2", "NTE|1||note"], ["PIX|2||D2", "ZXX|1", "CON|1||||||||||A"]])
    func misspelt(_ between: [String]) {
        #expect(Self.errors(between) == ["patient-lost @ PIX[1]"])
    }

    @Test(
        "A second PID, segments that may stand between orders, and an unknown one elsewhere hold nothing",
        arguments: [
            ["PID|2||D2^^^LAB&750999906&N^PI||DURAND^Luc^^^^^L", "PD1||||2^DURAND", "NK1|1|X", "PV1|1|O", "PV2||1"],
            ["SPM|1|S1||119342007^^SCT"], ["FT1|1", "CTI|1"], ["ZID|2||D2"],
            ["QQQ|1", "OBX|2|ST|94558-4^^LN||x||||||F"],
            [],
        ])
    func good(_ between: [String]) {
        #expect(Self.errors(between) == [])
        #expect(Self.errors(["QQQ|1"], ahead: []) == [])
    }

    @Test("A laboratory that always writes them so may have them taken")
    func lowered() {
        let text = (Self.head + Self.order + Self.result + ["PV1|1|O"]).joined(separator: "\r") + "\r"
        let settings = ReaderSettings(overrides: ["patient-lost": .warning])
        let found = HL7ReportReader(settings: settings).read(bytes: Array(text.utf8))
        #expect(found.map(\.isHeld) == [false] && found.flatMap(\.findings).map(\.rule) == ["patient-lost"])
    }
}
