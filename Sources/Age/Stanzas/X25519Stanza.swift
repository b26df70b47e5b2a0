import Crypto

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A file key wrapped for an X25519 recipient: `-> X25519 <share>` and 32 bytes.
struct X25519Stanza {
    /// The sealer's ephemeral public key.
    private let share: [UInt8]
    private let stanza: AgeStanza

    static let type = "X25519"
    private static let info = [UInt8]("age-encryption.org/v1/X25519".utf8)

    /// nil when the stanza is of another kind.
    init?(_ stanza: AgeStanza) throws(AgeFailure) {
        guard stanza.isOf(type: X25519Stanza.type) else { return nil }
        guard let arguments = stanza.arguments(1), let share = StrictBase64.decode(arguments[0]),
            share.count == 32, stanza.body.count == AgeLimits.wrappedKeyBytes
        else { throw stanza.failure(.stanza) }
        self.share = share
        self.stanza = stanza
    }

    /// Wraps `fileKey` for `recipient` under a fresh ephemeral key.
    static func wrap(_ fileKey: FileKey, for recipient: X25519Recipient) throws(AgeFailure) -> AgeStanza {
        let ephemeral = Curve25519.KeyAgreement.PrivateKey()
        let share = Array(ephemeral.publicKey.rawRepresentation)
        guard let secret = sharedSecret(ephemeral, with: recipient.bytes) else { throw .recipient(.value) }
        let key = wrappingKey(secret, share: share, recipient: recipient)
        return AgeStanza(type: type, [StrictBase64.encode(share)], body: try KeyWrap.seal(fileKey, with: key))
    }

    /// The file key; nil when the stanza is for somebody else.
    func unwrap(with identity: X25519Identity) throws(AgeFailure) -> FileKey? {
        guard let secret = X25519Stanza.sharedSecret(identity.key, with: share) else {
            throw stanza.failure(.lowOrder)
        }
        let key = X25519Stanza.wrappingKey(secret, share: share, recipient: identity.recipient)
        return KeyWrap.open(stanza.body, with: key)
    }

    /// nil when the secret is all zero: a share of low order, by which a sealer could make a file that opens for anyone.
    /// The library does not check that.
    private static func sharedSecret(_ key: Curve25519.KeyAgreement.PrivateKey, with share: [UInt8]) -> SharedSecret? {
        guard let share = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: share),
            let secret = try? key.sharedSecretFromKeyAgreement(with: share)
        else { return nil }
        let isZero = secret.withUnsafeBytes { $0.reduce(0, |) } == 0
        return isZero ? nil : secret
    }

    private static func wrappingKey(
        _ secret: SharedSecret, share: [UInt8], recipient: X25519Recipient
    ) -> SymmetricKey {
        secret.hkdfDerivedSymmetricKey(
            using: SHA256.self, salt: share + recipient.bytes, sharedInfo: info, outputByteCount: 32)
    }
}
