import Foundation

/// Programs of the system that a recipient without Pli would use.
enum Programs {
    struct Failure: Error {
        let status: Int32
    }

    static func isThere(_ names: String...) -> Bool { names.allSatisfy { path(of: $0) != nil } }

    static func path(of name: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// What the program writes when it reads `input`; both go through files, so that no pipe fills up.
    static func run(
        _ name: String, _ arguments: [String], _ input: [UInt8], in folder: TemporaryFolder
    ) throws -> [UInt8] {
        let inputPath = try folder.write(input, to: "program-input")
        let outputPath = try folder.write([], to: "program-output")
        let process = Process()
        guard let path = path(of: name) else { throw Failure(status: -1) }
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        let source = try FileHandle(forReadingFrom: URL(fileURLWithPath: inputPath))
        let output = try FileHandle(forWritingTo: URL(fileURLWithPath: outputPath))
        defer { for handle in [source, output] { try? handle.close() } }
        process.standardInput = source
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(status: process.terminationStatus) }
        return try folder.bytes("program-output")
    }
}
