import Age
import Courier
import Durable
import Exchange
import Inbox
import LabReport
import Notes
import Outbox
import TransparencyLog

/// The French of the texts that the targets below say in English only: reasons inside a failure, and words of the relay.
///
/// Each failure has its French in a file of its own; this is for what those carry as text. What has no French here (a
/// relay of a later version may say anything) is given as it came, and marked.
enum French {
    /// What `english` says, in French.
    static func of(_ english: String) -> String {
        known(english) ?? "(en anglais) \(english)"
    }

    /// What a failure says, in French.
    static func of(_ error: any Error) -> String { known(error) ?? of("an unknown failure") }

    /// What a failure of the targets below says, in French; nil for what is none of theirs.
    static func known(_ error: any Error) -> String? {
        switch error {
        case let failure as CourierFailure: failure.french
        case let failure as OutboxFailure: failure.french
        case let failure as InboxFailure: failure.french
        case let failure as LogFailure: failure.french
        case let failure as ExchangeFailure: failure.french
        case let failure as NoteFailure: failure.french
        case let failure as LabReportFailure: failure.french
        case let failure as DurableFailure: failure.french
        case let failure as AgeFailure: failure.french
        default: nil
        }
    }

    /// What `english` says, in French, or nil where this version has no French for it.
    static func known(_ english: String) -> String? { known(english, depth: 0) }

    /// Texts inside texts, no deeper than any failure nests them.
    private static let depthMax = 8

    private static func known(_ english: String, depth: Int) -> String? {
        if let fixed = fixed[english] { return fixed }
        guard depth < depthMax else { return nil }
        for phrase in open {
            if let french = phrase.french(of: english, inner: { known($0, depth: depth + 1) }) { return french }
        }
        return nil
    }

    /// All phrases, the more particular ones before those that would take nearly anything.
    static let phrases: [FrenchPhrase] =
        courier + exchange + log + agents + problems + routes + failures + alarms + general

    private static let fixed = Dictionary(
        phrases.filter(\.isFixed).map { ($0.english, $0.french) }, uniquingKeysWith: { first, _ in first })
    private static let open = phrases.filter { !$0.isFixed }

    /// What a key and its mistake, or a thing, its member and the rule look like.
    private static let general: [FrenchPhrase] = [
        .init("{words}: (member {}): {words}", "{1} : membre n° {2} : {3}"),
        .init("{words}: {}: {words}", "{1} : {2} : {3}"),
        .init("{words}: {words}", "{1} : {2}"),
        .init("{words}: larger than its limit of {}", "{1} : plus que la limite de {2}"),
        .init("{words}: signature: {words}", "{1} : signature : {2}"),
        .init(
            "{words}: signed by another than the participant it names",
            "{1} : signé par un autre que celui qui y est nommé"),
        .init("{}: {words}", "{1} : {2}"),
        .init("{}: {list}", "{1} : {2}"),
    ]
}
