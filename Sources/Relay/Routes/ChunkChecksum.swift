import Crypto
import Exchange
import Hummingbird
import NIOCore

/// What a client says of one request's bytes (tus, extension `checksum`): the digest they must have to be kept.
///
/// It guards a chunk on its way; what the body is as a whole, its manifest says.
struct ChunkChecksum: Sendable {
    private enum Hasher: Sendable {
        case sha1(Insecure.SHA1)
        case sha256(SHA256)
    }

    private let expected: [UInt8]
    private var hasher: Hasher

    /// `Upload-Checksum: <algorithm> <base64>`; nil without the field.
    init?(_ request: Request) throws(Problem) {
        guard let field = request.headers[Tus.checksum] else { return nil }
        let checksum = try UploadFields.Checksum(field: field)
        switch checksum.algorithm {
        case .sha1: hasher = .sha1(Insecure.SHA1())
        case .sha256: hasher = .sha256(SHA256())
        }
        expected = checksum.digest
    }

    /// What a client is told whose bytes are others.
    static let differs = Problem(.checksumDiffers, detail: "nothing of these bytes was kept: send them again")

    /// Takes the next bytes of the chunk.
    mutating func update(_ bytes: ByteBuffer) {
        bytes.withUnsafeReadableBytes { raw in
            switch hasher {
            case .sha1(var sha1):
                sha1.update(bufferPointer: raw)
                hasher = .sha1(sha1)
            case .sha256(var sha256):
                sha256.update(bufferPointer: raw)
                hasher = .sha256(sha256)
            }
        }
    }

    /// Whether the bytes so far are those that the client meant.
    var isMet: Bool {
        switch hasher {
        case .sha1(let sha1): sha1.finalize().elementsEqual(expected)
        case .sha256(let sha256): sha256.finalize().elementsEqual(expected)
        }
    }
}
