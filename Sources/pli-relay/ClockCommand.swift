import ArgumentParser
import Relay

#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// A clock in doubt, and a person's word for it.
struct ClockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clock",
        abstract:
            "Montre ce que le relais pense de l'horloge, ou affirme qu'elle est juste. / "
            + "Shows what the relay makes of the clock, or says that it is right.",
        subcommands: [Show.self, Accept.self], defaultSubcommand: Show.self)

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Montre l'horloge et quand elle était sûre en dernier ; code de sortie 1 si elle est douteuse. / "
                + "Shows the clock and when it was last beyond doubt; exit code 1 where it is in doubt.")

        @OptionGroup var relay: RelayOptions
        @Flag(name: .long, help: "Une valeur JSON. / One JSON value.")
        var json = false

        func run() async throws {
            try await Console.telling {
                let report = try ClockReport(await relay.configuration())
                try Console.output(
                    json ? report.json + "\n" : ClockCommand.lines(report).map { "\($0)\n\($1)\n" }.joined())
                if report.doubt != nil { throw ExitCode(1) }
            }
        }
    }

    struct Accept: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Affirme que l'horloge de cette machine est juste : le relais la reprend dans la minute. / "
                + "Says that this machine's clock is right: the relay takes it within a minute.",
            discussion: """
                L'heure affichée est à comparer d'abord à une autre horloge. Là où des plis seraient échus à cette heure, \
                rien n'est dit sans --expire.

                Compare the time shown with another clock first. Where parcels would be past their deadline by this \
                clock, nothing is said before --expire.
                """)

        @OptionGroup var relay: RelayOptions
        @Flag(
            name: .long,
            help: """
                Même si des plis, échus à cette heure, seront détruits. / Also where parcels will be deleted because \
                their deadline has passed by this clock.
                """)
        var expire = false

        func run() async throws {
            // The relay's own user has to read what another one may write here.
            umask(0o022)
            try await Console.telling {
                let report = try ClockReport(await relay.configuration())
                for line in ClockCommand.lines(report) { Console.say(line.french, line.english) }
                guard report.due == 0 || expire else {
                    Console.say(
                        "\(report.due) pli(s) seraient échus et détruits : si l'heure est juste, ajoutez --expire",
                        "\(report.due) parcel(s) would be past their deadline and deleted: "
                            + "if the time is right, add --expire")
                    throw ExitCode(1)
                }
                try report.accept()
                Console.say(
                    "l'horloge est tenue pour juste ; le relais la reprend dans la minute, ou à son démarrage dans l'heure",
                    "the clock is taken to be right; the relay goes on by it within a minute, or at a start within the hour"
                )
            }
        }
    }

    /// What the clock is, in French and English.
    private static func lines(_ report: ClockReport) -> [(french: String, english: String)] {
        var lines = [(french: "horloge : \(report.now)", english: "clock: \(report.now)")]
        if let last = report.last { lines.append(("sûre en dernier : \(last)", "last beyond doubt: \(last)")) }
        if let doubt = report.doubt { lines.append(doubt) }
        return lines
    }
}
