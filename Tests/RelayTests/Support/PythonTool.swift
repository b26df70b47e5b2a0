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

    static func run(
        _ arguments: [String], environment: [String: String] = [:], in folder: String? = nil
    ) async throws -> (status: Int32, said: String) {
        try await OutsideProgram(executable: python, environment: environment, folder: folder).run(arguments)
    }
}
