import Foundation
import Notes

@testable import TransparencyLog

/// The third-party vectors beside the repository; tests that need them are skipped where they are not there.
enum Shared {
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["PLI_SHARED"] { return URL(filePath: path) }
        return packageRoot.deletingLastPathComponent().appending(path: "shared")
    }()
    static let packageRoot = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let tlog = folder.appending(path: "vectors/tlog")
    static let isThere = FileManager.default.fileExists(atPath: tlog.appending(path: "VECTORS.tsv").path)

    /// The JSON files below a folder of the vectors, with their paths.
    static func vectors(below name: String) throws -> [(name: String, data: Data)] {
        let root = tlog.appending(path: name)
        let found = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
        return try found.filter { $0.hasSuffix(".json") }.sorted().map { path in
            (path, try Data(contentsOf: root.appending(path: path)))
        }
    }
}
