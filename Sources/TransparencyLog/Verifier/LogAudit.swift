package import Notes

/// A whole log checked from outside: signature, every tile, every entry, growth from an earlier checkpoint.
package struct LogAudit: Equatable, Sendable {
    /// What everything was checked against.
    package let checkpoint: SignedCheckpoint
    /// The first entry that was checked: below it the log is pruned.
    package private(set) var firstIndex: Int64
    /// Entries that were checked.
    package private(set) var entries: Int64 = 0
    /// Leaves of each event.
    package private(set) var events: [LogLeaf.Event: Int64] = [:]

    /// Reads the log's checkpoint and checks all from `start` on; where that is nil, from the log's minimum index. With
    /// `earlier`, the log must have grown from it. Each leaf is handed out, with its index, once it is checked.
    package static func run<Source: TileSource>(
        _ source: Source, key: VerifierKey, from start: Int64? = nil,
        since earlier: SignedCheckpoint? = nil, leaf take: (Int64, LogLeaf) throws -> Void = { _, _ in }
    ) async throws -> LogAudit {
        let signed = try await LogAudit.checkpoint(of: source, key: key)
        let size = signed.checkpoint.size
        let minimum: Int64
        if let start { minimum = start } else { minimum = try await LogAudit.minimumIndex(of: source, size: size) }
        guard (0...size).contains(minimum) else { throw LogFailure.outOfRange(what: "the first entry") }
        var tiles = try await CheckedTiles(of: signed.checkpoint, from: source)
        if let earlier { try await LogAudit.demandGrowth(from: earlier.checkpoint, in: &tiles) }
        // A bundle is served whole or not at all.
        var index = minimum / 256 * 256
        var audit = LogAudit(checkpoint: signed, firstIndex: index)
        while index < size {
            guard let bundle = try await entries(ofBundle: index / 256, in: &tiles, isFree: start == nil) else {
                index += 256
                audit.entries = 0
                audit.events = [:]
                audit.firstIndex = index
                continue
            }
            for entry in bundle {
                let leaf: LogLeaf
                do {
                    leaf = try LogLeaf(parsing: entry)
                } catch {
                    throw LogFailure.malformed(what: "entry \(index)", rule: error.description)
                }
                try take(index, leaf)
                audit.events[leaf.event, default: 0] += 1
                audit.entries += 1
                index += 1
            }
        }
        return audit
    }

    /// The entries of a bundle; nil where it went below the minimum index while the log was being read.
    private static func entries<Source: TileSource>(
        ofBundle index: Int64, in tiles: inout CheckedTiles<Source>, isFree: Bool
    ) async throws -> [ArraySlice<UInt8>]? {
        do {
            return try await tiles.entries(ofBundle: index)
        } catch LogFailure.missing(let path) {
            let minimum = try await LogAudit.minimumIndex(of: tiles.source, size: tiles.checkpoint.size)
            guard isFree, (index + 1) * 256 <= minimum else { throw LogFailure.missing(path: path) }
            return nil
        }
    }

    /// The log's signed checkpoint.
    package static func checkpoint(of source: some TileSource, key: VerifierKey) async throws -> SignedCheckpoint {
        guard let bytes = try await source.file(at: "checkpoint", limit: LogLimits.checkpointBytes) else {
            throw LogFailure.missing(path: "checkpoint")
        }
        return try SignedCheckpoint(parsing: bytes, by: key)
    }

    /// From which entry on the log, of `size` leaves, says that it has its bundles: 0 where it says nothing.
    package static func minimumIndex(of source: some TileSource, size: Int64) async throws -> Int64 {
        guard let bytes = try await source.file(at: MinimumIndex.path, limit: MinimumIndex.bytesMax) else { return 0 }
        let index = try MinimumIndex.parse(bytes)
        guard index <= size else { throw LogFailure.outOfRange(what: "the minimum index") }
        return index
    }

    /// Passes where the tree behind `tiles` is `earlier`'s or grew from it: the proof is made from checked tiles and
    /// then checked like anybody's.
    package static func demandGrowth<Source: TileSource>(
        from earlier: Checkpoint, in tiles: inout CheckedTiles<Source>
    ) async throws {
        let present = tiles.checkpoint
        guard earlier.isOfSameLog(as: present) else { throw LogFailure.otherOrigin }
        guard earlier.size <= present.size else {
            throw LogFailure.shrank(seen: earlier.size, present: present.size)
        }
        guard earlier.size > 0 else { return }
        do {
            let path = try await tiles.consistencyProof(from: earlier.size, to: present.size)
            try ProofCheck.consistency(
                oldSize: earlier.size, oldRoot: earlier.root, size: present.size, root: present.root, path: path)
        } catch LogFailure.badProof {
            throw LogFailure.forked(size: earlier.size)
        }
    }
}
