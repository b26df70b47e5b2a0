import Crypto

/// A secret key to open with: `AGE-SECRET-KEY-1…`. Its description and its reflection are redacted.
public struct X25519Identity: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    let key: Curve25519.KeyAgreement.PrivateKey

    static let prefix = "age-secret-key-"

    private init(key: Curve25519.KeyAgreement.PrivateKey) {
        self.key = key
    }

    /// A new random identity.
    public static func generate() -> X25519Identity {
        X25519Identity(key: Curve25519.KeyAgreement.PrivateKey())
    }

    /// Reads `AGE-SECRET-KEY-1…`: upper case, without white space.
    public init(_ text: String) throws(AgeFailure) {
        let decoded: Bech32.Decoded
        do throws(Bech32.Fault) {
            decoded = try Bech32.decode(text)
        } catch {
            throw .identity(AgeFailure.KeyFault(error))
        }
        guard decoded.prefix == X25519Identity.prefix, decoded.isUpper else { throw .identity(.kind) }
        guard decoded.bytes.count == 32,
            let key = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: decoded.bytes)
        else { throw .identity(.length) }
        self.key = key
    }

    /// The public key of this identity.
    public var recipient: X25519Recipient { X25519Recipient(bytes: Array(key.publicKey.rawRepresentation)) }

    /// The secret itself, as it stands in an identity file.
    public var text: String {
        String(
            decoding: Bech32.encode(prefix: X25519Identity.prefix, Array(key.rawRepresentation)).utf8
                .map { (97...122).contains($0) ? $0 - 32 : $0 }, as: UTF8.self)
    }

    /// Names the public part only.
    public var description: String { "identity of \(recipient.text)" }

    /// Names the public part only.
    public var debugDescription: String { description }

    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
