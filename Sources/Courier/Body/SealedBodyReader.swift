import Age
import Crypto
package import Durable
package import Exchange

/// Opens a fetched body into a private file of lines, or into nothing.
package enum SealedBodyReader {
    private static let pieceBytes = 256 * 1024

    /// Opens the sealed body at `path` into `clearPath`; of a `file` gives its first line, which the clear file is without.
    ///
    /// Returns only when the body has the size and hash of `manifest`, one of our keys opened it to its last chunk,
    /// every line names the parcel as its source, and there are as many as the manifest says. The clear file has mode
    /// 0600 and lies in a folder that nobody else may enter; on any failure it is removed. It is not durable: after a
    /// crash the body is opened again.
    @discardableResult
    package static func open(
        path: String, keys: ParticipantKeys, manifest: Manifest, into clearPath: String, disk: Disk = .real
    ) throws(CourierFailure) -> FileHead? {
        try open(
            path: path, keys: keys, manifest: manifest, into: clearPath, disk: disk, limits: UnpackLimits())
    }

    /// The same into a file of nobody's but this process: it has no name, and goes with the process, however that ends. `folder` is
    /// where its bytes lie meanwhile. The body must have the shape that the relay asks of each, too: `shape` is its header.
    package static func open(
        path: String, keys: ParticipantKeys, manifest: Manifest, inPrivateOf folder: String, disk: Disk = .real
    ) throws(CourierFailure) -> (clear: AppendFile, head: FileHead?, shape: SealedShape) {
        let sealed = try checkedBody(at: path, manifest: manifest, disk: disk)
        let name = folder + "/\(manifest.id.text)-\(UInt64.random(in: 0 ... .max))" + Disk.temporarySuffix
        let clear = try createPrivate(name, disk: disk)
        // Before anything is in it.
        try onDisk { () throws(DurableFailure) in try disk.remove(name) }
        var shape: SealedShape? = SealedShape()
        let head = try unpack(
            sealed, keys: keys, manifest: manifest, into: clear, limits: UnpackLimits(), shape: &shape)
        guard let shape, shape.isComplete else { throw .exchange(.notSealed(offset: shape?.header.count ?? 0)) }
        return (clear, head, shape)
    }

    @discardableResult
    static func open(
        path: String, keys: ParticipantKeys, manifest: Manifest, into clearPath: String, disk: Disk,
        limits: UnpackLimits
    ) throws(CourierFailure) -> FileHead? {
        let sealed = try checkedBody(at: path, manifest: manifest, disk: disk)
        let clear = try createPrivate(clearPath, disk: disk)
        do throws(CourierFailure) {
            var shape: SealedShape?
            let head = try unpack(sealed, keys: keys, manifest: manifest, into: clear, limits: limits, shape: &shape)
            clear.close()
            return head
        } catch {
            clear.close()
            // Clear text that cannot be removed is worse than a refused parcel: that failure is the one told.
            try onDisk { () throws(DurableFailure) in try disk.remove(clearPath) }
            throw error
        }
    }

    /// Hands out the lines of a clear file, each without its newline, in memory bounded by the longest one.
    package static func lines(
        of clearPath: String, disk: Disk = .real, _ body: (ArraySlice<UInt8>) throws -> Void
    ) throws {
        var splitter = LineSplitter(limit: Limits.bundleBytes)
        try pieces(of: clearPath, disk: disk) { try push($0, into: &splitter, body) }
        guard splitter.isAtLineEnd else { throw CourierFailure.invalid("the last line has no end") }
    }

    /// The same of an opened body without a name.
    package static func lines(of clear: AppendFile, _ body: (ArraySlice<UInt8>) throws -> Void) throws {
        var splitter = LineSplitter(limit: Limits.bundleBytes)
        try pieces(of: clear) { try push($0, into: &splitter, body) }
        guard splitter.isAtLineEnd else { throw CourierFailure.invalid("the last line has no end") }
    }

    /// Hands out the bytes of a clear file.
    package static func pieces(
        of clearPath: String, disk: Disk = .real, _ body: (ArraySlice<UInt8>) throws -> Void
    ) throws {
        let file = try onDisk { () throws(DurableFailure) in try ReadableFile(path: clearPath, disk: disk) }
        var offset: Int64 = 0
        while offset < file.size {
            let piece = try piece(of: file, at: offset)
            offset += Int64(piece.count)
            try body(piece[...])
        }
    }

    /// The same of an opened body without a name.
    package static func pieces(of clear: AppendFile, _ body: (ArraySlice<UInt8>) throws -> Void) throws {
        var offset: Int64 = 0
        while offset < clear.length {
            let piece = try onDisk { () throws(DurableFailure) in try clear.read(at: offset, count: pieceBytes) }
            guard !piece.isEmpty else { throw CourierFailure.damagedBody("it ends early") }
            offset += Int64(piece.count)
            try body(piece[...])
        }
    }

    private static func push(
        _ piece: ArraySlice<UInt8>, into splitter: inout LineSplitter, _ body: (ArraySlice<UInt8>) throws -> Void
    ) throws {
        guard try splitter.push(piece, body) else { throw CourierFailure.invalid("a line is too long") }
    }

    /// The sealed file, once its size and hash are the manifest's: nothing of another file is even decrypted.
    private static func checkedBody(
        at path: String, manifest: Manifest, disk: Disk
    ) throws(CourierFailure) -> ReadableFile {
        let file = try onDisk { () throws(DurableFailure) in try ReadableFile(path: path, disk: disk) }
        guard file.size == manifest.size else {
            throw .damagedBody("\(file.size) bytes instead of \(manifest.size)")
        }
        var hash = SHA256()
        var offset: Int64 = 0
        while offset < file.size {
            let piece = try piece(of: file, at: offset)
            piece.withUnsafeBytes { hash.update(bufferPointer: $0) }
            offset += Int64(piece.count)
        }
        guard try SHA256Hex(finished: hash) == manifest.sha256 else { throw .damagedBody("its hash differs") }
        return file
    }

    private static func createPrivate(_ path: String, disk: Disk) throws(CourierFailure) -> AppendFile {
        let folder = FileName.folder(of: path)
        let mode = try onDisk { () throws(DurableFailure) in
            try disk.createFolder(folder, mode: 0o700)
            return try disk.mode(of: folder)
        }
        guard let mode, mode & 0o077 == 0 else {
            throw .usage("the folder for opened parcels can be entered by others: make its mode 0700")
        }
        return try onDisk { () throws(DurableFailure) in
            // What a crash left there was never handed over.
            try disk.remove(path)
            return try AppendFile.create(path, mode: 0o600, keepsName: false, disk: disk)
        }
    }

    /// Opens what `checkedBody` has seen. The file is read a second time for it, and may not be ours: what is given is what came of
    /// the very bytes that were hashed.
    private static func unpack(
        _ sealed: ReadableFile, keys: ParticipantKeys, manifest: Manifest, into clear: AppendFile, limits: UnpackLimits,
        shape: inout SealedShape?
    ) throws(CourierFailure) -> FileHead? {
        var reading = SecondReading(shape: shape)
        let head = try unpack(
            sealed, keys: keys, manifest: manifest, into: clear, limits: limits, reading: &reading)
        guard try SHA256Hex(finished: reading.hash) == manifest.sha256 else {
            throw .damagedBody("it changed while it was read")
        }
        shape = reading.shape
        return head
    }

    private static func unpack(
        _ sealed: ReadableFile, keys: ParticipantKeys, manifest: Manifest, into clear: AppendFile, limits: UnpackLimits,
        reading: inout SecondReading
    ) throws(CourierFailure) -> FileHead? {
        var opener = try keys.makeOpener()
        var lines = BodyLines(manifest: manifest, limits: limits)
        var file = manifest.kind == .file ? BodyFile(manifest) : nil
        let gunzip = try GunzipStream(limits: limits, sealed: sealed.size)
        func take(_ bytes: ArraySlice<UInt8>) throws(CourierFailure) {
            var bytes = bytes
            if file == nil {
                try lines.check(bytes)
            } else {
                bytes = try file?.behindHead(bytes) ?? bytes
            }
            guard !bytes.isEmpty else { return }
            _ = try onDisk { () throws(DurableFailure) in try clear.append(bytes) }
        }
        var offset: Int64 = 0
        var opened: [UInt8] = []
        while offset < sealed.size {
            let piece = try piece(of: sealed, at: offset)
            offset += Int64(piece.count)
            try reading.take(piece)
            do {
                try opener.push(piece, into: &opened)
            } catch {
                throw .cannotOpen("\(error)")
            }
            try gunzip.push(opened, take)
            opened.removeAll(keepingCapacity: true)
        }
        do {
            try opener.finish(into: &opened)
        } catch {
            throw .cannotOpen("\(error)")
        }
        try gunzip.push(opened, take)
        try gunzip.finish(take)
        guard let file else {
            try lines.finish()
            return nil
        }
        return try file.finish()
    }

    private static func piece(of file: ReadableFile, at offset: Int64) throws(CourierFailure) -> [UInt8] {
        let piece = try onDisk { () throws(DurableFailure) in try file.read(at: offset, count: pieceBytes) }
        // Fewer bytes than it had when it was opened: somebody cuts it under our hands.
        guard !piece.isEmpty else { throw .damagedBody("it ends early") }
        return piece
    }
}

/// What the bytes that were opened are: their hash and, where it is asked for, their shape.
private struct SecondReading {
    private(set) var hash = SHA256()
    var shape: SealedShape?

    init(shape: SealedShape?) {
        self.shape = shape
    }

    mutating func take(_ piece: [UInt8]) throws(CourierFailure) {
        piece.withUnsafeBytes { hash.update(bufferPointer: $0) }
        guard shape?.isComplete == false else { return }
        do {
            _ = try shape?.push(piece)
        } catch {
            throw .exchange(error)
        }
    }
}

/// Checks the lines of an opened body against its manifest as they come.
private struct BodyLines {
    private let source: BodySource
    private let expected: Int
    private var splitter: LineSplitter
    private var count = 0

    init(manifest: Manifest, limits: UnpackLimits) {
        source = manifest.source
        expected = manifest.reports
        splitter = LineSplitter(limit: limits.lineBytes)
    }

    mutating func check(_ bytes: ArraySlice<UInt8>) throws(CourierFailure) {
        var count = count
        let isWithinLimit = try splitter.push(bytes) { line throws(CourierFailure) in
            count += 1
            guard count <= expected else { throw .binding("more lines than the manifest's \(expected)") }
            do {
                try BodySource.check(bundleLine: line, is: source)
            } catch {
                throw .binding("line \(count) does not name this parcel as its source")
            }
        }
        self.count = count
        guard isWithinLimit else { throw .invalid("line \(count + 1) is too long") }
    }

    func finish() throws(CourierFailure) {
        guard splitter.isAtLineEnd else { throw .invalid("the last line has no end") }
        guard count == expected else { throw .binding("\(count) lines instead of the manifest's \(expected)") }
    }
}

/// Takes the first line off an opened file, which must name its parcel.
private struct BodyFile {
    private let manifest: Manifest
    private var carried: [UInt8] = []
    private var head: FileHead?

    init(_ manifest: Manifest) {
        self.manifest = manifest
    }

    /// What of `bytes` stands behind the first line.
    mutating func behindHead(_ bytes: ArraySlice<UInt8>) throws(CourierFailure) -> ArraySlice<UInt8> {
        guard head == nil else { return bytes }
        let end = bytes.firstIndex(of: UInt8(ascii: "\n"))
        let line = end.map { bytes[...$0] } ?? bytes
        guard carried.count + line.count <= Limits.fileHeadBytes else {
            throw .invalid("the file's first line is too long")
        }
        carried += line
        guard end != nil else { return [] }
        do {
            head = try FileHead(line: carried)
        } catch {
            // Whose line it is counts before its form: only one that is surely this parcel's own is told as a mistake of form.
            guard FileHead.names(manifest, inLine: carried) else {
                throw .binding("the file's first line does not name this parcel")
            }
            throw .invalid("the file's first line is malformed: \(error)")
        }
        guard head?.belongs(to: manifest) == true else {
            throw .binding("the file's first line does not name this parcel")
        }
        return bytes[line.endIndex...]
    }

    func finish() throws(CourierFailure) -> FileHead {
        guard let head else { throw .invalid("the file has no first line") }
        return head
    }
}
