/// Where in a JSON document a byte lies, as far as cutting a file takes it: how deep, and whether in a string.
struct JSONPlace: Sendable {
    private var depth = 0
    private var isObject = false
    private var isInString = false
    private var isEscaped = false
    /// The byte before, and the last one outside strings that is no blank.
    private var previous: UInt8 = 0
    private var last: UInt8 = 0

    /// Follows the document by a byte; true at its end.
    mutating func step(_ byte: UInt8) -> Bool {
        previous = byte
        if isInString {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInString = false
            }
            return false
        }
        if depth == 0 { isObject = byte == UInt8(ascii: "{") }
        switch byte {
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
        case 0x20, 0x09, 0x0A, 0x0D: return false
        default: break
        }
        last = byte
        return depth == 0
    }

    /// Whether a brace here begins a line of an object. Those of a list of documents are its own.
    var isAtLineOfObject: Bool { previous == 0x0A && isObject }

    /// Whether `beginning`, a line's first bytes from its brace on, is another document's, the one before being broken; nil
    /// while more of it has to be seen.
    ///
    /// A string holds no line end, and an object stands behind a comma, a colon or a bracket: where neither is so, the document
    /// before has lost a quote, a brace or its end. Behind a comma it may be an entry of its own line, or a document behind
    /// one that was cut there: no bundle stands in another.
    func isAnother(_ beginning: [UInt8]) -> Bool? {
        if isInString {
            if beginning.count > 1, beginning[1] == UInt8(ascii: "\"") { return true }
            return JSONPlace.begins(beginning, #"{"resourceType""#)
        }
        switch last {
        case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "["):
            return JSONPlace.begins(beginning, #"{"resourceType":"Bundle""#)
        default: return true
        }
    }

    /// Whether `bytes` begin with `words`, whatever blanks there are; nil while they may.
    private static func begins(_ bytes: [UInt8], _ words: StaticString) -> Bool? {
        var matched = 0
        for byte in bytes where byte > 0x20 {
            guard byte == words.utf8Start[matched] else { return false }
            matched += 1
            if matched == words.utf8CodeUnitCount { return true }
        }
        return bytes.count < 64 ? nil : false
    }
}
