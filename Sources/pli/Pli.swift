import ArgumentParser

#if canImport(Glibc)
import Glibc
#endif

// pli: the command line, one file a command.
//
// Each command is a thin shell: it reads arguments and files, calls the target that does the work, and says what
// happened. It never decides about trust, order on disk or medicine, and it holds no state of its own.
//
// Invariants: exit 0 done, 1 findings or refused or cannot open, 2 usage, 3 unreachable; results go to standard
// output, everything said to a person goes to standard error; nothing personal is ever printed.

/// The root command.
struct Pli: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pli",
        abstract: .both(
            "Porte les résultats d'analyses, scellés, des laboratoires aux autorités de santé.",
            "Carries laboratory results, sealed, from laboratories to health authorities."),
        discussion: """
            Codes de sortie : 0 fait, 1 constats, refus ou impossible à ouvrir, 2 usage, 3 injoignable.

            Exit codes: 0 done, 1 findings, refused or cannot open, 2 usage, 3 unreachable.
            """,
        version: PliVersion.text,
        subcommands: [
            DemoCommand.self, KeygenCommand.self, SealCommand.self, OpenCommand.self, HL7Command.self,
            CheckCommand.self, ConvertCommand.self, SynthCommand.self, DirectoryCommand.self, SendCommand.self,
            StatusCommand.self, OutboxCommand.self, QuarantineCommand.self, InboxCommand.self, TokenCommand.self,
            ParcelCommand.self,
            LogCommand.self, DrillCommand.self, DoctorCommand.self, KeyCommand.self, EnrollCommand.self,
        ]
    )
}

/// The program's version, as `--version` and the demonstration print it.
enum PliVersion {
    static let text = "0.1.0"
}

/// Runs the command line and gives its exit codes the meanings that DESIGN fixes.
@main
enum PliProgram {
    static func main() async {
        SilentCrash.prepare()
        // A reader that went away (`pli … | head`) must end a write with an error, not the process with a signal.
        signal(SIGPIPE, SIG_IGN)
        // And so must a limit on the size of files.
        signal(SIGXFSZ, SIG_IGN)
        PassphrasePrompt.takeFromEnvironment()
        do {
            try requireArguments()
            var command = try Pli.parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let code as ExitCode {
            exit(code.rawValue)
        } catch {
            guard let failure = CommandFailure.of(error) else { end(with: error) }
            Terminal.say(failure)
            exit(failure.exitCode.rawValue)
        }
    }

    /// What was asked for must have come whole: names that are not UTF-8 lose bytes on their way, and would be others.
    private static func requireArguments() throws {
        guard !CommandLine.arguments.isEmpty else {
            throw CommandFailure.usage(
                "les arguments ne peuvent pas être lus : /proc manque", "the arguments cannot be read: /proc is missing"
            )
        }
        guard !CommandLine.arguments.contains(where: { $0.unicodeScalars.contains("\u{FFFD}") }) else {
            throw CommandFailure.usage(
                "un argument n'est pas en UTF-8", "an argument is not in UTF-8",
                hint: .init(french: "renommez le fichier", english: "rename the file"))
        }
    }

    /// Whether help, a version or the like was asked for; `pli` alone asks what there is.
    private static func isAsked(_ arguments: ArraySlice<String>) -> Bool {
        arguments.isEmpty || arguments.contains("help") || arguments.contains { $0.hasPrefix("-") }
    }

    /// ArgumentParser's own ends: help and version are successes, everything it refuses is a usage error.
    private static func end(with error: any Error) -> Never {
        let message = Pli.fullMessage(for: error)
        if Pli.exitCode(for: error) == .success {
            guard isAsked(CommandLine.arguments.dropFirst()) else {
                // Only a group of commands was named, and none of them: a script must not take that for done.
                Terminal.write(message + "\n")
                exit(CommandFailure.Code.usage.rawValue)
            }
            Terminal.line(message)
            exit(0)
        }
        Terminal.write(UsageWords(message: Pli.message(for: error), full: message).text + "\n")
        let isUsage = Pli.exitCode(for: error) == .validationFailure
        exit(isUsage ? CommandFailure.Code.usage.rawValue : CommandFailure.Code.refused.rawValue)
    }
}
