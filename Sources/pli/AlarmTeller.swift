import Exchange
import Logging

/// Log lines on standard error, and beside each that a person has to look at the same in French and English.
///
/// The line itself stays English and is for programs; what an outbox, an inbox or `pli send` has to tell a person at night
/// is said as every other thing that pli says.
struct AlarmTeller: LogHandler {
    private var lines: StreamLogHandler

    init(label: String) {
        lines = StreamLogHandler.standardError(label: label)
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
        guard event.level >= .error,
            let said = AlarmTeller.said("\(event.message)", (event.metadata ?? [:]).mapValues { "\($0)" })
        else { return }
        Terminal.say(said.french, said.english)
    }

    /// An alarm for a person; nil for what other libraries write.
    static func said(_ message: String, _ metadata: [String: String]) -> CommandFailure.Said? {
        // Said to a person by whoever ends.
        guard !message.hasPrefix(AgentEnd.prefix) else { return nil }
        let isAlarm = metadata["alarm"] != nil || metadata["failure"] != nil
        guard isAlarm || French.known(message) != nil else { return nil }
        let reason = metadata["reason"].flatMap { Receipt.Reason(rawValue: $0) }
        var french = French.of(message) + (reason.map { " ; raison : \($0.french)" } ?? "")
        var english = message + (reason.map { "; reason: \($0.words)" } ?? "")
        let details = places.filter { metadata[$0.key] != nil }
        if !details.isEmpty {
            french += " (" + details.map { "\($0.french) \(metadata[$0.key] ?? "")" }.joined(separator: ", ") + ")"
            english += " (" + details.map { "\($0.english) \(metadata[$0.key] ?? "")" }.joined(separator: ", ") + ")"
        }
        return .init(french: french, english: english)
    }

    /// What of a line's metadata says where to look and whom to call.
    private static let places: [(key: String, french: String, english: String)] = [
        ("recipient", "destinataire", "recipient"), ("from", "expéditeur", "sender"), ("parcel", "pli", "parcel"),
        ("profile", "profil", "profile"), ("file", "fichier", "file"), ("files", "fichiers :", "files:"),
        ("contact", "appeler :", "call:"),
    ]
}

extension Receipt.Reason {
    /// Why a recipient refused, in French.
    var french: String {
        switch self {
        case .cannotOpen: "il n'a pas pu l'ouvrir"
        case .binding: "le contenu n'appartient pas au pli"
        case .notEntitled: "l'expéditeur n'a pas le droit de le lui envoyer"
        case .invalid: "le contenu ne se lit pas"
        case .superseded: "un autre pli le remplace"
        }
    }

    /// Why a recipient refused, in English.
    var words: String {
        switch self {
        case .cannotOpen: "it could not open it"
        case .binding: "what is inside does not belong to the parcel"
        case .notEntitled: "the sender may not send it that"
        case .invalid: "what is inside cannot be read"
        case .superseded: "another parcel takes its place"
        }
    }
}
