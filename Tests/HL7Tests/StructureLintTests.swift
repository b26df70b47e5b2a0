import Foundation
import HL7
import Testing

@Suite("Structural trouble")
struct StructureLintTests {
    static let good = "MSH|^~\\&|A|B|||20261123||ORU^R01|1|P|2.5.1\rPID|1||1\rOBR|1||F\rOBX|1|ST|X||a\\T\\b||||||F\r"

    static func notes(_ text: String) throws -> [String] {
        try StructureLint.notes(on: Message(text.bytes)).map { note in
            "\(note.trouble.rawValue) \(note.segment) \(note.path) @\(note.offset)"
        }
    }

    static func changed(_ old: String, _ new: String) -> String {
        guard let range = good.range(of: old) else { return "" }
        return good.replacingCharacters(in: range, with: new)
    }

    @Test("A good message has none")
    func clean() throws {
        #expect(try Self.notes(Self.good) == [])
    }

    @Test(
        "Each trouble is named by segment, field and byte",
        arguments: [
            ("PID|1", "PID|\u{1}", "control-character 2 PID[1]-1 @47"),
            ("PID|1", "PID|\0", "forbidden-control 2 PID[1]-1 @47"),
            ("PID|1", "pid|1", "segment-name 2 segment 2 @43"),
            ("PID|1||1\r", "PID|1||1\r\r", "blank-line 3 segment 3 @52"),
            ("PID|1", "  PID|1", "leading-blanks 2 segment 2 @43"),
            ("PID|1||1\r", "PID|1||1\n", "mixed-segment-ends 3 segment 3 @51"),
            ("\\T\\", "\\Q9\\", "unknown-escape 4 OBX[1]-5 @74"),
            ("\\T\\", "\\C2842\\", "charset-escape 4 OBX[1]-5 @74"),
            ("\\T\\b", "\\ b", "open-escape 4 OBX[1]-5 @74"),
            ("|||F\r", "|||F\rMSH|^~\\&|", "second-header 5 MSH[2] @86"),
            ("|||F\r", "|||FMSH|^~\\&|\r", "second-header 4 OBX[1] @85"),
            ("OBR|1||F\r", "OBR|1||FOBX|1|ST|Y\r", "segment-inside 3 OBR[1] @60"),
            ("PID|1||1\rOBR", "NK1|1\rPID|1||1 OBR", "segment-inside 3 PID[1] @58"),
            ("PID|1||1\r", "PID|1||1\rNK1|1|x|NTE|1||y\r", "segment-inside 3 NK1[1] @60"),
            ("a\\T\\b", "a\\X00\\b", "forbidden-control 4 OBX[1]-5 @73"),
            ("a\\T\\b", "a\\X410B\\b", "forbidden-control 4 OBX[1]-5 @73"),
            ("a\\T\\b", "a\\X1B\\b", "control-character 4 OBX[1]-5 @73"),
            ("a\\T\\b", "é\u{9B}b", "control-character 4 OBX[1]-5 @75"),
            ("a\\T\\b", "a\u{202E}b", "control-character 4 OBX[1]-5 @74"),
            ("a\\T\\b", "a\\XC29B\\b", "control-character 4 OBX[1]-5 @73"),
            ("a\\T\\b", "a\\XC3\\b", "undecodable 4 OBX[1]-5 @73"),
            ("OBR|1||F", "OBR", "empty-segment 3 OBR[1] @52"),
            ("OBR|1||F\r", "", "orphan-result 3 OBX[1] @52"),
            ("PID|1||1\r", "", "orphan-result 2 OBR[1] @43"),
            ("|||F\r", "|||F", "missing-end 4 segment 4 @85"),
            ("|||F\r", "|||F\r\0\0", "trailing-padding 4 segment 4 @86"),
            ("|||F\r", "|||F\rOBX|2|ST|X||a", "cut-short 5 OBX[2]-5 @99"),
            ("|||F\r", "|||F\rSPM|1|||BL", "cut-short 5 SPM[1]-4 @96"),
            ("|||F\r", "|||F\rSFT|A|1\r", "header-lost 5 SFT[1] @86"),
            ("|P|", "||", "header-field 1 MSH[1]-11 @35"),
            ("|2.5.1", "|2.5.1||||||XXX", "unknown-charset 1 MSH[1]-18 @48"),
            ("^~\\&|", "^~\\&#|", "truncation-character 1 MSH[1]-2 @4"),
            ("^~\\&|", "^~&|", "delimiters-irregular 1 MSH[1]-2 @4"),
            ("^~\\&|", "blah|", "delimiters-assumed 1 MSH[1]-2 @4"),
        ])
    func places(old: String, new: String, expected: String) throws {
        let notes = try Self.notes(Self.changed(old, new))
        #expect(notes.contains(expected), "\(notes)")
    }

    @Test("A header without MSH-11 or MSH-12 is read all the same; one without MSH-9 or MSH-10 is not")
    func headerFields() throws {
        for (old, new, isError) in [
            ("|P|", "||", false), ("|P|2.5.1", "|P|", false), ("|1|P|", "||P|", true), ("|ORU^R01|", "||", true),
        ] {
            let message = try Message(Self.changed(old, new).bytes)
            let notes = StructureLint.notes(on: message).filter { $0.trouble == .headerField }
            #expect(notes.map(\.isError) == [isError], "\(old)")
        }
    }

    @Test("A message is cut where more than its last line end is missing, as the reader has it")
    func cut() throws {
        func troubles(_ text: String, _ surroundings: Message.Oddities = []) throws -> [StructureTrouble] {
            try StructureLint.notes(on: Message(text.bytes), surroundings: surroundings).map(\.trouble)
        }
        let open = String(Self.good.dropLast())
        #expect(try troubles(open) == [.missingEnd])
        #expect(try troubles(open, [.unfinishedBatch]) == [.cutShort, .missingEnd])
        #expect(try troubles(Self.good, [.unfinishedBatch]) == [])
        #expect(try troubles(open + "\rOBX|2|ST|X||a") == [.cutShort, .missingEnd])
        #expect(try troubles(open + "\rOBX|2|ST|X||a\r") == [])
        #expect(try troubles(open + "\rOBX|2|ST|X||a||||||F") == [.missingEnd])
        #expect(try troubles(open + "\rSPM|1|||BLD^^HL70487") == [.missingEnd])
        // Behind the header it is where it belongs.
        #expect(try troubles(Self.changed("PID|1", "SFT|A|1\rPID|1")) == [])
    }

    @Test("A byte that the character set does not have is named by its field")
    func undecodable() throws {
        var bytes = Self.changed("PID|1||1", "PID|1||1||X").bytes
        let offset = try #require(bytes.firstIndex(of: UInt8(ascii: "X")))
        bytes[offset] = 0xE9
        let notes = StructureLint.notes(on: try Message(bytes))
        #expect(notes.map(\.trouble) == [.undecodable] && notes.map(\.segment) == [2])
        #expect(notes.map(\.path) == ["PID[1]-5"] && notes.map(\.offset) == [offset])
    }

    @Test("A field of four hundred thousand escapes is gone through once, and not again for each")
    func escapes() throws {
        let text = String(repeating: "\\T\\", count: 400_000)
        #expect(try Self.notes(Self.changed("a\\T\\b", text)) == [])
        let open = String(repeating: "\\", count: 1 << 20)
        #expect(try Self.notes(Self.changed("a\\T\\b", open)).map { $0.prefix(13) } == ["open-escape 4"])
    }

    @Test(
        "Whatever escapes a field has, no byte is looked at more often than twice, and what is kept is the notes",
        arguments: ["\\", "\\T", "\\T\\", "\\X41\\", "\\\u{1}", "a\\" + String(repeating: "b", count: 5_000), "~\\&^"])
    func looks(unit: String) throws {
        let text = String(repeating: unit, count: (1 << 20) / unit.utf8.count)
        let lint = StructureLint.run(on: try Message(Self.changed("a\\T\\b", text).bytes))
        #expect(lint.looks <= 2 * text.utf8.count, "\(lint.looks)")
        #expect(lint.notes.count <= 8, "\(lint.notes.count)")
    }

    @Test("Letters of DOS under ISO 8859 are foreign bytes, not Windows's")
    func letters() throws {
        func troubles(_ byte: UInt8) throws -> [StructureTrouble] {
            let text = Self.changed("a\\T\\b", "Zo@").replacing("|2.5.1", with: "|2.5.1||||||8859/15")
            let bytes = text.utf8.map { $0 == UInt8(ascii: "@") ? byte : $0 }
            return StructureLint.notes(on: try Message(bytes)).map(\.trouble)
        }
        #expect(try troubles(0x82) == [.undecodable])
        #expect(try troubles(0x92) == [.windowsBytes])
    }

    @Test("LF ends are said once, and what the splitter saw around the message too")
    func surroundings() throws {
        let text = Self.good.split(separator: "\r").joined(separator: "\n") + "\n"
        #expect(try Self.notes(text).map { $0.prefix(13) } == ["segment-end 2"])
        let around = StructureLint.notes(
            on: try Message(Self.good.bytes),
            surroundings: [.byteOrderMark, .framedTwice, .leadingBlanks, .trailingPadding])
        #expect(around.map(\.trouble) == [.byteOrderMark, .framedTwice, .leadingBlanks, .trailingPadding])
    }

    @Test("Notes are bounded, whatever the message")
    func bounded() throws {
        let lines = String(repeating: "x\r", count: 5_000)
        #expect(StructureLint.notes(on: try Message((Self.good + lines).bytes)).count == StructureLint.limit)
        let controls = Self.changed("a\\T\\b", String(repeating: "\u{1}\\", count: 100_000))
        #expect(StructureLint.notes(on: try Message(controls.bytes)).count == 2)
        let wide = Self.changed("a\\T\\b", "a" + String(repeating: "~", count: 100_000))
        #expect(StructureLint.notes(on: try Message(wide.bytes)).map(\.trouble) == [.wideField])
    }

    @Test("A field is too wide by its repetitions, by its components or by its subcomponents, each counted apart")
    func wide() throws {
        func troubles(_ value: String) throws -> [StructureTrouble] {
            try StructureLint.notes(on: Message(Self.changed("a\\T\\b", value).bytes)).map(\.trouble)
        }
        for mark in ["~", "^", "&"] {
            #expect(try troubles("a" + String(repeating: mark, count: 999)) == [.wideField])
            #expect(try troubles("a" + String(repeating: mark, count: 998)) == [])
            // Nothing at all is no field, however long.
            #expect(try troubles(String(repeating: mark, count: 5_000)) == [])
        }
        #expect(try troubles(String(repeating: "a^b~", count: 900)) == [])
    }

    @Test("Every trouble says in both languages what to do")
    func words() {
        for trouble in StructureTrouble.allCases {
            #expect(!trouble.french.isEmpty && !trouble.english.isEmpty && trouble.french != trouble.english)
        }
    }
}
