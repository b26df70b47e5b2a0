import Exchange
import NIOCore

/// Sends a range of a stored body piece by piece. The disk reads the next one while one goes out, where there is memory for that.
struct BodyFetch: Sendable {
    let body: StoredBody
    let range: ByteRange
    let pieces: FetchPieces
    let recipient: ParticipantID

    /// What is enciphered at once, a little less than a power of two. NIOSSL gives each write that waits as much memory as the
    /// largest one of its connection ever took: of pieces enciphered whole, one that was large would make all that follow so.
    static let writeBytes = 28 << 10
    /// The same while there is memory for the largest pieces: fewer parts cost less, and one or two downloads feel it.
    static let ampleWriteBytes = 124 << 10

    /// Gives each part of a piece to `write`, which returns once the connection takes more; begins at `first` and gives where it
    /// ended. With `whileAmple` that is before the range's end where pieces became smaller.
    func send(
        from first: Int64, whileAmple: Bool, _ write: (ByteBuffer) async throws -> Void
    ) async throws -> Int64 {
        let end = range.offset + range.count
        guard first < end else { return first }
        // One goes out, one is read, and one the connection may not have let go yet.
        let all = [FetchedPiece(), FetchedPiece(), FetchedPiece()]
        defer { for piece in all { pieces.giveBack(piece.given, of: recipient) } }
        var offset = first
        var (piece, next, last) = (all[0], all[1], all[2])
        try await read(from: offset, end: end, into: piece)
        while offset < end {
            offset += Int64(piece.buffer.readableBytes)
            guard offset < end, !whileAmple || Self.isAmple(piece) else {
                try await Self.write(piece, write)
                return offset
            }
            if readsAhead(piece) {
                let (start, coming) = (offset, next)
                async let isRead: Void = read(from: start, end: end, into: coming)
                try await Self.write(piece, write)
                try await isRead
                (piece, next, last) = (coming, last, piece)
            } else {
                for other in [next, last] { give(back: other) }
                try await Self.write(piece, write)
                try await read(from: offset, end: end, into: piece)
            }
        }
        return offset
    }

    private static func isAmple(_ piece: FetchedPiece) -> Bool { piece.given == FetchPieces.largestBytes }

    private static func write(_ piece: FetchedPiece, _ write: (ByteBuffer) async throws -> Void) async throws {
        var rest = piece.buffer
        let most = isAmple(piece) ? ampleWriteBytes : writeBytes
        while rest.readableBytes > 0, let part = rest.readSlice(length: min(rest.readableBytes, most)) {
            try await write(part)
        }
    }

    /// Many are fetched, or stall: whoever has the smallest piece waits for the disk, and holds no second one.
    private func readsAhead(_ piece: FetchedPiece) -> Bool { piece.given > FetchPieces.smallestBytes }

    private func give(back piece: FetchedPiece) {
        guard piece.given > 0 else { return }
        piece.buffer = ByteBuffer()
        pieces.giveBack(piece.given, of: recipient)
        piece.given = 0
    }

    /// The piece that begins at `offset`.
    private func read(from offset: Int64, end: Int64, into piece: FetchedPiece) async throws {
        piece.given = pieces.exchange(piece.given, for: recipient)
        let count = body.pieceLength(from: offset, end: end, upTo: FetchPieces.pieceBytes(in: piece.given))
        try await DiskPool.run { [body] in try body.read(at: offset, count: count, into: piece) }
    }
}
