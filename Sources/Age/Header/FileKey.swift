import Crypto

/// The 16 random bytes of a file, and what is derived from them.
struct FileKey: Sendable {
    let key: SymmetricKey

    static func random() -> FileKey {
        FileKey(key: SymmetricKey(size: SymmetricKeySize(bitCount: AgeLimits.fileKeyBytes * 8)))
    }

    /// The MAC of a header's authenticated part.
    func mac(of header: AgeHeader) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: header.authenticated, using: headerKey))
    }

    /// Compares in constant time.
    func authenticates(_ header: AgeHeader) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(header.mac, authenticating: header.authenticated, using: headerKey)
    }

    /// The key of the chunks behind `nonce`.
    func payloadKey(nonce: [UInt8]) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: key, salt: nonce, info: [UInt8]("payload".utf8), outputByteCount: 32)
    }

    private var headerKey: SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: key, salt: [UInt8](), info: [UInt8]("header".utf8), outputByteCount: 32)
    }
}
