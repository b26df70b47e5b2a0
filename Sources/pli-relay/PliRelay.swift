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

/// Runs the program and gives its exit codes their meanings: ArgumentParser's own usage error would be 64.
@main
enum PliRelayProgram {
    static func main() async {
        do {
            let command = try PliRelay.parse()
            try await command.run()
        } catch let code as ExitCode {
            exit(code.rawValue)
        } catch {
            let isUsage = PliRelay.exitCode(for: error) != .success
            PliRelay.write(PliRelay.fullMessage(for: error) + "\n", to: isUsage ? STDERR_FILENO : STDOUT_FILENO)
            exit(isUsage ? 2 : 0)
        }
    }
}

/// The relay's program: reads the configuration, opens the data folder, serves until SIGTERM.
struct PliRelay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pli-relay",
        abstract:
            "Garde des plis scellés entre laboratoires et autorités de santé, sans pouvoir en ouvrir aucun. / "
            + "Keeps sealed parcels between laboratories and health authorities, and can open none of them.",
        discussion: """
            Écrit une ligne sur la sortie standard quand il répond : pli-relay ready on https://host:port. Codes de \
            sortie : 0 arrêté comme demandé, 1 échec, 2 usage ou configuration.

            Prints one line on standard output once it answers: pli-relay ready on https://host:port. Exit codes: 0 \
            stopped as asked, 1 failed, 2 usage or configuration.
            """,
        version: "0.1.0")

    @Option(name: .long, help: "Le fichier de configuration, YAML ou JSON. / The configuration file, YAML or JSON.")
    var config: String

    func run() async throws {
        signal(SIGPIPE, SIG_IGN)
        // Nobody but the relay's own user reads what it writes.
        umask(0o077)
        LoggingSystem.bootstrap { AlarmTeller(label: $0, say: Self.say) }
        let logger = Logger(label: "pli-relay")
        do {
            let configuration = try await RelayConfiguration.load(path: config)
            let server = try RelayServer(configuration, logger: logger, now: SystemClock.now, onReady: Self.sayReady)
            if let path = server.authorityPath {
                Self.say("certificat pour cette seule machine : \(path)", "certificate for this machine only: \(path)")
            }
            Self.say("clé du registre : \(server.logKey)", "log's key: \(server.logKey)")
            try await serve(server, logger)
            Self.say(
                "arrêté comme demandé ; au prochain démarrage tout reprend là",
                "stopped as asked; at the next start everything goes on from here")
        } catch RelayFailure.configuration(let mistakes) {
            let failure = RelayFailure.configuration(mistakes)
            Self.say(RelayFrench.of(failure.description), failure.description)
            throw ExitCode(2)
        } catch let failure as RelayFailure {
            Self.say(RelayFrench.of(failure.description), failure.description)
            throw ExitCode(1)
        } catch let failure as ExitCode {
            throw failure
        } catch {
            let reason = RelayFailure.text(of: error)
            Self.say("arrêté : \(RelayFrench.of(reason))", "stopped: \(reason)")
            throw ExitCode(1)
        }
    }

    private func serve(_ server: RelayServer, _ logger: Logger) async throws {
        var group = ServiceGroupConfiguration(
            services: [server], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        // A long upload does not hold up a stop: it goes on at its offset after the next start.
        group.maximumGracefulShutdownDuration = .seconds(20)
        group.maximumCancellationDuration = .seconds(10)
        try await ServiceGroup(configuration: group).run()
    }

    private static let sayReady: @Sendable (String) -> Void = { origin in
        say("prêt sur \(origin) ; Ctrl-C ou SIGTERM l'arrête", "ready on \(origin); Ctrl-C or SIGTERM stops it")
        write("pli-relay ready on \(origin)\n", to: STDOUT_FILENO)
    }

    @Sendable private static func say(_ french: String, _ english: String) {
        write("pli-relay : \(french)\npli-relay: \(english)\n", to: STDERR_FILENO)
    }

    static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard written >= 0 || errno == EINTR else { return }
            rest = rest.dropFirst(max(written, 0))
        }
    }
}
