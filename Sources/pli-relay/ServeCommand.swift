import ArgumentParser
import Logging
import Relay
import ServiceLifecycle
import UnixSignals

#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// Reads the configuration, opens the data folder, serves until SIGTERM.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract:
            "Sert jusqu'à SIGTERM ; c'est ce qui est fait sans commande. / "
            + "Serves until SIGTERM; done where no command is named.")

    @Option(name: .long, help: "Le fichier de configuration, YAML ou JSON. / The configuration file, YAML or JSON.")
    var config: String

    func run() async throws {
        signal(SIGPIPE, SIG_IGN)
        // Nobody but the relay's own user reads what it writes.
        umask(0o077)
        DescriptorBudget.raise()
        Heap.keepWarm()
        LoggingSystem.bootstrap { AlarmTeller(label: $0, say: Console.say) }
        let logger = Logger(label: "pli-relay")
        try await Console.telling {
            do {
                try await serve(logger)
            } catch {
                // What is said to a person has no level: whoever searches the log for alarms finds the end by this.
                let lines = RelayFailure.text(of: error).split(separator: "\n").map { $0.drop { $0 == " " } }
                let further = lines.dropFirst().joined(separator: "; ")
                logger.critical("ended: \(lines.first ?? "")\(further.isEmpty ? "" : " " + further)")
                throw error
            }
        }
    }

    private func serve(_ logger: Logger) async throws {
        let configuration = try await RelayConfiguration.load(path: config, beforeServing: true)
        let server = try RelayServer(
            configuration, logger: logger, onReady: Self.sayReady, onUnfinished: Self.giveUp)
        if let path = server.authorityPath {
            Console.say("certificat pour cette seule machine : \(path)", "certificate for this machine only: \(path)")
        }
        Console.say("clé du registre : \(server.logKey)", "log's key: \(server.logKey)")
        if let trouble = server.clockTrouble { Console.say(trouble.french, trouble.english) }
        try await serve(server, logger)
        Console.say(
            "arrêté comme demandé ; au prochain démarrage tout reprend là",
            "stopped as asked; at the next start everything goes on from here")
    }

    private func serve(_ server: RelayServer, _ logger: Logger) async throws {
        var group = ServiceGroupConfiguration(
            services: [server], gracefulShutdownSignals: StopSignals.all, logger: logger)
        // A long upload does not hold up a stop: it goes on at its offset after the next start.
        group.maximumGracefulShutdownDuration = .seconds(20)
        // What does not end then either is the relay's own to give up (`StopLimit`): the library would crash.
        try await ServiceGroup(configuration: group).run()
    }

    /// No handler of the process's end is called: one might wait for the same disk.
    private static let giveUp: @Sendable (RelayFailure) -> Void = { failure in
        Console.say(RelayFrench.of(failure.description), failure.description)
        _exit(1)
    }

    private static let sayReady: @Sendable (String) -> Void = { origin in
        Console.say("prêt sur \(origin) ; Ctrl-C ou SIGTERM l'arrête", "ready on \(origin); Ctrl-C or SIGTERM stops it")
        Console.write("pli-relay ready on \(origin)\n", to: STDOUT_FILENO)
    }
}
