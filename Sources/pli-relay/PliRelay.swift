import ArgumentParser
import Relay

#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// Runs the program and gives its exit codes their meanings: ArgumentParser's own usage error would be 64.
@main
enum PliRelayProgram {
    static func main() async {
        SilentCrash.prepare()
        do {
            var command = try PliRelay.parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let code as ExitCode {
            exit(code.rawValue)
        } catch {
            let text = PliRelay.fullMessage(for: error)
            guard PliRelay.exitCode(for: error) != .success else {
                let isWhole = (try? Console.output(text + "\n")) != nil
                exit(isWhole ? 0 : 1)
            }
            let message = PliRelay.message(for: error)
            Console.say(UsageFrench.of(message), message)
            if let names = commands(insteadOf: CommandLine.arguments.dropFirst()) {
                Console.say("conseil : les commandes sont \(names)", "hint: the commands are \(names)")
            }
            // Its first line says the same, in English.
            let rest = text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
            Console.write(rest.map(UsageFrench.line).joined(separator: "\n") + "\n", to: STDERR_FILENO)
            exit(2)
        }
    }
}

extension PliRelayProgram {
    /// The commands there are, where a word in the place of one is none: ArgumentParser takes it for an argument of the default one, and
    /// says only what that one lacks.
    private static func commands(insteadOf arguments: ArraySlice<String>) -> String? {
        var command: any ParsableCommand.Type = PliRelay.self
        for word in arguments {
            let subcommands = command.configuration.subcommands
            guard !subcommands.isEmpty, !word.hasPrefix("-"), word != "help" else { return nil }
            guard let next = subcommands.first(where: { $0._commandName == word }) else {
                return subcommands.map { $0._commandName }.joined(separator: ", ")
            }
            command = next
        }
        return nil
    }
}

/// The relay's program.
struct PliRelay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pli-relay",
        abstract:
            "Garde des plis scellés entre laboratoires et autorités de santé, sans pouvoir en ouvrir aucun. / "
            + "Keeps sealed parcels between laboratories and health authorities, and can open none of them.",
        discussion: """
            pli-relay --config FICHIER sert jusqu'à SIGTERM et écrit une ligne sur la sortie standard quand il répond : \
            pli-relay ready on https://host:port. Codes de sortie : 0 arrêté comme demandé, 1 échec, 2 usage ou \
            configuration.

            pli-relay --config FILE serves until SIGTERM and prints one line on standard output once it answers: \
            pli-relay ready on https://host:port. Exit codes: 0 stopped as asked, 1 failed, 2 usage or configuration.
            """,
        version: "0.1.0",
        subcommands: [
            ServeCommand.self, ClockCommand.self, FsckCommand.self, BackupCommand.self, RestoreCommand.self,
            IncidentCommand.self,
        ],
        defaultSubcommand: ServeCommand.self)
}
