import Courier
import Exchange
import Foundation
import Inbox
import Outbox

extension CommandFailure {
    /// Any failure of the targets below, as a command says it; nil for what is none of theirs.
    static func of(_ error: any Error) -> CommandFailure? {
        if let failure = error as? CommandFailure { return failure }
        if let failure = of(foundation: error) { return failure }
        guard let french = French.known(error) else { return nil }
        return CommandFailure(
            exitCode: code(of: error), french: french, english: english(of: error), hint: remedy(of: error))
    }

    /// An alarm is called by its name, which the tables of docs/operating.md go by.
    private static func english(of error: any Error) -> String {
        guard case CourierFailure.trust(let alarm) = error else { return "\(error)" }
        return "alarm \(alarm.label): \(alarm)"
    }

    /// What the system said where no target of ours put it into words: a full disk is told as such, the rest by its number.
    private static func of(foundation error: any Error) -> CommandFailure? {
        guard let error = error as? CocoaError else { return nil }
        let inner = (error.underlying as? POSIXError)?.code
        if error.code == .fileWriteOutOfSpace || inner == .ENOSPC {
            return refused(
                "plus de place sur le disque", "no room left on the disk",
                hint: .init(
                    french: "faites de la place, ou TMPDIR ailleurs", english: "make room, or set TMPDIR elsewhere"))
        }
        return refused(
            "un fichier n'a pas pu être lu ou écrit (Cocoa \(error.code.rawValue))",
            "a file could not be read or written (Cocoa \(error.code.rawValue))")
    }

    /// Runs `body` and gives its failures the words and exit code of a command.
    static func translating<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch {
            throw of(error) ?? error
        }
    }

    private static func remedy(of error: any Error) -> Said? {
        switch error {
        case let failure as ExchangeFailure: failure.remedy
        case CourierFailure.exchange(let failure): failure.remedy
        case CourierFailure.refused(let problem) where problem.type == .notEntitled:
            Said(
                french:
                    "demandez aux détenteurs des clés racines, ou au registraire, ce que l'annuaire dit de ce participant",
                english:
                    "ask the holders of the root keys, or the registrar, what the directory says of this participant")
        case CourierFailure.trust(let alarm): alarm.remedy
        default: nil
        }
    }

    private static func code(of error: any Error) -> Code {
        switch error {
        case CourierFailure.unreachable, InboxFailure.courier(.unreachable): .unreachable
        case CourierFailure.relayFull, InboxFailure.courier(.relayFull): .unreachable
        // Its own word that it serves nobody just now: its clock is in doubt, there is too much to do.
        case CourierFailure.refused(let problem) where problem.type.isTransient: .unreachable
        case InboxFailure.courier(.refused(let problem)) where problem.type.isTransient: .unreachable
        case CourierFailure.usage, InboxFailure.courier(.usage): .usage
        case CourierFailure.ownCertificate, InboxFailure.courier(.ownCertificate): .usage
        case CourierFailure.sealedKeyFile, InboxFailure.courier(.sealedKeyFile): .usage
        case InboxFailure.sinkPlaceMissing: .usage
        case OutboxFailure.configuration, OutboxFailure.unreadable, OutboxFailure.watchFolder: .usage
        default: .refused
        }
    }
}
