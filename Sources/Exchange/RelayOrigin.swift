/// The form of a relay's origin.
package enum RelayOrigin {
    /// `https://host` or `https://host:port`, lower case, nothing behind: what a token names must be the same text here
    /// and at the relay.
    package static func isWellFormed(_ text: String) -> Bool {
        let scheme = "https://"
        guard text.hasPrefix(scheme), text.utf8.count <= 300 else { return false }
        var host = text.dropFirst(scheme.count)
        if host.hasPrefix("[") {
            guard let end = host.firstIndex(of: "]") else { return false }
            let address = host[host.index(after: host.startIndex)..<end]
            guard !address.isEmpty, address.utf8.allSatisfy({ isHex($0) || $0 == UInt8(ascii: ":") }) else {
                return false
            }
            let rest = host[host.index(after: end)...]
            return rest.isEmpty || rest.hasPrefix(":") && isPort(rest.dropFirst())
        }
        if let colon = host.firstIndex(of: ":") {
            guard isPort(host[host.index(after: colon)...]) else { return false }
            host = host[..<colon]
        }
        return !host.isEmpty && host.utf8.allSatisfy { isHostByte($0) }
    }

    private static func isPort(_ text: Substring) -> Bool {
        guard let port = UInt16(text) else { return false }
        return port > 0 && String(port) == text
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte) || byte == 0x2d || byte == 0x2e
    }
}
