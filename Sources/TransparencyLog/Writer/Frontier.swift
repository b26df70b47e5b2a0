/// The right edge of the tree as a value: all that is needed to append, whatever the size of the log.
///
/// A pure state machine: leaves in, changed files and the new root out. The files depend on the leaves alone, not on
/// the batches they came in, except for which partial tiles are written.
package struct Frontier: Equatable, Sendable {
    /// Leaves so far.
    package private(set) var size: Int64 = 0
    /// The tile being filled at each level, from the leaves up.
    private(set) var edges: [EdgeTile] = []
    /// The entry bundle being filled.
    private var bundle: [UInt8] = []

    /// One file of the log and its whole contents.
    package struct File: Equatable, Sendable {
        /// Which file.
        package let address: TileAddress
        /// All of it.
        package let bytes: [UInt8]
    }

    /// What a batch changes on disk.
    package struct Change: Equatable, Sendable {
        /// Files to make durable before the checkpoint. Each either is new or has the bytes it had.
        package fileprivate(set) var files: [File] = []
        /// Partial tiles that no checkpoint needs once the new one is durable: a full tile stands in their place.
        package fileprivate(set) var obsolete: [TileAddress] = []
    }

    /// The frontier of an empty log.
    package init() {}

    /// The frontier of `size` leaves with these edges; callers checked that they are of one tree.
    init(size: Int64, edges: [EdgeTile], bundle: [UInt8]) {
        self.size = size
        self.edges = edges
        self.bundle = bundle
    }

    /// RFC 6962 tree hash of all leaves.
    package var root: LogHash {
        var peaks = edges.reversed().flatMap(\.peaks)
        guard var root = peaks.popLast() else { return WriterHashing.empty }
        while let left = peaks.popLast() { root = WriterHashing.node(left, root) }
        return root
    }

    /// The frontier after `entries`, and what has to be written; this one stays as it is.
    package func appending(_ entries: [[UInt8]]) throws(LogFailure) -> (next: Frontier, change: Change) {
        guard entries.count <= LogLimits.batchLeaves else {
            throw .pastLimit(what: "batch", limit: Int64(LogLimits.batchLeaves))
        }
        guard size <= LogLimits.size - Int64(entries.count) else {
            throw .pastLimit(what: "log", limit: LogLimits.size)
        }
        var next = self
        var change = Change()
        for entry in entries {
            guard entry.count <= LogLimits.entryBytes else {
                throw .pastLimit(what: "entry", limit: Int64(LogLimits.entryBytes))
            }
            next.bundle.append(UInt8(entry.count >> 8))
            next.bundle.append(UInt8(entry.count & 0xFF))
            next.bundle.append(contentsOf: entry)
            next.add(WriterHashing.leaf(entry), from: self, to: &change)
        }
        next.writePartials(since: self, to: &change)
        return (next, change)
    }

    /// Adds a leaf's hash and carries full tiles up.
    private mutating func add(_ leaf: LogHash, from start: Frontier, to change: inout Change) {
        size += 1
        var carried = leaf
        var level = 0
        while true {
            if edges.count == level { edges.append(EdgeTile()) }
            guard let root = edges[level].append(carried) else { return }
            finish(.hashes(level: level), bytes: edges[level].bytes, from: start, to: &change)
            if level == 0 {
                finish(.entries, bytes: bundle, from: start, to: &change)
                bundle.removeAll(keepingCapacity: true)
            }
            edges[level] = EdgeTile()
            carried = root
            level += 1
        }
    }

    private func finish(_ kind: TileAddress.Kind, bytes: [UInt8], from start: Frontier, to change: inout Change) {
        guard let full = address(of: kind, at: size - 1) else { return }
        change.files.append(File(address: full, bytes: bytes))
        let startsHere = start.address(of: kind, at: start.size)?.index == full.index
        if startsHere, start.width(at: full.level) > 0 { change.obsolete.append(full) }
    }

    private func writePartials(since start: Frontier, to change: inout Change) {
        for (level, edge) in edges.enumerated() where !edge.hashes.isEmpty {
            // A level that nothing was carried to has its file from an earlier batch.
            guard start.size >> (8 * level) != size >> (8 * level) else { continue }
            let kinds: [(TileAddress.Kind, [UInt8])] =
                level == 0
                ? [(.hashes(level: 0), edge.bytes), (.entries, bundle)] : [(.hashes(level: level), edge.bytes)]
            for (kind, bytes) in kinds {
                guard let place = address(of: kind, at: size, width: edge.hashes.count) else { continue }
                change.files.append(File(address: place, bytes: bytes))
            }
        }
    }

    /// The tile of `kind` that leaf `leaf` lies under.
    private func address(
        of kind: TileAddress.Kind, at leaf: Int64, width: Int = LogLimits.tileWidth
    ) -> TileAddress? {
        var level = 0
        if case .hashes(let its) = kind { level = its }
        return TileAddress(kind, index: leaf >> (8 * (level + 1)), width: width)
    }

    private func width(at level: Int) -> Int {
        level < edges.count ? edges[level].hashes.count : 0
    }

    /// Full tiles whose partial predecessors a crash may have left behind: those that the last batch can have filled.
    package var possibleLeftovers: [TileAddress] {
        var leftovers: [TileAddress] = []
        for level in edges.indices {
            let filled = size >> (8 * (level + 1))
            let recent = Int64(LogLimits.batchLeaves >> (8 * (level + 1)) + 1)
            for index in max(0, filled - recent)..<filled {
                if let tile = TileAddress(.hashes(level: level), index: index) { leftovers.append(tile) }
                if level == 0, let bundle = TileAddress(.entries, index: index) { leftovers.append(bundle) }
            }
        }
        return leftovers
    }
}
