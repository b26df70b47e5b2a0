import HL7
import Testing

@Suite("A message and its parts")
struct MessageTests {
    static let sample = """
        MSH|^~\\&|APP|LAB^750100125^N|||20261123101500||ORU^R01^ORU_R01|M1|P|2.5^FRA^2.11|||||FRA|8859/15\r\
        PID|1||123^^^LAB&1.2&ISO^PI~456^^^&3.4&ISO^INS||DUPONT\\T\\FILS^Jean||""|M\r\
        ZZZ\r\
        OBX|1|ST|A^B||a\\F\\b\\X0D0A\\c\\.br\\d\\E\\e\\H\\f||||||F\r
        """

    static func message(_ text: String = sample) throws -> Message { try Message(text.bytes) }

    @Test("MSH is numbered as the standard does")
    func header() throws {
        let header = try Self.message().header
        #expect(header.field(1).decodedText == "|")
        #expect(header.field(2).decodedText == "^~\\&")
        #expect(header.field(2).component(1).decodedText == "^~\\&")
        #expect(header.field(3).decodedText == "APP")
        #expect(header.field(4).component(2).decodedText == "750100125")
        #expect(header.field(12).component(1).decodedText == "2.5")
        #expect(header.field(18).decodedText == "8859/15")
        #expect(header.field(19).isEmpty)
        #expect(header.field(0).isEmpty)
        #expect(header.field(-1).isEmpty)
        var index = FieldIndex()
        index.fill(header)
        for number in -1...25 { #expect(index[number].bytes == header.field(number).bytes) }
    }

    @Test("Repetitions, components and subcomponents are found by number; what is not there is empty")
    func parts() throws {
        let pid = try #require(try Self.message().first(.pid))
        #expect(pid.field(3).repetition(2).component(1).decodedText == "456")
        #expect(pid.field(3).repetition(2).component(4).subcomponent(2).decodedText == "3.4")
        #expect(pid.field(3).repetition(3).isEmpty)
        #expect(pid.field(3).repetition(1).component(9).isEmpty)
        #expect(pid.field(3).repetition(0).isEmpty)
        #expect(pid.field(99).component(1).subcomponent(1).isEmpty)
        #expect(Array(pid.field(3).repetitions).count == 2)
        #expect(Array(pid.field(2).repetitions).isEmpty)
    }

    @Test("Empty is not the same as two quotes")
    func nullValues() throws {
        let pid = try #require(try Self.message().first(.pid))
        #expect(pid.field(7).isNull && !pid.field(7).isEmpty && !pid.field(7).hasValue)
        #expect(!pid.field(6).isNull && pid.field(6).isEmpty && !pid.field(6).hasValue)
        #expect(try Self.message("MSH|^~\\&\rPID|||^^&~^\r").first(.pid)?.field(3).hasValue == false)
    }

    @Test("Escapes are applied; unknown ones are kept and told")
    func escapes() throws {
        let obx = try #require(try Self.message().first(.obx))
        var problems: TextProblems = []
        #expect(obx.field(5).decodedText(&problems) == "a|b\r\nc\nd\\e\\H\\f")
        #expect(problems == [.unknownEscape, .lineEnd])
        #expect(try Self.message().first(.pid)?.field(5).component(1).decodedText == "DUPONT&FILS")
    }

    @Test(
        "Escapes at their edges",
        arguments: [
            ("\\S\\", "^"), ("\\R\\", "~"), ("\\E\\E\\E\\", "\\E\\"), ("\\", "\\"), ("a\\", "a\\"), ("\\\\", "\\\\"),
            ("\\X4\\", "\\X4\\"), ("\\XZZ\\", "\\XZZ\\"), ("\\XC3A9\\", "é"), ("\\Xc3a9\\", "é"), ("\\F", "\\F"),
            ("C:\\temp\\F\\", "C:\\temp\\F\\"), ("1 \\ 2 \\T\\ 3", "1 \\ 2 & 3"), ("\\.br\\\\.br\\", "\n\n"),
        ])
    func escapeEdges(wire: String, text: String) throws {
        let message = try Self.message("MSH|^~\\&\rNTE|1||\(wire)|x\r")
        let note = try #require(message.segments.last)
        #expect(note.field(3).decodedText == text)
        #expect(note.field(4).decodedText == "x")
    }

    @Test("A NUL that comes through an escape is told")
    func hiddenNUL() throws {
        var problems: TextProblems = []
        _ = try Self.message("MSH|^~\\&\rNTE|1||a\\X00\\b\r").segments.last?.field(3).decodedText(&problems)
        #expect(problems.contains(.forbiddenControl))
    }

    @Test("Delimiters are those of the message")
    func customDelimiters() throws {
        let message = try Self.message("MSH#*@!%#A##\rPID#1##1*!F!2@3*4%5\r")
        let field = try #require(message.first(.pid)).field(3)
        #expect(field.repetition(1).component(2).decodedText == "#2")
        #expect(field.repetition(2).component(2).subcomponent(2).decodedText == "5")
        #expect(message.oddities == [])
    }

    @Test(
        "MSH-2 in its forms",
        arguments: [
            ("^~\\&", [] as Message.Oddities), ("^~\\&#", .earlyTruncationCharacter), ("^~\\\\&", .irregularDelimiters),
            ("^~&", .irregularDelimiters), ("", .assumedDelimiters), ("^~", .assumedDelimiters),
            ("blah", .assumedDelimiters),
            ("^^\\&", .assumedDelimiters), ("^\u{2DC}\\&", .assumedDelimiters), ("^~\\&#!", .assumedDelimiters),
            ("^~\\", .assumedDelimiters),
        ])
    func encodingCharacters(characters: String, oddities: Message.Oddities) throws {
        let message = try Self.message("MSH|\(characters)|A|B|||||ORU^R01|1|P|2.5.1\r")
        #expect(message.oddities == oddities)
        #expect(message.header.field(3).decodedText == "A")
        #expect(message.header.field(9).component(2).decodedText == "R01")
    }

    @Test("A fifth character is regular from 2.7 on")
    func fifthCharacter() throws {
        #expect(try Self.message("MSH|^~\\&#|A|B|||||ORU^R01|1|P|2.7\r").oddities == [])
    }

    @Test(
        "What is no message is refused with its reason",
        arguments: [
            ("", HL7Failure.noHeader), ("\r\n", .noHeader), ("PID|1", .noHeader), ("msh|^~\\&", .noHeader),
            ("MSH", .fieldSeparator),
            ("MSH\r^~\\&", .fieldSeparator), ("MSHX", .fieldSeparator), ("MSH\u{A6}^~\\&", .fieldSeparator),
            ("MS", .noHeader),
            ("MSH ^~\\&", .fieldSeparator),
        ])
    func noMessage(text: String, failure: HL7Failure) {
        #expect(throws: failure) { try Message(text.bytes) }
    }

    @Test(
        "A cut header has empty fields and no crash",
        arguments: ["MSH|", "MSH|^", "MSH|^~\\", "MSH|^~\\&", "MSH|^~\\&|"])
    func cutHeader(text: String) throws {
        let header = try Self.message(text).header
        for number in 3...30 { #expect(header.field(number).isEmpty) }
        _ = header.field(2).decodedText
    }

    @Test("Segments end at CR, LF or both, and what stands around them is noted")
    func segmentEnds() throws {
        let names = ["MSH", "PID", "OBX"]
        let forms: [(String, Message.Oddities)] = [
            ("MSH|^~\\&|\rPID|1\rOBX|1", .unterminated), ("MSH|^~\\&|\nPID|1\nOBX|1\n", []),
            ("MSH|^~\\&|\r\nPID|1\r\nOBX|1\r\n", []),
            ("MSH|^~\\&|\rPID|1\nOBX|1\r", .mixedSegmentEnds), ("MSH|^~\\&|\r\r\rPID|1\r\rOBX|1\r", .blankLines),
            ("  MSH|^~\\&|\r  PID|1\r\tOBX|1\r", .leadingBlanks),
            ("\u{FEFF}MSH|^~\\&|\rPID|1\rOBX|1\r", .byteOrderMark),
            ("MSH|^~\\&|\rPID|1\rOBX|1\r\0\0\0", .trailingPadding),
            ("MSH|^~\\&|\rPID|1\rOBX|1\r\u{1A}", .trailingPadding),
            ("\u{0B}MSH|^~\\&|\rPID|1\rOBX|1\r\u{1C}\r", .trailingPadding),
        ]
        for (text, oddities) in forms {
            let message = try Self.message(text)
            #expect(message.segments.map { $0.name?.description } == names)
            #expect(message.oddities == oddities)
            #expect(message.segments.last?.field(1).decodedText == "1")
        }
    }

    @Test("A line that is no segment has no name and stays countable")
    func strayLines() throws {
        let message = try Self.message("MSH|^~\\&|\robx|1\rOB|2\rOBXX|3\r\0OBR|4\rhello\r1BX|5\r")
        #expect(message.segments.dropFirst().allSatisfy { $0.name == nil })
        #expect(message.segments.count == 7)
        #expect(message.segments[1].field(1).isEmpty)
    }

    @Test("A combining mark after a separator does not join it")
    func combiningMark() throws {
        let pid = try #require(try Self.message("MSH|^~\\&|\rPID|||||A^\u{301}B|\u{301}\r").first(.pid))
        #expect(pid.field(5).component(1).decodedText == "A")
        #expect(pid.field(5).component(2).bytes.first == 0xCC)
        #expect(!pid.field(6).isEmpty)
    }

    @Test("A message at the limit is read, one byte more is refused")
    func limits() throws {
        let head = "MSH|^~\\&|A\rNTE|1||".bytes
        let full = head + [UInt8](repeating: 0x61, count: Limits.messageBytes - head.count)
        #expect(try Message(full).segments.count == 2)
        #expect(throws: HL7Failure.tooLarge(limit: Limits.messageBytes)) { try Message(full + [0x61]) }
        let many = "MSH|^~\\&|A\r".bytes + Array(repeatElement("NTE\r".bytes, count: Limits.segments - 1).joined())
        #expect(try Message(many).segments.count == Limits.segments)
        #expect(throws: HL7Failure.tooManySegments(limit: Limits.segments)) { try Message(many + "NTE\r".bytes) }
    }

    @Test("A byte's place is named by segment, occurrence and field")
    func places() throws {
        let message = try Self.message("MSH|^~\\&|A|é\rOBX|1\rOBX|2|ü\r")
        let accent = try #require(message.bytes.firstIndex(of: 0xC3))
        #expect(message.path(ofByte: accent) == "MSH[1]-4")
        let last = try #require(message.bytes.lastIndex(of: 0xC3))
        #expect(message.path(ofByte: last) == "OBX[2]-2")
    }
}
