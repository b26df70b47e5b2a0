import Crypto
import Exchange
import Foundation
import Hummingbird
import NIOCore

/// What a client says of one request's bytes (tus, extension `checksum`): the digest they must have to be kept.
///
/// It guards a chunk on its way; what the body is as a whole, its manifest says.
struct ChunkChecksum: Sendable {
    /// Algorithms by the names that tus gives them.
    enum Algorithm: String, CaseIterable, Sendable {
        case sha1
        case sha256
    }

    private enum Hasher: Sendable {
        case sha1(Insecure.SHA1)
        case sha256(SHA256)
    }

    private let expected: [UInt8]
    private var hasher: Hasher

    /// `Upload-Checksum: <algorithm> <base64>`; nil without the field.
    init?(_ request: Request) throws(Problem) {
        guard let field = request.headers[Tus.checksum] else { return nil }
        let parts = field.split(separator: " ", omittingEmptySubsequences: false)
        let names = Algorithm.allCases.map(\.rawValue).joined(separator: " or ")
        guard parts.count == 2, let algorithm = Algorithm(rawValue: String(parts[0])),
            let digest = Data(base64Encoded: String(parts[1]))
        else {
            throw Problem(.malformed, detail: "Upload-Checksum is \(names), a space, and the digest in base64")
        }
        switch algorithm {
        case .sha1: hasher = .sha1(Insecure.SHA1())
        case .sha256: hasher = .sha256(SHA256())
        }
        expected = [UInt8](digest)
        guard expected.count == digestBytes else {
            throw Problem(
                .malformed, detail: "the digest in Upload-Checksum has not the length of \(algorithm.rawValue)")
        }
    }

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

    private var digestBytes: Int {
        switch hasher {
        case .sha1: Insecure.SHA1.byteCount
        case .sha256: SHA256.byteCount
        }
    }
}
