import ArgumentParser
import Durable
import Foundation
import StrictJSON
import TransparencyLog

/// `pli log …`: checks a relay's log from outside.
struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: .both("Vérifie de l'extérieur le registre d'un relais.", "Checks a relay's log from outside."),
        discussion: """
            LOG est l'adresse d'un relais (https://relay.example), celle du début d'un registre, ou un dossier avec \
            une copie. KEY est la clé publique du registre, ou un fichier qui la contient : l'avoir de l'exploitant \
            du relais, pas de LOG.

            LOG is a relay's address (https://relay.example), the address of a log's prefix, or a folder with a \
            copy. KEY is the log's verifier key, or a file that holds it: have it from the relay's operator, not \
            from LOG.
            """,
        subcommands: [LogVerify.self, LogProve.self, LogEntries.self, LogAccept.self])
}

/// Which log, and by which key.
struct LogOptions: ParsableArguments {
    @Option(
        name: .long,
        help: .both(
            "La clé publique du registre, ou un fichier qui la contient.",
            "The log's verifier key, or a file that holds it.")
    )
    var key: String
    @Option(
        name: .long,
        help: .both(
            "Certificats (PEM) à reconnaître pour le relais, au lieu de ceux du système.",
            "Certificates (PEM) to trust for the relay, instead of the system's.")
    )
    var ca: String?
    @Flag(name: .long, help: .both("Une valeur JSON par ligne.", "One JSON value a line."))
    var json = false
}

/// `pli log verify`
struct LogVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: .both(
            "Vérifie tout un registre, ou un fichier .tlog-proof.", "Verifies a whole log, or one .tlog-proof file."),
        discussion: """
            Un registre : sa signature, chaque tuile contre sa tuile mère, chaque feuille contre sa tuile. Avec \
            --state, le dernier état signé vu est gardé dans un fichier : le registre doit le prolonger. À lancer \
            régulièrement. Une preuve : --proof FICHIER --key KEY [--note FICHIER [--event ÉVÉNEMENT]], sans réseau.

            A log: its signature, every tile against its parent, every entry against its tile. With --state the last \
            checkpoint you saw is kept in a file: the log must have grown from it. Run it regularly. A proof: \
            --proof FILE --key KEY [--note FILE [--event EVENT]]; no network is needed.
            """)

    @Argument(help: .both("L'adresse d'un relais, ou un dossier.", "A relay's address, or a folder."))
    var log: String?
    @OptionGroup var options: LogOptions
    @Option(
        name: .long,
        help: .both(
            "Où garder le dernier état signé vu ; remplacé après un succès.",
            "Where the last checkpoint seen is kept; replaced after a success.")
    )
    var state: String?
    @Option(
        name: .long,
        help: .both(
            "La première feuille à vérifier ; sinon celle que le registre dit servir encore.",
            "The first entry to verify; otherwise the one that the log says it still serves."))
    var from: Int64?
    @Option(
        name: .long,
        help: .both(
            "Vérifier ce fichier .tlog-proof au lieu d'un registre.", "Verify this .tlog-proof file instead of a log."))
    var proof: String?
    @Option(
        name: .long,
        help: .both("Avec --proof : la note dont elle doit être.", "With --proof: the note that it must be of."))
    var note: String?
    @Option(
        name: .long,
        help: .both(
            "Avec --note : ce qui doit lui être arrivé ; sinon accepted.",
            "With --note: what must have happened to it; otherwise accepted."))
    var event: String?

    func validate() throws {
        guard (log == nil) != (proof == nil) else {
            throw ValidationError(.both("donnez un LOG ou --proof FICHIER", "give a LOG or --proof FILE"))
        }
        guard proof != nil || note == nil else {
            throw ValidationError(.both("--note va avec --proof", "--note goes with --proof"))
        }
        guard note != nil || event == nil else {
            throw ValidationError(.both("--event va avec --note", "--event goes with --note"))
        }
        guard proof == nil || (state == nil && from == nil) else {
            throw ValidationError(.both("--state et --from vont avec un LOG", "--state and --from go with a LOG"))
        }
        guard state != "-" else {
            throw ValidationError(
                .both(
                    "--state : un fichier, qui reste ; pas la sortie standard (-)",
                    "--state: a file, which stays; not standard output (-)"))
        }
    }

    func run() async throws {
        do {
            if let proof { try verifyProof(proof) } else if let log { try await verify(log) }
        } catch {
            // Whoever reads values is told by one, too, that it does not hold.
            if options.json, let failure = CommandFailure.of(error), failure.exitCode == .refused {
                Terminal.output(LogWords.refused(failure))
            }
            throw error
        }
    }

    private func verify(_ log: String) async throws {
        let key = try LogWords.key(options.key)
        let earlier = try state.flatMap { path -> SignedCheckpoint? in
            guard try Disk.real.exists(path) else { return nil }
            let bytes = try PublicFile.read(path, limit: LogLimits.checkpointBytes)
            return try SignedCheckpoint(parsing: bytes, by: key)
        }
        if let state, try !Disk.real.isFolder(URL(filePath: state).deletingLastPathComponent().path) {
            throw OutputFile.notMade
        }
        let served = try state.map { try ServedFrom(beside: $0) }
        let (audit, said) = try await LogPlace.reading(log, caPath: options.ca) { place in
            let audit = try await LogAudit.run(place, key: key, from: from, since: earlier)
            return (audit, try await ServedFrom.said(by: place))
        }
        if let state { try PublicFile.write(audit.checkpoint.bytes, to: state) }
        show(audit, since: earlier)
        try served?.compare(said)
        if !options.json { sayProven(since: earlier) }
    }

    private func show(_ audit: LogAudit, since earlier: SignedCheckpoint?) {
        let checkpoint = audit.checkpoint.checkpoint
        let events = LogLeaf.Event.allCases.map { ($0.rawValue, audit.events[$0] ?? 0) }
        guard !options.json else {
            var members = LogWords.members(of: checkpoint)
            members.append(.init("from", .integer(audit.firstIndex)))
            members.append(.init("entries", .integer(audit.entries)))
            if let earlier { members.append(.init("grewFrom", .integer(earlier.checkpoint.size))) }
            members.append(.init("events", .object(events.map { .init($0, .integer($1)) })))
            return Terminal.output(JSON.object(members).encoded + [0x0A])
        }
        Terminal.line("registre / log  \(checkpoint.origin)")
        Terminal.line("feuilles / leaves  \(checkpoint.size), vérifiées / verified \(audit.entries)")
        Terminal.line("racine / root  \(checkpoint.root.base64)")
        if audit.firstIndex > 0 {
            Terminal.line("servies depuis / served from  \(audit.firstIndex)")
        }
        if let earlier {
            Terminal.line("prolonge / grew from  \(earlier.checkpoint.size)")
        }
        for (event, count) in events where count > 0 { Terminal.line("  \(event): \(count)") }
    }

    /// What holds now, and did not before it was looked at.
    private func sayProven(since earlier: SignedCheckpoint?) {
        let grew =
            earlier == nil
            ? ("", "")
            : (
                " ; rien de ce qui y était auparavant n'a été repris ni changé",
                "; nothing that was in it before was taken back or changed"
            )
        Terminal.say(
            "prouvé : ces feuilles sont, dans cet ordre, celles du registre que sa clé a signé\(grew.0)",
            "proven: these leaves are, in this order, those of the log that its key signed\(grew.1)")
    }

    private func verifyProof(_ path: String) throws {
        let key = try LogWords.key(options.key)
        let proof = try LogProof(parsing: PublicFile.read(path, limit: LogLimits.proofBytes))
        let found: LogLeaf
        let signed: SignedCheckpoint
        if let note {
            let wanted = try LogWords.event(event)
            (found, signed) = try proof.verify(wanted, of: LogWords.noteHash(note), by: key)
        } else {
            guard let entry = proof.extra else {
                throw LogFailure.malformed(what: "proof", rule: "the leaf is missing from the extra data")
            }
            found = try LogLeaf(parsing: entry)
            signed = try proof.verify(entry: entry, by: key)
        }
        Terminal.output(LogWords.line(proof.index, found, json: options.json))
        Terminal.say(
            "la feuille \(proof.index) est dans le registre, signé à \(signed.checkpoint.size) feuilles",
            "leaf \(proof.index) is in the log, signed at \(signed.checkpoint.size) leaves")
    }
}

/// `pli log prove`
struct LogProve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove",
        abstract: .both(
            "Fait un fichier .tlog-proof : qu'une feuille est au registre, à vérifier hors ligne.",
            "Makes a .tlog-proof file: that a leaf is in the log, to be verified offline."),
        discussion: """
            Avec --note, tout le registre est vérifié et parcouru ; la première feuille de cet événement est \
            prouvée.

            With --note the whole log is verified and searched; the first leaf of that event is proven.
            """)

    @Argument(help: .both("L'adresse d'un relais, ou un dossier.", "A relay's address, or a folder."))
    var log: String
    @OptionGroup var options: LogOptions
    @Option(name: .long, help: .both("Le numéro de la feuille.", "The leaf's index."))
    var index: Int64?
    @Option(
        name: .long, help: .both("Une note signée : la feuille qui la nomme.", "A signed note: the leaf that names it.")
    )
    var note: String?
    @Option(
        name: .long,
        help: .both(
            "Avec --note : ce qui lui est arrivé ; sinon accepted.",
            "With --note: what happened to it; otherwise accepted."))
    var event: String?
    @Option(
        name: .long,
        help: .both(
            "Avec --note : la première feuille à parcourir ; sinon celle que le registre dit servir encore.",
            "With --note: the first entry to search; otherwise the one that the log says it still serves.")
    )
    var from: Int64?
    @Option(
        name: .shortAndLong,
        help: .both("Le fichier à faire ; sinon la sortie standard.", "The file to make; standard output otherwise."))
    var output: String?

    func validate() throws {
        guard (index == nil) != (note == nil) else {
            throw ValidationError(.both("donnez --index ou --note", "give --index or --note"))
        }
        guard note != nil || (event == nil && from == nil) else {
            throw ValidationError(.both("--event et --from vont avec --note", "--event and --from go with --note"))
        }
    }

    func run() async throws {
        let key = try LogWords.key(options.key)
        let wanted = try note.map { (try LogWords.event(event), try LogWords.noteHash($0)) }
        let proof = try await LogPlace.reading(log, caPath: options.ca) { place in
            var found = index
            let signed: SignedCheckpoint
            if let (event, hash) = wanted {
                let audit = try await LogAudit.run(place, key: key, from: from) { index, leaf in
                    if found == nil, leaf.event == event, leaf.note == hash { found = index }
                }
                signed = audit.checkpoint
            } else {
                signed = try await LogAudit.checkpoint(of: place, key: key)
            }
            guard let found else {
                let event = wanted?.0.rawValue ?? ""
                throw CommandFailure.refused(
                    "le registre n'a pas de feuille \(event) pour cette note",
                    "the log has no leaf \(event) for that note")
            }
            try await demandServed(found, of: signed.checkpoint, in: place)
            var tiles = try await CheckedTiles(of: signed.checkpoint, from: place)
            return try await LogProof.make(of: found, under: signed, in: &tiles)
        }
        if let output {
            let file = try OutputFile(output, isBinary: false, mode: 0o644)
            try file.write(proof.encoded)
            try file.finish()
        }
        try say(proof)
    }

    /// The proof itself where it goes to no file; with `--json` what it proves, and the proof only there.
    private func say(_ proof: LogProof) throws {
        guard options.json else {
            if output == nil { Terminal.output(proof.encoded) }
            return
        }
        var members: [JSON.Member] = [.init("index", .integer(proof.index))]
        if output == nil { members.append(.init("proof", .string(String(decoding: proof.encoded, as: UTF8.self)))) }
        Terminal.output(JSON.object(members).encoded + [0x0A])
    }

    /// The proof carries the leaf: one that the log no longer has makes none.
    private func demandServed(_ index: Int64, of checkpoint: Checkpoint, in place: LogPlace) async throws {
        let minimum = try await LogAudit.minimumIndex(of: place, size: checkpoint.size)
        guard index < minimum else { return }
        throw CommandFailure.refused(
            "la feuille \(index) n'est plus servie : le registre sert celles à partir de \(minimum), pendant douze mois",
            "leaf \(index) is no longer served: the log has those from \(minimum) on, for twelve months")
    }
}

/// `pli log entries`
struct LogEntries: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "entries",
        abstract: .both(
            "Affiche les feuilles d'un registre, vérifiées : numéro, heure, événement, empreinte de la note.",
            "Prints a log's leaves, each verified: index, time, event, hash of the note.")
    )

    @Argument(help: .both("L'adresse d'un relais, ou un dossier.", "A relay's address, or a folder."))
    var log: String
    @OptionGroup var options: LogOptions
    @Option(
        name: .long,
        help: .both(
            "La première feuille ; sinon celle que le registre dit servir encore.",
            "The first leaf; otherwise the one that the log says it still serves."))
    var from: Int64?
    @Option(name: .long, help: .both("Combien, au plus.", "How many at most."))
    var count: Int64?

    func validate() throws {
        guard from ?? 0 >= 0, count ?? 0 >= 0 else {
            throw ValidationError(.both("--from et --count valent 0 au moins", "--from and --count are 0 or more"))
        }
    }

    func run() async throws {
        let key = try LogWords.key(options.key)
        try await LogPlace.reading(log, caPath: options.ca) { place in
            let signed = try await LogAudit.checkpoint(of: place, key: key)
            var tiles = try await CheckedTiles(of: signed.checkpoint, from: place)
            let size = signed.checkpoint.size
            let first: Int64
            if let from { first = from } else { first = try await LogAudit.minimumIndex(of: place, size: size) }
            try demandLeaves(from: first, of: size)
            var index = first
            let end = first + min(count ?? size, max(0, size - first))
            while index < end {
                let bundle = try await tiles.entries(ofBundle: index / 256)
                for entry in bundle.dropFirst(Int(index % 256)).prefix(Int(end - index)) {
                    Terminal.output(LogWords.line(index, try LogLeaf(parsing: entry), json: options.json))
                    index += 1
                }
            }
        }
    }

    /// Behind the last leaf there may be more one day; what lies further is of another log, or a slip.
    private func demandLeaves(from first: Int64, of size: Int64) throws {
        if first == size {
            Terminal.say(
                "le registre a \(size) feuilles : aucune ensuite", "the log has \(size) leaves: none from there on")
        }
        guard first > size else { return }
        throw CommandFailure.refused(
            "--from \(first) est au-delà de la fin : le registre a \(size) feuilles",
            "--from \(first) lies past the end: the log has \(size) leaves")
    }
}
