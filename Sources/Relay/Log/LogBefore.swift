import Durable
import TransparencyLog

/// The log that the present one succeeded, as far as the backup had it: nothing is ever added to it.
struct LogBefore: Sendable {
    let folder: String
    let disk: Disk

    /// One of its files; nil where there is no such file, or no log before.
    func file(at path: String, limit: Int) async throws -> [UInt8]? {
        let files = LogFiles(folder: folder, copy: "", disk: disk)
        return try await DiskPool.run { try files.read(path, limit: limit) }
    }
}
