import ArgumentParser
import Relay

#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// Checks a relay's folder, whether or not a relay runs on it.
struct FsckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fsck",
        abstract:
            "Vérifie que base, contenus, clés de destruction et registre s'accordent ; ne change rien. / "
            + "Checks that database, payloads, shred keys and log agree; changes nothing.",
        discussion: """
            Le relais peut tourner ou être arrêté. Une ligne par désaccord, avec l'endroit et quoi faire. Codes de sortie : \
            0 tout s'accorde, 1 désaccords, 2 usage ou configuration.

            The relay may run or be stopped. One line a disagreement, with where it is and what to do. Exit codes: 0 all \
            agree, 1 disagreements, 2 usage or configuration.
            """)

    @OptionGroup var relay: RelayOptions
    @Flag(name: .long, help: "Ne pas lire les contenus jusqu'au bout. / Do not read payloads from end to end.")
    var quick = false
    @Flag(name: .long, help: "Une valeur JSON par ligne. / One JSON value a line.")
    var json = false

    func run() async throws {
        try await Console.telling {
            let configuration = try await relay.configuration()
            let summary = try await RelayCheck(configuration, readsBodies: !quick).run()
            if json { try tellJSON(summary) } else { try tell(summary) }
            if !summary.found.isEmpty { throw ExitCode(1) }
        }
    }

    private func tell(_ summary: RelayCheck.Summary) throws {
        for found in summary.found {
            try Console.output("\(found.french)\n\(found.english)\n")
        }
        let counts = (summary.parcels, summary.bodies, summary.entries)
        guard summary.found.isEmpty else {
            let count = summary.found.count
            return try Console.output("\(count) désaccord(s)\n\(count) disagreement(s)\n")
        }
        try Console.output(
            "tout s'accorde : \(counts.0) pli(s), \(counts.1) contenu(s) lu(s), \(counts.2) feuille(s) du registre\n"
                + "all agree: \(counts.0) parcel(s), \(counts.1) payload(s) read, \(counts.2) leaves of the log\n")
    }

    private func tellJSON(_ summary: RelayCheck.Summary) throws {
        for found in summary.found { try Console.output(found.json + "\n") }
        try Console.output(summary.json + "\n")
    }
}
