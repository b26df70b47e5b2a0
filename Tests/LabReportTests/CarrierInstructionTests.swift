import HL7
import Testing

@testable import LabReport

@Suite("Instructions to the carrier of a document")
struct CarrierInstructionTests {
    @Test(
        "What tells a carrier to which lot a document belongs, or whom to write to, is no result",
        arguments: ["COMP_LOT", "CORPSMAIL_PATIENT", "MASQUE_PS"])
    func noResult(code: String) {
        let text = """
            MSH|^~\\&|A|LABO|||20261123||ORU^R01|1|P|2.5
            PID|1||1^^^L^PI||X
            OBR|1||F1|1^X^L
            OBX|1|ED|PDF^^L||^AP^PDF^Base64^JVBERi0||||||F
            OBX|2|CE|\(code)^Lot||1.2.250.1.213.1.1.8^CDAN1||||||F

            """
        let outcomes = HL7ReportReader().read(bytes: Array(text.replacing("\n", with: "\r").utf8))
        #expect(outcomes.count == 1 && outcomes.allSatisfy { $0.report == nil })
        #expect(outcomes.flatMap(\.findings).map(\.rule) == ["document-only"])
    }
}
