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
    /// A piece on its way to the disk.
    private var writing: Writing?
    /// A piece that was written, whose memory can be used again.
    private var spare: BodyPiece?

    private struct Writing: Sendable {
        let piece: BodyPiece
        /// The hash up to its end.
        let hasher: SHA256
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
    mutating func push(_ bytes: ByteBuffer, pieceBytes: Int) async throws {
        var bytes = bytes
        if file == nil, keeping == nil { try takeHeader(&bytes) }
        guard bytes.readableBytes > 0 else { return }
        let underWay = Int64((gathering?.count ?? 0) + (writing?.piece.count ?? 0))
        guard Int64(bytes.readableBytes) <= parcel.size - offset - underWay else {
            throw Problem(.bodyDiffers, detail: "more bytes were sent than the manifest's size")
        }
        // Many bodies came meanwhile: none may keep what it had when they were few.
        if let spare, spare.capacity > pieceBytes { self.spare = nil }
        while bytes.readableBytes > 0 {
            let piece = piece(of: pieceBytes)
            piece.take(&bytes, upTo: pieceBytes, hash: &gathered)
            guard piece.isFull(upTo: pieceBytes) else { return }
            try await write(piece)
        }
    }

    /// What is gathered, or an empty piece of the size that it will have.
    private mutating func piece(of pieceBytes: Int) -> BodyPiece {
        if let gathering { return gathering }
        let underWay = Int64(writing?.piece.count ?? 0)
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
        [gathering, writing?.piece, spare].reduce(0) { $0 + ($1?.capacity ?? 0) }
    }

    /// Lets the disk have what is gathered, once it is done with the piece before. A large one is not waited for: the next is
    /// gathered meanwhile.
    private mutating func write(_ piece: BodyPiece) async throws {
        try await settle()
        guard let file else { return }
        gathering = nil
        let work = DiskWork { try piece.withBytes { bytes in _ = try file.appendPiece(bytes) } }
        writing = Writing(piece: piece, hasher: gathered, work: work)
        if !piece.isLarge { try await settle() }
    }

    /// Waits for what is on its way to the disk: the header, or a piece. If that fails, what came behind it is forgotten.
    mutating func settle() async throws {
        do {
            try await finishKeeping()
            try await finishWriting()
        } catch {
            gathering = nil
            gathered = hasher
            throw error
        }
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
        hasher = writing.hasher
        offset += Int64(writing.piece.count)
        writing.piece.clear()
        spare = writing.piece
    }

    /// Writes all that came.
    mutating func flush() async throws {
        try await settle()
        if let gathering, gathering.count > 0 { try await write(gathering) }
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
