/// The name of a participant in ids, key names and paths: lower-case letters, digits and inner hyphens.
package struct ParticipantID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The id itself. It names an organisation, never a person.
    package let text: String

    /// Checks the form `[a-z0-9]([a-z0-9-]*[a-z0-9])?`, 63 characters at most: safe in a path and as a host label.
    package init(_ text: String) throws(ExchangeFailure) {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, let last = bytes.last, bytes.count <= Limits.participantIDBytes,
            first != UInt8(ascii: "-"), last != UInt8(ascii: "-"),
            bytes.allSatisfy({ ParticipantID.isAllowed($0) })
        else {
            throw .malformed(
                what: "participant id", member: ExchangeFailure.whole,
                rule: "1 to \(Limits.participantIDBytes) of a-z, 0-9 and inner hyphens")
        }
        self.text = text
    }

    package var description: String { text }

    package static func < (left: ParticipantID, right: ParticipantID) -> Bool { left.text < right.text }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        default: false
        }
    }
}
