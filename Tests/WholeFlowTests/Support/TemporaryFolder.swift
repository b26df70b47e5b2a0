import Foundation

/// A folder of a test's own, gone with it: in memory where there is such a place, since no test here depends on fsync.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        let memory = "/dev/shm"
        let base =
            FileManager.default.isWritableFile(atPath: memory)
            ? URL(filePath: memory) : FileManager.default.temporaryDirectory
        let url = base.appending(path: "pli-whole-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        path = url.path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Every regular file below `folder`, by its path there.
    static func contents(below folder: String) throws -> [String: Data] {
        var files: [String: Data] = [:]
        guard let walk = FileManager.default.enumerator(atPath: folder) else { return [:] }
        while let name = walk.nextObject() as? String {
            let path = folder + "/" + name
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
                continue
            }
            files[name] = try Data(contentsOf: URL(filePath: path))
        }
        return files
    }

    /// Names of the files below `folder` in which one of `secrets` stands.
    static func files(below folder: String, holding secrets: [String]) throws -> [String] {
        let needles = secrets.map { Data($0.utf8) }
        return try contents(below: folder).filter { file in
            needles.contains { file.value.range(of: $0) != nil }
        }.map(\.key).sorted()
    }
}
