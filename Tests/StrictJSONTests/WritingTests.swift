import StrictJSON
import Testing

@Suite("Writing JSON")
struct WritingTests {
    private func text(_ json: JSON) -> String {
        String(decoding: json.encoded, as: UTF8.self)
    }

    @Test("The canonical form escapes only quotes, backslashes and control characters")
    func canonicalStrings() {
        #expect(text(.string("a/\"\\\n\r\t\u{8}\u{C}")) == #""a/\"\\\n\r\t\b\f""#)
        #expect(text(.string("\u{0}\u{1}\u{B}\u{1F}\u{7F}")) == "\"\\u0000\\u0001\\u000b\\u001f\u{7F}\"")
        #expect(text(.string("é€😀\u{2028}<>")) == "\"é€😀\u{2028}<>\"")
        #expect(text(.object([.init("\n\"", .null)])) == #"{"\n\"":null}"#)
    }

    @Test("The canonical form has no white space and keeps order and number text")
    func canonicalValues() throws {
        let read = try JSON(parsing: [UInt8](" { \"z\" : [ 1.50 , -0 , 1E5 ] , \"a\" : { } , \"n\" : null } ".utf8))
        #expect(text(read) == #"{"z":[1.50,-0,1E5],"a":{},"n":null}"#)
    }

    @Test("A number whose text is no number cannot break the syntax", arguments: ["", "1,2", "\"", "01", "1 ", "NaN"])
    func numberText(bad: String) throws {
        let encoded = JSON.array([.number(bad), .bool(true)]).encoded
        #expect(try JSON(parsing: encoded) == .array([.string(bad), .bool(true)]))
    }

    @Test("The writer puts commas and colons where they belong")
    func writer() throws {
        var writer = JSONWriter(appendingTo: [UInt8]("x".utf8))
        writer.beginObject()
        writer.name("a")
        writer.number(Int64.min)
        writer.name("b\n")
        writer.beginArray()
        writer.endArray()
        writer.name("c")
        writer.beginArray()
        writer.string("s")
        writer.null()
        writer.bool(false)
        writer.beginObject()
        writer.endObject()
        writer.raw([UInt8]("[7]".utf8))
        writer.number(text: "1.0")
        try writer.string(utf8: [UInt8]("é\"".utf8)[...])
        writer.value(.array([.null, .object([.init("k", .integer(5))])]))
        writer.endArray()
        writer.name("d")
        writer.number(3)
        writer.endObject()
        writer.newline()
        writer.number(1)
        let expected =
            #"x{"a":-9223372036854775808,"b\n":[],"c":["s",null,false,{},[7],1.0,"é\"",[null,{"k":5}]],"d":3}"#
        #expect(String(decoding: writer.finish(), as: UTF8.self) == expected + "\n1")
    }

    @Test("Writing in place appends, also when the writing fails")
    func inPlace() {
        struct Stop: Error {}
        var bytes = [UInt8]("[".utf8)
        JSONWriter.append(to: &bytes) { $0.string("a") }
        #expect(throws: Stop.self) {
            try JSONWriter.append(to: &bytes) { (writer: inout JSONWriter) throws(Stop) in
                writer.number(1)
                throw Stop()
            }
        }
        #expect(String(decoding: bytes, as: UTF8.self) == #"["a"1"#)
    }

    @Test("Text that is not UTF-8 is refused and nothing is written")
    func notUTF8() {
        var writer = JSONWriter()
        #expect(throws: JSONFailure(.badUTF8, offset: 1)) { try writer.string(utf8: [0x61, 0xE9, 0x61][...]) }
        #expect(writer.finish().isEmpty)
    }

    @Test("A value describes its shape, never its content")
    func description() {
        let json = JSON.object([.init("secret", .array([.string("secret"), .number("123456")]))])
        for text in ["\(json)", String(reflecting: json), "\(json["secret"] ?? .null)", "\(json.members ?? [])"] {
            #expect(!text.contains("secret") && !text.contains("123456"))
        }
    }
}
