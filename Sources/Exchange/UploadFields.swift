import Notes

/// What the header fields of tus say about an upload, read strictly and apart from any server.
///
/// Texts that are base64 have one form: what reads writes to the same text.
package enum UploadFields {
    /// What `Upload-Metadata` calls the manifest note.
    private static let manifestKey = "manifest"

    /// The manifest note in `Upload-Metadata: manifest <base64>`, other pairs beside it left alone.
    package static func manifest(inMetadata field: String?) throws(Problem) -> [UInt8] {
        guard let field else {
            throw Problem(.malformed, detail: "send the manifest note in Upload-Metadata: manifest <base64>")
        }
        let bytes = [UInt8](field.utf8)
        let pairs = bytes.split(separator: UInt8(ascii: ",")).map { $0.split(separator: UInt8(ascii: " ")) }
        let notes = pairs.filter { $0.first.map { $0.elementsEqual(manifestKey.utf8) } ?? false }
        guard notes.count == 1, notes[0].count == 2 else {
            throw Problem(.malformed, detail: "send the manifest note once, as manifest <base64>")
        }
        guard notes[0][1].count <= (Limits.noteBytes + 2) / 3 * 4 else {
            throw Problem(.tooLarge, detail: "a manifest note has \(Limits.noteBytes) bytes at most")
        }
        guard let note = StrictBase64.decode(notes[0][1]) else {
            throw Problem(.malformed, detail: "the manifest in Upload-Metadata is not base64")
        }
        return note
    }

    /// The field that carries `note`.
    package static func metadata(manifest note: [UInt8]) -> String {
        "\(manifestKey) \(StrictBase64.encode(note))"
    }

    /// The digest that the bytes of one request must have (extension `checksum`).
    package struct Checksum: Equatable, Sendable {
        /// Algorithms by the names that tus gives them.
        package enum Algorithm: String, CaseIterable, Sendable {
            case sha1
            case sha256

            /// Bytes of its digests.
            package var digestBytes: Int {
                switch self {
                case .sha1: 20
                case .sha256: 32
                }
            }
        }

        /// How it is computed.
        package let algorithm: Algorithm
        /// What must come out.
        package let digest: [UInt8]

        /// Reads `<algorithm> <base64>`.
        package init(field: String) throws(Problem) {
            let parts = field.split(separator: " ", omittingEmptySubsequences: false)
            guard parts.count == 2, let algorithm = Algorithm(rawValue: String(parts[0])),
                let digest = StrictBase64.decode(String(parts[1]))
            else {
                throw Problem(
                    .malformed, detail: "Upload-Checksum is sha1 or sha256, a space, and the digest in base64")
            }
            guard digest.count == algorithm.digestBytes else {
                throw Problem(
                    .malformed, detail: "the digest in Upload-Checksum has not the length of \(algorithm.rawValue)")
            }
            self.algorithm = algorithm
            self.digest = digest
        }

        /// The field's text.
        package var field: String { "\(algorithm.rawValue) \(StrictBase64.encode(digest))" }
    }
}

/// Whole numbers as headers and queries write them: digits, no sign, within what every JSON reader keeps.
package enum WholeNumber {
    /// The number; nil where the text is none.
    package static func read(_ text: String) -> Int64? {
        guard (1...16).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int64(text), number <= Limits.integer
        else { return nil }
        return number
    }

    /// Whether the text is digits alone, and none only because they are too many.
    package static func isTooLarge(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) } && read(text) == nil
    }
}
