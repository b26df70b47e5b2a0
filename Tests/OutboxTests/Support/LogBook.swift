import Logging
import Synchronization

/// Keeps what was logged, for tests that ask.
final class LogBook: Sendable {
    struct Line: Sendable {
        var level: Logger.Level
        var text: String
        var metadata: [String: String]
    }

    private let kept = Mutex<[Line]>([])

    var lines: [Line] { kept.withLock { $0 } }

    /// The names of the alarms raised, in order.
    var alarms: [String] { lines.compactMap { $0.metadata["alarm"] } }

    var warnings: [Line] { lines.filter { $0.level == .warning } }

    var logger: Logger { Logger(label: "outbox") { _ in Handler(book: self) } }

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
