import Crypto

/// The private half of a holder's pair of keys. Nothing describes or reflects its seeds.
package struct SigningPair: Sendable {
    private static let marker = "PRIVATE+KEY+"

    /// The public half.
    package let verifying: VerifyingPair
    private let ed25519: Curve25519.Signing.PrivateKey
    private let mldsa: MLDSA65.PrivateKey

    private init(
        name: String, ed25519: Curve25519.Signing.PrivateKey, mldsa: MLDSA65.PrivateKey
    ) throws(NoteFailure) {
        self.ed25519 = ed25519
        self.mldsa = mldsa
        verifying = try VerifyingPair(
            name: name, ed25519: Array(ed25519.publicKey.rawRepresentation),
            mldsa: Array(mldsa.publicKey.rawRepresentation))
    }

    /// A new pair for `name`, from the system's randomness.
    package static func generate(name: String) throws(NoteFailure) -> SigningPair {
        let mldsa: MLDSA65.PrivateKey
        do { mldsa = try MLDSA65.PrivateKey() } catch { throw .cryptography }
        return try SigningPair(name: name, ed25519: Curve25519.Signing.PrivateKey(), mldsa: mldsa)
    }

    /// The pair of two seeds of 32 bytes.
    package init(name: String, ed25519Seed: [UInt8], mldsaSeed: [UInt8]) throws(NoteFailure) {
        guard ed25519Seed.count == KeyType.seedLength, mldsaSeed.count == KeyType.seedLength else {
            throw .badKeyLength
        }
        let ed25519: Curve25519.Signing.PrivateKey
        let mldsa: MLDSA65.PrivateKey
        do {
            ed25519 = try Curve25519.Signing.PrivateKey(rawRepresentation: ed25519Seed)
            mldsa = try MLDSA65.PrivateKey(seedRepresentation: mldsaSeed, publicKey: nil)
        } catch {
            throw .cryptography
        }
        try self.init(name: name, ed25519: ed25519, mldsa: mldsa)
    }

    /// Reads a key file: two private key lines, Ed25519 first; empty lines and lines starting with `#` are skipped.
    package init(fileText: String) throws(NoteFailure) {
        var found: [(number: Int, line: KeyLine, type: KeyType, seed: [UInt8])] = []
        // By scalars: to Swift a carriage return and a newline are one character, which would hide a line.
        let lines = fileText.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map(Substring.init)
        for (index, text) in lines.enumerated() where !text.isEmpty && !text.hasPrefix("#") {
            guard found.count < 2 else { throw .keyFileWithoutPair }
            guard text.hasPrefix(Self.marker), let line = try? KeyLine(text.dropFirst(Self.marker.count)),
                let (type, seed) = KeyType.split(line.typed), seed.count == KeyType.seedLength
            else { throw .badKeyFile(line: index + 1) }
            found.append((index + 1, line, type, seed))
        }
        guard found.count == 2, found[0].type == .ed25519, found[1].type == .mldsa65,
            KeyName.same(found[0].line.name, found[1].line.name)
        else { throw .keyFileWithoutPair }
        try self.init(name: found[0].line.name, ed25519Seed: found[0].seed, mldsaSeed: found[1].seed)
        // The key id is of the public key: a wrong one means an altered seed.
        guard verifying.ed25519.keyID == found[0].line.keyID else { throw .badKeyFile(line: found[0].number) }
        guard verifying.mldsa.keyID == found[1].line.keyID else { throw .badKeyFile(line: found[1].number) }
    }

    /// What a key file holds, two lines: SECRET, to be written only to a file of mode 0600.
    package var fileText: String {
        privateLine(verifying.ed25519, seed: ed25519Seed)
            + privateLine(verifying.mldsa, seed: Array(mldsa.seedRepresentation))
    }

    private func privateLine(_ key: VerifierKey, seed: [UInt8]) -> String {
        "\(Self.marker)\(key.name)+\(LowercaseHex.encode(key.keyID))+\(StrictBase64.encode(key.type.prefix + seed))\n"
    }

    /// The holder's name.
    package var name: String { verifying.name }

    /// The Ed25519 seed: SECRET, for the library that signs request tokens.
    package var ed25519Seed: [UInt8] { Array(ed25519.rawRepresentation) }

    /// Signs `text`, which must be fit for a note, with both keys.
    package func sign(text: [UInt8]) throws(NoteFailure) -> SignedNote {
        try SignedNote.checkText(text[...])
        let mldsaSignature: [UInt8]
        do { mldsaSignature = Array(try mldsa.signature(for: text)) } catch { throw .cryptography }
        return try SignedNote(
            text: text,
            signatures: [
                SignatureLine(name: name, keyID: verifying.ed25519.keyID, signature: try signEd25519(text)),
                SignatureLine(name: name, keyID: verifying.mldsa.keyID, signature: mldsaSignature),
            ])
    }

    /// A bare Ed25519 signature, for what existing tools verify.
    package func signEd25519(_ bytes: [UInt8]) throws(NoteFailure) -> [UInt8] {
        do { return Array(try ed25519.signature(for: bytes)) } catch { throw .cryptography }
    }
}

extension SigningPair: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Name and fingerprint.
    package var description: String { "signing pair of \(name), fingerprint \(verifying.fingerprint)" }

    /// The same as `description`.
    package var debugDescription: String { description }

    /// Nothing to reflect: `dump` shows no seed.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
