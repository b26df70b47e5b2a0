import StrictJSON

/// What a relay answers to whoever asks how it is.
package struct RelayHealth: Equatable, Sendable {
    /// Why no parcels are taken, as a slug; nil where they are.
    package let reason: String?

    private static let reasonBytesMax = 64

    /// Reads an answer; nil where it is none of a relay's.
    package init?(text: [UInt8]) {
        guard text.count <= Limits.problemBytes, let json = try? JSON(parsing: text),
            case .bool(let ready)? = json["ready"]
        else { return nil }
        guard !ready else {
            reason = nil
            return
        }
        // It is shown to a person: letters and hyphens, whatever answers there.
        guard let slug = json["reason"]?.string, (1...Self.reasonBytesMax).contains(slug.utf8.count),
            slug.utf8.allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "-") })
        else { return nil }
        reason = slug
    }
}
