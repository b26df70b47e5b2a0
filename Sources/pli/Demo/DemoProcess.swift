import Foundation

#if canImport(Glibc)
import Glibc
#endif

/// One of Pli's programs, run as a process of its own on this machine and watched.
///
/// It can be killed without warning and started again, as a power cut or an operator would; its standard error goes to
/// a file of the demonstration's folder, and the highest memory of all its lives is kept.
actor DemoProcess {
    let name: String
    private let program: URL
    private let arguments: [String]
    private let log: URL
    private var process: Process?
    private(set) var peakKilobytes: Int64 = 0
    private(set) var starts = 0

    init(name: String, program: URL, arguments: [String], log: URL) {
        self.name = name
        self.program = program
        self.arguments = arguments
        self.log = log
    }

    /// Starts the program; what it says is appended to its log file.
    func start() throws {
        if !FileManager.default.fileExists(atPath: log.path) {
            _ = FileManager.default.createFile(atPath: log.path, contents: nil, attributes: [.posixPermissions: 0o600])
        }
        let output = try FileHandle(forWritingTo: log)
        try output.seekToEnd()
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        try? output.close()
        self.process = process
        starts += 1
    }

    /// The process id while it runs.
    var identifier: Int32? {
        guard let process, process.isRunning else { return nil }
        return process.processIdentifier
    }

    /// The exit status once it ended; nil while it runs.
    var status: Int32? {
        guard let process, !process.isRunning else { return nil }
        return process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    }

    /// Notes the highest memory this life has needed so far.
    func sample() {
        guard let identifier, let text = try? String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8)
        else { return }
        for line in text.split(separator: "\n") where line.hasPrefix("VmHWM:") {
            let kilobytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).compactMap { Int64($0) }.first
            peakKilobytes = max(peakKilobytes, kilobytes ?? 0)
        }
    }

    /// Ends it at once, as a power cut would.
    func kill() async {
        sample()
        guard let process, process.isRunning else { return }
        Glibc.kill(process.processIdentifier, SIGKILL)
        await ended()
    }

    /// Asks it to end, and waits.
    func stop() async {
        sample()
        guard let process, process.isRunning else { return }
        process.terminate()
        for _ in 0..<100 where process.isRunning { try? await Task.sleep(for: .milliseconds(50)) }
        if process.isRunning { Glibc.kill(process.processIdentifier, SIGKILL) }
        await ended()
    }

    /// Waits until it ended by itself.
    func ended() async {
        while let process, process.isRunning {
            sample()
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    /// How many lines of its log hold `text`.
    func lines(saying text: String) -> Int {
        let log = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
        return log.split(separator: "\n").count { $0.contains(text) }
    }

    /// The last lines of its log, for a person who must find out why it stopped.
    func lastLines(_ count: Int = 6) -> String {
        let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").suffix(count).joined(separator: "\n")
    }
}
