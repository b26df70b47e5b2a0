import ArgumentParser
import Courier
import Durable
import Exchange
import Foundation
import LabReport
import Outbox
import StrictJSON

/// `pli parcel seal`: one parcel as files.
struct ParcelSealCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal",
        abstract: .both(
            "Scelle un fichier en un pli pour un destinataire : un manifeste et un corps.",
            "Seals a file into one parcel for one recipient: a manifest and a body."),
        discussion: """
            Les comptes rendus sont contrôlés, routés et minimisés comme par pli outbox : seul ce que les routes de \
            l'annuaire envoient à ce destinataire est scellé, avec les champs de son profil. Avec --file le fichier part \
            tel quel, là où une route le permet. Seuls son numéro et son manifeste sont retenus ici, et aucun registre ne le prouve : \
            seul pli parcel open l'ouvre. Avec --keys rien n'est demandé au relais.

            Reports are judged, routed and minimised as pli outbox does: only what the directory's routes send to this \
            recipient is sealed, with the fields of its profile. With --file the file goes as it is, where a route \
            lets it. Nothing of it but its number and manifest is remembered here, and no log proves it: only pli parcel open opens it. \
            With --keys the relay is not asked for anything.
            """)

    @Argument(
        help: .both(
            "Un fichier : HL7 v2, HPRIM, CSV, FHIR ou CDA ; avec --file n'importe lequel.",
            "A file: HL7 v2, HPRIM, CSV, FHIR or CDA; with --file any."))
    var file: String
    @Option(name: .long, help: .both("Le destinataire.", "The recipient."))
    var to: String
    @OptionGroup var options: InstalledOptions
    @Option(
        name: .shortAndLong,
        help: .both(
            "Début du nom des deux fichiers, .note et .age (sinon expéditeur et numéro).",
            "How the two files' names begin, .note and .age (default: sender and id)."))
    var output: String?
    @Option(
        name: .long,
        help: .both(
            "La note de clés du destinataire, en fichier : le relais n'est pas appelé.",
            "The recipient's keys note, as a file: the relay is not called."))
    var keys: String?
    @OptionGroup var format: FormatOption
    @Flag(name: .customLong("file"), help: .both("Un fichier brut, tel quel.", "A raw file, as it is."))
    var isRaw = false
    @OptionGroup var raw: RawFileOptions
    @Option(
        name: .long,
        help: .both(
            "Le numéro du pli pour ce destinataire (sinon compté ici).",
            "The parcel's number for this recipient (default: counted here)."))
    var seq: Int64?
    @Flag(name: .long, help: .both("Deux valeurs JSON : le fichier, le pli.", "Two JSON values: the file, the parcel."))
    var json = false

    func validate() throws {
        guard file != "-" else { throw InputFile.notStandardInput }
        guard (try? ParticipantID(to)) != nil else {
            throw ValidationError(.both("--to : l'id d'un participant", "--to: a participant's id"))
        }
        try format.requireKnown()
        guard isRaw ? format.isAbsent : raw.isAbsent else {
            throw ValidationError(
                .both(
                    "--media-type et --name vont avec --file, --format sans",
                    "--media-type and --name go with --file, --format without it"))
        }
        guard output != "-" else {
            throw ValidationError(
                .both(
                    "-o : le nom de deux fichiers ; pas la sortie standard (-)",
                    "-o: the name of two files; not standard output (-)"))
        }
        guard seq.map({ (1...Limits.integer).contains($0) }) ?? true else {
            throw ValidationError(
                .both("--seq : de 1 à \(Limits.integer)", "--seq: 1 to \(Limits.integer)"))
        }
    }

    func run() async throws {
        umask(0o077)
        let settings = try await OutboxConfiguration.load(path: options.config)
        let recipient = try ParticipantID(to)
        try Self.requireDataFolder(settings.agent.dataFolder)
        try FileToSend.requireReadable(file)
        let held = try await ParcelFiles.with(settings.agent) { files in
            let (directory, note, checkpoint) = try await files.recipient(recipient, keysNote: keys)
            let maker = try LooseParcelMaker(
                configuration: settings, keys: files.keys, directory: directory, recipient: note,
                checkpoint: checkpoint, now: AgentProgram.now())
            let place = try ParcelPlace(prefix: output ?? "\(settings.agent.participant)-\(maker.id)")
            let count = try ParcelCount(of: recipient, dataFolder: settings.agent.dataFolder)
            return try seal(by: maker, at: place, seq: { try seq ?? count.next() })
        }
        if held > 0 { throw ExitCode(CommandFailure.Code.refused.rawValue) }
    }

    /// What names the reports for their recipients is kept there: beside a disk that is not mounted it would be made anew, and no
    /// correction would meet what it corrects.
    private static func requireDataFolder(_ folder: String) throws {
        guard try !CommandFailure.translating({ try Disk.real.isFolder(folder) }) else { return }
        throw CommandFailure.usage(
            "le dossier de données (data) n'est pas là", "the data folder (data) is not there",
            hint: .init(
                french: "montez son disque ; s'il n'y en a jamais eu, faites-le : mkdir -m 700",
                english: "mount its disk; where there never was one, make it: mkdir -m 700"))
    }

    /// Gives how many reports are held.
    private func seal(by maker: LooseParcelMaker, at place: ParcelPlace, seq: () throws -> Int64) throws -> Int {
        do {
            if isRaw {
                let made = try maker.seal(
                    file: file, name: raw.name(of: file), mediaType: raw.mediaType ?? RawFileOptions.anyType,
                    to: place.body, seq: seq)
                try finish(made, at: place)
                return 0
            }
            let (made, summary) = try maker.seal(
                reports: file, format: format.kind?.format(of: file), to: place.body,
                seq: seq)
            IntakeOutput.show(summary, file: 1, json: json)
            guard let made else {
                throw CommandFailure.refused(
                    "rien dans ce fichier n'est à envoyer à \(to) : pas de pli",
                    "nothing in this file is to go to \(to): no parcel",
                    hint: .init(
                        french: "pli check --directory dit où irait chaque compte rendu, et pourquoi",
                        english: "pli check --directory says where each report would go, and why"))
            }
            try finish(made, at: place)
            return summary.held
        } catch {
            place.discard()
            throw error
        }
    }

    private func finish(_ made: LooseParcelMaker.Made, at place: ParcelPlace) throws {
        try place.finish(made.manifest)
        let manifest = made.manifest.value
        if json {
            Terminal.output(JSON.object(manifest.facts + [.init("proof", .bool(false))]).encoded + [0x0A])
        } else {
            Terminal.line(place.manifest)
            Terminal.line(place.body)
        }
        if let summary = made.summary {
            Terminal.say(
                "pris \(summary.taken) = pour \(to) \(made.sealed) + pour d'autres seulement \(summary.taken - made.sealed)",
                "taken \(summary.taken) = for \(to) \(made.sealed) + for others only \(summary.taken - made.sealed)")
        }
        Terminal.say(
            "pli scellé pour \(to), à ouvrir avant \(manifest.expiresAt) par pli parcel open : aucun registre ne le prouve, et "
                + (seq == nil
                    ? "seuls son numéro et son manifeste sont retenus ici" : "seul son manifeste est retenu ici"),
            "parcel sealed to \(to), to be opened before \(manifest.expiresAt) with pli parcel open: no log proves it, and "
                + "nothing of it but \(seq == nil ? "its number and manifest" : "its manifest") is remembered here")
    }
}

/// What a raw file is said to be.
struct RawFileOptions: ParsableArguments {
    static let anyType = "application/octet-stream"

    @Option(
        name: .long,
        help: .both(
            "Type de contenu du fichier brut (sinon application/octet-stream) ; le relais le voit.",
            "Media type of the raw file (default: application/octet-stream); the relay sees it."))
    var mediaType: String?
    @Option(
        name: .long,
        help: .both(
            "Nom du fichier pour son destinataire (sinon le sien) ; lui seul le voit.",
            "The file's name for its recipient (default: its own); nobody else sees it."))
    var name: String?

    /// None of it was said.
    var isAbsent: Bool { mediaType == nil && name == nil }

    func name(of path: String) -> String { name ?? URL(filePath: path).lastPathComponent }
}
