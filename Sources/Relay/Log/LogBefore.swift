import Durable
import TransparencyLog

/// The log that the present one succeeded, as far as the backup had it: nothing is ever added to it.
struct LogBefore: Sendable {
    private let folder: String
    private let disk: Disk
    private let watch: FolderWatch

    init(_ folder: String, disk: Disk, watch: FolderWatch) {
        self.folder = folder
        self.disk = disk
        self.watch = watch
    }

    /// One of its files; nil where there is no such file, or no log before. Of one that was moved away nothing is missing.
    func file(at path: String, limit: Int) async throws -> [UInt8]? {
        let files = LogFiles(folder: folder, copy: "", disk: disk)
        return try await DiskPool.run { [watch] in
            if let bytes = try files.read(path, limit: limit) { return bytes }
            try watch.requireLogBefore()
            return nil
        }
    }
}
