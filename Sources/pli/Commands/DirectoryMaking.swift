import ArgumentParser
import Exchange
import Foundation
import LabReport
import Notes

/// `pli directory init`
struct DirectoryInit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: .both(
            "Commence un annuaire : un brouillon avec les seuls détenteurs de racine.",
            "Starts a directory: a draft with the root holders and nobody else."))

    @Option(
        name: .long,
        help: .both(
            "Partie publique de la clé de signature d'un détenteur de racine (à répéter).",
            "Public part of a root holder's signing key (repeat for each holder)."))
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
    @Option(
        name: .long,
        help: .both(
            "Jours qu'un genre de pli peut rester au relais, par exemple reports=10 (à répéter).",
            "Days a kind of parcel may lie at the relay, like reports=10 (repeat)."))
    var retention: [String] = []
    @Option(
        name: .shortAndLong,
        help: .both(
            "Où va le brouillon ; - est la sortie standard.", "Where the draft goes; - is standard output."))
    var output: String

    func validate() throws {
        guard (1...max(1, root.count)).contains(threshold) else {
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
            requirePostQuantum: requirePostQuantum, retention: RetentionOption.read(retention))
        try draft.write(to: URL(filePath: output))
        Terminal.say(
            "brouillon d'annuaire : \(roots.count) racines, \(threshold) signatures nécessaires",
            "directory draft: \(roots.count) roots, \(threshold) signatures needed")
        for root in roots { DraftOptions.show("\(root.name) \(root.fingerprint)", output: output) }
    }
}

/// `pli directory add`
struct DirectoryAdd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: .both(
            "Ajoute un participant, change ou renouvelle son entrée, ou prend des routes et des profils.",
            "Adds a participant, changes or renews its entry, or takes routes and profiles."),
        discussion: """
            D'un id déjà là, seul change ce qui est donné. Sur un annuaire signé, commence la version suivante, que \
            les détenteurs signent à nouveau ; avec --by-registrar, le registraire, qui peut ajouter, renouveler et \
            suspendre des expéditeurs.

            Of an id that is there, only what is given changes. On a signed directory it starts the next version, \
            which the holders sign again; with --by-registrar the registrar, who may add, renew and suspend senders.
            """)

    @OptionGroup var draft: DraftOptions
    @Option(
        name: .long,
        help: .both(
            "L'id du participant, par exemple lab-rive-gauche ou ars-11.",
            "The participant's id, for example lab-rive-gauche or ars-11."))
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
            "Son état : active, suspended, retired ou revoked (sinon active, ou tel quel).",
            "Its status: active, suspended, retired or revoked (default: active, or as it is)."))
    var status: String?
    @Option(
        name: .long,
        help: .both(
            "Un numéro FINESS pour qui l'expéditeur peut parler (à répéter).",
            "A FINESS number that a sender may speak for (repeat)."))
    var finess: [String] = []
    @Option(
        name: .long,
        help: .both(
            "Qui appeler quand un accusé tarde : une fonction, pas une personne.",
            "Whom to call when a receipt is overdue: a function, not a person."))
    var contact: String?
    @Option(
        name: .long,
        help: .both(
            "Mégaoctets de plis d'un expéditeur qui peuvent rester au relais.",
            "Megabytes of a sender's parcels that may lie at the relay."))
    var quotaMegabytes: Int64?
    @Option(
        name: .long,
        help: .both(
            "Un fichier JSON {\"routes\": […], \"profiles\": […]} à prendre.",
            "A JSON file {\"routes\": […], \"profiles\": […]} to take."))
    var routes: String?
    @Flag(
        name: .long,
        help: .both(
            "Prendre les routes et profils d'exemple de la démonstration.",
            "Take the example routes and profiles of the demonstration."))
    var examples = false

    func run() throws {
        guard id != nil || examples || routes != nil else {
            throw CommandFailure.usage(
                "rien à ajouter : --id, --routes ou --examples", "nothing to add: --id, --routes or --examples",
                hint: .init(
                    french: "pour prolonger un annuaire tel quel : pli directory propose",
                    english: "to renew a directory as it is: pli directory propose"))
        }
        try draft.change { draft in
            if let id { try draft.put(participant(id, of: draft.directory)) }
            if examples { try draft.takeExamples() }
            if let routes { try draft.take(routesFile: URL(filePath: routes)) }
        }
    }

    private func participant(_ text: String, of directory: Directory) throws -> Directory.Participant {
        let id = try Self.typed { () throws(ExchangeFailure) in try ParticipantID(text) }
        let known = directory[id]
        let pair = try key.map { try VerifierFile(reading: URL(filePath: $0)).pair }
        guard pair?.name ?? text == text else {
            throw CommandFailure.usage(
                "cette clé est celle d'un autre participant que \(text)",
                "that key is another participant's than \(text)")
        }
        let role = try self.role.map { try Self.word($0, "--role", Directory.Role.self) } ?? known?.role
        let status = try self.status.map { try Self.word($0, "--status", Directory.Status.self) }
        guard let role, let name = name ?? known?.name,
            let fingerprint = try pair.map({ try SHA256Hex($0.fingerprint) }) ?? known?.fingerprint
        else {
            throw CommandFailure.usage(
                "un participant demande --id, --role, --name et --key",
                "a participant needs --id, --role, --name and --key")
        }
        for (index, number) in finess.enumerated() where FINESS(number) == nil {
            Terminal.say(
                "attention : --finess numéro \(index + 1) n'est pas un FINESS (neuf chiffres, dont une clé) : rien de ce "
                    + "laboratoire ne serait pris",
                "mind: --finess number \(index + 1) is no FINESS (nine digits, one of them a key): nothing of that laboratory "
                    + "would be taken")
        }
        return try Self.typed { () throws(ExchangeFailure) in
            try Directory.Participant(
                id: id, role: role, name: name, as: status ?? known?.status ?? .active, after: known,
                at: directory.issuedAt, fingerprint: fingerprint,
                finess: finess.isEmpty ? known?.finess ?? [] : finess, contact: contact ?? known?.contact,
                quotaMegabytes: quotaMegabytes ?? known?.quotaMegabytes)
        }
    }

    /// A value that was typed and cannot be one is a matter of usage.
    private static func typed<Value>(_ make: () throws(ExchangeFailure) -> Value) throws -> Value {
        do {
            return try make()
        } catch {
            throw CommandFailure.usage(error.french, "\(error)")
        }
    }

    private static func word<Word: RawRepresentable & CaseIterable>(
        _ text: String, _ option: String, _ type: Word.Type
    ) throws -> Word where Word.RawValue == String {
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError(.both("\(option) : l'un de \(words)", "\(option): one of \(words)"))
        }
        return word
    }
}

/// `pli directory remove`
struct DirectoryRemove: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: .both(
            "Retire, révoque ou suspend un participant. Son entrée reste, comme une stèle.",
            "Retires, revokes or suspends a participant. Its entry stays, as a tombstone."),
        discussion: """
            Retiré (si rien n'est dit) : pour qui part en bon ordre ; ce que le registre avait avant est encore \
            remis et accusé. Révoqué : pour des clés peut-être en d'autres mains ; tout ce qu'elles ont signé est \
            refusé, quelle qu'en soit la date. Suspendu : pour l'instant, et levé par `add --status active`. L'id \
            n'est jamais donné à un autre.

            Retired (the default) is for whoever leaves in good order: what the log had before is still delivered \
            and acknowledged. Revoked is for keys that may be in other hands: whatever they signed is refused, \
            whatever its date. Suspended is for now, and can be lifted with `add --status active`. The id is never \
            given to another.
            """)

    @OptionGroup var draft: DraftOptions
    @Option(name: .long, help: .both("L'id du participant.", "The participant's id."))
    var id: String
    @Flag(
        name: .long,
        help: .both(
            "Ses clés sont peut-être en d'autres mains : tout ce qu'elles ont signé est refusé.",
            "Its keys may be in other hands: whatever they signed is refused."))
    var revoked = false
    @Flag(
        name: .long,
        help: .both(
            "Pas pour l'instant : il revient par `add --status active`.",
            "Not for now: it comes back with `add --status active`."))
    var suspended = false

    func validate() throws {
        guard !(revoked && suspended) else {
            throw ValidationError(.both("--revoked ou --suspended, pas les deux", "--revoked or --suspended, not both"))
        }
    }

    func run() throws {
        let status: Directory.Status = revoked ? .revoked : suspended ? .suspended : .retired
        try draft.change { draft in
            guard let known = draft.directory[try ParticipantID(id)] else {
                throw CommandFailure.refused(
                    "\(id) n'est pas dans l'annuaire", "\(id) is not in the directory",
                    hint: .init(
                        french: "pli directory show dit qui y est", english: "pli directory show says who is"))
            }
            try draft.put(
                Directory.Participant(
                    id: known.id, role: known.role, name: known.name, as: status, after: known,
                    at: draft.directory.issuedAt, fingerprint: known.fingerprint, finess: known.finess,
                    contact: known.contact, quotaMegabytes: known.quotaMegabytes))
        }
    }
}

extension Directory.Participant {
    /// An entry that retires at `time` unless it had retired before.
    fileprivate init(
        id: ParticipantID, role: Directory.Role, name: String, as status: Directory.Status,
        after known: Directory.Participant?, at time: UTCTime, fingerprint: SHA256Hex, finess: [String],
        contact: String?, quotaMegabytes: Int64?
    ) throws(ExchangeFailure) {
        try self.init(
            id: id, role: role, name: name, status: status,
            retiredAt: status == .retired ? known?.retiredAt ?? time : nil, fingerprint: fingerprint, finess: finess,
            contact: contact, quotaMegabytes: quotaMegabytes)
    }
}
