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
    func pli(
        _ arguments: String..., input: [UInt8]? = nil, environment: [String: String] = [:]
    ) throws -> Outcome {
        try run(Self.built("pli"), arguments, input: input, environment: environment)
    }

    /// Any program.
    @discardableResult
    func run(
        _ program: URL, _ arguments: [String], input: [UInt8]? = nil, environment: [String: String] = [:]
    ) throws -> Outcome {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.currentDirectoryURL = folder
        let output = folder.appending(path: ".out-\(UUID().uuidString)")
        let errors = folder.appending(path: ".err-\(UUID().uuidString)")
        for url in [output, errors] { _ = FileManager.default.createFile(atPath: url.path, contents: nil) }
        var handles = [try FileHandle(forWritingTo: output), try FileHandle(forWritingTo: errors)]
        process.standardOutput = handles[0]
        process.standardError = handles[1]
        if let input {
            let url = folder.appending(path: ".in-\(UUID().uuidString)")
            try Data(input).write(to: url)
            handles.append(try FileHandle(forReadingFrom: url))
            process.standardInput = handles[2]
        } else {
            process.standardInput = FileHandle.nullDevice
        }
        try Program.start(process, closing: handles)
        // A program that hangs must fail its test, not stop all others.
        let killer = DispatchWorkItem { kill(process.processIdentifier, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + 420, execute: killer)
        process.waitUntilExit()
        killer.cancel()
        return Outcome(
            status: process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus,
            output: try Data(contentsOf: output), errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }

    /// Starts a process, one at a time, and closes what was opened for it: Foundation keeps a process that ended, with its
    /// descriptors, and reads past its folder listing of them (a crash of all tests) once some 1,350 are open.
    static func start(_ process: Process, closing handles: [FileHandle] = []) throws {
        defer { for handle in handles { try? handle.close() } }
        try starting.withLock { try process.run() }
        let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
        if open > 800 { Issue.record("\(open) descriptors are open: a test keeps what it opened for its programs") }
    }

    private static let starting = NSLock()

    /// A program of the system, where it is installed.
    static func installed(_ name: String) -> URL? {
        ["/usr/bin", "/usr/local/bin", "/bin"].map { URL(filePath: "\($0)/\(name)") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }

    /// How many files lie in a folder; a folder that is not there has none.
    func fileCount(_ name: String) throws -> Int {
        guard exists(name) else { return 0 }
        return try FileManager.default.contentsOfDirectory(atPath: path(name)).count
    }

    /// A gibibyte of what is no report: `zeros`, `lines` of text, or `one` HL7 message that never ends.
    func writeGibibyte(_ name: String, _ kind: String) throws {
        let url = folder.appending(path: name)
        _ = FileManager.default.createFile(atPath: url.path, contents: nil)
        let file = try FileHandle(forWritingTo: url)
        defer { try? file.close() }
        if kind == "zeros" {
            try file.truncate(atOffset: 1 << 30)
            return
        }
        let line = kind == "lines" ? "neither segments nor fields are in this line\n" : "ORU|no|end|of|line|"
        let piece = Data(Array(repeating: line, count: (1 << 20) / line.utf8.count + 1).joined().utf8).prefix(1 << 20)
        if kind == "one" {
            try file.write(contentsOf: Data("MSH|^~\\&|LIS|LAB|PLI|CNAM|20261123||ORU^R01|1|P|2.5\r".utf8))
        }
        for _ in 0..<1_024 { try file.write(contentsOf: piece) }
    }

    /// Whether a test may mount a file system of its own.
    static var canMount: Bool { geteuid() == 0 && installed("mount") != nil && installed("umount") != nil }

    func remove() { try? FileManager.default.removeItem(at: folder) }
}
