extension CheckedTiles {
    /// The entries of the bundle at `index`, each checked against its hash in the tile; of the last one as many as the
    /// tree has. A bundle that was read whole must end where its last entry ends.
    package mutating func entries(ofBundle index: Int64) async throws -> [ArraySlice<UInt8>] {
        let hashes = try await hashes(level: 0, index: index)
        guard !hashes.isEmpty, let place = TileAddress(.entries, index: index, width: hashes.count) else {
            throw LogFailure.outOfRange(what: "a bundle")
        }
        var file: (bytes: [UInt8], place: TileAddress)?
        if let bytes = try await source.file(at: place.path, limit: place.maxBytes) {
            file = (bytes, place)
        } else if place.isPartial,
            let bytes = try await source.file(at: place.full.path, limit: place.full.maxBytes)
        {
            file = (bytes, place.full)
        }
        guard let file else { throw LogFailure.missing(path: place.path) }
        let entries = try CheckedTiles.decode(file.bytes, count: file.place.width, path: file.place.path)
        for (offset, hash) in hashes.enumerated() where ProofHashing.leafHash(of: entries[offset]) != hash {
            throw LogFailure.entryDoesNotMatchTile(index: index * 256 + Int64(offset))
        }
        return Array(entries.prefix(hashes.count))
    }

    /// One entry, checked.
    package mutating func entry(at index: Int64) async throws -> ArraySlice<UInt8> {
        guard (0..<checkpoint.size).contains(index) else { throw LogFailure.outOfRange(what: "the entry") }
        return try await entries(ofBundle: index / 256)[Int(index % 256)]
    }

    /// Exactly `count` entries, big-endian 16-bit length first, and nothing after them.
    private static func decode(
        _ bundle: [UInt8], count: Int, path: String
    ) throws(LogFailure) -> [ArraySlice<UInt8>] {
        var rest = bundle[...]
        var entries: [ArraySlice<UInt8>] = []
        entries.reserveCapacity(count)
        while entries.count < count {
            guard let high = rest.popFirst(), let low = rest.popFirst() else {
                throw .badFile(path: path, rule: "\(count) entries are expected")
            }
            let length = Int(high) * 256 + Int(low)
            guard rest.count >= length else { throw .badFile(path: path, rule: "an entry ends past the file's end") }
            entries.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        guard rest.isEmpty else { throw .badFile(path: path, rule: "data after the last entry") }
        return entries
    }
}
