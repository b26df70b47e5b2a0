import ArgumentParser
import Exchange
import Foundation
import Inbox

/// `pli inbox`: the authority's daemon.
struct InboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inbox",
        abstract: .both(
            "Reçoit des plis, les remet dans un dossier et signe les accusés.",
            "Receives parcels, delivers them into a folder, and signs receipts."),
        discussion: """
            Chaque pli devient un NDJSON de liasses FHIR R4 et un CSV dans le dossier de réception, en entier ou pas \
            du tout, une seule fois. Les fichiers du dossier peuvent être emportés à tout moment.

            Each parcel becomes one NDJSON of FHIR R4 bundles and one CSV in the sink's folder, whole or not at all, \
            once. The folder's files may be taken away at any moment.
            """)

    @Option(
        name: .long, help: .both("Le fichier de configuration, YAML ou JSON.", "The configuration file, YAML or JSON."))
    var config: String
    @Flag(
        name: .long, help: .both("Recevoir ce qui attend maintenant, puis finir.", "Receive what waits now, then end."))
    var once = false
    @Flag(
        name: .long,
        help: .both(
            "Publier les clés de ce participant au relais, puis finir (inscription).",
            "Publish this participant's keys at the relay, then end (enrolment).")
    )
    var publishKeys = false
    @Flag(
        name: .long,
        help: .both(
            "Avec --once : une valeur JSON par ligne, les totaux, puis une par expéditeur.",
            "With --once: one JSON value a line, totals, then one a sender.")
    )
    var json = false

    func validate() throws {
        guard !json || once else { throw ValidationError(.both("--json va avec --once", "--json goes with --once")) }
    }

    func run() async throws {
        Heap.keepSmall()
        umask(0o077)
        let logger = AgentProgram.logger("pli-inbox")
        if !publishKeys, !once {
            try await AgentEnd.tell(to: logger) {
                let settings = try await InboxConfiguration.load(path: config)
                let agent = try InboxAgent(configuration: settings, logger: logger, now: AgentProgram.now)
                try await AgentProgram.run(agent, of: settings.agent, as: "inbox", logger: logger)
            }
            return
        }
        let settings = try await InboxConfiguration.load(path: config)
        let agent = try InboxAgent(configuration: settings, logger: logger, now: AgentProgram.now)
        do {
            if publishKeys { tell(try await agent.publishKeys()) }
            if once { try await receiveNow(agent) }
        } catch {
            await agent.close()
            throw ClassicalKey.explained(error)
        }
        await agent.close()
    }

    private func tell(_ note: KeysNote) {
        let until = note.sealing.map(\.notAfter).max()?.text ?? "-"
        Terminal.say(
            "clés de \(note.by) publiées (note \(note.number)), valables jusqu'au \(until) : on peut sceller pour vous",
            "keys of \(note.by) are published (note \(note.number)), good until \(until): others can seal to you")
    }

    private func receiveNow(_ agent: InboxAgent) async throws {
        let before = try await agent.status().refusedParcels
        let delivered = try await agent.receiveOnce()
        let status = try await agent.status()
        let unverified = await agent.unverifiedParcels
        if json {
            Terminal.output(InboxStatusOutput.totals(status, deliveredNow: delivered, unverified: unverified))
            for sender in status.senders { Terminal.output(InboxStatusOutput.line(sender)) }
        }
        Terminal.say(
            "\(delivered) pli(s) remis ; \(status.waiting) en attente, \(status.refusedParcels) refusé(s)",
            "\(delivered) parcel(s) delivered; \(status.waiting) waiting, \(status.refusedParcels) refused")
        if unverified > 0 {
            Terminal.say(
                "\(unverified) pli(s) que le relais présente ne tiennent pas : rien n'en a été cru ; voir les lignes d'erreur",
                "\(unverified) parcel(s) that the relay lists do not hold: nothing of them was believed; see the error lines"
            )
        }
        guard unverified == 0, status.waiting == 0, status.handing == 0, status.refusedParcels == before else {
            throw ExitCode(CommandFailure.Code.refused.rawValue)
        }
    }
}
