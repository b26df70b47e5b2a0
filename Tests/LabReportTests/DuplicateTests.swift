import HL7
import LabReport
import Testing

@Suite("Messages and reports that came before")
struct DuplicateTests {
    static func rules(_ texts: [String]) throws -> [[String]] {
        var register = DuplicateRegister()
        let reader = HL7ReportReader()
        return texts.map { text in
            let bytes = HL7ReaderTests.message(text)
            return register.findings(for: reader.read(bytes: bytes).compactMap(\.report), message: bytes).map(\.rule)
        }
    }

    static func message(_ id: String, _ filler: String, _ status: String = "F", sender: String = "LABO") -> String {
        """
        MSH|^~\\&|A|\(sender)|||20261123||ORU^R01|\(id)|P|2.5
        PID|1||1^^^L^PI||X
        OBR|1||\(filler)|94500-6^^LN
        OBX|1|ST|94500-6^^LN||x||||||\(status)
        """
    }

    @Test("The same bytes, another content under the same id, another sender's id")
    func messages() throws {
        let first = Self.message("1", "F1")
        #expect(try Self.rules([first, first]) == [[], ["duplicate"]])
        #expect(try Self.rules([first, Self.message("1", "F2")]) == [[], ["duplicate-message"]])
        #expect(try Self.rules([first, Self.message("1", "F2", sender: "OTHER")]) == [[], []])
    }

    @Test("A number that comes again without a correction is noted, with one it is not")
    func numbers() throws {
        let first = Self.message("1", "F1")
        #expect(try Self.rules([first, Self.message("2", "F1")]) == [[], ["duplicate-report"]])
        #expect(try Self.rules([first, Self.message("2", "F1", "C")]) == [[], []])
        #expect(try Self.rules([first, Self.message("2", "F1", sender: "OTHER")]) == [[], []])
    }
}
