import Courier
import Inbox
import Outbox

extension CommandFailure {
    /// Any failure of the targets below, as a command says it; nil for what is none of theirs.
    static func of(_ error: any Error) -> CommandFailure? {
        if let failure = error as? CommandFailure { return failure }
        guard let french = French.known(error) else { return nil }
        return CommandFailure(exitCode: code(of: error), french: french, english: "\(error)", hint: nil)
    }

    /// Runs `body` and gives its failures the words and exit code of a command.
    static func translating<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch {
            throw of(error) ?? error
        }
    }

    private static func code(of error: any Error) -> Code {
        switch error {
        case CourierFailure.unreachable, InboxFailure.courier(.unreachable): .unreachable
        case CourierFailure.usage, InboxFailure.courier(.usage): .usage
        case OutboxFailure.configuration, OutboxFailure.unreadable: .usage
        default: .refused
        }
    }
}
