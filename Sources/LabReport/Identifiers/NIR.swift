/// A French social security number (NIR, or the NIA given while one waits for it): 13 characters and a key of two
/// digits.
///
/// A value of this type is well formed and has the right key. Only the key and the ranges of the parts are checked,
/// never that sex or birth date agree with the person: children share a parent's number, and months are often
/// unknown.
public struct NIR: Hashable, Sendable, CustomStringConvertible {
    /// The 15 characters. Reading it is a decision: it is the most identifying text there is.
    public let text: String

    /// Nil unless `text` is 15 characters of the right form with the right key. White space is not removed.
    public init?(_ text: String) {
        guard NIR.fault(in: text) == nil else { return nil }
        self.text = text
    }

    /// Never the number.
    public var description: String { "‹NIR›" }

    /// Starts with 7 or 8: given for a time, to someone not yet registered.
    public var isTemporary: Bool { text.utf8.first == UInt8(ascii: "7") || text.utf8.first == UInt8(ascii: "8") }

    /// What keeps `bytes` from being a NIR with key; nil when nothing does.
    public static func fault(in bytes: [UInt8]) -> IdentifierFault? { bytes.withUnsafeBufferPointer { fault(in: $0) } }

    /// The same of a text.
    static func fault(in text: String) -> IdentifierFault? {
        // Most numbers that are asked about are a laboratory's own.
        text.utf8.count == 15 ? text.withBytes { fault(in: $0) } : .form
    }

    private static func fault(in bytes: UnsafeBufferPointer<UInt8>) -> IdentifierFault? {
        guard bytes.count == 15, let key = key(ofFirst13: bytes),
            let tens = ASCIIDigit.value(bytes[13]), let units = ASCIIDigit.value(bytes[14])
        else { return .form }
        return Int(tens) * 10 + Int(units) == key ? nil : .key
    }

    /// The key, 1 to 97, of the first 13 characters; nil when they cannot begin a NIR.
    ///
    /// Corsica: `2A` counts as 19 and `2B` as 18. Months 20 and above stand for a civil status that is incomplete.
    public static func key(of body: some Collection<UInt8>) -> Int? {
        guard body.count == 13 else { return nil }
        return Array(body).withUnsafeBufferPointer { key(ofFirst13: $0) }
    }

    private static func key(ofFirst13 bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        guard bytes.count >= 13 else { return nil }
        switch bytes[0] {
        case UInt8(ascii: "1")...UInt8(ascii: "4"), UInt8(ascii: "7"), UInt8(ascii: "8"): break
        default: return nil
        }
        var number: Int64 = 0
        for position in 0..<13 {
            let byte = bytes[position]
            if let digit = ASCIIDigit.value(byte) {
                number = number * 10 + Int64(digit)
            } else if position == 6, bytes[5] == UInt8(ascii: "2"), byte == UInt8(ascii: "A") {
                number = number / 10 * 100 + 19
            } else if position == 6, bytes[5] == UInt8(ascii: "2"), byte == UInt8(ascii: "B") {
                number = number / 10 * 100 + 18
            } else {
                return nil
            }
        }
        let month = Int(bytes[3] - ASCIIDigit.zero) * 10 + Int(bytes[4] - ASCIIDigit.zero)
        guard (1...12).contains(month) || month >= 20 else { return nil }
        return Int(97 - number % 97)
    }

    /// `body` (13 characters) with its key: 15 characters. Nil when it cannot begin a NIR.
    public static func withKey(_ body: some Collection<UInt8>) -> String? {
        guard let key = key(of: body) else { return nil }
        return String(decoding: body, as: UTF8.self) + (key < 10 ? "0" : "") + String(key)
    }
}
