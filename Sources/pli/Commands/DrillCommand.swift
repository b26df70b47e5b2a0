import ArgumentParser
import Foundation

#if canImport(Glibc)
import Glibc
#endif

/// `pli drill …`: exercises that prove what is promised.
struct DrillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drill",
        abstract: .both("Des exercices : ce qui est promis, prouvé.", "Drills: what is promised, proven."),
        subcommands: [DrillBreach.self])

    /// Nothing was proven: whatever runs this by the clock must not take it for a success.
    func run() async throws {
        throw CommandFailure.usage("quel exercice ? pli drill breach", "which drill? pli drill breach")
    }
}

/// `pli drill breach`
struct DrillBreach: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "breach",
        abstract: .both(
            "Vole tout ce qu'un relais a, et y cherche ce qui a été envoyé.",
            "Steals all that a relay has, and searches it for what was sent."),
        discussion: """
            Un laboratoire synthétique, un relais et une autorité tournent sur cette machine. Des comptes rendus avec un \
            canari dans chaque champ sont envoyés ; pendant que les plis attendent, puis quand ils sont effacés, le \
            dossier, la base, les journaux, une sauvegarde et une image mémoire du relais sont fouillés. Code de sortie 0 : \
            rien n'a été trouvé.

            A synthetic laboratory, a relay and an authority run on this machine. Reports with a canary in each field are \
            sent; while parcels wait, and when they are deleted, the relay's folder, database, logs, a backup and a core \
            dump are searched. Exit code 0: nothing was found.
            """)

    @Option(
        name: .long, help: .both("La même graine fait les mêmes personnes.", "The same seed makes the same people."))
    var seed: UInt64 = 20_200_915
    @Option(
        name: .long,
        help: .both(
            "Tout garder dans ce dossier, qui ne doit pas encore exister.",
            "Keep everything in this folder, which must not exist yet."))
    var keep: String?
    @Flag(
        name: .long,
        help: .both(
            "Une valeur JSON par ligne de la preuve sur la sortie standard, le reste sur la sortie d'erreur.",
            "One JSON value a line of the proof on standard output, all else on standard error."))
    var json = false

    func run() async throws {
        let folder = try DemoCommand.makeFolder(keep: keep)
        defer { if keep == nil { try? FileManager.default.removeItem(at: folder) } }
        let options = BreachDrill.Options(seed: seed, folder: folder, bin: try DemoCommand.requirePrograms())
        // What people read goes where their messages go, so that standard output is JSON and nothing else.
        let output = json ? dup(STDOUT_FILENO) : STDOUT_FILENO
        if json { dup2(STDERR_FILENO, STDOUT_FILENO) }
        let proof = try await DemoCommand.untilInterrupted {
            var drill = try BreachDrill(options)
            return try await drill.run()
        }
        if let keep { Terminal.line("Conservé dans / kept in: \(keep)") }
        if json { Terminal.write(proof.json(reports: CanaryFile.count, seed: seed), to: output) }
        guard proof.isMet else { throw ExitCode(CommandFailure.Code.refused.rawValue) }
    }
}
