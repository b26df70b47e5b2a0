import Age
import Crypto
package import Durable
import Exchange

#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// Writes a sealed body line by line, in memory that does not grow with it.
///
/// Lines wait until they are 6 MiB (or 1 MiB where time is dearer), are put in order, cut into gzip members, compressed, sealed
/// and only then written. Who has several bodies open compresses them earlier (`compressWaiting`), so that all of them
/// together stay small. The file has a temporary name until `finish` has made it durable; after a failure, or when a writer is
/// let go, what is left of it is swept at start (`Disk.sweepTemporaries`) or by `abandon`.
///
/// Not copyable: two copies would seal different lines into one file.
package struct SealedBodyWriter: ~Copyable {
    private static let newline = UInt8(ascii: "\n")

    private let path: String
    private let temporary: String
    private let disk: Disk
    private let file: AppendFile
    private let gzip: GzipCompressor
    private let headerBytes: Int
    private var sealer: AgeSealer
    private let waiting: WaitingLines
    private var sealed: [UInt8] = []
    private var payloadBytes: Int64 = 0
    private var hash = SHA256()
    private var lines = 0
    private var packedLines = 0
    /// Clear bytes of a raw file.
    private var fileBytes: Int64 = 0
    private var isOver = false

    /// Begins a body sealed to `sealingKey` (`age1pq1…` or `age1…`) that is to lie at `path`.
    package init(
        path: String, sealingKey: String, compression: Compression = .dense, disk: Disk = .real
    ) throws(CourierFailure) {
        try self.init(
            path: path, sealingKey: sealingKey, gzip: GzipCompressor(compression), memory: LineMemory(), disk: disk)
    }

    /// The same with a compressor and memory that bodies share which are filled on one thread.
    package init(
        path: String, sealingKey: String, gzip: GzipCompressor, memory: LineMemory, disk: Disk = .real
    ) throws(CourierFailure) {
        let temporary = FileName.temporary(of: path)
        var sealer = try SealedBodyWriter.sealer(for: sealingKey)
        let file = try onDisk { () throws(DurableFailure) in
            try disk.remove(temporary)
            return try AppendFile.create(temporary, keepsName: false, disk: disk)
        }
        self.path = path
        self.temporary = temporary
        self.disk = disk
        self.gzip = gzip
        waiting = WaitingLines(in: memory, isPacked: gzip.packsLines)
        self.file = file
        headerBytes = sealer.headerBytes
        sealed = sealer.header()
        self.sealer = sealer
    }

    /// Whether a body can be sealed to `key`: it need not be one, nor a point of its curve.
    static func canSeal(to key: String) -> Bool { (try? sealer(for: key)) != nil }

    private static func sealer(for key: String) throws(CourierFailure) -> AgeSealer {
        do {
            return try AgeSealer(recipients: [AgeRecipient(key)])
        } catch {
            throw .usage("the recipient's sealing key is not one this version can seal to: \(error)")
        }
    }

    /// Bytes of the sealed body as far as it is compressed: what a batch is bounded by.
    package var sealedBytes: Int64 { BodyPadding.sealedBytes(payload: payloadBytes, header: headerBytes) }

    /// Bytes of memory that lines take which wait to be compressed.
    package var heldBytes: Int { waiting.heldBytes }

    /// Compresses and seals what waits, and gives its memory back.
    package mutating func compressWaiting() throws(CourierFailure) {
        try requireOpen()
        try compress()
    }

    /// Adds a line, given without its newline. Among the lines of a member those of the lower `order` come first, and those
    /// of the same order as they were added: the like beside the like is smaller. `places`, ascending, are those in it where
    /// its number among the body's lines is put, from 1.
    package mutating func append(
        line: [UInt8], order: UInt64 = 0, numberAt places: [Int] = []
    ) throws(CourierFailure) {
        try requireOpen()
        guard !line.isEmpty, !SealedBodyWriter.hasNewline(line) else {
            throw .usage("a report is one line that is not empty")
        }
        guard line.count + places.count * WaitingLines.digits <= Limits.bundleBytes else {
            throw .exchange(.pastLimit(what: "report", limit: Int64(Limits.bundleBytes)))
        }
        guard fileBytes == 0 else { throw .usage("a body holds reports or one file") }
        guard lines < Limits.reportsInParcel else {
            throw .exchange(.pastLimit(what: "reports in a parcel", limit: Int64(Limits.reportsInParcel)))
        }
        try line.withBytes { (bytes) throws(CourierFailure) in try gather(bytes, order, places) }
        lines += 1
    }

    /// Adds bytes of a raw file, as they come: its first line, then the rest. Such a body holds nothing else.
    package mutating func append(fileBytes bytes: UnsafeRawBufferPointer) throws(CourierFailure) {
        try requireOpen()
        guard packedLines == 0, waiting.bytes == 0 else { throw .usage("a body holds reports or one file") }
        lines = 1
        fileBytes += Int64(bytes.count)
        var rest = bytes
        while !rest.isEmpty {
            let member = UnsafeRawBufferPointer(rebasing: rest.prefix(gzip.memberBytes))
            try pack(member)
            rest = UnsafeRawBufferPointer(rebasing: rest[member.count...])
        }
    }

    /// The same from an array.
    package mutating func append(fileBytes bytes: [UInt8]) throws(CourierFailure) {
        try bytes.withBytes { (bytes) throws(CourierFailure) in try append(fileBytes: bytes) }
    }

    /// Pads, makes durable, and gives the body its name.
    ///
    /// A crash before the rename leaves a temporary; after it the body is whole and durable.
    package mutating func finish() throws(CourierFailure) -> SealedBody {
        try requireOpen()
        guard lines > 0 else {
            isOver = true
            throw .usage("a parcel holds at least one report")
        }
        try compress()
        for padding in BodyPadding.members(behind: payloadBytes, header: headerBytes) {
            try padding.write { piece throws(CourierFailure) in
                try piece.withBytes { (bytes) throws(CourierFailure) in try seal(bytes) }
            }
        }
        isOver = true
        do {
            try sealer.finish(into: &sealed)
        } catch {
            throw .usage("the body cannot be sealed: \(error)")
        }
        try write()
        let size = file.length
        guard size == BodyPadding.sealedBytes(payload: payloadBytes, header: headerBytes),
            size == PadmeSize.padded(size)
        else { throw .usage("the sealed body has \(size) bytes, which is no size class") }
        guard size <= Limits.parcelBytes else {
            throw .exchange(.pastLimit(what: "parcel", limit: Limits.parcelBytes))
        }
        guard fileBytes <= UnpackLimits().total(sealed: size) else {
            throw FileForecast.shrinksTooMuch
        }
        try onDisk { () throws(DurableFailure) in
            try file.sync()
            try disk.rename(temporary, to: path)
        }
        file.close()
        return SealedBody(size: size, sha256: try SHA256Hex(finished: hash), lines: lines)
    }

    /// Lets the body go and removes what was written of it.
    package mutating func abandon() throws(CourierFailure) {
        isOver = true
        file.close()
        try onDisk { () throws(DurableFailure) in try disk.remove(temporary) }
    }

    private func requireOpen() throws(CourierFailure) {
        guard !isOver else { throw .usage("this body is finished, or failed") }
    }

    private static func hasNewline(_ line: [UInt8]) -> Bool {
        line.withUnsafeBytes { bytes in
            bytes.baseAddress.map { memchr($0, Int32(newline), bytes.count) != nil } ?? false
        }
    }

    private mutating func gather(
        _ line: UnsafeRawBufferPointer, _ order: UInt64, _ places: [Int]
    ) throws(CourierFailure) {
        let most = WaitingLines.mostBytes(of: line, places)
        if waiting.mostBytes + most > gzip.waitingBytes { try compress() }
        try waiting.add(line, order: order, numberAt: places)
        // Longer than all that may wait: it has members of its own.
        if most > gzip.waitingBytes { try compress() }
    }

    private mutating func compress() throws(CourierFailure) {
        guard waiting.bytes > 0 else { return }
        let waiting = waiting
        let first = packedLines + 1
        packedLines += waiting.count
        do {
            try waiting.takeAll(
                numberedFrom: first, memberBytes: gzip.memberBytes
            ) { (lines) throws(CourierFailure) in
                var rest = lines
                while !rest.isEmpty {
                    let member = UnsafeRawBufferPointer(rebasing: rest.prefix(gzip.memberBytes))
                    try pack(member)
                    rest = UnsafeRawBufferPointer(rebasing: rest[member.count...])
                }
            }
        } catch {
            // Some of the lines may be in the body already.
            isOver = true
            throw error
        }
    }

    private mutating func pack(_ clear: UnsafeRawBufferPointer) throws(CourierFailure) {
        let gzip = gzip
        try gzip.withMember(of: clear) { (member) throws(CourierFailure) in try seal(member) }
        // Other bodies of the thread wait as well: room that is needed once a member is not kept.
        sealed = []
        if sealedBytes > Limits.parcelBytes {
            isOver = true
            throw .exchange(.pastLimit(what: "parcel", limit: Limits.parcelBytes))
        }
    }

    private mutating func seal(_ payload: UnsafeRawBufferPointer) throws(CourierFailure) {
        do {
            try sealer.push(payload, into: &sealed)
        } catch {
            isOver = true
            throw .usage("the body cannot be sealed: \(error)")
        }
        payloadBytes += Int64(payload.count)
        try write()
    }

    private mutating func write() throws(CourierFailure) {
        guard !sealed.isEmpty else { return }
        sealed.withUnsafeBytes { hash.update(bufferPointer: $0) }
        do {
            try file.append(sealed)
        } catch {
            isOver = true
            throw .disk(error)
        }
        sealed.removeAll(keepingCapacity: true)
    }
}

extension [UInt8] {
    /// What `body` makes of the bytes where they lie, with the error that it throws.
    fileprivate func withBytes<Result>(
        _ body: (UnsafeRawBufferPointer) throws(CourierFailure) -> Result
    ) throws(CourierFailure) -> Result {
        let made = withUnsafeBytes { bytes in Swift.Result { () throws(CourierFailure) in try body(bytes) } }
        return try made.get()
    }
}
