/// A secret key to open with, of either kind. Its description and its reflection are redacted.
public enum AgeIdentity: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// `AGE-SECRET-KEY-PQ-1…`, the default.
    case hybrid(HybridIdentity)
    /// `AGE-SECRET-KEY-1…`.
    case x25519(X25519Identity)

    /// A new random post-quantum identity.
    public static func generate() throws(AgeFailure) -> AgeIdentity {
        .hybrid(try HybridIdentity.generate())
    }

    /// A new random X25519 identity.
    public static func generateClassic() -> AgeIdentity { .x25519(X25519Identity.generate()) }

    /// Reads `AGE-SECRET-KEY-PQ-1…` or `AGE-SECRET-KEY-1…`: upper case, without white space.
    public init(_ text: String) throws(AgeFailure) {
        try self.init(characters: text.utf8)
    }

    /// Reads the bytes of such a text, where they lie.
    init(characters: some Collection<UInt8>) throws(AgeFailure) {
        if characters.starts(with: "AGE-SECRET-KEY-PQ-1".utf8) {
            self = .hybrid(try HybridIdentity(characters: characters))
        } else {
            self = .x25519(try X25519Identity(characters: characters))
        }
    }

    /// The public key of this identity.
    public var recipient: AgeRecipient {
        switch self {
        case .hybrid(let identity): .hybrid(identity.recipient)
        case .x25519(let identity): .x25519(identity.recipient)
        }
    }

    /// The secret itself, as it stands in an identity file.
    public var text: String {
        switch self {
        case .hybrid(let identity): identity.text
        case .x25519(let identity): identity.text
        }
    }

    /// The same in bytes, to be overwritten by whoever asked: a `String` cannot be.
    var characters: [UInt8] {
        switch self {
        case .hybrid(let identity): identity.characters
        case .x25519(let identity): identity.characters
        }
    }

    /// Names the public part only.
    public var description: String {
        switch self {
        case .hybrid(let identity): identity.description
        case .x25519(let identity): identity.description
        }
    }

    /// Names the public part only.
    public var debugDescription: String { description }

    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: [:]) }

    static func secret(of text: some Collection<UInt8>, prefix: String) throws(AgeFailure) -> SecretBytes {
        var decoded: Bech32.Decoded
        do throws(Bech32.Fault) {
            decoded = try Bech32.decode(text)
        } catch {
            throw .identity(AgeFailure.KeyFault(error))
        }
        let secret = SecretBytes(taking: &decoded.bytes)
        guard decoded.prefix == prefix, decoded.isUpper else { throw .identity(.kind) }
        guard secret.count == 32 else { throw .identity(.length) }
        return secret
    }
}
