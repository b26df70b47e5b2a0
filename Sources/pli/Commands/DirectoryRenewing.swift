import ArgumentParser
import Exchange
import Foundation
import Notes

/// `pli directory propose`
struct DirectoryPropose: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "propose",
        abstract: .both(
            "Commence la version suivante : nouvelles dates, et ce qui concerne tout l'annuaire.",
            "Starts the next version: new dates, and what concerns the directory as a whole."),
        discussion: """
            Sans option, l'annuaire est renouvelé tel quel.

            Without any option the directory is renewed as it is.
            """)

    @OptionGroup var draft: DraftOptions
    @Option(
        name: .long,
        help: .both(
            "Partie publique de la clé de signature du registraire, désormais.",
            "Public part of the registrar's signing key, from now on."))
    var registrar: String?
    @Flag(name: .long, help: .both("Il n'y a plus de registraire désormais.", "There is no registrar from now on."))
    var withoutRegistrar = false
    @Flag(
        name: .long,
        help: .both("Refuser les plis scellés à des clés classiques.", "Refuse parcels sealed to classical keys."))
    var requirePostQuantum = false
    @Flag(
        name: .long,
        help: .both("Prendre les plis scellés à des clés classiques.", "Take parcels sealed to classical keys."))
    var allowClassical = false
    @Option(
        name: .long,
        help: .both(
            "Jours qu'un genre de pli peut rester au relais, par exemple reports=10 (à répéter).",
            "Days a kind of parcel may lie at the relay, like reports=10 (repeat)."))
    var retention: [String] = []

    func validate() throws {
        guard registrar == nil || !withoutRegistrar, !(requirePostQuantum && allowClassical) else {
            throw ValidationError(.both("ces options se contredisent", "these options contradict each other"))
        }
    }

    func run() throws {
        let officer = try registrar.map { try Directory.Registrar(VerifierFile(reading: URL(filePath: $0)).pair) }
        let days = try RetentionOption.read(retention)
        try draft.change { draft in
            try draft.change { parts in
                if withoutRegistrar { parts.registrar = nil }
                if let officer { parts.registrar = officer }
                if requirePostQuantum { parts.requirePostQuantum = true }
                if allowClassical { parts.requirePostQuantum = false }
                if let days { parts.retention = days }
            }
        }
    }
}

/// `pli directory rotate-root`
struct DirectoryRotate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-root",
        abstract: .both(
            "Commence une version avec d'autres détenteurs de clés racines, ou un autre nombre de signatures.",
            "Starts a version with other root holders, or another number of signatures."),
        discussion: """
            Elle est signée par assez d'anciens détenteurs et assez de nouveaux ; qui cesse de l'être signe avec \
            --previous. Les lecteurs qui connaissent la version d'avant suivent seuls ; les nouveaux épinglent les \
            nouvelles empreintes.

            It is signed by enough of the old holders and enough of the new ones; whoever ceases to be a holder \
            signs with --previous. Readers that know the version before go on by themselves; new ones pin the new \
            fingerprints.
            """)

    @OptionGroup var draft: DraftOptions
    @Option(
        name: .long,
        help: .both(
            "Partie publique de la clé de signature d'un nouveau détenteur (à répéter).",
            "Public part of a new holder's signing key (repeat)."))
    var add: [String] = []
    @Option(
        name: .long,
        help: .both("Un détenteur qui cesse de l'être (à répéter).", "A holder who is none from now on (repeat)."))
    var drop: [String] = []
    @Option(
        name: .long,
        help: .both("Combien de détenteurs doivent signer désormais.", "How many holders must sign from now on."))
    var threshold: Int?

    func validate() throws {
        guard !add.isEmpty || !drop.isEmpty || threshold != nil else {
            throw ValidationError(
                .both(
                    "rien à changer : --add, --drop ou --threshold", "nothing to change: --add, --drop or --threshold"))
        }
    }

    func run() throws {
        let added = try add.map { try Directory.Root(VerifierFile(reading: URL(filePath: $0)).pair) }
        try draft.change { draft in
            let holders = draft.directory.roots.map(\.holder.text)
            if let unknown = drop.first(where: { !holders.contains($0) }) {
                throw CommandFailure.refused(
                    "\(unknown) n'est pas un détenteur de racine", "\(unknown) is not a root holder",
                    hint: .init(
                        french: "pli directory show nomme les détenteurs",
                        english: "pli directory show names the holders"))
            }
            try draft.change { parts in
                parts.roots = parts.roots.filter { !drop.contains($0.holder.text) } + added
                if let threshold { parts.threshold = threshold }
            }
        }
        for root in added {
            DraftOptions.show(
                "\(root.holder.text) \(root.pair.fingerprint)", output: draft.output ?? draft.directory)
        }
    }
}
