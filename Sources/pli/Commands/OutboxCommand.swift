import ArgumentParser
import Foundation
import Outbox

/// `pli outbox`: the laboratory's daemon.
struct OutboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox",
        abstract: .both(
            "Surveille un dossier de fichiers HL7 et envoie leur contenu, jusqu'à son arrêt.",
            "Watches a folder for HL7 files, and sends what they hold until it is stopped."),
        discussion: """
            Un fichier où personne n'écrit plus est pris ; celui dont le nom commence par un point ou finit en .tmp \
            ou .part est laissé. Les fichiers pris vont dans taken/ et disparaissent aux accusés ; ceux qui ne sont \
            pas du HL7 vont dans refused/, avec la raison à côté.

            Files that nobody writes to any more are taken; a file whose name starts with a dot or ends in .tmp or \
            .part is left alone. Taken files move to taken/ and disappear on the receipts; files that are no HL7 \
            move to refused/, with the reason beside them.
            """)

    @Option(
        name: .long, help: .both("Le fichier de configuration, YAML ou JSON.", "The configuration file, YAML or JSON."))
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
        try await AgentProgram.run(agent, of: settings.agent, as: "outbox", logger: logger)
    }
}
