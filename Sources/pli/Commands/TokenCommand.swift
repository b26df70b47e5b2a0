import ArgumentParser
import Courier

/// `pli token`: a request token for a participant, for `curl` and integrators.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: .both(
            "Affiche un jeton de ce participant, bon pour deux minutes.",
            "Prints a request token of this participant: good for two minutes."),
        discussion: """
            Pour curl : curl -H "Authorization: Bearer $(pli token --config inbox.yaml)" https://relay.example/v1/inbox

            For curl, as above: the token stands in the Authorization field, behind Bearer.
            """)

    @OptionGroup var options: InstalledOptions

    func run() async throws {
        let (agent, _) = try await AgentConfiguration.load(path: options.config)
        let keys = try ParticipantKeys.load(of: agent)
        Terminal.line(try await keys.requestToken(for: agent.relayOrigin, now: .now))
    }
}
