import Crypto

/// One private Ed25519 key with its name: signs the checkpoints of a log, which existing tools must be able to verify.
/// Everything else is signed by a `SigningPair`. Nothing describes or reflects its seed.
package struct SigningKey: Sendable {
    private static let marker = "PRIVATE+KEY+"

    /// The public half.
    package let verifying: VerifierKey
    private let key: Curve25519.Signing.PrivateKey

    private init(name: String, key: Curve25519.Signing.PrivateKey) throws(NoteFailure) {
        self.key = key
        verifying = try VerifierKey(name: name, type: .ed25519, publicKey: Array(key.publicKey.rawRepresentation))
    }

    /// A new key for `name`, from the system's randomness.
    package static func generate(name: String) throws(NoteFailure) -> SigningKey {
        try SigningKey(name: name, key: Curve25519.Signing.PrivateKey())
    }

    /// The key of a seed of 32 bytes.
    package init(name: String, seed: [UInt8]) throws(NoteFailure) {
        guard seed.count == KeyType.seedLength else { throw .badKeyLength }
        let key: Curve25519.Signing.PrivateKey
        do { key = try Curve25519.Signing.PrivateKey(rawRepresentation: seed) } catch { throw .cryptography }
        try self.init(name: name, key: key)
    }

    /// Reads a key file: one private key line; empty lines and lines starting with `#` are skipped.
    package init(fileText: String) throws(NoteFailure) {
        var found: (number: Int, line: KeyLine)?
        // By scalars: to Swift a carriage return and a newline are one character, which would hide a line.
        let lines = fileText.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map(Substring.init)
        for (index, text) in lines.enumerated() where !text.isEmpty && !text.hasPrefix("#") {
            guard found == nil, text.hasPrefix(Self.marker),
                let line = try? KeyLine(text.dropFirst(Self.marker.count))
            else { throw .badKeyFile(line: index + 1) }
            found = (index + 1, line)
        }
        guard let found else { throw .badKeyFile(line: 1) }
        guard let (type, seed) = KeyType.split(found.line.typed), type == .ed25519 else { throw .unsupportedKeyType }
        try self.init(name: found.line.name, seed: seed)
        // The key id is of the public key: a wrong one means an altered seed.
        guard verifying.keyID == found.line.keyID else { throw .badKeyFile(line: found.number) }
    }

    /// What a key file holds, one line: SECRET, to be written only to a file of mode 0600.
    package var fileText: String {
        let typed = KeyType.ed25519.prefix + Array(key.rawRepresentation)
        return "\(Self.marker)\(name)+\(LowercaseHex.encode(verifying.keyID))+\(StrictBase64.encode(typed))\n"
    }

    /// The holder's name.
    package var name: String { verifying.name }

    /// Signs `text`, which must be fit for a note.
    package func sign(text: [UInt8]) throws(NoteFailure) -> SignedNote {
        try SignedNote.checkText(text[...])
        let signature: [UInt8]
        do { signature = Array(try key.signature(for: text)) } catch { throw .cryptography }
        return try SignedNote(
            text: text, signatures: [SignatureLine(name: name, keyID: verifying.keyID, signature: signature)])
    }
}

extension SigningKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The verifier key: public.
    package var description: String { "signing key of \(verifying.line)" }

    /// The same as `description`.
    package var debugDescription: String { description }

    /// Nothing to reflect: `dump` shows no seed.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
