import ArgumentParser
import Exchange
import Foundation
import Notes

/// `pli directory propose`
struct DirectoryPropose: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "propose",
        abstract: "Starts the next version: new dates, and what concerns the directory as a whole.",
        discussion: "Without any option the directory is renewed as it is.")

    @OptionGroup var draft: DraftOptions
    @Option(name: .long, help: "Public part of the registrar's signing key, from now on.")
    var registrar: String?
    @Flag(name: .long, help: "There is no registrar from now on.")
    var withoutRegistrar = false
    @Flag(name: .long, help: "Refuse parcels sealed to classical keys.")
    var requirePostQuantum = false
    @Flag(name: .long, help: "Take parcels sealed to classical keys.")
    var allowClassical = false
    @Option(name: .long, help: "Days a kind of parcel may lie at the relay, like reports=10 (repeat).")
    var retention: [String] = []

    func validate() throws {
        guard registrar == nil || !withoutRegistrar, !(requirePostQuantum && allowClassical) else {
            throw ValidationError("these options contradict each other")
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
        abstract: "Starts a version with other root holders, or another number of signatures.",
        discussion: """
            It is signed by enough of the old holders and enough of the new ones; whoever ceases to be a holder signs with \
            --previous. Readers that know the version before go on by themselves; new ones pin the new fingerprints.
            """)

    @OptionGroup var draft: DraftOptions
    @Option(name: .long, help: "Public part of a new holder's signing key (repeat).")
    var add: [String] = []
    @Option(name: .long, help: "A holder who is none from now on (repeat).")
    var drop: [String] = []
    @Option(name: .long, help: "How many holders must sign from now on.")
    var threshold: Int?

    func validate() throws {
        guard !add.isEmpty || !drop.isEmpty || threshold != nil else {
            throw ValidationError("nothing to change: --add, --drop or --threshold")
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
        for root in added { Terminal.line("\(root.holder.text) \(root.pair.fingerprint)") }
    }
}
