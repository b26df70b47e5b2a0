import ArgumentParser
import Exchange
import Foundation
import Inbox

/// `pli inbox`: the authority's daemon.
struct InboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inbox", abstract: "Receives parcels, delivers them into a folder, and signs receipts.",
        discussion: """
            Each parcel becomes one NDJSON of FHIR R4 bundles and one CSV in the sink's folder, whole or not at all, \
            once. The folder's files may be taken away at any moment.
            """)

    @Option(name: .long, help: "The configuration file, YAML or JSON.")
    var config: String
    @Flag(name: .long, help: "Receive what waits now, then end.")
    var once = false
    @Flag(name: .long, help: "Publish this participant's keys at the relay, then end (enrolment).")
    var publishKeys = false

    func run() async throws {
        umask(0o077)
        let logger = AgentProgram.logger("pli-inbox")
        let settings = try await InboxConfiguration.load(path: config)
        let agent = try InboxAgent(configuration: settings, logger: logger, now: AgentProgram.now)
        if !publishKeys, !once {
            try await AgentProgram.run(agent, logger: logger)
            return
        }
        do {
            if publishKeys { tell(try await agent.publishKeys()) }
            if once { try await receiveNow(agent) }
        } catch {
            await agent.close()
            throw error
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
        let delivered = try await agent.receiveOnce()
        let status = try await agent.status()
        Terminal.say(
            "\(delivered) pli(s) remis ; \(status.waiting) en attente, \(status.refusedParcels) refusé(s)",
            "\(delivered) parcel(s) delivered; \(status.waiting) waiting, \(status.refusedParcels) refused")
        guard status.waiting == 0, status.handing == 0 else {
            throw ExitCode(CommandFailure.Code.refused.rawValue)
        }
    }
}
