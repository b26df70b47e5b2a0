import StrictJSON
import Testing

@Suite("Limits of a JSON document: at each and one past it")
struct LimitTests {
    private func nested(_ depth: Int) -> [UInt8] {
        [UInt8](repeating: UInt8(ascii: "["), count: depth) + [UInt8](repeating: UInt8(ascii: "]"), count: depth)
    }

    @Test("Depth")
    func depth() throws {
        _ = try JSON(parsing: nested(32))
        #expect(throws: JSONFailure(.tooDeep, offset: 32)) { try JSON(parsing: nested(33)) }
        let three = JSON.Limits(maxDepth: 3)
        _ = try JSON(parsing: [UInt8](#"{"a":{"b":[1]}}"#.utf8), limits: three)
        #expect(throws: JSONFailure(.tooDeep, offset: 11)) {
            try JSON(parsing: [UInt8](#"{"a":{"b":[[]]}}"#.utf8), limits: three)
        }
        #expect(throws: JSONFailure(.tooDeep, offset: 11)) {
            try JSON(parsing: [UInt8](#"{"a":{"b":[{}]}}"#.utf8), limits: three)
        }
    }

    @Test("No limit lets a document exhaust the stack")
    func deepest() throws {
        let limits = JSON.Limits(maxDepth: .max)
        _ = try JSON(parsing: nested(JSON.Limits.deepest), limits: limits)
        #expect(throws: JSONFailure(.tooDeep, offset: JSON.Limits.deepest)) {
            try JSON(parsing: nested(JSON.Limits.deepest + 1), limits: limits)
        }
        #expect(throws: JSONFailure(.tooDeep, offset: JSON.Limits.deepest)) {
            try JSON(parsing: [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000), limits: limits)
        }
    }

    @Test("Size")
    func size() throws {
        let limits = JSON.Limits(maxBytes: 8)
        _ = try JSON(parsing: [UInt8]("\"abcdef\"".utf8), limits: limits)
        #expect(throws: JSONFailure(.tooLarge, offset: 8)) {
            try JSON(parsing: [UInt8]("\"abcdefg\"".utf8), limits: limits)
        }
        #expect(throws: JSONFailure(.tooLarge, offset: 8)) {
            try JSON(parsing: [UInt8]("1        ".utf8), limits: limits)
        }
    }

    @Test("Members of one object and elements of one array")
    func members() throws {
        let limits = JSON.Limits(maxMembers: 2)
        _ = try JSON(parsing: [UInt8]("[[1,2],[3,4]]".utf8), limits: limits)
        _ = try JSON(parsing: [UInt8](#"{"a":1,"b":2}"#.utf8), limits: limits)
        #expect(throws: JSONFailure(.tooManyMembers, offset: 5)) {
            try JSON(parsing: [UInt8]("[1,2,3]".utf8), limits: limits)
        }
        #expect(throws: JSONFailure(.tooManyMembers, offset: 13)) {
            try JSON(parsing: [UInt8](#"{"a":1,"b":2,"c":3}"#.utf8), limits: limits)
        }
    }

    @Test("Arrays and objects of the whole document")
    func containers() throws {
        let limits = JSON.Limits(maxContainers: 3)
        _ = try JSON(parsing: [UInt8](#"{"a":[],"b":{},"c":"[]"}"#.utf8), limits: limits)
        #expect(throws: JSONFailure(.tooManyContainers, offset: 7)) {
            try JSON(parsing: [UInt8]("[[],[],[]]".utf8), limits: limits)
        }
    }

    @Test("The limits used when none are given")
    func defaults() throws {
        let limits = JSON.Limits.default
        #expect((limits.maxDepth, limits.maxBytes, limits.maxMembers) == (32, 16 << 20, 65_536))
        let most = [UInt8]("[".utf8) + [UInt8](repeatElement([UInt8]("0,".utf8), count: 65_535).joined())
        _ = try JSON(parsing: most + [UInt8]("0]".utf8))
        #expect(throws: JSONFailure(.tooManyMembers, offset: most.count + 2)) {
            try JSON(parsing: most + [UInt8]("0,0]".utf8))
        }
    }
}
