import HL7
import Testing

@Suite("Answers")
struct AcknowledgmentTests {
    static let writer = AcknowledgmentWriter(time: "20261123101500+0100", controlID: "P1")

    static func answer(
        _ text: String?, _ code: AcknowledgmentWriter.Code, _ problems: [AcknowledgmentWriter.Problem] = []
    ) throws -> String {
        let message = try text.map { try Message($0.bytes) }
        var out: [UInt8] = []
        writer.write(code, answering: message, problems: problems, into: &out)
        return String(decoding: out, as: UTF8.self)
    }

    @Test("A message taken is answered in its own dialect, parties exchanged")
    func accept() throws {
        let message =
            "MSH|^~\\&|LIS^1.2^ISO|LAB|PLI|HUB|20261123||ORU^R01^ORU_R01|M\\T\\1|P|2.5^FRA^2.11|||||FRA|UNICODE UTF-8\r"
        #expect(
            try Self.answer(message, .accept) == """
                MSH|^~\\&|PLI|HUB|LIS^1.2^ISO|LAB|20261123101500+0100||ACK^R01^ACK|P1|P|2.5^FRA^2.11|||||FRA|\
                UNICODE UTF-8\r\
                MSA|AA|M\\T\\1\r
                """)
    }

    @Test("Other delimiters, an old version, a problem with its place")
    func error() throws {
        let path = try FieldPath("PID[2]-3[2].1")
        let problem = AcknowledgmentWriter.Problem(path: path, condition: 101, text: "a#b: manque")
        #expect(
            try Self.answer("MSH#*@!%#A#B#C#D###ORU*R01#1#T#2.5.1\r", .error, [problem]) == """
                MSH#*@!%#C#D#A#B#20261123101500+0100##ACK*R01#P1#T#2.5.1\r\
                MSA#AE#1\r\
                ERR##PID*2*3*2*1#101*Required field missing*HL70357#E####a!F!b: manque\r
                """)
        #expect(
            try Self.answer("MSH|^~\\&|A|B|C|D|||ORU^R01|1|T|2.3\r", .error, [problem]) == """
                MSH|^~\\&|C|D|A|B|20261123101500+0100||ACK^R01|P1|T|2.3\r\
                MSA|AE|1\r\
                ERR|PID^2^3^101&Required field missing&HL70357\r
                """)
    }

    @Test("Bytes that were no message get an answer without MSA-2")
    func noMessage() throws {
        let text = try Self.answer(nil, .reject)
        #expect(text.hasSuffix("\rMSA|AR\r"))
        #expect(try Message(text.bytes).segments.count == 2)
    }

    @Test("A control id without end is not echoed")
    func longControlID() throws {
        for (count, isEchoed) in [(Limits.controlIDBytes, true), (Limits.controlIDBytes + 1, false)] {
            let id = String(repeating: "x", count: count)
            let text = try Self.answer("MSH|^~\\&|A|B|C|D|||ORU^R01|\(id)|P|2.5\r", .error)
            #expect(text.contains(id) == isEchoed)
        }
    }

    @Test(
        "No control character of the question is in the answer, written or escaped",
        arguments: ["\u{0}", "\u{0B}", "\u{1C}", "\u{1B}", "\u{7F}", "\\X00\\", "\\X1C0D\\"])
    func controls(_ control: String) throws {
        let text = "MSH|^~\\&|A\(control)|B\(control)|C\(control)|D|||ORU^R01\(control)|M\(control)1|P|2.5\r"
        let answer = try Self.answer(text, .error)
        #expect(answer == "MSH|^~\\&||D|||20261123101500+0100||ACK|P1|P|2.5\rMSA|AE|\r")
    }

    @Test("Who declares no character set, or ASCII, is answered in ASCII", arguments: ["", "||||||ASCII"])
    func noCharset(_ declared: String) throws {
        let problem = AcknowledgmentWriter.Problem(path: nil, condition: 200, text: "Épée cœur\u{A0}: « ça » l’été… 漢")
        let answer = try Self.answer("MSH|^~\\&|A|B|C|D|||ADT^A01|1|P|2.5\(declared)\r", .reject, [problem])
        #expect(answer.contains("|Epee coeur : \" ca \" l'ete... ?\r"))
        #expect(answer.utf8.allSatisfy { $0 < 0x80 })
    }

    @Test("Accents are written in the message's character set")
    func charset() throws {
        let problem = AcknowledgmentWriter.Problem(path: nil, condition: 200, text: "refusé")
        let message = try Message("MSH|^~\\&|A|B|C|D|||ADT^A01|1|P|2.5||||||8859/15\r".bytes)
        var out: [UInt8] = []
        Self.writer.write(.reject, answering: message, problems: [problem], into: &out)
        #expect(out.contains(0xE9))
        #expect(try Message(out).segments.last?.field(8).decodedText == "refusé")
    }
}
