import Foundation

/// A program that is not ours, beside the relay of a test.
struct OutsideProgram: Sendable {
    var executable: URL
    /// On top of the tests' own.
    var environment: [String: String] = [:]
    var folder: String?

    /// Runs it off the threads that tests run on: it waits for a relay that needs those.
    func run(_ arguments: [String]) async throws -> (status: Int32, said: String) {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try runNow(arguments) })
            }
        }
    }

    private func runNow(_ arguments: [String]) throws -> (status: Int32, said: String) {
        let process = Process()
        process.executableURL = executable
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
