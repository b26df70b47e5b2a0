import ArgumentParser
import Exchange
import StrictJSON

/// `pli parcel`: parcels as files, for integrators.
struct ParcelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parcel",
        abstract: .both(
            "Des plis en fichiers : pour une clé USB, ou ses propres outils.",
            "Parcels as files: for a stick, or for tools of one's own."),
        subcommands: [
            ParcelSealCommand.self, ParcelOpenCommand.self, ParcelVerifyCommand.self, ParcelReceiptCommand.self,
        ])
}

/// What both commands are told.
struct ParcelArguments: ParsableArguments {
    @Argument(
        help: .both(
            "Le manifeste, tel que le relais le donne (…/manifest) ; - est l'entrée standard.",
            "The manifest, as the relay gives it (…/manifest); - is standard input."))
    var manifest: String
    @Argument(
        help: .both("Le corps scellé, tel que le relais le donne.", "The sealed body, as the relay gives it."))
    var body: String?
    @OptionGroup var options: InstalledOptions
}

/// `pli parcel verify`: everything that can be known of a parcel before it is opened.
struct ParcelVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: .both(
            "Vérifie un pli : signatures, destinataire, annuaire, registre, et le corps s'il est donné.",
            "Verifies a parcel: signatures, recipient, directory, log, and its body where it is given."),
        discussion: """
            Le relais doit montrer la preuve du registre. Pour un pli venu en fichiers : --proof la donne, --keys vérifie \
            sans relais, --unproven sans preuve ; sans preuve, seul son expéditeur répond du pli, et c'est dit.

            The relay has to show the log's proof. Of a parcel that came as files: --proof gives it, --keys verifies without \
            the relay, --unproven without proof; without one its sender alone answers for the parcel, and that is said.
            """)

    @OptionGroup var parcel: ParcelArguments
    @OptionGroup var loose: LooseParcelOptions
    @Flag(
        name: .long,
        help: .both(
            "Un pli venu en fichiers : le registre du relais n'est pas demandé.",
            "A parcel that came as files: the relay's log is not asked for."))
    var unproven = false
    @Flag(name: .long, help: .both("Une valeur JSON.", "One JSON value."))
    var json = false

    func run() async throws {
        try await ParcelFiles.with(config: parcel.options.config) { files in
            let (manifest, isProven, loggedAt) = try await verified(by: files)
            if let body = parcel.body { try ParcelFiles.requireBody(at: body, of: manifest) }
            if json {
                var members =
                    manifest.facts + [.init("body", .bool(parcel.body != nil)), .init("proof", .bool(isProven))]
                if let loggedAt { members.append(.init("loggedAt", .string(loggedAt.text))) }
                Terminal.output(JSON.object(members).encoded + [0x0A])
                if !isProven { Manifest.sayUnproven() }
                return
            }
            Terminal.line("\(manifest.from) \(manifest.id): \(manifest.reports)")
            let contents = manifest.contents
            Terminal.say(
                "pli vérifié : \(contents.french) de \(manifest.from), à acquitter avant \(manifest.expiresAt)",
                "parcel verified: \(contents.english) from \(manifest.from), to be acknowledged before "
                    + "\(manifest.expiresAt)")
            if !isProven { Manifest.sayUnproven() }
        }
    }

    private func verified(
        by files: ParcelFiles
    ) async throws -> (manifest: Manifest, isProven: Bool, loggedAt: UTCTime?) {
        guard unproven || loose.keys != nil || loose.proof != nil else {
            return (try await files.manifest(at: parcel.manifest).0.value, true, nil)
        }
        let (manifest, _, loggedAt) = try await files.manifest(
            at: parcel.manifest, keysNote: loose.keys, proof: loose.proof)
        return (manifest.value, loggedAt != nil, loggedAt)
    }
}

extension Manifest {
    /// What is in it, for people.
    var contents: CommandFailure.Said {
        guard kind != .file else { return .init(french: "un fichier", english: "a file") }
        guard reports != 1 else { return .init(french: "1 compte rendu", english: "1 report") }
        return .init(french: "\(reports) comptes rendus", english: "\(reports) reports")
    }

    /// What nobody can know of a parcel without a proof.
    static func sayUnproven() {
        Terminal.say(
            "sans preuve du registre : seul son expéditeur répond de ce pli, et rien ne dit s'il en manque d'autres",
            "without proof of the log: its sender alone answers for this parcel, and nothing says whether others are missing"
        )
    }

    /// What a manifest says, for programs.
    var facts: [JSON.Member] {
        [
            .init("id", .string(id.text)), .init("from", .string(from.text)),
            .init("to", .string(to.text)), .init("kind", .string(kind.rawValue)),
            .init("reports", .integer(Int64(reports))), .init("seq", .integer(seq)),
            .init("size", .integer(size)), .init("sha256", .string(sha256.text)),
            .init("expiresAt", .string(expiresAt.text)),
        ]
    }
}

/// `pli parcel receipt`: the recipient's signed word, to post to the relay.
struct ParcelReceiptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipt",
        abstract: .both(
            "Signe l'accusé d'un pli, sur la sortie standard : le relais efface alors le pli.",
            "Signs the receipt of a parcel, on standard output: the relay then deletes the parcel."),
        discussion: """
            À faire quand les comptes rendus sont en sûreté chez vous, pas avant : l'accusé est définitif. Le pli est \
            vérifié d'abord. Envoyez-le : curl -H 'Content-Type: text/plain' --data-binary @receipt.note …/receipt

            To be done once the reports are safe with you, not before: a receipt is final. The parcel is verified first. \
            Post it as above.
            """)

    @OptionGroup var parcel: ParcelArguments
    @Option(
        name: .long,
        help: .both(
            "Refuser le pli, pour cette raison : cannot-open, binding, not-entitled ou invalid.",
            "Refuse the parcel, for this reason: cannot-open, binding, not-entitled or invalid."))
    var refused: String?

    /// `superseded` is a word on two parcels, which only whoever keeps both can say.
    private static let reasons: [Receipt.Reason] = [.cannotOpen, .binding, .notEntitled, .invalid]

    func validate() throws {
        guard let refused else {
            guard parcel.body != nil else {
                throw ValidationError(
                    .both(
                        "donnez aussi le corps scellé : un accusé de remise porte sur lui",
                        "give the sealed body, too: a receipt of delivery is about it"))
            }
            return
        }
        guard Self.reasons.contains(where: { $0.rawValue == refused }) else {
            let names = Self.reasons.map(\.rawValue).joined(separator: ", ")
            throw ValidationError(.both("--refused : \(names)", "--refused: \(names)"))
        }
    }

    func run() async throws {
        try await ParcelFiles.with(config: parcel.options.config) { files in
            let (manifest, directory) = try await files.manifest(at: parcel.manifest)
            // Who refuses because the body is not what it should be must be able to say so.
            if let body = parcel.body, refused == nil {
                try ParcelFiles.requireBody(at: body, of: manifest.value)
            }
            let receipt = try await files.receipt(
                on: manifest, refusedFor: refused.flatMap { Receipt.Reason(rawValue: $0) }, directory: directory)
            Terminal.output(receipt.noteBytes)
        }
    }
}
