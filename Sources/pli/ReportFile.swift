import LabReport

/// Reads a file of reports in pieces, with memory that depends on the largest message only.
enum ReportFile {
    /// Hands the outcomes of each message, and each held stretch of the file, to `body`, in order. Without a `format` the first
    /// bytes show it.
    static func read(
        _ path: String?, format: ReportFormat?, settings: ReaderSettings, _ body: (ReportStream.Item) throws -> Void
    ) throws {
        let file = try InputFile(path)
        var stream = ReportStream(format, settings: settings)
        while true {
            let bytes = try file.read()
            var items: [ReportStream.Item] = []
            if bytes.isEmpty {
                stream.finish { items.append($0) }
            } else {
                stream.push(bytes[...]) { items.append($0) }
            }
            for item in items { try body(item) }
            if bytes.isEmpty { return }
        }
    }
}
