import Logging
import Synchronization

/// Keeps what one participant logged.
final class LogBook: Sendable {
    struct Line: Sendable {
        var level: Logger.Level
        var text: String
        var metadata: [String: String]
    }

    private let kept = Mutex<[Line]>([])

    var lines: [Line] { kept.withLock { $0 } }

    /// What a person has to look at: every line at level error or above.
    var troubles: [Line] { lines.filter { $0.level >= .error } }

    var logger: Logger { Logger(label: "whole-flow") { _ in Handler(book: self) } }

    /// Whether a line at level error or above bears this name, as an alarm, its reason or a failure.
    func raised(_ name: String) -> Bool {
        troubles.contains { line in
            ["alarm", "reason", "failure"].contains { key in
                line.metadata[key] == name || line.metadata[key] == "trust-" + name
            }
        }
    }

    private struct Handler: LogHandler {
        let book: LogBook
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .info
        var metadataProvider: Logger.MetadataProvider?

        init(book: LogBook) {
            self.book = book
        }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = (event.metadata ?? [:]).mapValues { "\($0)" }
            let line = Line(level: event.level, text: event.message.description, metadata: all)
            book.kept.withLock { $0.append(line) }
        }
    }
}
