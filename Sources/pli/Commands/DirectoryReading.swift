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
            "Says whether enough pinned root holders signed, and whether it is in force.")
    )

    @Argument(help: .both("Un annuaire signé.", "A signed directory."))
    var directory: String
    @Option(
        name: .long,
        help: .both(
            "Empreinte d'une racine que vous épinglez (à répéter).", "Fingerprint of a root that you pin (repeat)."))
    var root: [String]
    @Option(name: .long, help: .both("Combien d'entre eux doivent avoir signé.", "How many of them must have signed."))
    var threshold = 2
    @Option(
        name: .long,
        help: .both(
            "La version d'avant : la suite est vérifiée aussi.", "The version before: the chain is checked too."))
    var previous: String?
    @Flag(name: .long, help: .both("Une valeur JSON.", "One JSON value."))
    var json = false

    func run() throws {
        let note = try DirectoryNote(parsing: DirectoryNote.read(URL(filePath: directory)), name: directory)
        let pins: RootPins
        do {
            pins = try RootPins(threshold: threshold, fingerprints: root.map { try SHA256Hex($0) })
        } catch {
            throw CommandFailure.usage("empreintes refusées : \(French.of(error))", "fingerprints refused: \(error)")
        }
        var before: (version: Int64, textHash: SHA256Hex)?
        if let previous {
            let old = try DirectoryNote(parsing: DirectoryNote.read(URL(filePath: previous)), name: previous)
            before = (old.directory.version, SHA256Hex(of: old.note.text))
        }
        do {
            let verified = try DirectoryVerifier.verify(note: note.note, pins: pins, previous: before, now: .now)
            if json { Terminal.output(DirectoryJSON.accepted(verified, signedBy: note)) }
            Terminal.say(
                "annuaire version \(verified.version) : valide jusqu'au \(verified.expiresAt)",
                "directory version \(verified.version): valid until \(verified.expiresAt)")
        } catch {
            if json { Terminal.output(DirectoryJSON.refused(error)) }
            throw CommandFailure.refused("annuaire refusé : \(error.french)", "directory refused: \(error)")
        }
    }
}

/// `pli directory show`
struct DirectoryShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: .both(
            "Montre un brouillon ou un annuaire signé, sans vérifier les signatures.",
            "Shows a draft or a signed directory; it checks no signature.")
    )

    @Argument(help: .both("Un brouillon, ou un annuaire signé.", "A draft, or a signed directory."))
    var directory: String
    @Flag(name: .long, help: .both("La ligne JSON de l'annuaire lui-même.", "The directory's own line of JSON."))
    var json = false

    func run() throws {
        let bytes = try DirectoryNote.read(URL(filePath: directory))
        let shown: Directory
        if let draft = try? Directory(text: bytes) {
            shown = draft
        } else {
            shown = try DirectoryNote(parsing: bytes, name: URL(filePath: directory).lastPathComponent).directory
        }
        if json {
            Terminal.output(shown.text)
            return
        }
        Terminal.line("version \(shown.version)  \(shown.issuedAt) … \(shown.expiresAt)")
        for root in shown.roots { Terminal.line("root         \(root.holder.text)  \(root.pair.fingerprint)") }
        Terminal.line("threshold    \(shown.threshold)")
        if let registrar = shown.registrar { Terminal.line("registrar    \(registrar.id.text)") }
        for participant in shown.participants {
            let fields = [
                participant.role.rawValue, participant.status.rawValue, participant.id.text, participant.name,
            ]
            Terminal.line("participant  " + fields.joined(separator: "  "))
        }
        for route in shown.routes { Terminal.line("route        " + String(decoding: route.encoded, as: UTF8.self)) }
        for profile in shown.profiles {
            Terminal.line("profile      " + String(decoding: profile.encoded, as: UTF8.self))
        }
    }
}
