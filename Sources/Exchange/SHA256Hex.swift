import Crypto

/// A SHA-256 as 64 lower-case hexadecimal digits.
package struct SHA256Hex: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The digits.
    package let text: String

    /// Checks the form.
    package init(_ text: String) throws(ExchangeFailure) {
        let bytes = Array(text.utf8)
        guard bytes.count == 64, bytes.allSatisfy({ Hex.value($0) != nil }) else {
            throw .malformed(what: "hash", member: ExchangeFailure.whole, rule: "64 lower-case hexadecimal digits")
        }
        self.text = text
    }

    /// The hash of `bytes`.
    package init(of bytes: [UInt8]) {
        text = Hex.text(SHA256.hash(data: bytes))
    }

    /// Takes the 32 bytes of a hash that was computed while streaming.
    package init(digestBytes: some Collection<UInt8>) throws(ExchangeFailure) {
        guard digestBytes.count == 32 else {
            throw .malformed(what: "hash", member: ExchangeFailure.whole, rule: "32 bytes")
        }
        text = Hex.text(digestBytes)
    }

    package var description: String { text }

    package static func < (left: SHA256Hex, right: SHA256Hex) -> Bool { left.text < right.text }
}
