/// A health professional's national number: 11 digits, the last one a Luhn key.
public struct RPPS: Hashable, Sendable, CustomStringConvertible {
    /// The OID under which RPPS, ADELI and IDNPS are written.
    public static let oid = "1.2.250.1.71.4.2.1"
    /// How the French profiles of FHIR call it.
    static let uri = "https://rpps.esante.gouv.fr"

    /// The 11 digits.
    public let text: String

    /// Nil unless `text` is 11 digits with the right key.
    public init?(_ text: String) {
        guard RPPS.fault(in: text) == nil else { return nil }
        self.text = text
    }

    /// The RPPS inside a national professional id (IDNPS): `8` and the RPPS.
    public init?(idnps: String) {
        let bytes = Array(idnps.utf8)
        guard bytes.count == 12, bytes[0] == UInt8(ascii: "8") else { return nil }
        self.init(String(decoding: bytes.dropFirst(), as: UTF8.self))
    }

    /// Never the number.
    public var description: String { "‹RPPS›" }

    /// What keeps `bytes` from being an RPPS; nil when nothing does.
    public static func fault(in bytes: [UInt8]) -> IdentifierFault? { bytes.withUnsafeBufferPointer { fault(in: $0) } }

    /// The same of a text.
    static func fault(in text: String) -> IdentifierFault? { text.withBytes { fault(in: $0) } }

    private static func fault(in bytes: UnsafeBufferPointer<UInt8>) -> IdentifierFault? {
        guard bytes.count == 11, let key = Luhn.key(after: bytes, 10), let last = ASCIIDigit.value(bytes[10]) else {
            return .form
        }
        return key == last ? nil : .key
    }

    /// `digits` (10 of them) with their key: 11 digits. Nil for anything else.
    public static func withKey(_ digits: some Collection<UInt8>) -> String? {
        guard digits.count == 10, let values = ASCIIDigit.values(digits), let key = Luhn.key(after: values) else {
            return nil
        }
        return String(decoding: digits, as: UTF8.self) + String(key)
    }
}

/// The older number of professionals, being replaced by RPPS: 9 characters, department first.
///
/// Only the shape is checked: the official examples do not follow any published key rule.
public struct ADELI: Hashable, Sendable, CustomStringConvertible {
    /// The 9 characters.
    public let text: String

    /// Nil unless `text` has the shape.
    public init?(_ text: String) {
        guard ADELI.fault(in: Array(text.utf8)) == nil else { return nil }
        self.text = text
    }

    /// Never the number.
    public var description: String { "‹ADELI›" }

    /// `.form` when `bytes` lack the shape: a digit, a digit or letter A to F (2A, 2B, 9A to 9F), seven digits.
    public static func fault(in bytes: [UInt8]) -> IdentifierFault? {
        guard bytes.count == 9, ASCIIDigit.isDigit(bytes[0]) else { return .form }
        let second = bytes[1]
        guard ASCIIDigit.isDigit(second) || (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(second) else {
            return .form
        }
        return bytes.dropFirst(2).allSatisfy(ASCIIDigit.isDigit) ? nil : .form
    }
}
