/// The number grammar of RFC 8259, section 6.
enum JSONNumber {
    /// End of the number that starts at `start`; nil where there is none, with `at` left on the offending place.
    static func end(in bytes: ArraySlice<UInt8>, from start: Int, failedAt at: inout Int) -> Int? {
        at = start
        if at < bytes.endIndex, bytes[at] == UInt8(ascii: "-") { at += 1 }
        guard at < bytes.endIndex else { return nil }
        if bytes[at] == UInt8(ascii: "0") {
            at += 1
        } else if !digits(in: bytes, at: &at) {
            return nil
        }
        if at < bytes.endIndex, bytes[at] == UInt8(ascii: ".") {
            at += 1
            if !digits(in: bytes, at: &at) { return nil }
        }
        if at < bytes.endIndex, bytes[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            if at < bytes.endIndex, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") { at += 1 }
            if !digits(in: bytes, at: &at) { return nil }
        }
        return at
    }

    /// Moves past one or more digits.
    private static func digits(in bytes: ArraySlice<UInt8>, at: inout Int) -> Bool {
        let start = at
        while at < bytes.endIndex, isDigit(bytes[at]) { at += 1 }
        return at > start
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") < 10
    }

    /// Whether `text` is one JSON number and nothing else.
    static func isNumber(_ text: String) -> Bool {
        let bytes = [UInt8](text.utf8)[...]
        var at = 0
        return end(in: bytes, from: 0, failedAt: &at) == bytes.endIndex
    }

    /// The integer that `text` is the only way to write.
    static func integer(_ text: String) -> Int64? {
        guard let value = Int64(text), sameBytes(value.description, text) else { return nil }
        return value
    }
}
