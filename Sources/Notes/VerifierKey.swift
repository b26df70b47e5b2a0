import Crypto

/// One public key with its name, as written in a verifier key line: `name+key id+base64(type ‖ key)`.
package struct VerifierKey: Sendable {
    private enum Material: Sendable {
        case ed25519(Curve25519.Signing.PublicKey)
        case mldsa65(MLDSA65.PublicKey)
    }

    /// The signer's name.
    package let name: String
    /// The algorithm.
    package let type: KeyType
    /// The key itself, raw.
    package let publicKey: [UInt8]
    /// First four bytes of SHA-256 over name, newline, type and key.
    package let keyID: [UInt8]
    private let material: Material

    /// A key of `type` called `name`.
    package init(name: String, type: KeyType, publicKey: [UInt8]) throws(NoteFailure) {
        guard KeyName.isValid(name) else { throw .badName }
        guard publicKey.count == type.publicKeyLength else { throw .badKeyLength }
        self.name = name
        self.type = type
        self.publicKey = publicKey
        let named = [UInt8](name.utf8) + [0x0A] + type.prefix + publicKey
        self.keyID = Array(SHA256.hash(data: named).prefix(4))
        do {
            switch type {
            case .ed25519: material = .ed25519(try Curve25519.Signing.PublicKey(rawRepresentation: publicKey))
            case .mldsa65: material = .mldsa65(try MLDSA65.PublicKey(rawRepresentation: publicKey))
            }
        } catch {
            throw .cryptography
        }
    }

    /// Reads a verifier key line; the key id is computed anew and must match.
    package init(line: String) throws(NoteFailure) {
        let parts = try KeyLine(line[...])
        guard let (type, key) = KeyType.split(parts.typed) else { throw .unsupportedKeyType }
        try self.init(name: parts.name, type: type, publicKey: key)
        guard keyID == parts.keyID else { throw .keyIDMismatch }
    }

    /// The verifier key line, without a newline.
    package var line: String {
        "\(name)+\(LowercaseHex.encode(keyID))+\(StrictBase64.encode(type.prefix + publicKey))"
    }

    /// Whether `signature` is this key's over `text`.
    package func isValidSignature(_ signature: [UInt8], for text: [UInt8]) -> Bool {
        SignatureWatch.current?.sees(type)
        return switch material {
        case .ed25519(let key): key.isValidSignature(signature, for: text)
        case .mldsa65(let key): key.isValidSignature(signature, for: text)
        }
    }
}

extension VerifierKey: Equatable {
    /// The same name, type and key.
    package static func == (left: VerifierKey, right: VerifierKey) -> Bool {
        KeyName.same(left.name, right.name) && left.type == right.type && left.publicKey == right.publicKey
    }
}

/// The three parts of a key line, public or private.
struct KeyLine {
    let name: String
    let keyID: [UInt8]
    let typed: [UInt8]

    init(_ line: Substring) throws(NoteFailure) {
        // Base64 may hold a plus sign: only the first two divide.
        let parts = line.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .badKeyShape }
        name = String(parts[0])
        guard KeyName.isValid(name) else { throw .badName }
        guard let keyID = LowercaseHex.decode(parts[1]), keyID.count == 4 else { throw .badKeyShape }
        guard let typed = StrictBase64.decode(String(parts[2])), !typed.isEmpty else { throw .badKeyBase64 }
        self.keyID = keyID
        self.typed = typed
    }
}
