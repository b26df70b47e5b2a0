import Foundation

/// A folder that goes away with the test.
final class TemporaryFolder {
    let path: String

    /// - Parameter root: another file system's folder; the usual one where there is none.
    init(in root: String? = nil) throws {
        let folder = root.map { URL(fileURLWithPath: $0) } ?? FileManager.default.temporaryDirectory
        let url = folder.appendingPathComponent("durable-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// A path in the folder.
    func callAsFunction(_ name: String) -> String { path + "/" + name }

    /// All names in it, hidden ones too.
    var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? [] }

    func bytes(_ name: String) -> [UInt8]? { FileManager.default.contents(atPath: self(name)).map { Array($0) } }
}
