package import Logging
import Synchronization

/// Keeps what one participant logged, for tests that ask.
package final class LogBook: Sendable {
    package struct Line: Sendable {
        package var level: Logger.Level
        package var text: String
        package var metadata: [String: String]
    }

    private let kept = Mutex<[Line]>([])
    private let label: String

    package init(label: String) {
        self.label = label
    }

    package var lines: [Line] { kept.withLock { $0 } }

    /// The names of the alarms raised, in order.
    package var alarms: [String] { lines.compactMap { $0.metadata["alarm"] } }

    /// What a person has to look at: every line at level error or above.
    package var troubles: [Line] { lines.filter { $0.level >= .error } }

    /// Whether a line at level error or above bears this name, as an alarm, its reason or a failure.
    package func raised(_ name: String) -> Bool {
        troubles.contains { line in
            ["alarm", "reason", "failure"].contains { key in
                line.metadata[key] == name || line.metadata[key] == "trust-" + name
            }
        }
    }

    package var warnings: [Line] { lines.filter { $0.level == .warning } }

    package var logger: Logger { Logger(label: label) { _ in Handler(book: self) } }

    private func add(_ line: Line) {
        kept.withLock { $0.append(line) }
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
            book.add(Line(level: event.level, text: event.message.description, metadata: all))
        }
    }
}
