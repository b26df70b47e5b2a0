import Logging
import Synchronization

/// The lines that a relay has logged.
final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    func add(_ line: String) { lines.withLock { $0.append(line) } }

    var all: [String] { lines.withLock { $0 } }

    /// Lines of a level that say this.
    func count(_ level: Logger.Level, saying text: String) -> Int {
        all.count { $0.hasPrefix("\(level) ") && $0.contains(text) }
    }
}

/// Writes into `LogLines`.
struct LineLog: LogHandler {
    let lines: LogLines
    var metadata = Logger.Metadata()
    var logLevel = Logger.Level.info

    init(lines: LogLines) {
        self.lines = lines
    }

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let pairs = (event.metadata ?? [:]).map { "\($0)=\($1)" }.sorted().joined(separator: " ")
        lines.add("\(event.level) \(event.message) \(pairs)")
    }
}
