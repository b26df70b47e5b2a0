import Courier
import Durable
import Inbox
import Logging
import Outbox

/// Why an agent did not start, or ended by itself, for whoever searches its log: what is said to a person has no level.
enum AgentEnd {
    /// What the line begins with.
    static let prefix = "ended: "

    /// Does what an agent does from its start to its end; a failure is a line at level critical before it is thrown.
    static func tell<Value>(to logger: Logger, _ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch {
            guard let line = line(for: error) else { throw error }
            logger.critical("\(line)", metadata: ["reason": "\(label(of: error))"])
            throw error
        }
    }

    /// The line; nil for what is no failure. One line, whatever the failure has.
    static func line(for error: any Error) -> String? {
        guard let failure = CommandFailure.of(error) else {
            return error is CancellationError ? nil : prefix + "an unknown failure"
        }
        return prefix + failure.english.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: " ")
    }

    private static func label(of error: any Error) -> String {
        switch error {
        case let failure as OutboxFailure: failure.label
        case let failure as InboxFailure: failure.label
        case let failure as CourierFailure: failure.label
        case let failure as DurableFailure: failure.label
        default: "not-started"
        }
    }
}
