import HL7
import Testing

@Suite("Field paths")
struct FieldPathTests {
    static let message = """
        MSH|^~\\&|APP||||||ORU^R01|M1|P|2.5\r\
        PID|||1^^^A&1.2^PI~2^^^B&3.4^INS||D\\T\\F^J||""\r\
        OBX|1|ST|x||one~uno||||||F\r\
        OBX|2|ST|x||||||||F\r\
        OBX|3|ST|x||three||||||F\r
        """

    @Test(
        "A path is written as it was read",
        arguments: ["MSH-10", "PID-3[2].1", "OBX[3]-5", "OBX[*]-5", "PID-3[*].4.2", "ZZ9[12]-100[7].8.9"])
    func roundTrip(text: String) throws {
        #expect(try FieldPath(text).description == text)
    }

    @Test(
        "What is no path says where it goes wrong",
        arguments: [
            ("", 0), ("PI", 0), ("pid-3", 0), ("PID", 3), ("PID-", 4), ("PID-0", 4), ("PID-3.", 6), ("PID-3[", 6),
            ("PID-3[0]", 6),
            ("PID-3[2", 7), ("PID-3.1.2.3", 9), ("PID-3x", 5), ("PID-1234567", 10), ("PID[*-3", 5), ("PID-3.*", 6),
            ("PID -3", 3),
        ])
    func failures(text: String, offset: Int) {
        #expect(throws: HL7Failure.fieldPath(offset: offset)) { try FieldPath(text) }
    }

    @Test("A list is cut at commas, and a failure counts from its beginning")
    func lists() throws {
        #expect(
            try FieldPath.list("MSH-10, PID-3[2].1 ,OBX[*]-5").map(\.description) == [
                "MSH-10", "PID-3[2].1", "OBX[*]-5",
            ])
        #expect(throws: HL7Failure.fieldPath(offset: 12)) { try FieldPath.list("MSH-10, PID-") }
        #expect(throws: HL7Failure.fieldPath(offset: 7)) { try FieldPath.list("MSH-10,") }
    }

    static func text(_ value: FieldPath.Value) -> String {
        switch value {
        case .absent: "-"
        case .value: value.text ?? "?"
        case .array(let values): "[" + values.map(text).joined(separator: ",") + "]"
        }
    }

    @Test(
        "Paths find values, arrays and nothing",
        arguments: [
            ("MSH-10", "M1"), ("MSH-1", "|"), ("MSH-2", "^~\\&"), ("MSH-9.2", "R01"),
            ("PID-3", "1^^^A&1.2^PI~2^^^B&3.4^INS"),
            ("PID-3[2].1", "2"), ("PID-3.1", "1"), ("PID-3[*].4.2", "[1.2,3.4]"), ("PID-3[2]", "2^^^B&3.4^INS"),
            ("PID-5.1", "D&F"),
            ("PID-7", "\"\""), ("PID-8", "-"), ("PID[2]-3", "-"), ("OBX[3]-5", "three"),
            ("OBX[*]-5", "[one~uno,-,three]"),
            ("OBX[*]-5[*]", "[[one,uno],[],[three]]"), ("OBX[*]-5[2]", "[uno,-,-]"), ("ZZZ[*]-1", "[]"),
            ("OBX[4]-5", "-"),
        ])
    func values(path: String, expected: String) throws {
        let message = try Message(Self.message.bytes)
        #expect(Self.text(try FieldPath(path).evaluate(on: message)) == expected)
    }

    @Test("Raw values are the bytes on the wire")
    func raw() throws {
        let message = try Message(Self.message.bytes)
        #expect(try FieldPath("PID-5.1").evaluate(on: message, as: .raw) == .value("D\\T\\F".bytes))
    }
}
