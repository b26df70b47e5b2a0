import Durable
import TransparencyLog

/// Copies a log's tiles and bundles, each checked against its signed root on the way: a copy of a damaged log fails.
///
/// All that is copied is public: hashes and leaves. The key that signs is no part of it.
struct LogCopy {
    let disk: Disk
    let folder: String

    /// Copies the tree of `signed` from `source`; the checkpoint is written last.
    func take(_ signed: SignedCheckpoint, from source: some TileSource) async throws {
        var tiles = try await CheckedTiles(of: signed.checkpoint, from: source)
        var folders: Set<String> = []
        var minimum = try await LogAudit.minimumIndex(of: source, size: signed.checkpoint.size)
        for level in 0...LogLimits.tileLevel {
            let count = signed.checkpoint.size >> (8 * level)
            guard count > 0 else { break }
            for index in 0..<(count + 255) / 256 {
                let hashes = try await tiles.hashes(level: level, index: index)
                let bytes = hashes.flatMap(\.bytes)
                try write(bytes, .hashes(level: level), index, hashes.count, &folders)
                guard level == 0, (index + 1) * 256 > minimum else { continue }
                guard let entries = try await entries(ofBundle: index, in: &tiles, &minimum) else { continue }
                try write(Self.bundle(entries), .entries, index, entries.count, &folders)
            }
        }
        try disk.createFolder(folder)
        if minimum > 0 {
            try disk.writeDurably(MinimumIndex.encode(minimum), to: folder + "/" + MinimumIndex.path)
        }
        try disk.writeDurably(signed.bytes, to: folder + "/checkpoint")
    }

    /// Nil where a running relay pruned the bundle meanwhile; `minimum` is then the new minimum index.
    private func entries<Source: TileSource>(
        ofBundle index: Int64, in tiles: inout CheckedTiles<Source>, _ minimum: inout Int64
    ) async throws -> [ArraySlice<UInt8>]? {
        do {
            return try await tiles.entries(ofBundle: index)
        } catch LogFailure.missing(let path) {
            minimum = try await LogAudit.minimumIndex(of: tiles.source, size: tiles.checkpoint.size)
            guard (index + 1) * 256 <= minimum else { throw LogFailure.missing(path: path) }
            return nil
        }
    }

    private func write(
        _ bytes: [UInt8], _ kind: TileAddress.Kind, _ index: Int64, _ width: Int, _ folders: inout Set<String>
    ) throws {
        guard let address = TileAddress(kind, index: index, width: width) else {
            throw LogFailure.outOfRange(what: "a tile")
        }
        let path = folder + "/" + address.path
        if folders.insert(FilePlace.folder(of: path)).inserted { try disk.createFolder(FilePlace.folder(of: path)) }
        try disk.writeDurably(bytes, to: path)
    }

    /// Entries as a bundle has them: a 16-bit length before each (C2SP tlog-tiles).
    private static func bundle(_ entries: [ArraySlice<UInt8>]) -> [UInt8] {
        entries.flatMap { [UInt8($0.count >> 8), UInt8($0.count & 0xFF)] + $0 }
    }
}
