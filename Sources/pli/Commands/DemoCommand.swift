import ArgumentParser
import Foundation
import UnixSignals

/// `pli demo`: the whole flow on this machine, with synthetic people, and its proof.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: .both(
            "Joue tout le parcours sur cette machine et prouve ce que le relais détenait.",
            "Runs the whole flow on this machine and proves what the relay held."),
        discussion: """
            Un laboratoire synthétique, un relais et les autorités tournent en processus séparés sur cette machine, \
            sur TLS. Code de sortie 0 : chaque ligne de la preuve tient.

            A synthetic laboratory, a relay and the authorities run as separate processes on loopback, over TLS. \
            Exit code 0 means that every line of the proof is met.
            """)

    @Option(name: .long, help: .both("Combien de comptes rendus synthétiques.", "How many synthetic reports."))
    var reports = 10_000
    @Option(
        name: .long, help: .both("La même graine fait les mêmes personnes.", "The same seed makes the same people."))
    var seed: UInt64 = 20_200_915
    @Option(
        name: .long,
        help: .both(
            "Tout garder dans ce dossier, qui ne doit pas encore exister.",
            "Keep everything in this folder, which must not exist yet.")
    )
    var keep: String?
    @Option(
        name: .long,
        help: .both(
            "Tuer (kill -9) des processus au hasard, tant de fois, et les relancer.",
            "Kill -9 random processes this many times, and start them again.")
    )
    var kills = 0
    @Flag(
        name: .long,
        help: .both(
            "Une valeur JSON par ligne de la preuve sur la sortie standard, le reste sur la sortie d'erreur.",
            "One JSON value a line of the proof on standard output, all else on standard error."))
    var json = false

    func validate() throws {
        guard (1...10_000_000).contains(reports) else {
            throw ValidationError(.both("--reports va de 1 à 10 000 000", "--reports must be 1 to 10,000,000"))
        }
        guard (0...1_000).contains(kills) else {
            throw ValidationError(.both("--kills va de 0 à 1 000", "--kills must be 0 to 1,000"))
        }
    }

    func run() async throws {
        let folder = try Self.makeFolder(keep: keep)
        defer { if keep == nil { try? FileManager.default.removeItem(at: folder) } }
        let options = DemoRun.Options(
            reports: reports, seed: seed, kills: kills, folder: folder, bin: try Self.requirePrograms())
        // What people read goes where their messages go, so that standard output is JSON and nothing else.
        let output = json ? dup(STDOUT_FILENO) : STDOUT_FILENO
        if json { dup2(STDERR_FILENO, STDOUT_FILENO) }
        let proof = try await Self.untilInterrupted {
            var run = try DemoRun(options)
            return try await run.run()
        }
        if let keep { Terminal.line("Conservé dans / kept in: \(keep)") }
        if json { Terminal.write(proof.json(reports: reports, seed: seed), to: output) }
        guard proof.isMet else { throw ExitCode(CommandFailure.Code.refused.rawValue) }
    }

    /// Runs `work`; a person who interrupts it ends its programs too, and leaves no folder behind.
    static func untilInterrupted(
        _ work: @escaping @Sendable () async throws -> DemoProof
    ) async throws -> DemoProof {
        try await withThrowingTaskGroup(of: DemoProof?.self) { group in
            let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
            group.addTask {
                for await _ in signals { return nil }
                throw CancellationError()
            }
            group.addTask { try await work() }
            let first = try await group.next() ?? nil
            group.cancelAll()
            if let first { return first }
            // The work ends by its cancellation, after it stopped what it had started.
            while (try? await group.next()) != nil {}
            throw CommandFailure.refused("interrompu", "interrupted")
        }
    }

    /// The folder of one run: `keep`, which must not exist yet, or one that is removed afterwards.
    static func makeFolder(keep: String?) throws -> URL {
        let folder =
            keep.map { URL(filePath: $0) }
            ?? FileManager.default.temporaryDirectory.appending(path: "pli-demo-\(UUID().uuidString.prefix(8))")
        guard !FileManager.default.fileExists(atPath: folder.path) else {
            throw CommandFailure.usage("le dossier de --keep existe déjà", "the folder of --keep exists already")
        }
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        return folder
    }

    /// Where both programs lie.
    static func requirePrograms() throws -> URL {
        guard FileManager.default.isExecutableFile(atPath: programsFolder.appending(path: "pli-relay").path) else {
            throw CommandFailure.usage(
                "pli-relay n'est pas à côté de pli", "pli-relay is not beside pli",
                hint: .init(french: "make build les met tous deux dans bin/", english: "make build puts both in bin/"))
        }
        return programsFolder
    }

    /// Where this program lies, whatever it was called by.
    static var programsFolder: URL {
        URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    }
}
