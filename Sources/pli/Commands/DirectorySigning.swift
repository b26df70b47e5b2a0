import ArgumentParser
import Exchange
import Foundation
import Notes

/// `pli directory sign`
struct DirectorySign: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: .both(
            "Ajoute à un brouillon ou à une note la signature d'un détenteur de clé racine, ou du registraire.",
            "Adds one root holder's signature lines, or the registrar's, to a draft or a note."),
        discussion: """
            Lire `show` et `diff` avant. Avec --previous, ce que chaque lecteur demandera de la version est demandé \
            d'abord, et un détenteur qui cesse de l'être peut signer.

            Read `show` and `diff` before. With --previous, what every reader will ask of the version is asked \
            first, and a holder who ceases to be one can sign.
            """)

    @Argument(
        help: .both(
            "Un brouillon, ou un annuaire que d'autres détenteurs ont signé.",
            "A draft, or a directory that other holders have signed."))
    var directory: String
    @Option(name: .long, help: .both("Le fichier de clé de signature du détenteur.", "The holder's signing key file."))
    var key: String
    @Option(name: .long, help: .both("La version signée d'avant celle-ci.", "The signed version before this one."))
    var previous: String?
    @Option(
        name: .shortAndLong,
        help: .both(
            "Où va l'annuaire signé ; - est la sortie standard.",
            "Where the signed directory goes; - is standard output."))
    var output: String

    func run() throws {
        let holder = try SigningKeyFile(reading: URL(filePath: key))
        let before = try previous.map { try DirectoryNote(reading: URL(filePath: $0)) }
        let bytes = try DirectoryNote.read(URL(filePath: directory))
        let note: DirectoryNote
        if let draft = try? Directory(text: bytes) {
            note = try DirectoryNote(signing: DirectoryDraft(directory: draft), with: holder, after: before)
        } else {
            note = try DirectoryNote(parsing: bytes, name: URL(filePath: directory).lastPathComponent)
                .signed(with: holder, after: before)
        }
        try note.requirePlace(at: URL(filePath: output))
        try note.write(to: URL(filePath: output))
        say(note, after: before)
        let version = note.directory.version
        if before == nil, version > 1 {
            Terminal.say(
                "attention : la version \(version - 1) n'a pas été comparée : --previous la donne, et demande ce que demandera chaque "
                    + "lecteur (rôle changé, entrée disparue, clé révoquée reprise)",
                "mind: version \(version - 1) was not compared: --previous gives it, and asks what every reader will ask (a role "
                    + "changed, an entry gone, a revoked key revived)")
        }
        for warning in note.directory.warningsOfRoutes { Terminal.say(warning.french, warning.english) }
    }

    private func say(_ note: DirectoryNote, after before: DirectoryNote?) {
        if note.directory.base != nil {
            Terminal.say("signé par le registraire", "signed by the registrar")
            return
        }
        let (count, needed) = (note.count(of: note.directory.roots), note.directory.threshold)
        Terminal.say(
            "signé par \(count) détenteur(s) sur \(needed) nécessaires",
            "signed by \(count) holder(s) of \(needed) needed")
        guard let before, before.directory.roots != note.directory.roots else { return }
        let (old, oldNeeded) = (note.count(of: before.directory.roots), before.directory.threshold)
        Terminal.say(
            "et par \(old) ancien(s) détenteur(s) sur \(oldNeeded) nécessaires",
            "and by \(old) holder(s) of before, of \(oldNeeded) needed")
    }
}
