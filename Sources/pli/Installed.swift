import Configuration
import Courier
import Exchange
import Inbox
import Outbox

/// What a configuration file installs.
enum Installed {
    case outbox(OutboxConfiguration)
    case inbox(InboxConfiguration)

    /// Reads a configuration file with all of its mistakes.
    init(config path: String) async throws {
        let reading = try await AgentConfiguration.begin(path: path, others: ["outbox", "inbox"])
        if reading.reader.string(forKey: "participant") == nil, reading.reader.string(forKey: "origin") != nil {
            throw CommandFailure.usage(
                "c'est la configuration d'un relais", "this is the configuration of a relay",
                hint: .init(
                    french: "pli-relay fsck --config … dit ce qui ne va pas dans ses données, et /health s'il sert",
                    english: "pli-relay fsck --config … says what is wrong with its data, and /health whether it serves"
                ))
        }
        if reading.reader.string(forKey: "inbox.sink.folder") != nil {
            self = .inbox(try await InboxConfiguration.load(path: path))
        } else {
            self = .outbox(try await OutboxConfiguration.load(path: path))
        }
    }

    var agent: AgentConfiguration {
        switch self {
        case .outbox(let configuration): configuration.agent
        case .inbox(let configuration): configuration.agent
        }
    }

    /// The command that runs it.
    var command: String {
        switch self {
        case .outbox: "pli outbox"
        case .inbox: "pli inbox"
        }
    }

    /// What the directory must say that it is.
    var role: Directory.Role {
        switch self {
        case .outbox: .sender
        case .inbox: .authority
        }
    }
}
