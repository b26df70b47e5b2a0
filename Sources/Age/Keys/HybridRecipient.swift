import Crypto

/// A post-quantum public key to seal to: `age1pq1…`, ML-KEM-768 and X25519 (X-Wing).
public struct HybridRecipient: Sendable, Hashable, CustomStringConvertible {
    /// The 1,216 bytes of the key.
    let bytes: [UInt8]

    static let prefix = "age1pq"
    static let byteCount = 1216

    /// Reads `age1pq1…`: lower case, without white space.
    public init(_ text: String) throws(AgeFailure) {
        bytes = try AgeRecipient.bytes(of: text, prefix: HybridRecipient.prefix, count: HybridRecipient.byteCount)
    }

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// `age1pq1…`, 1,959 characters.
    public var text: String { Bech32.encode(prefix: HybridRecipient.prefix, bytes) }

    /// The key is public.
    public var description: String { text }
}
