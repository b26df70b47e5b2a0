import Courier
import Exchange
import Inbox
import Outbox

extension CommandFailure {
    /// Any failure of the targets below, as a command says it; nil for what is none of theirs.
    static func of(_ error: any Error) -> CommandFailure? {
        if let failure = error as? CommandFailure { return failure }
        guard let french = French.known(error) else { return nil }
        return CommandFailure(exitCode: code(of: error), french: french, english: "\(error)", hint: remedy(of: error))
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
        default: nil
        }
    }

    private static func code(of error: any Error) -> Code {
        switch error {
        case CourierFailure.unreachable, InboxFailure.courier(.unreachable): .unreachable
        case CourierFailure.usage, InboxFailure.courier(.usage): .usage
        case CourierFailure.sealedKeyFile, InboxFailure.courier(.sealedKeyFile): .usage
        case OutboxFailure.configuration, OutboxFailure.unreadable, OutboxFailure.watchFolder: .usage
        default: .refused
        }
    }
}
