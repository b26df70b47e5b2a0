import ArgumentParser
import Foundation
import Outbox

/// `pli outbox`: the laboratory's daemon, and what a person decides about its parcels.
struct OutboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox",
        abstract: .both(
            "Surveille un dossier et envoie le contenu de ses fichiers ; liste, renvoie et abandonne des plis.",
            "Watches a folder and sends what its files hold; lists, resends and abandons parcels."),
        discussion: """
            pli outbox --config C tourne jusqu'à son arrêt. Les autres commandes peuvent servir à côté.

            pli outbox --config C runs until it is stopped. The other commands may be used beside it.
            """,
        subcommands: [
            OutboxRunCommand.self, OutboxListCommand.self, OutboxResendCommand.self, OutboxAbandonCommand.self,
            OutboxNoteCommand.self, OutboxNumbersCommand.self,
        ],
        defaultSubcommand: OutboxRunCommand.self)
}

/// `pli outbox run`, or without a word: the daemon.
struct OutboxRunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract:
            .both(
                "Surveille un dossier et envoie le contenu de ses fichiers jusqu'à son arrêt (ce que fait pli outbox seul).",
                "Watches a folder and sends what its files hold until it is stopped (what pli outbox does by itself)."),
        discussion: """
            HL7 v2, HPRIM, CSV, FHIR et documents cliniques (CDA) sont lus. Un fichier où personne n'écrit plus est \
            pris ; celui dont le nom commence par un point ou finit en .tmp ou .part est laissé. Les fichiers pris \
            vont dans taken/ et disparaissent aux accusés ; ceux qui ne sont rien de cela vont dans refused/, avec \
            la raison à côté.

            HL7 v2, HPRIM, CSV, FHIR and clinical documents (CDA) are read. Files that nobody writes to any more are \
            taken; a file whose name starts with a dot or ends in .tmp or .part is left alone. Taken files move to \
            taken/ and disappear on the receipts; files that are none of these move to refused/, with the reason \
            beside them.
            """)

    @Option(
        name: .long, help: .both("Le fichier de configuration, YAML ou JSON.", "The configuration file, YAML or JSON."))
    var config: String

    func run() async throws {
        Heap.keepSmall()
        umask(0o077)
        let logger = AgentProgram.logger("pli-outbox")
        try await AgentEnd.tell(to: logger) {
            let settings = try await OutboxConfiguration.load(path: config)
            guard settings.watchFolder != nil else {
                throw CommandFailure.usage(
                    "outbox.watch.folder manque : quel dossier surveiller ?",
                    "outbox.watch.folder is missing: which folder is to be watched?")
            }
            let agent = try OutboxAgent(configuration: settings, logger: logger, now: AgentProgram.now)
            try await AgentProgram.run(agent, of: settings.agent, as: "outbox", logger: logger)
        }
    }
}
