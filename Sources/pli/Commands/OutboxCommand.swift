import ArgumentParser
import Foundation
import Outbox

/// `pli outbox`: the laboratory's daemon, and what a person decides about its parcels.
struct OutboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox",
        abstract: "Watches a folder and sends what its files hold; lists, resends and abandons parcels.",
        discussion: """
            pli outbox --config C  runs until it is stopped. The other commands may be used beside it.
            """,
        subcommands: [
            OutboxRunCommand.self, OutboxListCommand.self, OutboxResendCommand.self, OutboxAbandonCommand.self,
        ],
        defaultSubcommand: OutboxRunCommand.self)
}

/// `pli outbox run`, or without a word: the daemon.
struct OutboxRunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract:
            "Watches a folder and sends what its files hold until it is stopped (what pli outbox does by itself).",
        discussion: """
            HL7 v2, HPRIM, CSV, FHIR and clinical documents (CDA) are read. Files that nobody writes to any more are taken; \
            a file whose name starts with a dot or ends in .tmp or .part is left alone. Taken files move to taken/ and \
            disappear on the receipts; files that are none of these move to refused/, with the reason beside them.
            """)

    @Option(name: .long, help: "The configuration file, YAML or JSON.")
    var config: String

    func run() async throws {
        umask(0o077)
        let logger = AgentProgram.logger("pli-outbox")
        let settings = try await OutboxConfiguration.load(path: config)
        guard settings.watchFolder != nil else {
            throw CommandFailure.usage(
                "outbox.watch.folder manque : quel dossier surveiller ?",
                "outbox.watch.folder is missing: which folder is to be watched?")
        }
        let agent = try OutboxAgent(configuration: settings, logger: logger, now: AgentProgram.now)
        try await AgentProgram.run(agent, logger: logger)
    }
}
