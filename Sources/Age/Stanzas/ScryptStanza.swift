import Crypto
import CryptoExtras

/// A file key wrapped with a passphrase: `-> scrypt <salt> <log2 N>` and 32 bytes. It stands alone in its header.
struct ScryptStanza {
    private let salt: [UInt8]
    private let workFactor: Int
    private let stanza: AgeStanza

    static let type = "scrypt"
    private static let saltBytes = 16
    private static let label = [UInt8]("age-encryption.org/v1/scrypt".utf8)

    /// nil when the stanza is of another kind.
    init?(_ stanza: AgeStanza) throws(AgeFailure) {
        guard stanza.isOf(type: ScryptStanza.type) else { return nil }
        guard let arguments = stanza.arguments(2), let salt = StrictBase64.decode(arguments[0]),
            salt.count == ScryptStanza.saltBytes, let workFactor = ScryptStanza.decimal(arguments[1]),
            stanza.body.count == AgeLimits.wrappedKeyBytes
        else { throw stanza.failure(.stanza) }
        self.salt = salt
        self.workFactor = workFactor
        self.stanza = stanza
    }

    /// Wraps `fileKey` with `passphrase` under a fresh salt.
    static func wrap(_ fileKey: FileKey, with passphrase: Passphrase, workFactor: Int) throws(AgeFailure) -> AgeStanza {
        let salt = SystemRandomNumberGenerator.bytes(saltBytes)
        let key = try wrappingKey(passphrase, salt: salt, workFactor: workFactor)
        return AgeStanza(
            type: type, [StrictBase64.encode(salt), Array(String(workFactor).utf8)],
            body: try KeyWrap.seal(fileKey, with: key))
    }

    /// More work than `maxWorkFactor` is refused before any is done.
    func requireWork(atMost maxWorkFactor: Int) throws(AgeFailure) {
        guard workFactor <= maxWorkFactor else { throw stanza.failure(.workFactor) }
    }

    /// The file key; nil when the passphrase is another. Takes 1 KiB and some 3 µs times two to the work factor.
    func unwrap(with passphrase: Passphrase) throws(AgeFailure) -> FileKey? {
        let key = try ScryptStanza.wrappingKey(passphrase, salt: salt, workFactor: workFactor)
        return KeyWrap.open(stanza.body, with: key)
    }

    /// Digits without a leading zero; a number too large to be held is larger than any limit.
    private static func decimal(_ text: ArraySlice<UInt8>) -> Int? {
        guard let first = text.first, (49...57).contains(first), text.allSatisfy({ (48...57).contains($0) }) else {
            return nil
        }
        return text.count > 9 ? Int.max : text.reduce(0) { $0 * 10 + Int($1 - 48) }
    }

    private static func wrappingKey(
        _ passphrase: Passphrase, salt: [UInt8], workFactor: Int
    ) throws(AgeFailure) -> SymmetricKey {
        guard (1...AgeLimits.maxWorkFactor).contains(workFactor) else { throw .unusablePassphrase }
        let key = passphrase.secret.withBytes { bytes in
            try? KDF.Scrypt.deriveKey(
                from: bytes, salt: label + salt, outputByteCount: 32, rounds: 1 << workFactor, blockSize: 8,
                parallelism: 1)
        }
        guard let key else { throw .cryptography }
        return key
    }
}
