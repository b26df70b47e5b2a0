import Crypto
import Durable
import Exchange
import Foundation
import NIOCore
import Synchronization

/// One request's part of a sealed body on its way to disk.
///
/// The age header is collected in memory, checked, encrypted, and never written in clear; if the request ends before the
/// header is whole, what came of it waits in memory for the next one, and goes with the process. The payload is written in
/// large pieces and hashed while written.
struct IncomingBody: Sendable {
    /// The row, with what is kept of the body once the header is whole.
    private(set) var parcel: StoredParcel
    /// The hash of all that is on disk.
    private(set) var hasher: SHA256
    /// Bytes on disk, the header included; of a header that is not whole those that are in memory.
    private(set) var offset: Int64

    /// Part of what is on disk was written before this process started.
    let isInherited: Bool

    private let vault: ParcelVault
    private let requirePostQuantum: Bool
    /// Where the row is made with the header.
    private let newcomer: Newcomer?
    private(set) var shape = SealedShape()
    private var file: AppendFile?
    /// A whole header on its way to the disk.
    private var keeping: DiskWork<Kept>?
    /// What is gathered and not yet on its way to the disk.
    private var gathering: BodyPiece?
    /// The hash of all that came, gathered or not.
    private var gathered: SHA256
    /// Pieces that wait for the disk, in their order.
    private var full: [FullPiece] = []
    /// A piece on its way to the disk.
    private var writing: Writing?
    /// A piece that was written, whose memory can be used again.
    private var spare: BodyPiece?

    private struct FullPiece: Sendable {
        let piece: BodyPiece
        /// The hash up to its end.
        let hasher: SHA256
    }

    private struct Writing: Sendable {
        let full: FullPiece
        let work: DiskWork<Void>
    }

    private struct Kept: Sendable {
        let parcel: StoredParcel
        let file: AppendFile
    }

    /// Begins with an upload of which nothing is kept, or with a newcomer that has no row. `shape` is what came of its header in
    /// earlier requests.
    init(
        beginning parcel: StoredParcel, newcomer: Newcomer? = nil, shape: SealedShape = SealedShape(),
        vault: ParcelVault, requirePostQuantum: Bool
    ) {
        self.parcel = parcel
        self.newcomer = newcomer
        self.shape = shape
        self.vault = vault
        self.requirePostQuantum = requirePostQuantum
        hasher = SHA256()
        gathered = SHA256()
        offset = Int64(shape.header.count)
        isInherited = false
    }

    /// Goes on with an upload whose header is kept.
    init(resuming parcel: StoredParcel, file: AppendFile, hasher: SHA256, isInherited: Bool, vault: ParcelVault) {
        self.parcel = parcel
        self.file = file
        self.hasher = hasher
        gathered = hasher
        self.isInherited = isInherited
        self.vault = vault
        requirePostQuantum = false
        newcomer = nil
        offset = (parcel.kept?.headerLength ?? 0) + file.length
    }

    /// Whether it has a row, and with that a place where it can go on.
    var hasRow: Bool { newcomer == nil || parcel.kept != nil }

    /// Whether every byte is on disk.
    var isWhole: Bool { file != nil && offset == parcel.size }

    /// Takes the next bytes, and writes once there are `pieceBytes`. More than the size is refused before it is written.
    ///
    /// `ahead` is how many large pieces may wait for the disk: while the header is kept, or the disk takes its time, the body goes
    /// on coming.
    mutating func push(_ bytes: ByteBuffer, pieceBytes: Int, ahead: Int = 0) async throws {
        var bytes = bytes
        if file == nil, keeping == nil { try takeHeader(&bytes) }
        guard bytes.readableBytes > 0 else { return }
        guard Int64(bytes.readableBytes) <= parcel.size - offset - underWayBytes else {
            throw Problem(.bodyDiffers, detail: "more bytes were sent than the manifest's size")
        }
        // Many bodies came meanwhile: none may keep what it had when they were few.
        if let spare, spare.capacity > pieceBytes { self.spare = nil }
        while bytes.readableBytes > 0 {
            let piece = piece(of: pieceBytes)
            piece.take(&bytes, upTo: pieceBytes, hash: &gathered)
            guard piece.isFull(upTo: pieceBytes) else { break }
            gathering = nil
            full.append(FullPiece(piece: piece, hasher: gathered))
            try await write(ahead: ahead)
        }
        if !full.isEmpty { try await write(ahead: ahead) }
    }

    /// What came of the payload and is not on the disk.
    private var underWayBytes: Int64 {
        let waiting = full.reduce(0) { $0 + $1.piece.count }
        return Int64((gathering?.count ?? 0) + waiting + (writing?.full.piece.count ?? 0))
    }

    /// What is gathered, or an empty piece of the size that it will have.
    private mutating func piece(of pieceBytes: Int) -> BodyPiece {
        if let gathering { return gathering }
        let underWay = underWayBytes
        // An upload may go on within a page of its file: with its first piece it comes to the end of one.
        let place = payloadBytes + underWay
        let lead = Int64(AppendFile.leadBytes(at: place))
        let capacity = Int(min(parcel.size - offset - underWay + lead, Int64(pieceBytes)))
        // What was made when more or fewer bodies came is too little or too much now.
        let piece = spare?.capacity == capacity ? spare : nil
        spare = nil
        let new = piece ?? BodyPiece(capacity: capacity)
        new.begin(at: place)
        gathering = new
        return new
    }

    /// Bytes of the payload that are on disk.
    private var payloadBytes: Int64 { file.map { _ in offset - (parcel.kept?.headerLength ?? 0) } ?? 0 }

    /// Memory that is held for bytes, written or not.
    var heldBytes: Int {
        let waiting = full.reduce(0) { $0 + $1.piece.capacity }
        return [gathering, writing?.full.piece, spare].reduce(waiting) { $0 + ($1?.capacity ?? 0) }
    }

    /// Lets the disk have what waits, a piece at a time, and waits for it where more than `ahead` pieces do. The last large one is
    /// not waited for: the next is gathered meanwhile.
    private mutating func write(ahead: Int) async throws {
        do {
            while let next = full.first {
                guard isDiskDone || full.count > ahead || !next.piece.isLarge else { return }
                try await finishKeeping()
                try await finishWriting()
                guard let file else { return }
                full.removeFirst()
                let piece = next.piece
                let work = DiskWork { try piece.withBytes { bytes in _ = try file.appendPiece(bytes) } }
                writing = Writing(full: next, work: work)
                if !piece.isLarge { try await finishWriting() }
            }
        } catch {
            forget()
            throw error
        }
    }

    /// Whether the disk would begin at once with what it is given.
    private var isDiskDone: Bool { keeping?.isEnded ?? true && writing?.work.isEnded ?? true }

    /// Waits for what is on its way to the disk: the header, or a piece. If that fails, what came behind it is forgotten.
    mutating func settle() async throws {
        do {
            try await finishKeeping()
            try await finishWriting()
        } catch {
            forget()
            throw error
        }
    }

    /// What came behind something that did not reach the disk does not count.
    private mutating func forget() {
        gathering = nil
        full = []
        gathered = hasher
    }

    private mutating func finishKeeping() async throws {
        guard let keeping else { return }
        self.keeping = nil
        let kept = try await keeping.value()
        (parcel, file) = (kept.parcel, kept.file)
        hasher.update(data: shape.header)
        shape = SealedShape()
    }

    private mutating func finishWriting() async throws {
        guard let writing else { return }
        self.writing = nil
        try await writing.work.value()
        let piece = writing.full.piece
        hasher = writing.full.hasher
        offset += Int64(piece.count)
        piece.clear()
        spare = piece
    }

    /// Writes all that came.
    mutating func flush() async throws {
        if let gathering, gathering.count > 0 {
            self.gathering = nil
            full.append(FullPiece(piece: gathering, hasher: gathered))
        }
        try await write(ahead: 0)
        try await settle()
    }

    /// Accepts the whole body if `judge` lets it and its hash is the manifest's. Gives its position, or nil if the hash differs.
    func accept(
        judge: @escaping @Sendable (StoredParcel, () throws -> SealedShape) throws -> Void
    ) async throws -> Int64? {
        guard let file else { return nil }
        let (vault, parcel, hash) = (vault, parcel, try hasher.hex())
        return try await DiskPool.run {
            try judge(parcel) { try vault.keptShape(of: parcel) }
            return hash == parcel.sha256 ? try vault.accept(parcel, file: file) : nil
        }
    }

    /// Cuts the file back to what was there when this state was taken. Blocks.
    func cutBack() throws {
        try file?.truncate(to: offset - (parcel.kept?.headerLength ?? 0))
    }

    /// Gives the file back.
    func close() {
        file?.close()
    }

    /// Reads on in the header; once it is whole, begins to keep it and leaves in `bytes` what follows, which is gathered meanwhile. Of
    /// a header that is refused nothing is remembered: its sender begins again.
    private mutating func takeHeader(_ bytes: inout ByteBuffer) throws {
        do {
            guard try readHeader(&bytes) else { return }
        } catch {
            (shape, offset) = (SealedShape(), 0)
            throw error
        }
        let (vault, parcel, header, newcomer) = (vault, parcel, shape.header, newcomer)
        keeping = DiskWork {
            let parcel = try vault.keep(header: header, of: parcel, newcomer: newcomer)
            guard let kept = parcel.kept else { throw RowMoved() }
            return Kept(parcel: parcel, file: try vault.openIncoming(kept))
        }
        gathered.update(data: header)
    }

    /// Takes what `bytes` has of the header; whether that is whole, and may be kept.
    private mutating func readHeader(_ bytes: inout ByteBuffer) throws(Problem) -> Bool {
        let before = shape.header.count
        do {
            _ = try shape.push(bytes.readableBytesView)
        } catch {
            throw Problem(.notSealed, detail: error.description)
        }
        bytes.moveReaderIndex(forwardBy: shape.header.count - before)
        offset = Int64(shape.header.count)
        guard shape.isComplete else {
            guard offset < parcel.size else {
                throw Problem(.notSealed, detail: "the body ends before its age header does")
            }
            return false
        }
        try shape.requireStanzas(postQuantum: requirePostQuantum)
        try shape.requireRoom(in: parcel.size)
        return true
    }
}
