import ArgumentParser
import Exchange
import Foundation
import Notes
import StrictJSON

/// `pli directory verify`
struct DirectoryVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: .both(
            "Dit si assez de détenteurs épinglés ont signé, et si l'annuaire est en vigueur.",
            "Says whether enough pinned root holders signed, and whether it is in force."),
        discussion: """
            Avec --previous, la plus ancienne d'abord, les détenteurs épinglés répondent de la première et chaque \
            version doit suivre celle d'avant. Celle du registraire demande la version sur laquelle elle repose, ou \
            celles entre les deux.

            With --previous, the oldest first, the pinned holders vouch for the first of them and each version must \
            follow the one before. The registrar's version needs the one that it stands on, or those between.
            """)

    @Argument(help: .both("Un annuaire signé.", "A signed directory."))
    var directory: String
    @OptionGroup var roots: RootPinOptions
    @Option(
        name: .long,
        help: .both(
            "Une version d'avant, la plus ancienne d'abord (à répéter) : la suite est vérifiée aussi.",
            "A version before, the oldest first (repeat): the chain is checked too."))
    var previous: [String] = []
    @Flag(name: .long, help: .both("Une valeur JSON.", "One JSON value."))
    var json = false

    func run() throws {
        let pins = try roots.pins()
        var notes: [SignedNote] = []
        var known: VerifiedDirectory?
        do {
            notes = try (previous + [directory]).map { try DirectoryNote(reading: URL(filePath: $0)).note }
            for note in notes { known = try follow(known, by: note, pins) }
            if let known { try DirectoryVerifier.requireCurrent(known.directory, now: .now) }
        } catch let failure as ExchangeFailure {
            if json { Terminal.output(DirectoryJSON.refused(failure)) }
            throw failure
        } catch let failure as CommandFailure {
            if json { Terminal.output(DirectoryJSON.unreadable(failure)) }
            throw failure
        }
        guard let known, let note = notes.last else { return }
        if json { Terminal.output(DirectoryJSON.accepted(known.directory, signedBy: note)) }
        Terminal.say(
            "annuaire version \(known.version) : valide jusqu'au \(known.directory.expiresAt)",
            "directory version \(known.version): valid until \(known.directory.expiresAt)")
    }

    private func follow(
        _ known: VerifiedDirectory?, by note: SignedNote, _ pins: RootPins
    ) throws -> VerifiedDirectory {
        guard let known else { return try DirectoryVerifier.first(note, pins: pins) }
        // Between the version that it stands on and the registrar's others may lie.
        guard DirectoryVerifier.claimedBase(of: note)?.version == known.version,
            DirectoryVerifier.claimedVersion(of: note) > known.version + 1
        else { return try DirectoryVerifier.next(note, after: known) }
        return try DirectoryVerifier.registrars(note, on: known)
    }
}

/// `pli directory diff`
struct DirectoryDiff: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: .both(
            "Montre ce qu'une version change d'une autre, sans vérifier les signatures.",
            "Shows what one version changes of another; it checks no signature."),
        discussion: """
            Code de sortie 1 quand le plus récent enfreint une règle que chaque lecteur tient : personne ne le \
            prendrait.

            Exit code 1 where the newer one breaks a rule that every reader keeps: nobody would take it.
            """)

    @Argument(help: .both("Le plus ancien, brouillon ou signé.", "The older one, a draft or signed."))
    var old: String
    @Argument(help: .both("Le plus récent, brouillon ou signé.", "The newer one, a draft or signed."))
    var new: String
    @Flag(name: .long, help: .both("Une valeur JSON par changement.", "One JSON value a change."))
    var json = false

    func run() throws {
        let before = try DirectoryNote.directory(at: URL(filePath: old))
        let after = try DirectoryNote.directory(at: URL(filePath: new))
        for change in DirectoryDifference(from: before, to: after).changes {
            if json { Terminal.output(change.json.encoded + [0x0A]) } else { Terminal.line(change.line) }
        }
        try DirectorySuccession.check(from: before, to: after)
        if let base = after.base, base.version == before.version {
            try DirectorySuccession.checkRights(from: before, to: after)
        }
    }
}

/// `pli directory show`
struct DirectoryShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: .both(
            "Montre un brouillon ou un annuaire signé, sans vérifier les signatures.",
            "Shows a draft or a signed directory; it checks no signature."))

    @Argument(help: .both("Un brouillon, ou un annuaire signé.", "A draft, or a signed directory."))
    var directory: String
    @Flag(name: .long, help: .both("La ligne JSON de l'annuaire lui-même.", "The directory's own line of JSON."))
    var json = false

    func run() throws {
        let shown = try DirectoryNote.directory(at: URL(filePath: directory))
        if json {
            Terminal.output(shown.text)
            return
        }
        Terminal.line("version \(shown.version)  \(shown.issuedAt) … \(shown.expiresAt)")
        if let previous = shown.previous { Terminal.line("previous     \(previous.text)") }
        if let base = shown.base { Terminal.line("base         \(base.version)  \(base.sha256.text)") }
        for root in shown.roots { Terminal.line("root         \(root.holder.text)  \(root.pair.fingerprint)") }
        Terminal.line("threshold    \(shown.threshold)")
        if let registrar = shown.registrar {
            Terminal.line("registrar    \(registrar.id.text)  \(registrar.pair.fingerprint)")
        }
        if shown.requirePostQuantum { Terminal.line("post-quantum required") }
        for kind in Manifest.Kind.allCases {
            guard let days = shown.retention?.days(of: kind) else { continue }
            Terminal.line("retention    \(kind.rawValue)  \(days) days")
        }
        for participant in shown.participants {
            let fields = participant.members.filter { !$0.text.isEmpty }.map(\.text)
            Terminal.line("participant  " + ([participant.id.text] + fields).joined(separator: "  "))
        }
        for route in shown.routes { Terminal.line("route        " + String(decoding: route.encoded, as: UTF8.self)) }
        for profile in shown.profiles {
            Terminal.line("profile      " + String(decoding: profile.encoded, as: UTF8.self))
        }
    }
}
