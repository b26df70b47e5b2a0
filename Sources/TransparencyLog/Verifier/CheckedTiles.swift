/// The tiles of one signed tree, each checked before any hash of it is used.
///
/// The tiles of the right edge must together give the root; a full tile must give the hash that its parent, checked
/// before it, has for it. A proof built from tiles that were only hashed into the proof would pass over a damaged hash
/// that this very proof does not use, and hand it on to the next one (CVE-2026-56865).
///
/// Memory: the right edge and at most `LogLimits.keptTiles` further tiles.
package struct CheckedTiles<Source: TileSource>: Sendable {
    /// The tree whose root everything is checked against.
    package let checkpoint: Checkpoint
    /// Where its files are read.
    package let source: Source
    /// Hashes of the partial tile at each level; empty where the level's last tile is full.
    private var edge: [[LogHash]] = []
    private var kept: [TileAddress: [LogHash]] = [:]

    /// Reads the right edge and checks it against the root. That the checkpoint is the log's is the caller's to check.
    package init(of checkpoint: Checkpoint, from source: Source) async throws {
        self.checkpoint = checkpoint
        self.source = source
        var remainder: [LogHash] = []
        for level in 0...LogLimits.tileLevel {
            let hashesInLevel = checkpoint.size >> (8 * level)
            guard hashesInLevel > 0 else { break }
            let width = Int(hashesInLevel % 256)
            let hashes = width == 0 ? [] : try await readEdge(level: level, index: hashesInLevel / 256, width: width)
            edge.append(hashes)
            // What is left over at the levels below is the last, smaller subtree of this level's.
            if !hashes.isEmpty || !remainder.isEmpty {
                remainder = [ProofHashing.root(over: hashes + remainder)]
            }
        }
        guard ProofHashing.root(over: remainder) == checkpoint.root else {
            throw LogFailure.edgeDoesNotMatchRoot(size: checkpoint.size)
        }
    }

    /// The hashes of the tile at `level` and `index`, checked; of a partial tile as many as the tree has.
    package mutating func hashes(level: Int, index: Int64) async throws -> [LogHash] {
        guard level >= 0, level < edge.count, index >= 0 else { throw LogFailure.outOfRange(what: "a tile") }
        // From the tile up to the first one that is checked already, then down again.
        var unchecked: [TileAddress] = []
        var current: [LogHash]?
        var place = index
        var height = level
        while current == nil {
            let full = checkpoint.size >> (8 * (height + 1))
            guard place <= full, let address = TileAddress(.hashes(level: height), index: place) else {
                throw LogFailure.outOfRange(what: "a tile")
            }
            if place == full {
                current = edge[height]
            } else if let hashes = kept[address] {
                current = hashes
            } else {
                unchecked.append(address)
                place /= 256
                height += 1
            }
        }
        var hashes = current ?? []
        while let address = unchecked.popLast() {
            let expected = hashes[Int(address.index % 256)]
            hashes = try await readFull(address, expected: expected)
        }
        return hashes
    }

    private mutating func readFull(_ address: TileAddress, expected: LogHash) async throws -> [LogHash] {
        guard let bytes = try await source.file(at: address.path, limit: address.maxBytes) else {
            throw LogFailure.missing(path: address.path)
        }
        guard bytes.count == address.maxBytes else {
            throw LogFailure.badFile(path: address.path, rule: "\(address.maxBytes) bytes are expected")
        }
        let hashes = CheckedTiles.split(bytes)
        guard ProofHashing.root(over: hashes) == expected else {
            throw LogFailure.tileDoesNotMatchParent(path: address.path)
        }
        if kept.count >= LogLimits.keptTiles { kept.removeAll() }
        kept[address] = hashes
        return hashes
    }

    /// A partial tile of the right edge, or the start of the full one that has taken its place.
    private func readEdge(level: Int, index: Int64, width: Int) async throws -> [LogHash] {
        guard let partial = TileAddress(.hashes(level: level), index: index, width: width) else {
            throw LogFailure.outOfRange(what: "a tile")
        }
        for place in [partial, partial.full] {
            guard let bytes = try await source.file(at: place.path, limit: place.maxBytes) else { continue }
            guard bytes.count == place.maxBytes else {
                throw LogFailure.badFile(path: place.path, rule: "\(place.maxBytes) bytes are expected")
            }
            return Array(CheckedTiles.split(bytes).prefix(width))
        }
        throw LogFailure.missing(path: partial.path)
    }

    private static func split(_ bytes: [UInt8]) -> [LogHash] {
        stride(from: 0, to: bytes.count, by: LogHash.byteCount).compactMap { start in
            LogHash(bytes[start..<(start + LogHash.byteCount)])
        }
    }
}
