import Crypto

/// A classical secret key to open with: `AGE-SECRET-KEY-1…`. Its description and its reflection are redacted.
public struct X25519Identity: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The library overwrites it when the last holder lets go.
    let key: Curve25519.KeyAgreement.PrivateKey
    /// Derived once: every stanza tried needs it.
    public let recipient: X25519Recipient

    static let prefix = "age-secret-key-"

    private init(key: Curve25519.KeyAgreement.PrivateKey) {
        self.key = key
        recipient = X25519Recipient(bytes: Array(key.publicKey.rawRepresentation))
    }

    /// A new random identity.
    public static func generate() -> X25519Identity {
        X25519Identity(key: Curve25519.KeyAgreement.PrivateKey())
    }

    /// Reads `AGE-SECRET-KEY-1…`: upper case, without white space.
    public init(_ text: String) throws(AgeFailure) {
        try self.init(characters: text.utf8)
    }

    init(characters: some Collection<UInt8>) throws(AgeFailure) {
        let secret = try AgeIdentity.secret(of: characters, prefix: X25519Identity.prefix)
        guard let key = try? secret.withBytes({ try Curve25519.KeyAgreement.PrivateKey(rawRepresentation: $0) }) else {
            throw .identity(.length)
        }
        self.init(key: key)
    }

    /// The secret itself, as it stands in an identity file.
    public var text: String {
        var characters = characters
        defer { characters.wipe() }
        return String(decoding: characters, as: UTF8.self)
    }

    /// The same in bytes. The library gives its own memory and no copy: to overwrite that would destroy the key.
    var characters: [UInt8] { Bech32.encodeUpper(prefix: X25519Identity.prefix, key.rawRepresentation) }

    /// Names the public part only.
    public var description: String { "identity of \(recipient.text)" }

    /// Names the public part only.
    public var debugDescription: String { description }

    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
