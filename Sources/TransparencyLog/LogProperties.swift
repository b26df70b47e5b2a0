/// What holds for any bytes whatever that come as part of a log: checked by the fuzzer, and on its corpus by the tests.
///
/// The first byte of an input says which property the rest is held against.
public enum LogProperties {
    /// nil when the property holds, else which one does not.
    public static func check(_ input: [UInt8]) async -> String? {
        guard let kind = input.first else { return nil }
        let rest = Array(input.dropFirst())
        return switch kind % 6 {
        case 0: checkpoint(rest)
        case 1: leaf(rest)
        case 2: proof(rest)
        case 3: path(rest)
        default: await damaged(rest)
        }
    }

    private static func checkpoint(_ bytes: [UInt8]) -> String? {
        guard let checkpoint = try? Checkpoint(text: bytes) else { return nil }
        return checkpoint.text == bytes ? nil : "a checkpoint encodes to other bytes"
    }

    private static func leaf(_ bytes: [UInt8]) -> String? {
        guard let leaf = try? LogLeaf(parsing: bytes) else { return nil }
        return leaf.encoded == bytes ? nil : "a leaf encodes to other bytes"
    }

    private static func proof(_ bytes: [UInt8]) -> String? {
        guard let proof = try? LogProof(parsing: bytes) else { return nil }
        return proof.encoded == bytes ? nil : "a proof encodes to other bytes"
    }

    private static func path(_ bytes: [UInt8]) -> String? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let address = TileAddress(path: text) else { return nil }
        return address.path.utf8.elementsEqual(text.utf8) ? nil : "a tile has two paths"
    }

    // MARK: - A log with a damaged file

    /// Whatever a log's file becomes, its reader gives the leaves, roots and proofs of the signed tree, or none.
    ///
    /// The input: which log, which file of it, which leaf is asked for (two bytes each for file and leaf), then either 0 and
    /// the whole of the file, or edits of three bytes: place (two), value.
    private static func damaged(_ input: [UInt8]) async -> String? {
        guard input.count > 5 else { return nil }
        let log = SampleLog.all[Int(input[0]) % SampleLog.all.count]
        var source = log.source
        let paths = log.paths
        let path = paths[(Int(input[1]) << 8 | Int(input[2])) % paths.count]
        let index = Int64(Int(input[3]) << 8 | Int(input[4])) % log.checkpoint.size
        let script = Array(input.dropFirst(6))
        if input[5] == 0 {
            source.files[path] = script
        } else if var bytes = source.files[path] {
            for start in stride(from: 0, to: script.count - 2, by: 3) where !bytes.isEmpty {
                let place = (Int(script[start]) << 8 | Int(script[start + 1])) % bytes.count
                switch script[start + 2] {
                case 0: bytes.removeSubrange(place...)
                case 1: bytes += bytes[place...].prefix(1_024)
                default: bytes[place] &+= script[start + 2]
                }
            }
            source.files[path] = bytes
        }
        return await read(log, index, from: source)
    }

    private static func read(_ log: SampleLog, _ index: Int64, from source: SampleLog.Source) async -> String? {
        guard var tiles = try? await CheckedTiles(of: log.checkpoint, from: source) else { return nil }
        if let entry = try? await tiles.entry(at: index), !entry.elementsEqual(SampleLog.entry(index)) {
            return "an entry that was never appended"
        }
        if let proof = try? await tiles.inclusionProof(of: index, size: log.checkpoint.size) {
            let leaf = ProofHashing.leafHash(of: SampleLog.entry(index)[...])
            do throws(LogFailure) {
                try ProofCheck.inclusion(
                    of: leaf, index: index, size: log.checkpoint.size, path: proof, root: log.checkpoint.root)
            } catch {
                return "checked tiles give a proof of inclusion that does not hold"
            }
        }
        let old = index + 1
        guard let root = try? await tiles.root(ofSize: old),
            let proof = try? await tiles.consistencyProof(from: old, to: log.checkpoint.size)
        else { return nil }
        do throws(LogFailure) {
            try ProofCheck.consistency(
                oldSize: old, oldRoot: root, size: log.checkpoint.size, root: log.checkpoint.root, path: proof)
        } catch {
            return "checked tiles give a proof of consistency that does not hold"
        }
        return nil
    }
}

/// Logs whose leaves everybody knows, one for each shape of the right edge.
struct SampleLog: Sendable {
    /// Its files, in memory.
    struct Source: TileSource {
        var files: [String: [UInt8]]

        func file(at path: String, limit: Int) async throws -> [UInt8]? {
            guard let bytes = files[path] else { return nil }
            guard bytes.count <= limit else { throw LogFailure.pastLimit(what: "file", limit: Int64(limit)) }
            return bytes
        }
    }

    let checkpoint: Checkpoint
    let source: Source
    /// The files by their names, sorted.
    let paths: [String]

    static let all: [SampleLog] = [1, 200, 256, 300, 600, 65_800].compactMap { try? SampleLog(size: $0) }

    static func entry(_ index: Int64) -> [UInt8] { [UInt8]("leaf \(index)\n".utf8) }

    private init(size: Int64) throws {
        var frontier = Frontier()
        var files: [String: [UInt8]] = [:]
        while frontier.size < size {
            let end = min(size, frontier.size + 30_000)
            let (next, change) = try frontier.appending((frontier.size..<end).map(Self.entry))
            for file in change.files { files[file.address.path] = file.bytes }
            frontier = next
        }
        checkpoint = try Checkpoint(origin: "log.example", size: size, root: frontier.root)
        source = Source(files: files)
        paths = files.keys.sorted()
    }
}
