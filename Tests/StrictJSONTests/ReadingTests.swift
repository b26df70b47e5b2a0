import StrictJSON
import Testing

/// A document that must be refused, why and where.
struct BadDocument: CustomTestStringConvertible, Sendable {
    let bytes: [UInt8]
    let reason: JSONFailure.Reason
    let offset: Int

    init(_ text: String, _ reason: JSONFailure.Reason, _ offset: Int) {
        self.init(bytes: [UInt8](text.utf8), reason, offset)
    }

    init(bytes: [UInt8], _ reason: JSONFailure.Reason, _ offset: Int) {
        self.bytes = bytes
        self.reason = reason
        self.offset = offset
    }

    var testDescription: String { String(decoding: bytes, as: UTF8.self) }
}

@Suite("Reading JSON")
struct ReadingTests {
    static let good: [(String, JSON)] = [
        ("null", .null),
        (" \t\r\n true \n", .bool(true)),
        ("false", .bool(false)),
        ("0", .number("0")),
        ("-0", .number("-0")),
        ("-0.0e-0", .number("-0.0e-0")),
        ("1.50", .number("1.50")),
        ("12E+400", .number("12E+400")),
        ("123456789012345678901234567890", .number("123456789012345678901234567890")),
        ("\"\"", .string("")),
        (#""\"\\\/\b\f\n\r\t""#, .string("\"\\/\u{8}\u{C}\n\r\t")),
        (#""\u0041\u00e9\u20AC\ud83d\ude00""#, .string("Aé€😀")),
        (#""\u0000""#, .string("\u{0}")),
        ("\"é€😀\u{7F}\u{FFFF}\u{10FFFF}\"", .string("é€😀\u{7F}\u{FFFF}\u{10FFFF}")),
        ("[]", .array([])),
        ("[ 1 , [ ] , {} ]", .array([.number("1"), .array([]), .object([])])),
        ("{}", .object([])),
        (
            #"{"b":1,"a":{"b":null}}"#,
            .object([
                .init("b", .number("1")), .init("a", .object([.init("b", .null)])),
            ])
        ),
        // Equivalent for Unicode, but other bytes: two names, not one twice.
        (
            "{\"\u{E9}\":1,\"e\u{301}\":2,\"K\":3,\"\u{212A}\":4}",
            .object([
                .init("\u{E9}", .number("1")), .init("e\u{301}", .number("2")),
                .init("K", .number("3")), .init("\u{212A}", .number("4")),
            ])
        ),
    ]

    @Test("What RFC 8259 allows is read, whole or as a slice", arguments: good)
    func goodDocuments(text: String, expected: JSON) throws {
        let bytes = [UInt8](text.utf8)
        #expect(try JSON(parsing: bytes) == expected)
        let framed = [0x5B, 0x5B] + bytes + [0x2C]
        #expect(try JSON(parsing: framed[2..<(2 + bytes.count)]) == expected)
    }

    static let bad: [BadDocument] = [
        .init("", .unexpectedEnd, 0),
        .init("  ", .unexpectedEnd, 2),
        .init("\u{FEFF}1", .unexpectedByte, 0),
        .init("tru", .unexpectedEnd, 3),
        .init("trux", .unexpectedByte, 3),
        .init("True", .unexpectedByte, 0),
        .init("nul1", .unexpectedByte, 3),
        .init("NaN", .unexpectedByte, 0),
        .init("'a'", .unexpectedByte, 0),
        .init("// x\n1", .unexpectedByte, 0),
        .init("\u{A0}1", .unexpectedByte, 0),
        .init("\u{C}1", .unexpectedByte, 0),
        .init("1 2", .trailingData, 2),
        .init("{}\u{0}", .trailingData, 2),
        .init("truefalse", .trailingData, 4),
        .init("[1]]", .trailingData, 3),
        // numbers
        .init("-", .unexpectedEnd, 1),
        .init("-x", .badNumber, 1),
        .init("01", .badNumber, 1),
        .init("-01", .badNumber, 2),
        .init("1.", .unexpectedEnd, 2),
        .init("[1.]", .badNumber, 3),
        .init(".5", .unexpectedByte, 0),
        .init("+1", .unexpectedByte, 0),
        .init("1e", .unexpectedEnd, 2),
        .init("[1e+]", .badNumber, 4),
        .init("1.2.3", .badNumber, 3),
        .init("0x10", .badNumber, 1),
        .init("1-2", .badNumber, 1),
        .init("[-]", .badNumber, 2),
        // strings
        .init("\"a", .unexpectedEnd, 2),
        .init("\"a\\", .unexpectedEnd, 3),
        .init("\"a\nb\"", .controlCharacter, 2),
        .init("\"\u{0}\"", .controlCharacter, 1),
        .init("\"\u{1F}\"", .controlCharacter, 1),
        .init(#""\x41""#, .badEscape, 2),
        .init(#""\U0041""#, .badEscape, 2),
        .init(#""\'""#, .badEscape, 2),
        .init(#""\u12G4""#, .badEscape, 5),
        .init(#""\u123""#, .badEscape, 6),
        .init(#""a\ud83d""#, .loneSurrogate, 2),
        .init(#""a\ud83dx""#, .loneSurrogate, 2),
        .init(#""a\ud83d\n""#, .loneSurrogate, 2),
        .init(#""a\ud83d\u0041""#, .loneSurrogate, 2),
        .init(#""a\ud83d\ud83d""#, .loneSurrogate, 2),
        .init(#""ab\ude00""#, .loneSurrogate, 3),
        // structure
        .init("[", .unexpectedEnd, 1),
        .init("[1", .unexpectedEnd, 2),
        .init("[1,]", .unexpectedByte, 3),
        .init("[,1]", .unexpectedByte, 1),
        .init("[1 2]", .unexpectedByte, 3),
        .init("[1}", .unexpectedByte, 2),
        .init("{1:2}", .unexpectedByte, 1),
        .init("{a:1}", .unexpectedByte, 1),
        .init(#"{"a"}"#, .unexpectedByte, 4),
        .init(#"{"a":}"#, .unexpectedByte, 5),
        .init(#"{"a":1,}"#, .unexpectedByte, 7),
        .init(#"{"a":1;"b":2}"#, .unexpectedByte, 6),
        .init(#"{"a":1]"#, .unexpectedByte, 6),
        // names
        .init(#"{"a":1,"a":2}"#, .duplicateName, 7),
        .init(#"{"a":1, "b":2, "\u0061":3, "b":4}"#, .duplicateName, 15),
        .init(#"[{"x":{"":1,"":1}}]"#, .duplicateName, 12),
    ]

    @Test("What RFC 8259 does not allow is refused, with the reason and the place", arguments: bad)
    func badDocuments(document: BadDocument) {
        let expected = JSONFailure(document.reason, offset: document.offset)
        #expect(throws: expected) { try JSON(parsing: document.bytes) }
        let framed = [UInt8(ascii: "[")] + document.bytes + [UInt8(ascii: "]")]
        #expect(throws: expected) { try JSON(parsing: framed[1..<(framed.count - 1)]) }
    }

    static let badUTF8: [[UInt8]] = [
        [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF],
        [0xE2, 0x82], [0xE2, 0x28, 0xA1], [0xE2, 0x82, 0x28], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF],
        [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x9F, 0x98], [0xF0, 0x9F, 0x98, 0x28],
        [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFE], [0xFF],
    ]

    @Test("Bytes that are not UTF-8 are refused in values and in names", arguments: badUTF8)
    func notUTF8(sequence: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        #expect(throws: JSONFailure(.badUTF8, offset: 2)) {
            try JSON(parsing: [quote, 0x61] + sequence + [quote])
        }
        #expect(throws: JSONFailure(.badUTF8, offset: 2)) {
            try JSON(parsing: [UInt8(ascii: "{"), quote] + sequence + [quote] + [UInt8](":1}".utf8))
        }
        #expect(StrictUTF8.firstInvalid(in: ([0x61] + sequence)[...]) == 1)
    }

    @Test("A repeated name is found in a large object too")
    func duplicateInLargeObject() throws {
        let members = (0..<200).map { "\"n\($0)\":\($0)" }
        let text = "{" + members.joined(separator: ",") + "}"
        #expect(try JSON(parsing: [UInt8](text.utf8)).members?.count == 200)
        let offset = text.utf8.count
        let doubled = text.dropLast() + ",\"n7\":0,\"n150\":0}"
        #expect(throws: JSONFailure(.duplicateName, offset: offset)) { try JSON(parsing: [UInt8](doubled.utf8)) }
    }

    @Test("A repeated name is found wherever it stands")
    func duplicateAnywhere() {
        for count in 2..<24 {
            for earlier in 0..<count - 1 {
                var names = (0..<count).map { "n\($0)" }
                names[count - 1] = names[earlier]
                let members = names.map { "\"\($0)\":0" }
                let offset = 1 + members.dropLast().map { $0.utf8.count + 1 }.reduce(0, +)
                let text = "{" + members.joined(separator: ",") + "}"
                #expect(throws: JSONFailure(.duplicateName, offset: offset), "\(earlier) again at \(count - 1)") {
                    try JSON(parsing: [UInt8](text.utf8))
                }
            }
        }
    }

    @Test("A document cut anywhere is refused")
    func truncation() throws {
        let text = #"  {"a":[1.5e-3,true,null,"x\n\ud83d\ude00é"],"b":{"c":false,"d":[]}}"#
        let bytes = [UInt8](text.utf8)
        _ = try JSON(parsing: bytes)
        for length in 0..<bytes.count {
            #expect(throws: JSONFailure.self, "cut at \(length)") { try JSON(parsing: bytes[..<length]) }
        }
    }
}
