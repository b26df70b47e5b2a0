import Foundation

/// The test material of others, beside the project or where PLI_SHARED says.
enum Shared {
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["PLI_SHARED"] { return URL(fileURLWithPath: path) }
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return root.deletingLastPathComponent().appendingPathComponent("shared")
    }()

    static let hl7 = folder.appendingPathComponent("vectors/hl7")

    static var isThere: Bool { FileManager.default.fileExists(atPath: hl7.path) }

    /// The files of `folder` with that ending, sorted by name.
    static func files(in folder: URL, ending: String) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == ending }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
    }

    static func bytes(_ file: URL) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: file))
    }

    /// A file packed with gzip, through the system's gunzip.
    static func unpacked(_ file: URL) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gunzip", "-c", file.path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return [UInt8](data)
    }
}

extension String {
    var bytes: [UInt8] { Array(utf8) }
}
