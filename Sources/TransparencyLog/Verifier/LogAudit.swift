package import Notes

/// A whole log checked from outside: signature, every tile, every entry, growth from an earlier checkpoint.
package struct LogAudit: Equatable, Sendable {
    /// What everything was checked against.
    package let checkpoint: SignedCheckpoint
    /// The first entry that was checked: below it the log is pruned.
    package let firstIndex: Int64
    /// Entries that were checked.
    package private(set) var entries: Int64 = 0
    /// Leaves of each event.
    package private(set) var events: [LogLeaf.Event: Int64] = [:]

    /// Reads the log's checkpoint and checks all from `minimumIndex` on. With `earlier`, the log must have grown from
    /// it. Each leaf is handed out, with its index, once it is checked.
    package static func run(
        _ source: some TileSource, key: VerifierKey, from minimumIndex: Int64 = 0,
        since earlier: SignedCheckpoint? = nil, leaf take: (Int64, LogLeaf) throws -> Void = { _, _ in }
    ) async throws -> LogAudit {
        let signed = try await LogAudit.checkpoint(of: source, key: key)
        let size = signed.checkpoint.size
        guard (0...size).contains(minimumIndex) else { throw LogFailure.outOfRange(what: "the first entry") }
        var tiles = try await CheckedTiles(of: signed.checkpoint, from: source)
        if let earlier { try await LogAudit.demandGrowth(from: earlier.checkpoint, in: &tiles) }
        // A bundle is served whole or not at all.
        let first = minimumIndex / 256 * 256
        var audit = LogAudit(checkpoint: signed, firstIndex: first)
        var index = first
        while index < size {
            for entry in try await tiles.entries(ofBundle: index / 256) {
                let leaf: LogLeaf
                do {
                    leaf = try LogLeaf(parsing: entry)
                } catch {
                    throw LogFailure.malformed(what: "entry \(index)", rule: error.description)
                }
                try take(index, leaf)
                audit.events[leaf.event, default: 0] += 1
                index += 1
            }
        }
        audit.entries = index - first
        return audit
    }

    /// The log's signed checkpoint.
    package static func checkpoint(of source: some TileSource, key: VerifierKey) async throws -> SignedCheckpoint {
        guard let bytes = try await source.file(at: "checkpoint", limit: LogLimits.checkpointBytes) else {
            throw LogFailure.missing(path: "checkpoint")
        }
        return try SignedCheckpoint(parsing: bytes, by: key)
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
