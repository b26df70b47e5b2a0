import Crypto

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A file key wrapped for a post-quantum recipient with HPKE: `-> mlkem768x25519 <encapsulated key>` and 32 bytes.
struct HybridStanza {
    private let encapsulated: [UInt8]
    private let stanza: AgeStanza

    static let type = "mlkem768x25519"
    private static let encapsulatedBytes = 1120
    private static let info = Data("age-encryption.org/mlkem768x25519".utf8)
    private static let suite = HPKE.Ciphersuite(
        kem: .XWingMLKEM768X25519, kdf: .HKDF_SHA256, aead: .chaChaPoly)

    /// nil when the stanza is of another kind.
    init?(_ stanza: AgeStanza) throws(AgeFailure) {
        guard stanza.isOf(type: HybridStanza.type) else { return nil }
        guard let arguments = stanza.arguments(1), let encapsulated = StrictBase64.decode(arguments[0]),
            encapsulated.count == HybridStanza.encapsulatedBytes, stanza.body.count == AgeLimits.wrappedKeyBytes
        else { throw stanza.failure(.stanza) }
        self.encapsulated = encapsulated
        self.stanza = stanza
    }

    /// Wraps `fileKey` for `recipient` under a fresh encapsulated key.
    static func wrap(_ fileKey: FileKey, for recipient: HybridRecipient) throws(AgeFailure) -> AgeStanza {
        // Coefficients out of range and points of low order come out here.
        guard let key = try? XWingMLKEM768X25519.PublicKey(rawRepresentation: recipient.bytes),
            var sender = try? HPKE.Sender(recipientKey: key, ciphersuite: suite, info: info)
        else { throw .recipient(.value) }
        guard let body = try? fileKey.key.withUnsafeBytes({ try sender.seal($0) }) else { throw .cryptography }
        return AgeStanza(
            type: type, [StrictBase64.encode(Array(sender.encapsulatedKey))], body: Array(body))
    }

    /// The file key; nil when the stanza is for somebody else.
    func unwrap(with key: XWingMLKEM768X25519.PrivateKey) throws(AgeFailure) -> FileKey? {
        // Decapsulation succeeds for any key but for an X25519 share of low order, which must be refused.
        guard
            var recipient = try? HPKE.Recipient(
                privateKey: key, ciphersuite: HybridStanza.suite, info: HybridStanza.info,
                encapsulatedKey: Data(encapsulated))
        else { throw stanza.failure(.lowOrder) }
        guard var opened = try? recipient.open(stanza.body) else { return nil }
        return FileKey(taking: &opened)
    }
}
