import StrictJSON
import Testing

@Suite("JSON values")
struct ValueTests {
    @Test("Values are equal only byte for byte")
    func equality() {
        #expect(JSON.string("\u{E9}") != .string("e\u{301}"))
        #expect(JSON.number("1.0") != .number("1.00"))
        #expect(JSON.object([.init("K", .null)]) != .object([.init("\u{212A}", .null)]))
        #expect(
            JSON.object([.init("a", .null), .init("b", .null)]) != .object([.init("b", .null), .init("a", .null)]))
        #expect(JSON.null != .bool(false))
        #expect(JSON.number("1") != .string("1"))
    }

    @Test("A member is found by its exact bytes")
    func lookUp() throws {
        let json = try JSON(parsing: [UInt8]("{\"a\":1,\"\u{212A}\":2}".utf8))
        #expect(json["a"] == .integer(1))
        #expect(json["K"] == nil)
        #expect(json["\u{212A}"] == .integer(2))
        #expect(JSON.null["a"] == nil)
    }

    @Test("Only a plain integer that fits is an integer")
    func integers() {
        for (text, value) in [
            ("0", 0), ("-1", -1), ("9223372036854775807", Int64.max),
            ("-9223372036854775808", Int64.min),
        ] as [(String, Int64)] {
            #expect(JSON.number(text).integer == value)
            #expect(JSON.integer(value) == .number(text))
        }
        for text in ["-0", "1.0", "1e3", "9223372036854775808", "-9223372036854775809", "+1", "01", ""] {
            #expect(JSON.number(text).integer == nil)
        }
        #expect(JSON.string("1").integer == nil)
    }

    @Test("A value answers only as what it is")
    func types() {
        let values: [JSON] = [.null, .bool(true), .number("1"), .string("s"), .array([]), .object([])]
        #expect(values.map { $0.bool != nil } == [false, true, false, false, false, false])
        #expect(values.map { $0.numberText != nil } == [false, false, true, false, false, false])
        #expect(values.map { $0.string != nil } == [false, false, false, true, false, false])
        #expect(values.map { $0.array != nil } == [false, false, false, false, true, false])
        #expect(values.map { $0.members != nil } == [false, false, false, false, false, true])
    }
}
