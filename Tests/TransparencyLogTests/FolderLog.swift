import Foundation
import Notes

@testable import TransparencyLog

/// A log in a folder, for readers that are not us.
struct FolderLog: LogStorage, TileSource {
    let folder: URL

    init(_ folder: URL) { self.folder = folder }

    /// A new folder; whoever makes it removes it.
    static func temporary() throws -> FolderLog {
        let folder = FileManager.default.temporaryDirectory.appending(path: "pli-tlog-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return FolderLog(folder)
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    func read(_ path: String, limit: Int) throws -> [UInt8]? {
        let place = folder.appending(path: path)
        guard FileManager.default.fileExists(atPath: place.path) else { return nil }
        return [UInt8](try Data(contentsOf: place))
    }

    func file(at path: String, limit: Int) async throws -> [UInt8]? { try read(path, limit: limit) }

    func put(_ bytes: [UInt8], at path: String) throws {
        let place = folder.appending(path: path)
        try FileManager.default.createDirectory(
            at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: place)
    }

    func write(_ files: [Frontier.File]) throws {
        for file in files { try put(file.bytes, at: file.address.path) }
    }

    func publish(_ checkpoint: [UInt8]) throws { try put(checkpoint, at: "checkpoint") }

    func keptCheckpoint() throws -> [UInt8]? { try read("kept", limit: LogLimits.checkpointBytes) }

    func keep(_ checkpoint: [UInt8], replacing size: Int64?) throws { try put(checkpoint, at: "kept") }

    func write(minimumIndex: [UInt8]) throws { try put(minimumIndex, at: MinimumIndex.path) }

    func removeEntries(below index: Int64) throws {
        var number: Int64 = 0
        while let address = TileAddress(.entries, index: number), let end = address.endIndex, end <= index {
            for path in [address.path, address.partialFolder] {
                try? FileManager.default.removeItem(at: folder.appending(path: path))
            }
            number += 1
        }
    }

    func removeFolders(_ paths: [String]) throws {
        for path in paths {
            let place = folder.appending(path: path)
            if FileManager.default.fileExists(atPath: place.path) { try FileManager.default.removeItem(at: place) }
        }
    }
}
