extension Frontier {
    /// The frontier at `checkpoint`, from the files of the right edge; `read` gives the bytes of a file or nil.
    ///
    /// What is read must hash to the checkpoint's root, entries included: writing never goes on from damaged tiles.
    init(
        at checkpoint: Checkpoint, read: (TileAddress) throws -> [UInt8]?
    ) throws {
        let size = checkpoint.size
        var edges: [EdgeTile] = []
        var bundle: [UInt8] = []
        for level in 0...LogLimits.tileLevel where size >> (8 * level) > 0 {
            let width = Int(size >> (8 * level) & 0xFF)
            guard width > 0 else {
                edges.append(EdgeTile())
                continue
            }
            let hashes = try Frontier.hashes(level: level, size: size, width: width, read: read)
            edges.append(EdgeTile(hashes))
            if level == 0 {
                bundle = try Frontier.bundle(size: size, hashes: hashes, read: read)
            }
        }
        self.init(size: size, edges: edges, bundle: bundle)
        guard root == checkpoint.root else { throw LogFailure.edgeDoesNotMatchRoot(size: size) }
    }

    private static func hashes(
        level: Int, size: Int64, width: Int, read: (TileAddress) throws -> [UInt8]?
    ) throws -> [LogHash] {
        let (bytes, path) = try edgeFile(.hashes(level: level), size >> (8 * (level + 1)), width, read)
        let wanted = width * LogHash.byteCount
        guard bytes.count >= wanted, bytes.count.isMultiple(of: LogHash.byteCount) else {
            throw LogFailure.badFile(path: path, rule: "\(wanted) bytes are expected")
        }
        return bytes.withUnsafeBytes { raw in
            (0..<width).map { place in
                let start = place * LogHash.byteCount
                return LogHash(reading: UnsafeRawBufferPointer(rebasing: raw[start..<(start + LogHash.byteCount)]))
            }
        }
    }

    /// The first entries of the last bundle, as many as there are hashes, each checked against its hash.
    private static func bundle(
        size: Int64, hashes: [LogHash], read: (TileAddress) throws -> [UInt8]?
    ) throws -> [UInt8] {
        let (bytes, path) = try edgeFile(.entries, size >> 8, hashes.count, read)
        let first = size - Int64(hashes.count)
        var end = 0
        for (place, entry) in try entries(of: bytes, count: hashes.count, path: path).enumerated() {
            guard WriterHashing.leaf(entry) == hashes[place] else {
                throw LogFailure.entryDoesNotMatchTile(index: first + Int64(place))
            }
            end = entry.endIndex
        }
        return Array(bytes[..<end])
    }

    /// The partial file of this width or, where a fuller one has taken its place, the full one.
    private static func edgeFile(
        _ kind: TileAddress.Kind, _ index: Int64, _ width: Int, _ read: (TileAddress) throws -> [UInt8]?
    ) throws -> (bytes: [UInt8], path: String) {
        guard let partial = TileAddress(kind, index: index, width: width) else {
            throw LogFailure.outOfRange(what: "a tile of the right edge")
        }
        if let bytes = try read(partial) { return (bytes, partial.path) }
        if let bytes = try read(partial.full) { return (bytes, partial.full.path) }
        throw LogFailure.missing(path: partial.path)
    }

    /// The first `count` entries of a bundle.
    static func entries(of bundle: [UInt8], count: Int, path: String) throws(LogFailure) -> [ArraySlice<UInt8>] {
        var entries: [ArraySlice<UInt8>] = []
        var at = 0
        for _ in 0..<count {
            guard at + 2 <= bundle.count else { throw .badFile(path: path, rule: "\(count) entries are expected") }
            let start = at + 2
            at = start + Int(bundle[at]) << 8 + Int(bundle[at + 1])
            guard at <= bundle.count else { throw .badFile(path: path, rule: "an entry ends past the file's end") }
            entries.append(bundle[start..<at])
        }
        return entries
    }
}
