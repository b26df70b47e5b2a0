import ArgumentParser
import Courier
import Durable
import Exchange
import Notes

/// `pli log accept`: a person says that a restored relay's new log is to be gone on with.
struct LogAccept: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept",
        abstract: .both(
            "Continue avec le registre successeur d'un relais restauré.",
            "Goes on with the log that succeeds a restored relay's."),
        discussion: """
            Après une restauration le relais a un nouveau registre, et les deux bouts annoncent other-log. KEY est la \
            nouvelle clé : l'avoir de l'exploitant par une autre voie, jamais du relais. Ce qui a été vu de l'ancien \
            registre doit être dans ce que le relais en montre ; l'ancien état est gardé comme preuve dans trust/. Un \
            agent en marche continue de lui-même.

            After a restore the relay has a new log, and both ends raise other-log. KEY is its new key: have it from the \
            operator by another way, never from the relay. What was seen of the old log must be in what the relay shows of \
            it; the old state is kept as proof in trust/. A running agent goes on by itself.
            """)

    @Option(
        name: .long,
        help: .both("La configuration d'un outbox ou d'un inbox.", "The configuration of an outbox or inbox."))
    var config: String
    @Option(
        name: .long,
        help: .both(
            "La clé publique du nouveau registre, ou un fichier qui la contient.",
            "The new log's verifier key, or a file that holds it."))
    var key: String

    func run() async throws {
        let (agent, _) = try await AgentConfiguration.load(path: config)
        let key = try LogWords.key(key)
        let keys = try ParticipantKeys.load(of: agent)
        let client = try RelayClient(configuration: agent, keys: keys, now: AgentProgram.now)
        let succession: LogSuccession
        do {
            succession = try await Self.accept(key, of: agent, from: client)
            await client.shutdown()
        } catch {
            await client.shutdown()
            throw error
        }
        Terminal.say(
            "le registre \(succession.after) continue \(succession.before), depuis \(succession.since)",
            "log \(succession.after) goes on from \(succession.before), since \(succession.since)")
        if succession.lost > 0 {
            Terminal.say(
                "\(succession.lost) feuille(s) vues ici n'y sont plus : l'exploitant doit l'avoir annoncé",
                "\(succession.lost) leaves that were seen here are no longer there: its operator must have said so")
        }
        if let pinned = agent.logKey, pinned != key {
            Terminal.say(
                "relay.logKey de la configuration est à remplacer, puis l'agent à relancer",
                "relay.logKey in the configuration has to be replaced, then the agent started again")
        }
    }

    /// What `pli parcel` knows of the log lies in a folder of its own, and goes on in the same way. One of the two that goes on
    /// already, after a crash between them, is left as it is.
    private static func accept(
        _ key: VerifierKey, of agent: AgentConfiguration, from client: RelayClient
    ) async throws -> LogSuccession {
        let folders = try ["trust", ParcelFiles.trustFolder].map { agent.dataFolder + "/" + $0 }
            .enumerated().filter { try $0 == 0 || Disk.real.exists($1) }.map(\.element)
        let known = try folders.map {
            try Trust(folder: $0, pins: agent.pins, use: .beside, now: AgentProgram.now)
        }
        var waiting: [Trust] = []
        for trust in known where await trust.knowsLog(otherThan: key) { waiting.append(trust) }
        var succession: LogSuccession?
        for trust in waiting.isEmpty ? Array(known.prefix(1)) : waiting {
            let accepted = try await trust.accept(successor: key, from: client)
            succession = succession ?? accepted
        }
        guard let succession else { throw CourierFailure.usage("no log is known here yet") }
        return succession
    }
}
