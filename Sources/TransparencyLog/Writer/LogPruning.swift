/// Which entry bundles a log no longer has (C2SP tlog-tiles, "Pruning"): those that lie wholly below its minimum index.
///
/// Only what the leaves say goes. The hashes stay, 32 bytes a leaf, and are served: the tree does not change, a checkpoint of
/// any age can still be shown to have grown into the present one, and a leaf that somebody kept can still be proven.
package struct LogPruning: Equatable, Sendable {
    /// The written policy: leaves are served for twelve months, a leap year's.
    package static let servedDays: Int64 = 366
    /// Bundles looked at in one go: a quarter of a million leaves.
    static let bundlesAtOnce = 1_024

    /// Entries from here on are served. 0 in a log that was never pruned.
    package let minimumIndex: Int64

    /// A minimum index within a log of `size` leaves.
    package init(minimumIndex: Int64, size: Int64) throws(LogFailure) {
        guard (0...size).contains(minimumIndex) else { throw .outOfRange(what: "the minimum index") }
        self.minimumIndex = minimumIndex
    }

    /// Whether the file is no longer served: a bundle, the partial one with the full one in its place; never a tile of hashes.
    package func denies(_ address: TileAddress) -> Bool {
        guard case .entries = address.kind, let end = address.endIndex else { return false }
        return end <= minimumIndex
    }
}

// MARK: - Pruning

extension LogPruning {
    /// What `storage` says, for a log of `size` leaves.
    package init(reading storage: some LogStorage, size: Int64) throws {
        let bytes = try storage.read(MinimumIndex.path, limit: MinimumIndex.bytesMax)
        try self.init(minimumIndex: bytes.map { try MinimumIndex.parse($0) } ?? 0, size: size)
    }

    /// The pruning that is due: whole bundles, the oldest first, until one has a leaf that was sequenced at `time` or later, or
    /// reaches `needed`. A bundle that cannot be read ends it: what is damaged is not destroyed on top.
    package func advanced(
        in storage: some LogStorage, before time: LogMinute, needed: Int64
    ) throws -> LogPruning {
        var index = minimumIndex / Int64(LogLimits.tileWidth)
        var bundles = 0
        while bundles < Self.bundlesAtOnce, let place = TileAddress(.entries, index: index),
            let end = place.endIndex, end <= needed,
            let bytes = try storage.read(place.path, limit: place.maxBytes),
            Self.isAll(of: bytes, at: place, before: time)
        {
            index += 1
            bundles += 1
        }
        let minimum = index * Int64(LogLimits.tileWidth)
        return try LogPruning(minimumIndex: max(minimum, minimumIndex), size: max(needed, minimumIndex))
    }

    private static func isAll(of bundle: [UInt8], at place: TileAddress, before time: LogMinute) -> Bool {
        guard let entries = try? Frontier.entries(of: bundle, count: place.width, path: place.path) else {
            return false
        }
        return entries.allSatisfy { entry in
            guard let leaf = try? LogLeaf(parsing: entry) else { return false }
            return leaf.at.minutesSinceEpoch < time.minutesSinceEpoch
        }
    }

    /// Publishes the minimum index: first of two steps. A crash before it is durable leaves the log as it was.
    package func publish(to storage: some LogStorage) throws {
        try storage.write(minimumIndex: MinimumIndex.encode(minimumIndex))
    }

    /// Destroys what lies below the published minimum index: second step. A crash in it leaves bundles that are no longer
    /// served; the same call, at the next start, finishes it.
    package func sweep(_ storage: some LogStorage) throws {
        guard minimumIndex > 0 else { return }
        try storage.removeEntries(below: minimumIndex)
    }
}
