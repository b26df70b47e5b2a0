/// A classical public key to seal to: `age1…`.
public struct X25519Recipient: Sendable, Hashable, CustomStringConvertible {
    /// The 32 bytes of the key.
    let bytes: [UInt8]

    static let prefix = "age"

    /// Reads `age1…`: lower case, without white space.
    public init(_ text: String) throws(AgeFailure) {
        bytes = try AgeRecipient.bytes(of: text, prefix: X25519Recipient.prefix, count: 32)
    }

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// `age1…`, 62 characters.
    public var text: String { Bech32.encode(prefix: X25519Recipient.prefix, bytes) }

    /// The key is public.
    public var description: String { text }
}
