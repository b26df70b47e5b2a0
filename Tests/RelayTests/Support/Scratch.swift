import Durable
import Foundation

/// A folder of a test's own; removed with it.
final class Scratch: Sendable {
    let path: String

    /// In memory, where nothing depends on what a sync costs, and there is such a place.
    init(inMemory: Bool = false) throws {
        let memory = "/dev/shm/"
        let base =
            inMemory && FileManager.default.isWritableFile(atPath: memory) ? memory : NSTemporaryDirectory()
        path = base + "pli-relay-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    var data: String { path + "/data" }

    func write(_ bytes: [UInt8], to name: String) throws -> String {
        try Disk.real.writeDurably(bytes, to: path + "/" + name)
        return path + "/" + name
    }

    /// Names of the files in which one of `texts` is found, anywhere under the data folder.
    func files(holding texts: [String]) throws -> [String] {
        let needles = texts.map { Data($0.utf8) }
        return try files().filter { file in
            let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
            return needles.contains { bytes.range(of: $0) != nil }
        }
    }

    func isFolder(_ name: String) -> Bool { (try? Disk.real.isFolder(data + "/" + name)) ?? false }

    func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: data + "/" + folder)
    }

    private func files() throws -> [String] {
        guard let all = FileManager.default.enumerator(atPath: data) else { return [] }
        return all.compactMap { $0 as? String }.map { data + "/" + $0 }.filter { file in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: file, isDirectory: &isFolder) && !isFolder.boolValue
        }
    }
}
