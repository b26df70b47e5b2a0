import Crypto
import Exchange
import NIOCore

/// A parcel whose sealed body came whole in one request, gathered and judged in memory before any of it is on a disk.
struct WholeParcel: Sendable {
    /// Larger bodies are written as they come.
    static let bytesMax: Int64 = 256 << 10

    /// The row as it would begin.
    let parcel: StoredParcel
    /// Nil where the row is there.
    let newcomer: Newcomer?
    /// The age header: never written but under its shred key.
    let header: [UInt8]
    /// What follows the header.
    let payload: ByteBuffer

    /// Whether a request that announces `length` bytes can bring all of this body, and little enough.
    static func fits(_ size: Int64, length: Int64?) -> Bool { length == size && size <= bytesMax }
}

/// The bytes of a body that is being gathered, refused at the first one that cannot stand in a sealed file.
struct WholeBody {
    private(set) var bytes = ByteBuffer()
    private(set) var shape = SealedShape()
    private let size: Int64
    private let requirePostQuantum: Bool

    /// - Parameter size: what the manifest says; no more than `WholeParcel.bytesMax`.
    init(size: Int64, requirePostQuantum: Bool) {
        self.size = size
        self.requirePostQuantum = requirePostQuantum
    }

    /// Whether all of it is here.
    var isWhole: Bool { Int64(bytes.readableBytes) == size }

    /// Takes the next bytes.
    mutating func push(_ next: ByteBuffer) throws {
        guard Int64(bytes.readableBytes + next.readableBytes) <= size else {
            throw Problem(.bodyDiffers, detail: "more bytes were sent than the manifest's size")
        }
        if !shape.isComplete { try takeHeader(next) }
        if bytes.capacity == 0 { bytes.reserveCapacity(Int(size)) }
        bytes.writeImmutableBuffer(next)
    }

    private mutating func takeHeader(_ next: ByteBuffer) throws {
        do {
            guard case .complete = try shape.push(next.readableBytesView) else { return }
        } catch {
            throw Problem(.notSealed, detail: error.description)
        }
        try shape.requireStanzas(postQuantum: requirePostQuantum)
        try shape.requireRoom(in: size)
    }

    /// The header, and the payload behind it, of a body that is whole and has the manifest's hash.
    func parts(of parcel: StoredParcel) throws -> (header: [UInt8], payload: ByteBuffer) {
        guard shape.isComplete else {
            throw Problem(.notSealed, detail: "the body ends before its age header does")
        }
        var hasher = SHA256()
        bytes.withUnsafeReadableBytes { hasher.update(bufferPointer: $0) }
        guard try hasher.hex() == parcel.sha256 else {
            throw Problem(.bodyDiffers, detail: "the body's SHA-256 is not the manifest's")
        }
        var payload = bytes
        payload.moveReaderIndex(forwardBy: shape.header.count)
        return (shape.header, payload)
    }
}

extension SealedShape {
    /// A password seals to nobody in particular; where the directory says so, only post-quantum keys do.
    func requireStanzas(postQuantum: Bool) throws(Problem) {
        guard !hasPassword else {
            throw Problem(.notSealed, detail: "sealed with a password: seal to the recipient's key")
        }
        guard !postQuantum || isPostQuantum else {
            throw Problem(.notSealed, detail: "the directory requires post-quantum keys: seal to the age1pq key only")
        }
    }

    /// Whether a body of `size` bytes has room for anything behind this header.
    func requireRoom(in size: Int64) throws(Problem) {
        guard size >= Int64(header.count + SealedShape.payloadBytesMin) else {
            throw Problem(.notSealed, detail: "the body is too short to be an age file")
        }
    }
}

/// A body that was cut: what came of it, and then the failure, where there was one.
struct CutBody: AsyncSequence {
    let bytes: ByteBuffer
    let failure: (any Error)?

    func makeAsyncIterator() -> Iterator { Iterator(bytes: bytes, failure: failure) }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate var bytes: ByteBuffer?
        fileprivate let failure: (any Error)?

        mutating func next() async throws -> ByteBuffer? {
            if let all = bytes, all.readableBytes > 0 {
                bytes = nil
                return all
            }
            if let failure { throw failure }
            return nil
        }
    }
}
