/// A LOINC code: one to seven digits, a hyphen, a mod 10 check digit.
public struct LOINC: Hashable, Sendable, CustomStringConvertible {
    /// The names under which HL7 and FHIR write the code system.
    public static let systemNames = ["LN", "LOINC", "2.16.840.1.113883.6.1", "http://loinc.org"]

    /// The code.
    public let text: String

    /// Nil unless `text` has the form and the check digit is right.
    public init?(_ text: String) {
        guard LOINC.fault(in: text) == nil else { return nil }
        self.text = text
    }

    /// The code.
    public var description: String { text }

    /// What keeps `bytes` from being a LOINC code; nil when nothing does.
    public static func fault(in bytes: [UInt8]) -> IdentifierFault? { bytes.withUnsafeBufferPointer { fault(in: $0) } }

    /// The same of a text.
    static func fault(in text: String) -> IdentifierFault? { text.withBytes { fault(in: $0) } }

    private static func fault(in bytes: UnsafeBufferPointer<UInt8>) -> IdentifierFault? {
        guard (3...9).contains(bytes.count), bytes[bytes.count - 2] == UInt8(ascii: "-"),
            let check = ASCIIDigit.value(bytes[bytes.count - 1]), let key = Luhn.key(after: bytes, bytes.count - 2)
        else { return .form }
        return key == check ? nil : .key
    }
}
