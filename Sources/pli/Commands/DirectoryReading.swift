import ArgumentParser
import Exchange
import Foundation
import Notes
import StrictJSON

/// `pli directory verify`
struct DirectoryVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Says whether enough pinned root holders signed, and whether it is in force.",
        discussion: """
            With --previous, the oldest first, the pinned holders vouch for the first of them and each version must follow \
            the one before. The registrar's version needs the one that it stands on, or those between.
            """)

    @Argument(help: "A signed directory.")
    var directory: String
    @Option(name: .long, help: "Fingerprint of a root that you pin (repeat).")
    var root: [String]
    @Option(name: .long, help: "How many of them must have signed.")
    var threshold = 2
    @Option(name: .long, help: "A version before, the oldest first (repeat): the chain is checked too.")
    var previous: [String] = []

    func run() throws {
        let pins = try pins()
        let notes = try (previous + [directory]).map { try DirectoryNote(reading: URL(filePath: $0)).note }
        var known: VerifiedDirectory?
        for note in notes { known = try follow(known, by: note, pins) }
        guard let known else { return }
        try DirectoryVerifier.requireCurrent(known.directory, now: .now)
        Terminal.say(
            "annuaire version \(known.version) : valide jusqu'au \(known.directory.expiresAt)",
            "directory version \(known.version): valid until \(known.directory.expiresAt)")
    }

    private func pins() throws -> RootPins {
        do {
            return try RootPins(threshold: threshold, fingerprints: root.map { try SHA256Hex($0) })
        } catch {
            throw CommandFailure.usage(
                "les empreintes données ne peuvent pas servir", "the fingerprints given cannot serve",
                hint: .init(
                    french: "64 chiffres hexadécimaux chacune, et --threshold au plus leur nombre",
                    english: "64 hexadecimal digits each, and --threshold no more than there are"))
        }
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
        commandName: "diff", abstract: "Shows what one version changes of another; it checks no signature.",
        discussion: "Exit code 1 where the newer one breaks a rule that every reader keeps: nobody would take it.")

    @Argument(help: "The older one, a draft or signed.")
    var old: String
    @Argument(help: "The newer one, a draft or signed.")
    var new: String
    @Flag(name: .long, help: "One JSON value a change.")
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
        commandName: "show", abstract: "Shows a draft or a signed directory; it checks no signature.")

    @Argument(help: "A draft, or a signed directory.")
    var directory: String
    @Flag(name: .long, help: "The directory's own line of JSON.")
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
