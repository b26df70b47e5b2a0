import Crypto
import Durable
import Exchange

/// A file to take: read twice, once to know it by its hash, once for its messages, in pieces.
struct SourceFile {
    /// Bytes in it when it was opened.
    let size: Int64
    /// SHA-256 of these.
    let hash: SHA256Hex
    private let path: String
    private let file: ReadableFile
    private let disk: Disk

    /// Bytes of each piece but the last.
    static let pieceBytes = 256 * 1024

    /// Opens and hashes; a file that cannot be read or is empty fails here.
    init(path: String, disk: Disk) throws {
        self.path = path
        self.disk = disk
        do {
            file = try ReadableFile(path: path, disk: disk)
        } catch {
            throw error.mustStop ? error : OutboxFailure.unreadable(error)
        }
        size = file.size
        guard size > 0 else { throw OutboxFailure.empty }
        var sum = SHA256()
        var offset: Int64 = 0
        while offset < size {
            let piece = try SourceFile.piece(of: file, at: offset, size: size)
            piece.withUnsafeBytes { sum.update(bufferPointer: $0) }
            offset += Int64(piece.count)
        }
        hash = try SHA256Hex(digestBytes: Array(sum.finalize()))
    }

    /// Hands out the bytes from `start` on, in pieces, and with the last one the word that it is the last; throws when
    /// they are not the bytes that were hashed.
    ///
    /// The last piece is held back until the whole was compared: nothing after it is taken for the end of a file that
    /// somebody still writes to.
    func pieces(from start: Int64, _ body: (ArraySlice<UInt8>, _ isLast: Bool) throws -> Void) throws {
        var sum = SHA256()
        var offset: Int64 = 0
        while offset < size {
            let piece = try SourceFile.piece(of: file, at: offset, size: size)
            piece.withUnsafeBytes { sum.update(bufferPointer: $0) }
            let skipped = Int(min(max(0, start - offset), Int64(piece.count)))
            offset += Int64(piece.count)
            let isLast = offset >= size
            if isLast {
                guard try SHA256Hex(digestBytes: Array(sum.finalize())) == hash, try disk.size(of: path) == size else {
                    throw OutboxFailure.changedWhileReading
                }
            }
            if skipped < piece.count || isLast { try body(piece[skipped...], isLast) }
        }
    }

    private static func piece(of file: ReadableFile, at offset: Int64, size: Int64) throws -> [UInt8] {
        let count = Int(min(Int64(pieceBytes), size - offset))
        do {
            let piece = try file.read(at: offset, count: count)
            guard piece.count == count else { throw OutboxFailure.changedWhileReading }
            return piece
        } catch let failure as DurableFailure {
            throw failure.mustStop ? failure : OutboxFailure.unreadable(failure)
        }
    }
}
