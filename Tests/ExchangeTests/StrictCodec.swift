import StrictJSON
import Testing

@testable import Exchange

/// What every codec must refuse, tried on one text that it accepts.
struct StrictCodec {
    let text: [UInt8]
    /// Decodes, and gives what the value encodes to.
    let recode: ([UInt8]) throws -> [UInt8]

    /// Runs all of them.
    func check(optional: Set<String> = []) throws {
        #expect(try recode(text) == text)
        truncated()
        respelled()
        try members(optional: optional)
    }

    private func refused(_ bytes: [UInt8], _ what: Comment) {
        #expect(throws: ExchangeFailure.self, what) { try recode(bytes) }
    }

    private func truncated() {
        for length in 0..<text.count { refused(Array(text[..<length]), "cut to \(length) bytes") }
        refused(text + text, "twice")
        refused(text + [0x0A], "one more newline")
        refused([0xEF, 0xBB, 0xBF] + text, "byte order mark")
    }

    /// The same value in another spelling: white space at any place between tokens, an escape for a plain letter.
    private func respelled() {
        var isInString = false
        var isEscaped = false
        for (index, byte) in text.enumerated() {
            if !isInString {
                var spaced = text
                spaced.insert(UInt8(ascii: " "), at: index)
                refused(spaced, "a space at \(index)")
            }
            if byte == UInt8(ascii: "\""), !isEscaped { isInString.toggle() }
            isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
        }
        if let letter = text.firstIndex(of: UInt8(ascii: "t")) {
            refused(Array(text[..<letter]) + Array("\\u0074".utf8) + Array(text[(letter + 1)...]), "an escape")
        }
    }

    private func members(optional: Set<String>) throws {
        let members = try #require(try JSON(parsing: text).members)
        func encode(_ members: [JSON.Member]) -> [UInt8] { JSON.object(members).encoded + [0x0A] }
        #expect(encode(members) == text)
        for index in members.indices {
            let name = members[index].name
            var changed = members
            changed.remove(at: index)
            if optional.contains(name) {
                let without = encode(changed)
                #expect(try recode(without) == without, "without \(name)")
            } else {
                refused(encode(changed), "without \(name)")
            }
            for value in [JSON.null, .bool(true), .number("1.0"), .number("-1"), .array([.null]), .object([])]
            where value != members[index].value && (value.bool == nil || members[index].value.bool == nil) {
                changed = members
                changed[index].value = value
                refused(encode(changed), "\(name) of another kind")
            }
            changed = members
            changed.insert(members[index], at: index)
            refused(encode(changed), "\(name) twice")
            for other in members.indices where other < index {
                changed = members
                changed.swapAt(index, other)
                refused(encode(changed), "\(name) before \(members[other].name)")
            }
            changed = members
            changed.insert(.init("more", .string("x")), at: index)
            refused(encode(changed), "an unknown member before \(name)")
        }
        refused(encode(members + [.init("more", .bool(true))]), "an unknown member at the end")
        refused(encode([]), "nothing")
        refused(JSON.array([.object(members)]).encoded + [0x0A], "in a list")
    }
}

/// Replaces one member of a text; nested paths like `sealing.0.key` are followed.
func replacing(_ path: String, in text: [UInt8], with value: JSON) throws -> [UInt8] {
    func change(_ json: JSON, _ path: ArraySlice<Substring>) throws -> JSON {
        guard let first = path.first else { return value }
        if let index = Int(first) {
            var elements = try #require(json.array)
            elements[index] = try change(elements[index], path.dropFirst())
            return .array(elements)
        }
        var members = try #require(json.members)
        let index = try #require(members.firstIndex { $0.name == first })
        members[index].value = try change(members[index].value, path.dropFirst())
        return .object(members)
    }
    return try change(JSON(parsing: text), path.split(separator: ".")[...]).encoded + [0x0A]
}
