import Foundation

/// Tools from PyPI, as `scripts/prerequisites test` installs them.
enum PythonTool {
    private static let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    static let root = tests.deletingLastPathComponent().deletingLastPathComponent()
    private static let python = root.appending(path: ".build/tools/venv/bin/python")

    /// A file of the folder Outsider.
    static func outsider(_ name: String) -> String { tests.appending(path: "Outsider/\(name)").path }

    /// Whether a module is installed.
    static func has(_ module: String) -> Bool {
        let folder = python.deletingLastPathComponent().deletingLastPathComponent().appending(path: "lib")
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return versions.contains {
            FileManager.default.fileExists(atPath: folder.appending(path: "\($0)/site-packages/\(module)").path)
        }
    }

    /// Runs it off the threads that tests run on: it waits for a relay that needs those.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], in folder: String? = nil
    ) async throws -> (status: Int32, said: String) {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try runNow(arguments, environment, folder) })
            }
        }
    }

    private static func runNow(
        _ arguments: [String], _ environment: [String: String], _ folder: String?
    ) throws -> (status: Int32, said: String) {
        let process = Process()
        process.executableURL = python
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        if let folder { process.currentDirectoryURL = URL(filePath: folder) }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        try? output.fileHandleForReading.close()
        return (process.terminationStatus, said)
    }
}
