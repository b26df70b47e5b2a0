/// A health structure's national number (legal entity or site): 9 characters, department first, the last one a Luhn
/// key.
///
/// Corsica: for the key `2A` counts as 21 and `2B` as 22. Structures are public, so the number may be described.
public struct FINESS: Hashable, Sendable, CustomStringConvertible {
    /// The OID under which FINESS and IDNST are written.
    public static let oid = "1.2.250.1.71.4.2.2"
    /// The system of a FINESS in the French profiles of FHIR.
    static let uri = "https://finess.esante.gouv.fr"

    /// The 9 characters.
    public let text: String

    /// Nil unless `text` is a FINESS with the right key, or `1` and a FINESS (the national structure id, IDNST).
    public init?(_ text: String) {
        let number = FINESS.number(in: Array(text.utf8))
        guard FINESS.fault(in: number) == nil else { return nil }
        self.text = String(decoding: number, as: UTF8.self)
    }

    /// The 9 characters.
    public var description: String { text }

    /// Whether `text` is a FINESS with the right key, or `1` and a FINESS.
    static func isValid(_ text: String) -> Bool {
        text.withBytes { bytes in
            let isLong = bytes.count == 10 && bytes[0] == UInt8(ascii: "1")
            return fault(in: isLong ? UnsafeBufferPointer(rebasing: bytes[1...]) : bytes) == nil
        }
    }

    /// What keeps `bytes` (9, or `1` and 9) from being a FINESS; nil when nothing does.
    public static func fault(in bytes: [UInt8]) -> IdentifierFault? {
        FINESS.number(in: bytes).withUnsafeBufferPointer { fault(in: $0) }
    }

    private static func fault(in bytes: UnsafeBufferPointer<UInt8>) -> IdentifierFault? {
        guard bytes.count == 9 else { return .form }
        var sum = 0
        for place in 0..<9 {
            guard let digit = digit(bytes, place) else { return .form }
            let value = place & 1 == 1 ? digit * 2 : digit
            sum += value > 9 ? value - 9 : value
        }
        return sum % 10 == 0 ? nil : .key
    }

    /// What the character at `place` counts for the key; nil when it cannot stand there.
    private static func digit(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int) -> Int? {
        if let digit = ASCIIDigit.value(bytes[place]) { return Int(digit) }
        guard place == 1, bytes[0] == UInt8(ascii: "2") else { return nil }
        return bytes[1] == UInt8(ascii: "A") ? 1 : bytes[1] == UInt8(ascii: "B") ? 2 : nil
    }

    /// `text` without blanks, and without the `1` that makes a FINESS an IDNST; Corsica's letter a capital. The key is not looked at.
    package static func bare(_ text: String) -> String {
        let bare = String(decoding: number(in: text.utf8.filter { $0 != 0x20 }), as: UTF8.self)
        return bare.utf8.count == 9 ? bare.withCorsica(at: 0) : bare
    }

    /// The 9 characters inside `1` and 9 characters (IDNST); anything else unchanged.
    static func number(in bytes: [UInt8]) -> [UInt8] {
        bytes.count == 10 && bytes[0] == UInt8(ascii: "1") ? Array(bytes.dropFirst()) : bytes
    }

    /// `characters` (8 of them) with their key: 9 characters. Nil for anything else.
    public static func withKey(_ characters: some Collection<UInt8>) -> String? {
        guard characters.count == 8, let values = values(Array(characters)), let key = Luhn.key(after: values) else {
            return nil
        }
        return String(decoding: characters, as: UTF8.self) + String(key)
    }

    /// The digits that count for the key; nil when a character cannot stand where it does.
    private static func values(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count >= 2 else { return nil }
        var digits = bytes
        if bytes[0] == UInt8(ascii: "2") {
            if bytes[1] == UInt8(ascii: "A") { digits[1] = UInt8(ascii: "1") }
            if bytes[1] == UInt8(ascii: "B") { digits[1] = UInt8(ascii: "2") }
        }
        return ASCIIDigit.values(digits)
    }
}
