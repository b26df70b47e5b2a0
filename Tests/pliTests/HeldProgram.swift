import Foundation

#if canImport(Glibc)
import Glibc
#endif

/// A program that runs on as long as its standard input is held open.
final class HeldProgram {
    private let process = Process()
    private let pipe = Pipe()
    private let errors: URL
    private let output: URL

    init(
        _ program: Program, _ executable: URL, _ arguments: [String], environment: [String: String] = [:]
    ) throws {
        // A program that ended early must fail its test, not end all of them.
        signal(SIGPIPE, SIG_IGN)
        output = program.folder.appending(path: ".held-out-\(UUID().uuidString)")
        errors = program.folder.appending(path: ".held-err-\(UUID().uuidString)")
        for url in [output, errors] { _ = FileManager.default.createFile(atPath: url.path, contents: nil) }
        // Whoever started the tests may ignore signals, and its children with it.
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["--default-signal=INT,TERM,HUP", executable.path] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.currentDirectoryURL = program.folder
        process.standardInput = pipe
        let handles = [try FileHandle(forWritingTo: output), try FileHandle(forWritingTo: errors)]
        process.standardOutput = handles[0]
        process.standardError = handles[1]
        try Program.start(process)
        for handle in handles { try? handle.close() }
    }

    var identifier: Int32 { process.processIdentifier }

    /// Gives the program all of `bytes`. A pipe holds 64 KiB: of more than that it has read the rest when this returns.
    func feed(_ bytes: [UInt8]) throws {
        try pipe.fileHandleForWriting.write(contentsOf: Data(bytes))
    }

    /// Ends its input.
    func endInput() throws {
        try pipe.fileHandleForWriting.close()
    }

    /// Sends a signal and waits for the end.
    func end(with number: Int32) throws -> Program.Outcome {
        kill(identifier, number)
        return try outcome()
    }

    /// Waits for the end.
    func outcome() throws -> Program.Outcome {
        // A program that hangs must fail its test, not stop all others.
        let identifier = process.processIdentifier
        let killer = DispatchWorkItem { kill(identifier, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + 120, execute: killer)
        process.waitUntilExit()
        killer.cancel()
        try? pipe.fileHandleForWriting.close()
        return Program.Outcome(
            status: process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus,
            output: try Data(contentsOf: output), errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }

    /// How many of its writable mappings hold one of `texts`; nil where a process may not look into another.
    func mappings(holding texts: [String]) -> Int? {
        guard let maps = try? String(contentsOfFile: "/proc/\(identifier)/maps", encoding: .utf8) else { return nil }
        let memory = open("/proc/\(identifier)/mem", O_RDONLY | O_CLOEXEC)
        guard memory >= 0 else { return nil }
        defer { close(memory) }
        let needles = texts.map { Data($0.utf8) }
        return maps.split(separator: "\n").count { line in
            let fields = line.split(separator: " ")
            let ends = fields[0].split(separator: "-").compactMap { UInt(String($0), radix: 16) }
            guard fields[1].hasPrefix("rw"), ends.count == 2 else { return false }
            var bytes = Data(count: Int(ends[1] - ends[0]))
            let got = bytes.withUnsafeMutableBytes { pread(memory, $0.baseAddress, $0.count, off_t(ends[0])) }
            return got > 0 && needles.contains { bytes.prefix(got).range(of: $0) != nil }
        }
    }
}
