import Foundation
import Testing

/// Runs the built programs as a user would, in a scratch folder of their own.
struct Program {
    /// What a run left behind.
    struct Outcome {
        var status: Int32
        var output: Data
        var errors: String
        var text: String { String(decoding: output, as: UTF8.self) }
        var lines: [String] { text.split(separator: "\n").map(String.init) }
    }

    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    let folder: URL

    init(_ name: String = #function) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "pli-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    static func built(_ name: String) -> URL { root.appending(path: ".build/release/\(name)") }

    /// Where the material by others lies, if it is there.
    static var shared: URL? {
        let named = ProcessInfo.processInfo.environment["PLI_SHARED"].map { URL(filePath: $0) }
        let folder = named ?? root.deletingLastPathComponent().appending(path: "shared")
        return FileManager.default.fileExists(atPath: folder.appending(path: "vectors").path) ? folder : nil
    }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: folder.appending(path: name))
    }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: folder.appending(path: name))
    }

    func read(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: name)))
    }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    /// `pli <arguments>`.
    @discardableResult
    func pli(_ arguments: String..., input: [UInt8]? = nil) throws -> Outcome {
        try run(Self.built("pli"), arguments, input: input)
    }

    /// Any program.
    func run(_ program: URL, _ arguments: [String], input: [UInt8]? = nil) throws -> Outcome {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.currentDirectoryURL = folder
        let output = folder.appending(path: ".out-\(UUID().uuidString)")
        let errors = folder.appending(path: ".err-\(UUID().uuidString)")
        for url in [output, errors] { _ = FileManager.default.createFile(atPath: url.path, contents: nil) }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        if let input {
            let url = folder.appending(path: ".in-\(UUID().uuidString)")
            try Data(input).write(to: url)
            process.standardInput = try FileHandle(forReadingFrom: url)
        } else {
            process.standardInput = FileHandle.nullDevice
        }
        try process.run()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus,
            output: try Data(contentsOf: output), errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }

    /// A program of the system, where it is installed.
    static func installed(_ name: String) -> URL? {
        ["/usr/bin", "/usr/local/bin", "/bin"].map { URL(filePath: "\($0)/\(name)") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }
}
