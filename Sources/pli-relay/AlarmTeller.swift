import Logging

/// Log lines on standard error, and beside each that the operator has to look at the same in French and English.
///
/// The line itself stays English and is for programs. What other libraries write is not repeated.
struct AlarmTeller: LogHandler {
    private var lines: StreamLogHandler
    private let say: @Sendable (String, String) -> Void

    init(label: String, say: @escaping @Sendable (String, String) -> Void) {
        lines = StreamLogHandler.standardError(label: label)
        self.say = say
    }

    var metadata: Logger.Metadata {
        get { lines.metadata }
        set { lines.metadata = newValue }
    }

    var logLevel: Logger.Level {
        get { lines.logLevel }
        set { lines.logLevel = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { lines[metadataKey: key] }
        set { lines[metadataKey: key] = newValue }
    }

    func log(event: LogEvent) {
        lines.log(event: event)
        let message = "\(event.message)"
        // Why it ends is said to people by whoever ends.
        guard event.level >= .error, !message.hasPrefix("ended: "), let french = RelayFrench.known(message[...]) else {
            return
        }
        var said = (french: "alarme : \(french)", english: "alarm: \(message)")
        if let reason = event.metadata?["reason"].map({ "\($0)" }) {
            said.french += " : \(RelayFrench.of(reason))"
            said.english += ": \(reason)"
        }
        if let parcel = event.metadata?["parcel"].map({ "\($0)" }) {
            said.french += " (pli \(parcel))"
            said.english += " (parcel \(parcel))"
        }
        say(said.french, said.english)
    }
}
