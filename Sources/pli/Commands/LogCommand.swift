import ArgumentParser
import Durable
import StrictJSON
import TransparencyLog

/// `pli log …`: checks a relay's log from outside.
struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "Checks a relay's log from outside.",
        discussion: """
            LOG is a relay's address (https://relay.example), the address of a log's prefix, or a folder with a copy. \
            KEY is the log's verifier key, or a file that holds it: have it from the relay's operator, not from LOG.
            """,
        subcommands: [LogVerify.self, LogProve.self, LogEntries.self])
}

/// Which log, and by which key.
struct LogOptions: ParsableArguments {
    @Option(name: .long, help: "The log's verifier key, or a file that holds it.")
    var key: String
    @Option(name: .long, help: "Certificates (PEM) to trust for the relay, instead of the system's.")
    var ca: String?
    @Flag(name: .long, help: "One JSON value a line.")
    var json = false
}

/// `pli log verify`
struct LogVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Verifies a whole log, or one .tlog-proof file.",
        discussion: """
            A log: its signature, every tile against its parent, every entry against its tile. With --state the last \
            checkpoint you saw is kept in a file: the log must have grown from it. Run it regularly.

            A proof: pli log verify --proof FILE --key KEY [--note FILE [--event EVENT]]. No network is needed.
            """)

    @Argument(help: "A relay's address, or a folder.")
    var log: String?
    @OptionGroup var options: LogOptions
    @Option(name: .long, help: "Where the last checkpoint seen is kept; replaced after a success.")
    var state: String?
    @Option(name: .long, help: "The first entry that the log still serves.")
    var from: Int64 = 0
    @Option(name: .long, help: "Verify this .tlog-proof file instead of a log.")
    var proof: String?
    @Option(name: .long, help: "With --proof: the note that it must be of.")
    var note: String?
    @Option(name: .long, help: "With --note: what must have happened to it.")
    var event = LogLeaf.Event.accepted.rawValue

    func validate() throws {
        guard (log == nil) != (proof == nil) else { throw ValidationError("give a LOG or --proof FILE") }
        guard proof != nil || note == nil else { throw ValidationError("--note goes with --proof") }
        guard proof == nil || (state == nil && from == 0) else {
            throw ValidationError("--state and --from go with a LOG")
        }
    }

    func run() async throws {
        if let proof { return try verifyProof(proof) }
        guard let log else { return }
        let key = try LogWords.key(options.key)
        let earlier = try state.flatMap { path -> SignedCheckpoint? in
            guard try Disk.real.exists(path) else { return nil }
            let bytes = try PublicFile.read(path, limit: LogLimits.checkpointBytes)
            return try SignedCheckpoint(parsing: bytes, by: key)
        }
        let audit = try await LogPlace.reading(log, caPath: options.ca) { place in
            try await LogAudit.run(place, key: key, from: from, since: earlier)
        }
        if let state { try Disk.real.writeDurably(audit.checkpoint.bytes, to: state, mode: 0o644) }
        show(audit, since: earlier)
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
        if let earlier {
            Terminal.line("prolonge / grew from  \(earlier.checkpoint.size)")
        }
        for (event, count) in events where count > 0 { Terminal.line("  \(event): \(count)") }
    }

    private func verifyProof(_ path: String) throws {
        let key = try LogWords.key(options.key)
        let proof = try LogProof(parsing: PublicFile.read(path, limit: LogLimits.proofBytes))
        let found: LogLeaf
        let signed: SignedCheckpoint
        if let note {
            (found, signed) = try proof.verify(LogWords.event(event), of: LogWords.noteHash(note), by: key)
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
        commandName: "prove", abstract: "Makes a .tlog-proof file: that a leaf is in the log, to be verified offline.",
        discussion: "With --note the whole log is verified and searched; the first leaf of that event is proven.")

    @Argument(help: "A relay's address, or a folder.")
    var log: String
    @OptionGroup var options: LogOptions
    @Option(name: .long, help: "The leaf's index.")
    var index: Int64?
    @Option(name: .long, help: "A signed note: the leaf that names it.")
    var note: String?
    @Option(name: .long, help: "With --note: what happened to it.")
    var event = LogLeaf.Event.accepted.rawValue
    @Option(name: .long, help: "With --note: the first entry that the log still serves.")
    var from: Int64 = 0
    @Option(name: .shortAndLong, help: "The file to make; standard output otherwise.")
    var output: String?

    func validate() throws {
        guard (index == nil) != (note == nil) else { throw ValidationError("give --index or --note") }
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
                throw CommandFailure.refused(
                    "le registre n'a pas de feuille \(event) pour cette note",
                    "the log has no leaf \(event) for that note")
            }
            var tiles = try await CheckedTiles(of: signed.checkpoint, from: place)
            return try await LogProof.make(of: found, under: signed, in: &tiles)
        }
        let file = try OutputFile(output, isBinary: false, mode: 0o644)
        try file.write(proof.encoded)
        try file.finish()
    }
}

/// `pli log entries`
struct LogEntries: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "entries", abstract: "Prints a log's leaves, each verified: index, time, event, hash of the note.")

    @Argument(help: "A relay's address, or a folder.")
    var log: String
    @OptionGroup var options: LogOptions
    @Option(name: .long, help: "The first leaf.")
    var from: Int64 = 0
    @Option(name: .long, help: "How many at most.")
    var count: Int64?

    func validate() throws {
        guard from >= 0, count ?? 0 >= 0 else { throw ValidationError("--from and --count are 0 or more") }
    }

    func run() async throws {
        let key = try LogWords.key(options.key)
        try await LogPlace.reading(log, caPath: options.ca) { place in
            let signed = try await LogAudit.checkpoint(of: place, key: key)
            var tiles = try await CheckedTiles(of: signed.checkpoint, from: place)
            var index = from
            let size = signed.checkpoint.size
            let end = from + min(count ?? size, max(0, size - from))
            while index < end {
                let bundle = try await tiles.entries(ofBundle: index / 256)
                for entry in bundle.dropFirst(Int(index % 256)).prefix(Int(end - index)) {
                    Terminal.output(LogWords.line(index, try LogLeaf(parsing: entry), json: options.json))
                    index += 1
                }
            }
        }
    }
}
