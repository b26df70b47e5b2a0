package import Notes

extension LogProof {
    /// The proof that `leaf`, at `index` of the log behind `tiles`, is under that log's signed checkpoint.
    package static func make<Source: TileSource>(
        of index: Int64, under signed: SignedCheckpoint, in tiles: inout CheckedTiles<Source>
    ) async throws -> LogProof {
        guard tiles.checkpoint == signed.checkpoint else { throw LogFailure.otherOrigin }
        let entry = try await tiles.entry(at: index)
        let path = try await tiles.inclusionProof(of: index, size: signed.checkpoint.size)
        let extra = entry.count <= LogLimits.proofExtraBytes && !entry.isEmpty ? Array(entry) : nil
        return try LogProof(extra: extra, index: index, path: path, checkpoint: signed.note)
    }

    /// Passes where the log of `key` has `entry` at the proof's index; gives the signed checkpoint that says so.
    package func verify(entry: [UInt8], by key: VerifierKey) throws(LogFailure) -> SignedCheckpoint {
        let signed = try SignedCheckpoint(parsing: checkpoint.encoded, by: key)
        try ProofCheck.inclusion(
            of: ProofHashing.leafHash(of: entry[...]), index: index, size: signed.checkpoint.size, path: path,
            root: signed.checkpoint.root)
        return signed
    }

    /// Passes where the log of `key` has a leaf of that event and note; gives the leaf, which the extra data carries,
    /// and the signed checkpoint.
    package func verify(
        _ event: LogLeaf.Event, of note: LogHash, by key: VerifierKey
    ) throws(LogFailure) -> (leaf: LogLeaf, checkpoint: SignedCheckpoint) {
        guard let extra else { throw .malformed(what: "proof", rule: "the leaf is missing from the extra data") }
        let leaf = try LogLeaf(parsing: extra)
        guard leaf.event == event, leaf.note == note else { throw .otherLeaf }
        return (leaf, try verify(entry: extra, by: key))
    }
}
