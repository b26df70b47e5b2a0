import Crypto

/// The public half of a holder's pair of keys.
package struct VerifyingPair: Sendable, Equatable {
    /// The Ed25519 key.
    package let ed25519: VerifierKey
    /// The ML-DSA-65 key.
    package let mldsa: VerifierKey
    /// Lowercase hexadecimal SHA-256 of both lines, each ended by a newline.
    package let fingerprint: String

    /// The pair of two raw public keys, of 32 and 1,952 bytes.
    package init(name: String, ed25519: [UInt8], mldsa: [UInt8]) throws(NoteFailure) {
        self.ed25519 = try VerifierKey(name: name, type: .ed25519, publicKey: ed25519)
        self.mldsa = try VerifierKey(name: name, type: .mldsa65, publicKey: mldsa)
        fingerprint = Self.fingerprint(self.ed25519.line, self.mldsa.line)
    }

    /// Reads exactly two verifier keys of one name, Ed25519 first.
    package init(lines: [String]) throws(NoteFailure) {
        guard lines.count == 2 else { throw .notAPair }
        ed25519 = try VerifierKey(line: lines[0])
        mldsa = try VerifierKey(line: lines[1])
        guard ed25519.type == .ed25519, mldsa.type == .mldsa65, KeyName.same(ed25519.name, mldsa.name) else {
            throw .notAPair
        }
        fingerprint = Self.fingerprint(lines[0], lines[1])
    }

    private static func fingerprint(_ ed25519: String, _ mldsa: String) -> String {
        LowercaseHex.encode(SHA256.hash(data: [UInt8]("\(ed25519)\n\(mldsa)\n".utf8)))
    }

    /// The holder's name.
    package var name: String { ed25519.name }

    /// The Ed25519 verifier key.
    package var ed25519Line: String { ed25519.line }

    /// The ML-DSA-65 verifier key.
    package var mldsaLine: String { mldsa.line }

    /// Both verifier keys, Ed25519 first.
    package var lines: [String] { [ed25519Line, mldsaLine] }

    /// The Ed25519 key's id as eight hexadecimal digits.
    package var ed25519KeyID: String { LowercaseHex.encode(ed25519.keyID) }

    /// The raw Ed25519 key.
    package var ed25519PublicKey: [UInt8] { ed25519.publicKey }
}
