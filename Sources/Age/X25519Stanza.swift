import Crypto

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A file key wrapped for an X25519 recipient: `-> X25519 <share>` and 32 bytes.
struct X25519Stanza {
    /// The sealer's ephemeral public key.
    let share: [UInt8]
    /// The file key sealed with ChaCha20-Poly1305.
    let body: [UInt8]

    static let type = "X25519"
    private static let info = [UInt8]("age-encryption.org/v1/X25519".utf8)
    private static let bodyBytes = AgeLimits.fileKeyBytes + AgeLimits.tagBytes

    /// nil when the stanza is of another kind. `offset` is where the header begins its stanzas, for the failure.
    init?(_ stanza: AgeStanza) throws(AgeFailure) {
        guard stanza.type == X25519Stanza.type else { return nil }
        // The length of the body is checked before it is opened: a longer file key would open under several keys.
        guard stanza.arguments.count == 2, let share = StrictBase64.decode(stanza.arguments[1][...]),
            share.count == 32, stanza.body.count == X25519Stanza.bodyBytes
        else { throw .header(.stanza, offset: AgeHeader.versionLine.count) }
        self.share = share
        body = stanza.body
    }

    /// Wraps `fileKey` for `recipient` under a fresh ephemeral key.
    static func wrap(_ fileKey: SymmetricKey, for recipient: X25519Recipient) throws(AgeFailure) -> AgeStanza {
        let ephemeral = Curve25519.KeyAgreement.PrivateKey()
        let share = Array(ephemeral.publicKey.rawRepresentation)
        guard let secret = sharedSecret(ephemeral, with: recipient.bytes) else { throw .recipient(.kind) }
        let key = wrappingKey(secret, share: share, recipient: recipient)
        guard let nonce = try? ChaChaPoly.Nonce(data: [UInt8](repeating: 0, count: 12)),
            let box = try? fileKey.withUnsafeBytes({ try ChaChaPoly.seal($0, using: key, nonce: nonce) })
        else { throw .cryptography }
        return AgeStanza(
            arguments: [Array(type.utf8), StrictBase64.encode(share)], body: Array(box.ciphertext + box.tag))
    }

    /// The file key; nil when the stanza is for somebody else.
    func unwrap(with identity: X25519Identity) throws(AgeFailure) -> SymmetricKey? {
        guard let secret = X25519Stanza.sharedSecret(identity.key, with: share) else {
            throw .header(.lowOrder, offset: AgeHeader.versionLine.count)
        }
        let key = X25519Stanza.wrappingKey(secret, share: share, recipient: identity.recipient)
        guard let box = try? ChaChaPoly.SealedBox(combined: [UInt8](repeating: 0, count: 12) + body),
            let fileKey = try? ChaChaPoly.open(box, using: key)
        else { return nil }
        return SymmetricKey(data: fileKey)
    }

    /// nil when the secret is all zero: a share of low order, by which a sealer could make a file that opens for anyone.
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
