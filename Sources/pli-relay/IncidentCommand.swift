import ArgumentParser
import Relay

#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// Says what lay on the relay between two moments, and drafts what has to be told to whom.
struct IncidentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "incident",
        abstract:
            "Dit ce qui se trouvait sur le relais entre deux moments, et rédige les projets de notification. / "
            + "Says what lay on the relay between two moments, and drafts the notifications.",
        discussion: """
            Le relais peut tourner, être arrêté, ou n'être qu'une copie de son dossier ; rien n'est changé. Qui, pour qui, \
            quand, combien : le relais ne sait rien d'autre. Ce que le registre ne dit pas est compté comme présent. \
            --drafts écrit les projets : CNIL, CERT Santé, participants ; un humain les relit, les complète et les envoie.

            The relay may run, be stopped, or be a copy of its folder; nothing is changed. From whom, for whom, when, how \
            much: the relay knows nothing else. What the log does not tell is counted as having been there. --drafts writes \
            the drafts: to the data protection authority, to the health sector's CERT, to participants; a person reads, \
            completes and sends them.
            """)

    @OptionGroup var relay: RelayOptions
    @Option(
        name: .long,
        help: "Depuis quand : 2026-11-23T10:00:00Z, ou un jour. / Since when: 2026-11-23T10:00:00Z, or a day.")
    var from: String
    @Option(name: .long, help: "Jusqu'à quand (sinon maintenant). / Until when (else now).")
    var to: String?
    @Option(
        name: .long,
        help:
            "Quand vous l'avez appris (sinon maintenant) : les délais en partent. / When you learnt of it (else now): the deadlines start there."
    )
    var known: String?
    @Option(
        name: .long,
        help:
            "Le dossier des projets à faire ; il ne doit pas exister. / The folder of drafts to make; it must not exist."
    )
    var drafts: String?
    @Flag(name: .long, help: "Une valeur JSON par pli, puis la somme. / One JSON value a parcel, then the sum.")
    var json = false

    func run() async throws {
        umask(0o077)
        try await Console.telling {
            let request = try IncidentRequest(from: from, to: to, known: known)
            let configuration = try await relay.configuration()
            let listing = try drafts.map { try IncidentListing(folder: $0) }
            let report = try await survey(request.window, of: configuration, listing)
            let text = json ? report.json + "\n" : IncidentWords(report).text
            do {
                try Console.output(text)
            } catch {
                listing?.abandon()
                throw error
            }
            if let problem = report.logProblem {
                Console.say(
                    "le registre n'a pas pu être lu jusqu'au bout : \(RelayFrench.of(problem))",
                    "the log could not be read to its end: \(problem)")
            }
            for (what, count) in report.contradictions where json {
                Console.say("\(count) \(what.french)", "\(count) \(what.english)")
            }
            if let listing {
                let count = try IncidentDrafts(report, request, of: configuration).write(beside: listing)
                Console.say(
                    "\(count) fichier(s) écrit(s) : à relire, compléter et envoyer par une personne",
                    "\(count) file(s) written: for a person to read, complete and send")
            }
            guard report.isSound else { throw ExitCode(1) }
        }
    }

    /// Tells of each parcel while it is looked at.
    private func survey(
        _ window: IncidentWindow, of configuration: RelayConfiguration, _ listing: IncidentListing?
    ) async throws -> IncidentReport {
        let line = ProgressLine()
        defer { line.clear() }
        do {
            return try await IncidentSurvey(configuration).run(window, progress: { Self.show($0, on: line) }) { stay in
                if json {
                    line.clear()
                    try Console.output(stay.json + "\n")
                }
                try listing?.add(stay)
            }
        } catch {
            listing?.abandon()
            throw error
        }
    }

    private static func show(_ progress: IncidentProgress, on line: ProgressLine) {
        switch progress.step {
        case .rows: line.show(progress.percent, "1/3 lecture de la base", "reading the database")
        case .leaves: line.show(progress.percent, "2/3 lecture du registre", "reading the log")
        case .parcels: line.show(progress.percent, "3/3 examen des plis", "judging parcels")
        }
    }
}
