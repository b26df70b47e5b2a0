import Foundation

/// The relay's own program, running on a town's folder.
final class RelayProcess {
    private let process = Process()

    /// Starts it and returns when it answers.
    init(program: String, folder: URL) throws {
        process.executableURL = URL(filePath: program)
        process.arguments = ["--config", folder.appending(path: "relay.yaml").path]
        process.currentDirectoryURL = folder
        let output = Pipe()
        process.standardOutput = output
        _ = FileManager.default.createFile(atPath: folder.appending(path: "relay.log").path, contents: nil)
        process.standardError = try FileHandle(forWritingTo: folder.appending(path: "relay.log"))
        try process.run()
        var said = Data()
        while !String(decoding: said, as: UTF8.self).contains("ready") {
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { throw Stopped() }
            said += more
        }
    }

    struct Stopped: Error {}

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    /// Seconds of processor time so far.
    var processorSeconds: Double {
        let stat = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8)) ?? ""
        let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
        return (user + system) / 100
    }

    /// MiB of memory: now, and at most so far.
    var memory: (now: Int, most: Int) {
        let status = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)) ?? ""
        func mebibytes(_ name: String) -> Int {
            let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
            return (line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0) / 1024
        }
        return (mebibytes("VmRSS:"), mebibytes("VmHWM:"))
    }
}
