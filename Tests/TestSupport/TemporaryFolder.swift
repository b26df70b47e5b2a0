package import Foundation

/// A folder of its own for a test that does not depend on fsync, gone with it.
package final class TemporaryFolder: Sendable {
    package let path: String

    package init() throws {
        // Thousands of fsyncs have no effect here: in memory where there is such a folder.
        let memory = "/dev/shm"
        let base =
            FileManager.default.isWritableFile(atPath: memory)
            ? URL(filePath: memory) : FileManager.default.temporaryDirectory
        let url = base.appending(path: "pli-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        path = url.path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Writes a file into the folder and gives its path.
    @discardableResult
    package func write(_ bytes: [UInt8], to name: String) throws -> String {
        try Data(bytes).write(to: URL(filePath: path + "/" + name))
        return path + "/" + name
    }

    /// The names of those files below `folder` that hold one of `secrets`.
    package static func files(below folder: String, holding secrets: [[UInt8]]) throws -> [String] {
        try contents(below: folder).filter { file in
            file.value.withUnsafeBytes { bytes in secrets.contains { stands($0, in: bytes) } }
        }.map(\.key).sorted()
    }

    /// Whether `text` stands anywhere in `bytes`; by first byte, since most files hold no such byte next to the second.
    private static func stands(_ text: [UInt8], in bytes: UnsafeRawBufferPointer) -> Bool {
        guard let first = text.first, let base = bytes.baseAddress else { return false }
        var start = 0
        while start + text.count <= bytes.count,
            let hit = memchr(base + start, Int32(first), bytes.count - text.count - start + 1)
        {
            if memcmp(hit, text, text.count) == 0 { return true }
            start = base.distance(to: UnsafeRawPointer(hit)) + 1
        }
        return false
    }

    /// Every regular file below `folder`, with its contents.
    package static func contents(below folder: String) throws -> [String: Data] {
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
}
