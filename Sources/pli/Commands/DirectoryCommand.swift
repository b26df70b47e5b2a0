import ArgumentParser
import Exchange
import Foundation
import Notes
import StrictJSON

/// `pli directory …`: keeps the directory, offline.
struct DirectoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "directory",
        abstract: .both(
            "Tient l'annuaire signé : qui participe, quels résultats vont où, avec quels champs.",
            "Keeps the signed directory: who takes part, which results go where, which fields."),
        discussion: """
            La cérémonie : `init` fait un brouillon, `add` le remplit, chaque détenteur de racine lance `sign` sur \
            sa propre machine, et `verify` dit si assez l'ont fait. Les lecteurs épinglent les racines par les \
            empreintes que `show` affiche.

            The ceremony: `init` makes a draft, `add` fills it, each root holder runs `sign` on a machine of their \
            own, and `verify` says whether enough of them did. Readers pin the roots by the fingerprints that `show` \
            prints.
            """,
        subcommands: [
            DirectoryInit.self, DirectoryAdd.self, DirectorySign.self, DirectoryVerify.self, DirectoryShow.self,
        ])
}

extension UTCTime {
    /// The wall clock, which only the command line reads; everything below is handed a time.
    static var now: UTCTime { UTCTime(secondsSinceEpoch: Int64(Date().timeIntervalSince1970)) }
}

/// `pli directory init`
struct DirectoryInit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: .both(
            "Commence un annuaire : un brouillon avec les seuls détenteurs de racine.",
            "Starts a directory: a draft with the root holders and nobody else.")
    )

    @Option(
        name: .long,
        help: .both(
            "Partie publique de la clé de signature d'un détenteur de racine (à répéter).",
            "Public part of a root holder's signing key (repeat for each holder).")
    )
    var root: [String]
    @Option(name: .long, help: .both("Combien de détenteurs doivent signer.", "How many holders must sign."))
    var threshold = 2
    @Option(
        name: .long,
        help: .both(
            "Partie publique de la clé de signature du registraire.", "Public part of the registrar's signing key."))
    var registrar: String?
    @Option(
        name: .long, help: .both("Jours avant son expiration (400 au plus).", "Days until it expires (400 at most)."))
    var days: Int64 = 90
    @Flag(
        name: .long,
        help: .both("Refuser les plis scellés à des clés classiques.", "Refuse parcels sealed to classical keys."))
    var requirePostQuantum = false
    @Option(name: .shortAndLong, help: .both("Où va le brouillon.", "Where the draft goes."))
    var output: String

    func validate() throws {
        guard (1...root.count).contains(threshold) else {
            throw ValidationError(
                .both(
                    "--threshold va de 1 au nombre de --root", "--threshold must be between 1 and the number of --root")
            )
        }
        guard (1...400).contains(days) else {
            throw ValidationError(.both("--days va de 1 à 400", "--days must be between 1 and 400"))
        }
    }

    func run() throws {
        let roots = try root.map { try VerifierFile(reading: URL(filePath: $0)).pair }
        let officer = try registrar.map { try VerifierFile(reading: URL(filePath: $0)).pair }
        let draft = try DirectoryDraft.start(
            roots: roots, threshold: threshold, registrar: officer, issuedAt: .now, days: days,
            requirePostQuantum: requirePostQuantum)
        try draft.write(to: URL(filePath: output))
        Terminal.say(
            "brouillon d'annuaire : \(roots.count) racines, \(threshold) signatures nécessaires",
            "directory draft: \(roots.count) roots, \(threshold) signatures needed")
        for root in roots { Terminal.line("\(root.name) \(root.fingerprint)") }
    }
}

/// `pli directory add`
struct DirectoryAdd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: .both(
            "Ajoute un participant, ou prend des routes et des profils.",
            "Adds a participant, or takes routes and profiles."),
        discussion: """
            Sur un annuaire signé, commence la version suivante, que les détenteurs signent à nouveau.

            On a signed directory it starts the next version, which the holders sign again.
            """)

    @Argument(help: .both("Un brouillon, ou un annuaire signé.", "A draft, or a signed directory."))
    var directory: String
    @Option(
        name: .long,
        help: .both(
            "L'id du participant, par exemple lab-rive-gauche ou ars-11.",
            "The participant's id, for example lab-rive-gauche or ars-11.")
    )
    var id: String?
    @Option(
        name: .long,
        help: .both("Son rôle : sender, authority, relay ou auditor.", "Its role: sender, authority, relay or auditor.")
    )
    var role: String?
    @Option(name: .long, help: .both("Le nom de l'organisme.", "The organisation's name."))
    var name: String?
    @Option(name: .long, help: .both("Partie publique de sa clé de signature.", "Public part of its signing key."))
    var key: String?
    @Option(
        name: .long,
        help: .both(
            "Son état : active, suspended, retired ou revoked.", "Its status: active, suspended, retired or revoked."))
    var status = "active"
    @Option(
        name: .long,
        help: .both(
            "Un numéro FINESS pour qui l'expéditeur peut parler (à répéter).",
            "A FINESS number that a sender may speak for (repeat).")
    )
    var finess: [String] = []
    @Option(
        name: .long,
        help: .both(
            "Qui appeler quand un accusé tarde : une fonction, pas une personne.",
            "Whom to call when a receipt is overdue: a function, not a person.")
    )
    var contact: String?
    @Option(
        name: .long,
        help: .both(
            "Un fichier JSON {\"routes\": […], \"profiles\": […]} à prendre.",
            "A JSON file {\"routes\": […], \"profiles\": […]} to take.")
    )
    var routes: String?
    @Flag(
        name: .long,
        help: .both(
            "Prendre les routes et profils d'exemple de la démonstration.",
            "Take the example routes and profiles of the demonstration.")
    )
    var examples = false
    @Option(
        name: .long, help: .both("Jours avant qu'une version suivante expire.", "Days until a next version expires."))
    var days: Int64 = 90
    @Option(
        name: .shortAndLong,
        help: .both(
            "Où va le brouillon (sinon à la place d'un brouillon).",
            "Where the draft goes (default: in place of a draft).")
    )
    var output: String?

    func run() throws {
        var draft = try DirectoryDraft.open(URL(filePath: directory), now: .now, days: days)
        if let id { try draft.add(try participant(id)) }
        if examples { try draft.takeExamples() }
        if let routes { try draft.take(routesFile: URL(filePath: routes)) }
        // The signed version is what everybody goes by; its draft must not take its place.
        guard output != nil || (try? Directory(text: DirectoryNote.read(URL(filePath: directory)))) != nil else {
            throw CommandFailure.usage(
                "un annuaire signé n'est pas remplacé : -o dit où va le brouillon",
                "a signed directory is not replaced: say with -o where the draft goes")
        }
        guard id != nil || examples || routes != nil else {
            throw CommandFailure.usage(
                "rien à ajouter : --id, --routes ou --examples", "nothing to add: --id, --routes or --examples")
        }
        try draft.write(to: URL(filePath: output ?? directory))
        Terminal.say(
            "version \(draft.directory.version) : \(draft.directory.participants.count) participants",
            "version \(draft.directory.version): \(draft.directory.participants.count) participants")
    }

    private func participant(_ id: String) throws -> Directory.Participant {
        guard let role = role.flatMap(Directory.Role.init(rawValue:)), let name, let key,
            let status = Directory.Status(rawValue: status)
        else {
            throw CommandFailure.usage(
                "un participant demande --id, --role, --name et --key",
                "a participant needs --id, --role, --name and --key")
        }
        let pair = try VerifierFile(reading: URL(filePath: key)).pair
        guard pair.name == id else {
            throw CommandFailure.usage(
                "cette clé est celle d'un autre participant que \(id)", "that key is another participant's than \(id)")
        }
        do {
            return try .init(
                id: ParticipantID(id), role: role, name: name, status: status,
                fingerprint: SHA256Hex(pair.fingerprint), finess: finess, contact: contact)
        } catch {
            throw CommandFailure.usage("participant refusé : \(French.of(error))", "participant refused: \(error)")
        }
    }
}

/// `pli directory sign`
struct DirectorySign: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: .both(
            "Ajoute à un brouillon ou à une note la signature d'un détenteur de racine.",
            "Adds one root holder's signature lines to a draft or a note.")
    )

    @Argument(
        help: .both(
            "Un brouillon, ou un annuaire que d'autres détenteurs ont signé.",
            "A draft, or a directory that other holders have signed.")
    )
    var directory: String
    @Option(name: .long, help: .both("Le fichier de clé de signature du détenteur.", "The holder's signing key file."))
    var key: String
    @Option(name: .shortAndLong, help: .both("Où va l'annuaire signé.", "Where the signed directory goes."))
    var output: String

    func run() throws {
        let holder = try SigningKeyFile(reading: URL(filePath: key))
        let bytes = try DirectoryNote.read(URL(filePath: directory))
        let note: DirectoryNote
        if let draft = try? Directory(text: bytes) {
            note = try DirectoryNote(signing: DirectoryDraft(directory: draft), with: holder)
        } else {
            note = try DirectoryNote(parsing: bytes, name: URL(filePath: directory).lastPathComponent)
                .signed(with: holder)
        }
        try note.write(to: URL(filePath: output))
        let count = (try? note.note.holders(among: note.directory.roots.map(\.pair)).count) ?? 0
        Terminal.say(
            "signé par \(count) détenteur(s) sur \(note.directory.threshold) nécessaires",
            "signed by \(count) holder(s) of \(note.directory.threshold) needed")
        for recipient in note.directory.routesToNobody {
            Terminal.say(
                "attention : une route va à \(recipient), qui n'est pas dans l'annuaire",
                "mind: a route goes to \(recipient), which is not in the directory")
        }
    }
}

extension Directory {
    /// Recipients of routes that no authority of the directory can be; `ars-{region}` is met by any region's.
    fileprivate var routesToNobody: [String] {
        let authorities = participants.filter { $0.role == .authority }.map(\.id.text)
        let recipients = routes.compactMap { $0["to"]?.string }
        return Set(recipients).filter { recipient in
            guard let brace = recipient.firstIndex(of: "{") else { return !authorities.contains(recipient) }
            return !authorities.contains { $0.hasPrefix(recipient[..<brace]) }
        }.sorted()
    }
}
