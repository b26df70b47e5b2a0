import StrictJSON

/// A log's size and root as its reader last saw them: what a manifest or receipt quotes so that split views show.
package struct LogPosition: Equatable, Sendable {
    /// Number of leaves.
    package let size: Int64
    /// The root hash, base64 of 32 bytes.
    package let root: String

    /// Checks both.
    package init(size: Int64, root: String) throws(ExchangeFailure) {
        guard (0...Limits.integer).contains(size) else {
            throw .malformed(what: "checkpoint", member: "size", rule: "0 to \(Limits.integer) is expected")
        }
        guard LogPosition.isBase64Of32Bytes(Array(root.utf8)) else {
            throw .malformed(what: "checkpoint", member: "root", rule: "base64 of 32 bytes")
        }
        self.size = size
        self.root = root
    }

    var json: JSON { .object([.init("size", .number(String(size))), .init("root", .string(root))]) }

    init(_ json: JSON) throws(ExchangeFailure) {
        var reader = try MemberReader(json, of: "checkpoint")
        try self.init(size: reader.integer("size"), root: reader.string("root"))
        try reader.end()
    }

    /// 43 digits and one `=`; the last digit's two low bits are zero, so that one root has one text.
    private static func isBase64Of32Bytes(_ text: [UInt8]) -> Bool {
        guard text.count == 44, text[43] == UInt8(ascii: "="), let last = Base64Digit.value(text[42]) else {
            return false
        }
        return last & 0b11 == 0 && text[0..<43].allSatisfy { Base64Digit.value($0) != nil }
    }
}

/// The digits of standard base64.
enum Base64Digit {
    static func value(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
