import Durable
import Notes
import TransparencyLog

/// The log that the present one succeeded against its own key and checkpoint, as it is served. Nothing writes there any more, so
/// that one look is enough.
struct LogBeforeCheck {
    static let name = "log-before"
    static let keyBytes = 4_096
    private let files: LogFiles

    init(folder: String, disk: Disk) {
        files = LogFiles(folder: folder, copy: "", disk: disk)
    }

    /// Nothing where there is no such log: the key alone says whose name is taken.
    func run() async throws -> [Disagreement] {
        guard let bytes = try files.checkpoint() else { return [] }
        guard let line = try files.read("key", limit: Self.keyBytes) else {
            return [Disagreement(.logFileMissing, Self.name + "/key")]
        }
        guard line.last == 0x0A, let key = try? VerifierKey(line: String(decoding: line.dropLast(), as: UTF8.self))
        else { return [Disagreement(.logFileDamaged, Self.name + "/key")] }
        guard let signed = try? SignedCheckpoint(parsing: bytes, by: key) else {
            return [Disagreement(.logUnsigned, Self.name + "/checkpoint")]
        }
        do {
            return try await entries(under: signed.checkpoint)
        } catch let failure as LogFailure {
            var failures = LogFailures(in: Self.name)
            return [failures.take(failure)].compactMap { $0 }
        }
    }

    /// Every bundle that was not pruned, also behind one that is damaged.
    private func entries(under checkpoint: Checkpoint) async throws -> [Disagreement] {
        var tiles = try await CheckedTiles(of: checkpoint, from: files)
        var found: [Disagreement] = []
        var failures = LogFailures(in: Self.name)
        var index = try await LogAudit.minimumIndex(of: files, size: checkpoint.size) / 256
        while index * 256 < checkpoint.size {
            do {
                _ = try await tiles.entries(ofBundle: index)
            } catch let failure as LogFailure {
                if let wrong = failures.take(failure) { found.append(wrong) }
                if let rest = failures.rest { return found + [rest] }
            }
            index += 1
        }
        return found
    }
}
