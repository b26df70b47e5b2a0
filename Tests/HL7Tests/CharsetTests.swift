import Foundation
import HL7
import Testing

@Suite("Character sets")
struct CharsetTests {
    static func message(_ declared: String, _ text: [UInt8], fallback: Charset = .utf8) throws -> Message {
        let head = "MSH|^~\\&|A||||||ORU^R01|1|P|2.5||||||\(declared)\rPID|||||".bytes
        return try Message(head + text + [0x0D], defaultCharset: fallback)
    }

    static func name(_ message: Message) -> String { message.first(.pid)?.field(5).decodedText ?? "" }

    @Test(
        "MSH-18 decides",
        arguments: [
            ("8859/15", [0xBC, 0xA4, 0xE9] as [UInt8], "Œ€é"), ("8859/1", [0xE9, 0xA4], "é¤"),
            ("UNICODE UTF-8", [0xC3, 0xA9], "é"),
            ("UTF-8", [0xC3, 0xA9], "é"), ("WINDOWS-1252", [0x80, 0x9C, 0xE9], "€œé"),
            ("CP850", [0x82, 0x8A, 0x87], "éèç"),
            ("ISO-8859-15", [0xA4], "€"), ("UTF-8~UNICODE", [0xC3, 0xA9], "é"), ("ASCII", [0x41], "A"),
        ])
    func declared(name: String, bytes: [UInt8], text: String) throws {
        let message = try Self.message(name, bytes)
        #expect(Self.name(message) == text)
        #expect(message.firstUndecodableByte == nil)
    }

    @Test("Without MSH-18 the receiver's setting decides")
    func configured() throws {
        let message = try Self.message("", [0xE9], fallback: .latin9)
        #expect(message.declaredCharset == .none)
        #expect(Self.name(message) == "é")
    }

    @Test("A set not known here is told")
    func unknown() throws {
        for name in ["UNICODE UTF-16", "ISO IR87", "8859/99", "\u{1}"] {
            #expect(try Self.message(name, [0x41]).declaredCharset == .unsupported)
        }
    }

    @Test(
        "Bytes that the set lacks are found and replaced",
        arguments: [
            ("UNICODE UTF-8", [0xC3] as [UInt8]), ("UNICODE UTF-8", [0xC1, 0xBC]),
            ("UNICODE UTF-8", [0xED, 0xA0, 0x80]),
            ("UNICODE UTF-8", [0xFF, 0xFE]), ("UNICODE UTF-8", [0x80]), ("UNICODE UTF-8", [0xF4, 0x90, 0x80, 0x80]),
            ("UNICODE UTF-8", [0xE0, 0x80, 0x80]), ("UNICODE UTF-8", [0xF0, 0x80, 0x80, 0x80]), ("ASCII", [0xE9]),
            ("WINDOWS-1252", [0x81]), ("UNICODE UTF-8", [0xF8, 0x88, 0x80, 0x80, 0x80]),
        ])
    func invalid(name: String, bytes: [UInt8]) throws {
        let message = try Self.message(name, bytes + [0x41])
        let offset = try #require(message.firstUndecodableByte)
        #expect(message.path(ofByte: offset) == "PID[1]-5")
        var problems: TextProblems = []
        let text = message.first(.pid)?.field(5).decodedText(&problems) ?? ""
        #expect(problems.contains(.invalidBytes))
        #expect(text.unicodeScalars.contains("\u{FFFD}"))
    }

    @Test("The tables are those that Foundation has")
    func tables() {
        let sets: [(Charset, String.Encoding)] = [
            (.latin1, .isoLatin1), (.windows1252, .windowsCP1252),
        ]
        for (charset, encoding) in sets {
            for byte in UInt8(0x80)...0xFF {
                guard charset.firstFault(in: [byte]) == nil, charset.firstWindowsByte(in: [byte]) == nil else {
                    continue
                }
                let expected = String(data: Data([byte]), encoding: encoding)
                let text = Dialect(charset: charset)
                #expect(expected.map { text.charset.encode($0) } == [byte])
            }
        }
    }

    @Test("Windows bytes under an ISO 8859 name are read as Windows has them, and told")
    func windowsBytes() throws {
        for set in ["8859/1", "8859/15"] {
            var bytes = "MSH|^~\\&|||||||ORU^R01|1|P|2.5|||||FRA|\(set)\rPID|||||L".bytes
            let offset = bytes.count
            bytes += [0x9C, 0x92]
            let message = try Message(bytes)
            #expect(message.firstUndecodableByte == nil)
            #expect(message.firstWindowsByte == offset)
            #expect(message.first(.pid)?.field(5).decodedText == "Lœ’")
            #expect(try Message(bytes + [0x81]).firstUndecodableByte == offset + 2)
            #expect(try Message(bytes.dropLast(2) + [0xE9]).firstWindowsByte == nil)
        }
        #expect(Charset.latin1.encode("œ") == [UInt8(ascii: "?")])
    }

    @Test("Text becomes the bytes it came from; what a set lacks becomes a question mark")
    func encoding() {
        for charset in Charset.allCases where charset != .ascii && charset != .utf8 {
            #expect(charset.encode("é") != [UInt8(ascii: "?")])
            #expect(charset.encode("漢") == [UInt8(ascii: "?")])
        }
        #expect(Charset.latin9.encode("€") == [0xA4])
        #expect(Charset.utf8.encode("€") == [0xE2, 0x82, 0xAC])
        #expect(Dialect().encode("a|b^c~d\\e&f\rg") == "a\\F\\b\\S\\c\\R\\d\\E\\e\\T\\f g".bytes)
    }
}
