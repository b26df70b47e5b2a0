import Foundation
import Testing

@testable import Notes

@Suite("Third-party signed notes", .enabled(if: Shared.isThere, "needs the shared vectors (PLI_SHARED)"))
struct VectorTests {
    /// Every key of KEYS.tsv that must be refused, and why; all others must be read.
    static let refused: [String: NoteFailure] = [
        "Mirror1+66ee4561": .keyIDMismatch,
        "PeterNeumann+173116ae": .unsupportedKeyType,
        "PeterNeumann+cc469956": .badKeyBase64,
        "Wit2+112f0455": .unsupportedKeyType,
        "ct.googleapis.com/logs/us1/argon2024+7deb49d0": .unsupportedKeyType,
        "developers.google.com/android/binary_transparency/google1p/0+aacba1b3": .unsupportedKeyType,
        "mirror.example.org+3fb148ef": .unsupportedKeyType,
        "oid/1.3.6.1.4.1.11129.11.99.1+e43cec18": .unsupportedKeyType,
        "oid/1.3.6.1.4.1.44363.47.1.11129.11.99.1+f3cdeae8": .unsupportedKeyType,
        "pixel_transparency_log+72c878db": .unsupportedKeyType,
        "rekor.sigstore.dev+12345678": .unsupportedKeyType,
        "rekor.sigstore.dev+c0d23d6a": .unsupportedKeyType,
        "remora.n621.de+da77ade7": .unsupportedKeyType,
        "rome.ct.filippo.io/2024h1+78f4abae": .unsupportedKeyType,
        "test+5893dc2c": .unsupportedKeyType,
        "witness.example.org+b8a2cf20": .unsupportedKeyType,
        "witness2.example.org+2e55b896": .unsupportedKeyType,
    ]

    private func readableKeys() throws -> [VerifierKey] {
        try Shared.table("KEYS.tsv").compactMap { row in
            try? VerifierKey(line: try #require(row["verifier_key"]))
        }
    }

    @Test("Every verifier key is read and written back, or refused for the right reason")
    func keys() throws {
        var seen = 0
        for row in try Shared.table("KEYS.tsv") {
            let line = try #require(row["verifier_key"])
            let short = "\(row["name"] ?? "")+\(row["key_id"] ?? "")"
            if let expected = Self.refused[short] {
                #expect(throws: expected, "\(short)") { try VerifierKey(line: line) }
                seen += 1
            } else {
                let key = try VerifierKey(line: line)
                #expect(key.line == line)
                #expect(LowercaseHex.encode(key.keyID) == row["key_id"])
                #expect(key.type == .ed25519)
            }
        }
        #expect(seen == Self.refused.count)
    }

    @Test("Every note is read and written back to the same bytes")
    func roundTrip() throws {
        let rows = try Shared.table("NOTES.tsv")
        #expect(rows.count == 22)
        for row in rows {
            let bytes = try Shared.note(try #require(row["file"]))
            let note = try SignedNote(parsing: bytes, maxBytes: 8192)
            #expect(note.encoded == bytes)
            #expect(try SignedNote(parsing: bytes, maxBytes: bytes.count) == note)
            #expect(throws: NoteFailure.tooLarge(limit: bytes.count - 1)) {
                try SignedNote(parsing: bytes, maxBytes: bytes.count - 1)
            }
        }
    }

    @Test("Every signature by a known key verifies, and no longer once a byte of text or signature is flipped")
    func signatures() throws {
        let keys = try readableKeys()
        var verified = 0
        for row in try Shared.table("NOTES.tsv") {
            let note = try SignedNote(parsing: try Shared.note(try #require(row["file"])), maxBytes: 8192)
            let claims = try #require(row["signatures_checked_with_python_cryptography"])
            var here = 0
            for key in keys where note.signatures.contains(where: { $0.isBy(key) }) {
                try note.verify(by: key)
                here += 1
                for damaged in try damagedCopies(of: note, key: key) {
                    #expect(throws: NoteFailure.badSignature) { try damaged.verify(by: key) }
                }
            }
            #expect(here == claims.components(separatedBy: "valid Ed25519, key id right").count - 1)
            verified += here
        }
        #expect(verified == 20)
    }

    /// The note with one byte flipped: of its text, then of the signature by `key` (first, middle and last byte).
    private func damagedCopies(of note: SignedNote, key: VerifierKey) throws -> [SignedNote] {
        var text = note.text
        text[0] ^= 1
        var copies = [try SignedNote(text: text, signatures: note.signatures)]
        for place in [0, 31, 32, 63] {
            let lines = note.signatures.map { line in
                guard line.isBy(key) else { return line }
                var signature = line.signature
                signature[place] ^= 1
                return SignatureLine(name: line.name, keyID: line.keyID, signature: signature)
            }
            copies.append(try SignedNote(text: note.text, signatures: lines))
        }
        return copies
    }
}
