import ArgumentParser
import Courier
import Durable
import Exchange
import Foundation
import Inbox
import StrictJSON

/// `pli parcel open`: a parcel as files, checked to its last line before anything of it is handed over.
struct ParcelOpenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open",
        abstract: .both(
            "Ouvre un pli en fichiers : des lignes (NDJSON de FHIR R4), ou le fichier brut.",
            "Opens a parcel as files: rows (NDJSON of FHIR R4), or the raw file."),
        discussion: """
            Signatures, annuaire, empreinte, chaque ligne et leur nombre sont vérifiés dans une copie privée sans nom \
            avant que rien n'en sorte. Sans --proof aucun registre ne prouve le pli : seul son expéditeur en répond, et \
            rien ne dit qu'il en manque ou qu'il a déjà été ouvert. Avec --keys rien n'est demandé au relais.

            Signatures, directory, hash, every line and their number are checked in a private copy without a name \
            before anything comes out. Without --proof no log proves the parcel: its sender alone answers for it, and \
            nothing says that some are missing, or that it was opened before. With --keys the relay is not asked for anything.
            """)

    @Argument(help: .both("Le manifeste.", "The manifest."))
    var manifest: String
    @Argument(help: .both("Le corps scellé.", "The sealed body."))
    var body: String
    @OptionGroup var options: InstalledOptions
    @Option(
        name: .shortAndLong,
        help: .both("Où va le contenu (sinon la sortie standard).", "Where the contents go (default: standard output).")
    )
    var output: String?
    @Option(
        name: .long,
        help: .both(
            "Où va la première ligne d'un fichier brut : son nom, son type.",
            "Where the first line of a raw file goes: its name, its type."))
    var head: String?
    @OptionGroup var loose: LooseParcelOptions
    @Flag(name: .long, help: .both("Une valeur JSON, avec -o.", "One JSON value, with -o."))
    var json = false

    func validate() throws {
        guard !json || (output ?? "-") != "-" else {
            throw ValidationError(.both("--json demande -o FICHIER", "--json wants -o FILE"))
        }
        guard body != "-" else {
            throw ValidationError(.both("le corps doit être un fichier", "the body has to be a file"))
        }
        guard head.map({ !Self.isSame($0, output ?? "-") }) ?? true else {
            throw ValidationError(
                .both("--head et -o doivent nommer deux fichiers", "--head and -o have to name two files"))
        }
    }

    func run() async throws {
        umask(0o077)
        try await ParcelFiles.with(config: options.config) { files in
            let (manifest, directory, loggedAt) = try await files.manifest(
                at: self.manifest, keysNote: loose.keys, proof: loose.proof)
            let value = manifest.value
            var judge = try LineJudge(of: value.from, to: files.keys.id, in: directory)
            guard head == nil || value.kind == .file else {
                throw CommandFailure.usage(
                    "--head est pour un fichier brut, et ce pli porte des comptes rendus",
                    "--head is for a raw file, and this parcel carries reports")
            }
            _ = try ParcelFiles.file(of: body)
            let target = try OutputFile(output, isBinary: value.kind == .file)
            let headTarget = try head.map { try OutputFile($0, isBinary: false) }
            let opened = try SealedBodyReader.open(
                path: body, keys: files.keys, manifest: value,
                inPrivateOf: files.agent.dataFolder + "/" + Self.privateFolder)
            try ParcelFiles.require(opened.shape, under: directory)
            if value.kind == .reports {
                try SealedBodyReader.lines(of: opened.clear) { try judge.require($0) }
            }
            if let headTarget, let line = opened.head?.line {
                try target.whole(beside: headTarget) {
                    try headTarget.write(line)
                    try write(opened.clear, to: target)
                }
            } else {
                try target.whole { try write(opened.clear, to: target) }
            }
            tell(value, loggedAt)
        }
    }

    private static func isSame(_ one: String, _ other: String) -> Bool {
        guard one != "-", other != "-" else { return one == other }
        return URL(filePath: one).standardizedFileURL.path == URL(filePath: other).standardizedFileURL.path
    }

    private static let privateFolder = "parcel-open"

    private func write(_ clear: AppendFile, to target: OutputFile) throws {
        let text = output != "-" && target.isSeen ? TerminalText() : nil
        try SealedBodyReader.pieces(of: clear) { piece in
            try piece.withUnsafeBytes { bytes in
                if let text { try target.write(text.take(bytes)) } else { try target.write(bytes) }
            }
        }
        try text?.finish()
    }

    private func tell(_ manifest: Manifest, _ loggedAt: UTCTime?) {
        if json {
            var members = manifest.facts + [.init("proof", .bool(loggedAt != nil))]
            if let loggedAt { members.append(.init("loggedAt", .string(loggedAt.text))) }
            Terminal.output(JSON.object(members).encoded + [0x0A])
        }
        let contents = manifest.contents
        Terminal.say(
            "pli n° \(manifest.seq) de \(manifest.from) ouvert : \(contents.french)",
            "parcel no. \(manifest.seq) of \(manifest.from) opened: \(contents.english)")
        guard let loggedAt else { return Manifest.sayUnproven() }
        Terminal.say(
            "le registre du relais a pris ce pli le \(loggedAt)", "the relay's log took this parcel in at \(loggedAt)")
    }
}
