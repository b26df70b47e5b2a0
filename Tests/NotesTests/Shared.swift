import Foundation

/// The third-party vectors beside the repository; tests that need them are skipped where they are not there.
enum Shared {
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["PLI_SHARED"] { return URL(filePath: path) }
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return root.deletingLastPathComponent().appending(path: "shared")
    }()
    static let notes = folder.appending(path: "vectors/tlog/notes")
    static let isThere = FileManager.default.fileExists(atPath: notes.appending(path: "NOTES.tsv").path)

    /// Rows of a table, each by column name.
    static func table(_ name: String) throws -> [[String: String]] {
        let text = try String(contentsOf: notes.appending(path: name), encoding: .utf8)
        let lines = text.split(separator: "\n").map { line in
            line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
        guard let head = lines.first else { return [] }
        return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(head, $0)) }
    }

    static func note(_ file: String) throws -> [UInt8] {
        let name = file.split(separator: "/").last.map(String.init) ?? file
        return [UInt8](try Data(contentsOf: notes.appending(path: name)))
    }
}
