/// What an address says by itself.
extension FHIRName {
    /// Whether a link names a server or a namespace: it begins with a scheme.
    static func isAbsolute(_ link: String) -> Bool {
        for byte in link.utf8 {
            if byte == UInt8(ascii: ":") { return true }
            if byte == UInt8(ascii: "/") { return false }
        }
        return false
    }

    /// The link without `/_history/2` at its end, and that 2.
    static func withoutVersion(_ link: String) -> (link: String, version: String?) {
        let parts = link.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count > 2, parts[parts.count - 2] == "_history" else { return (link, nil) }
        return (parts.dropLast(2).joined(separator: "/"), String(parts[parts.count - 1]))
    }

    /// `https://server/fhir/` of `https://server/fhir/Patient/1`; nil of what is no address of a resource of this type.
    static func base(ofFullURL link: String, type: String) -> String? {
        guard link.utf8.starts(with: "http".utf8) else { return nil }
        let parts = withoutVersion(link).link.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count > 4, parts[parts.count - 2] == type, !parts[parts.count - 1].isEmpty else { return nil }
        return parts.dropLast(2).joined(separator: "/") + "/"
    }
}
