import Foundation

/// What a process has in memory, as somebody who may read it would take it away.
struct CoreDump {
    /// What was searched.
    enum Kind {
        /// A file that gdb's `gcore` wrote.
        case file
        /// No gdb here: the memory itself, read page by page.
        case memory
    }

    let kind: Kind
    let outcome: Haystack.Outcome

    private static let programs = ["/usr/bin/gcore", "/usr/local/bin/gcore"]

    /// Dumps a running process into `folder`, searches the dump for each of these and removes it; where that cannot be
    /// done, searches the memory in place.
    static func search(_ process: Int32, in folder: URL, for searches: [SecretSearch]) async throws -> [CoreDump] {
        if let file = try await dump(process, in: folder) {
            defer { try? FileManager.default.removeItem(at: file) }
            let place = file.deletingLastPathComponent()
            return searches.map { CoreDump(kind: .file, outcome: Haystack.search(folder: place, for: $0)) }
        }
        return searches.map { CoreDump(kind: .memory, outcome: Haystack.search(memoryOf: process, for: $0)) }
    }

    /// The dump alone in a folder of its own; nil where there is no program for it, or it may not.
    private static func dump(_ process: Int32, in folder: URL) async throws -> URL? {
        let files = FileManager.default
        guard let program = programs.first(where: { files.isExecutableFile(atPath: $0) }) else { return nil }
        let place = folder.appending(path: "core")
        try files.createDirectory(at: place, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let prefix = place.appending(path: "relay")
        let dumping = DemoProcess(
            name: "gcore", program: URL(filePath: program), arguments: ["-o", prefix.path, "\(process)"],
            log: folder.appending(path: "logs/gcore.log"))
        try await dumping.start()
        await dumping.ended()
        let file = URL(filePath: prefix.path + ".\(process)")
        let size = (try? files.attributesOfItem(atPath: file.path)[.size] as? Int64) ?? 0
        guard await dumping.status == 0, size > 0 else {
            try? files.removeItem(at: file)
            return nil
        }
        return file
    }
}
