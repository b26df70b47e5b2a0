import StrictJSON
import Testing

@Suite("Taking an object apart")
struct ObjectReaderTests {
    private func reader(_ text: String) throws -> ObjectReader {
        try ObjectReader(JSON(parsing: [UInt8](text.utf8)), at: "thing")
    }

    private func failure(_ reason: JSONFailure.Reason, _ place: String) -> JSONFailure {
        JSONFailure(reason, place: place)
    }

    @Test("Each member is taken as its type, in any order, and may be absent where it is optional")
    func members() throws {
        var reader = try reader(#"{"s":"x","n":7,"b":true,"a":[1],"l":["p","q"],"o":{"i":1},"v":null}"#)
        var inner = try reader.object("o")
        #expect(try inner.integer("i") == 1)
        try inner.end()
        #expect(try reader.string("s") == "x")
        #expect(try reader.integer("n") == 7)
        #expect(try reader.bool("b"))
        #expect(try reader.array("a") == [.integer(1)])
        #expect(try reader.strings("l") == ["p", "q"])
        #expect(try reader.value("v") == .null)
        #expect(try reader.optionalString("z") == nil)
        #expect(try reader.optionalInteger("z") == nil)
        #expect(try reader.optionalBool("z") == nil)
        #expect(try reader.optionalArray("z") == nil)
        #expect(try reader.optionalStrings("z") == nil)
        #expect(try reader.optionalObject("z") == nil)
        #expect(reader.optionalValue("z") == nil)
        try reader.end()
    }

    @Test("A missing member is named")
    func missing() throws {
        var reader = try reader(#"{"o":{}}"#)
        #expect(throws: failure(.missingMember, "thing.s")) { try reader.string("s") }
        #expect(throws: failure(.missingMember, "thing.n")) { try reader.integer("n") }
        #expect(throws: failure(.missingMember, "thing.b")) { try reader.bool("b") }
        #expect(throws: failure(.missingMember, "thing.a")) { try reader.array("a") }
        #expect(throws: failure(.missingMember, "thing.l")) { try reader.strings("l") }
        #expect(throws: failure(.missingMember, "thing.v")) { try reader.value("v") }
        var inner = try reader.object("o")
        #expect(throws: failure(.missingMember, "thing.o.x")) { try inner.object("x") }
    }

    @Test("Another type is refused, and null is not absence")
    func types() throws {
        for member in ["null", "{}", "[[]]", "1.5"] {
            #expect(throws: failure(.wrongType, "thing.x")) {
                var reader = try reader("{\"x\":\(member)}")
                _ = try reader.optionalString("x")
            }
            #expect(throws: failure(.wrongType, "thing.x")) {
                var reader = try reader("{\"x\":\(member)}")
                _ = try reader.optionalInteger("x")
            }
            #expect(throws: failure(.wrongType, "thing.x")) {
                var reader = try reader("{\"x\":\(member)}")
                _ = try reader.optionalStrings("x")
            }
        }
        #expect(throws: failure(.wrongType, "thing.x")) {
            var reader = try reader(#"{"x":null}"#)
            _ = try reader.optionalObject("x")
        }
    }

    @Test("A member nobody asked for is refused without being named")
    func unknown() throws {
        var reader = try reader(#"{"a":"1","secret":"2"}"#)
        _ = try reader.string("a")
        #expect(throws: failure(.unknownMember, "thing")) { try reader.end() }
    }

    @Test("A member is taken once")
    func once() throws {
        var reader = try reader(#"{"a":"1"}"#)
        _ = try reader.string("a")
        #expect(throws: failure(.missingMember, "thing.a")) { try reader.string("a") }
    }

    @Test("What is no object is refused")
    func noObject() {
        #expect(throws: failure(.notAnObject, "thing")) { try reader("[]") }
    }
}
