import HL7
import TestSupport
import Testing

@testable import LabReport

@Suite("Files of many JSON documents")
struct JSONSplitterTests {
    private static let one = #"{"resourceType":"Bundle","a":"text","b":[{"c":1},{"c":2}]}"#
    private static let other = #"{"id":"9","resourceType":"Bundle"}"#

    /// What the file was cut into, pushed in pieces of this size.
    private static func cut(_ text: String, _ size: Int) -> [String] {
        let bytes = Array(text.utf8)
        var splitter = JSONSplitter()
        var pieces: [SourcePiece] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            splitter.push(bytes[start..<min(start + size, bytes.count)], into: &pieces)
        }
        splitter.finish(into: &pieces)
        return pieces.map { piece in
            switch piece {
            case .message(let message):
                String(
                    decoding: message.bytes.last == 0x0A ? message.bytes.dropLast() : message.bytes[...], as: UTF8.self)
                    + "@\(message.offset)"
            case .held(let held): "held@\(held.offset)"
            case .notice: "notice"
            }
        }
    }

    private static func cut(_ text: String) throws -> [String] {
        let whole = cut(text, text.utf8.count)
        for size in [1, 2, 3, 7, 30] { #expect(cut(text, size) == whole, "\(size)") }
        return whole
    }

    @Test(
        "A line that lost a quote, a brace or its end takes none behind it along",
        arguments: [
            (#"{"resourceType":"Bundle","a":"te"xt","b":[{"c":1}]}"#, one),
            (#"{"resourceType":"Bundle","a":text","b":[{"c":1}]}"#, one), (#"{"resourceType":"Bundle","a":"text"#, one),
            (#"{"resourceType":"Bundle","a":"text"#, other), (#"{"resourceType":"Bundle","b":[{"c":1}]"#, other),
            (#"{"resourceType":"Bundle","b":[{"c":1}"#, other), (#"{"resourceType":"Bundle","b":[{"c":"#, one),
            (#"{"resourceType":"Bundle","b":[{"c":1},"#, one), (#"{"resourceType":"Bundle","b":["#, one),
            (#"{"resourceType":"Bundle","a":"text\"#, one),
            (#"{"resourceType":"Bundle","a":"text","b":{{"c":1}}"#, other),
            ("{", other),
        ])
    func brokenLine(_ broken: String, _ next: String) throws {
        let (first, second) = (Self.one.utf8.count + 1, broken.utf8.count + 1)
        let file = [Self.one, broken, next, Self.one, ""].joined(separator: "\n")
        let last = first + second + next.utf8.count + 1
        #expect(
            try Self.cut(file) == [
                Self.one + "@0", broken + "@\(first)", next + "@\(first + second)", Self.one + "@\(last)",
            ])
    }

    @Test(
        "A document over many lines stays one, however its lines begin",
        arguments: [
            "{\n\"resourceType\":\"Bundle\",\n\"entry\":[\n{\n\"resource\":\n{\"resourceType\":\"Basic\"}\n},\n{\"a\":{}}\n]\n}",
            "{\"resourceType\":\"Bundle\",\"entry\":[\n{\"resource\":{\"a\":1}},\n{\"resource\":{\"a\":2}}]}",
            "{\"resourceType\":\"DiagnosticReport\",\"contained\":[\n{\"resourceType\":\"Patient\"},\n{ \"resourceType\" : \"Basic\"}]}",
            "{\"resourceType\":\"Bundle\",\"entry\":[\n{\"text\":\"one\ntwo\"},\n{\"resource\":{\"a\":2}}]}",
            "[\n{\"resourceType\":\"Bundle\"},\n{\"resourceType\":\"Bundle\"}\n]",
            "{\"a\":\n{                                                                      \"resourceType\":\"Bundle\"}}",
        ])
    func manyLines(_ document: String) throws {
        #expect(
            try Self.cut(document + "\n" + Self.one + "\n") == [
                document + "@0", Self.one + "@\(document.utf8.count + 1)",
            ])
    }

    @Test("A document past the limit that lost a brace is held to its line's end, and the next one is read")
    func tooLarge() {
        let large = "{\"a\":\"" + String(repeating: "x", count: Limits.messageBytes) + "\""
        let found = Self.cut(large + "\n" + Self.one + "\n", 1 << 20)
        #expect(found == ["held@0", Self.one + "@\(large.utf8.count + 1)"])
    }
}
