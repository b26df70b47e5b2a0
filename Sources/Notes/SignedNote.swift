import Crypto
import StrictJSON

/// A text and the signatures over it. What parses encodes to the same bytes.
package struct SignedNote: Sendable, Equatable {
    /// Signature lines a note may have.
    package static let maxSignatures = 32

    /// The text, whose last byte is a newline.
    package let text: [UInt8]
    /// The signature lines in their order; no two are by the same key.
    package let signatures: [SignatureLine]

    init(text: [UInt8], signatures: [SignatureLine]) throws(NoteFailure) {
        try Self.checkText(text[...])
        guard !signatures.isEmpty else { throw .noSignatures }
        guard signatures.count <= Self.maxSignatures else { throw .tooManySignatures(limit: Self.maxSignatures) }
        for later in signatures.indices {
            for earlier in 0..<later where signatures[earlier].hasKey(of: signatures[later]) {
                throw .duplicateSignature(line: later + 1)
            }
        }
        self.text = text
        self.signatures = signatures
    }

    /// Reads a note of at most `maxBytes`. Reading verifies nothing.
    package init(parsing bytes: [UInt8], maxBytes: Int) throws(NoteFailure) {
        guard bytes.count <= maxBytes else { throw .tooLarge(limit: maxBytes) }
        try Self.checkCharacters(bytes[...])
        guard let empty = Self.lastEmptyLine(in: bytes), bytes.last == 0x0A, empty + 1 < bytes.count else {
            throw .noSignatures
        }
        var lines: [SignatureLine] = []
        let block = bytes[(empty + 1)...].dropLast()
        for line in block.split(separator: 0x0A, omittingEmptySubsequences: false) {
            guard lines.count < Self.maxSignatures else { throw .tooManySignatures(limit: Self.maxSignatures) }
            guard let signature = SignatureLine(parsing: line) else { throw .badSignatureLine(line: lines.count + 1) }
            lines.append(signature)
        }
        try self.init(text: Array(bytes[..<empty]), signatures: lines)
    }

    /// Index of the newline that makes the last empty line; the text is all before it.
    private static func lastEmptyLine(in bytes: [UInt8]) -> Int? {
        var at = bytes.count - 1
        while at > 0 {
            if bytes[at] == 0x0A && bytes[at - 1] == 0x0A { return at }
            at -= 1
        }
        return nil
    }

    static func checkText(_ text: ArraySlice<UInt8>) throws(NoteFailure) {
        guard text.last == 0x0A else { throw .textWithoutNewline }
        try checkCharacters(text)
    }

    private static func checkCharacters(_ bytes: ArraySlice<UInt8>) throws(NoteFailure) {
        if let at = StrictUTF8.firstInvalid(in: bytes) { throw .notUTF8(offset: at - bytes.startIndex) }
        if let at = bytes.firstIndex(where: { $0 < 0x20 && $0 != 0x0A }) {
            throw .controlCharacter(offset: at - bytes.startIndex)
        }
    }

    /// The note's bytes.
    package var encoded: [UInt8] {
        var bytes = text
        bytes.append(0x0A)
        for line in signatures {
            bytes.append(contentsOf: line.encoded)
        }
        return bytes
    }

    /// Lowercase hexadecimal SHA-256 of the text: the note's hash wherever one is quoted.
    package var textHash: String {
        LowercaseHex.encode(SHA256.hash(data: text))
    }

    /// This note with `other`'s signatures by further keys; both must have the same text.
    package func appending(_ other: SignedNote) throws(NoteFailure) -> SignedNote {
        guard text == other.text else { throw .textDiffers }
        let further = other.signatures.filter { line in !signatures.contains { $0.hasKey(of: line) } }
        return try SignedNote(text: text, signatures: signatures + further)
    }
}

// MARK: - Verification

extension SignedNote {
    /// Passes only where `key` signed this text.
    package func verify(by key: VerifierKey) throws(NoteFailure) {
        guard let line = signatures.first(where: { $0.isBy(key) }) else { throw .missingSignature }
        guard key.isValidSignature(line.signature, for: text) else { throw .badSignature }
    }

    /// Passes only where both keys of `pair` signed this text.
    package func verify(by pair: VerifyingPair) throws(NoteFailure) {
        try verifyFirst(by: pair)
        try verify(by: pair.mldsa)
    }

    /// Passes where both lines of `pair` are there and the first, Ed25519, holds: the cheap half of `verify`.
    package func verifyFirst(by pair: VerifyingPair) throws(NoteFailure) {
        guard signatures.contains(where: { $0.isBy(pair.mldsa) }) else { throw .missingSignature }
        try verify(by: pair.ed25519)
    }

    /// Which of `pairs` hold, as indexes: both lines of the pair are there and verify, and neither already counted for
    /// a pair before it. A line by a known key that does not verify rejects the note, whoever else holds.
    package func holders(among pairs: [VerifyingPair]) throws(NoteFailure) -> [Int] {
        var holders: [Int] = []
        var counted: [VerifierKey] = []
        for (index, pair) in pairs.enumerated() {
            let keys = [pair.ed25519, pair.mldsa]
            var present = 0
            for key in keys where signatures.contains(where: { $0.isBy(key) }) {
                try verify(by: key)
                present += 1
            }
            guard present == keys.count, !keys.contains(where: counted.contains) else { continue }
            holders.append(index)
            counted += keys
        }
        return holders
    }
}
