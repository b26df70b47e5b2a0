import ArgumentParser
import Exchange
import Foundation
import Notes

/// `pli directory …`: keeps the directory, offline.
struct DirectoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "directory",
        abstract: .both(
            "Tient l'annuaire signé : qui participe, quels résultats vont où, avec quels champs.",
            "Keeps the signed directory: who takes part, which results go where, which fields."),
        discussion: """
            La cérémonie : `init` fait un brouillon, `add` le remplit, chaque détenteur de clé racine lance `sign` \
            sur sa propre machine, et `verify` dit si assez l'ont fait. Ensuite `propose`, `add`, `remove` et \
            `rotate-root` commencent la version suivante d'un annuaire signé ; `diff` montre ce qu'elle change. Les \
            lecteurs épinglent les racines par les empreintes que `show` affiche. Avec --by-registrar, une version \
            est préparée pour le registraire, qui la signe seul et peut seulement ajouter, renouveler et suspendre \
            des expéditeurs.

            The ceremony: `init` makes a draft, `add` fills it, each root holder runs `sign` on a machine of their \
            own, and `verify` says whether enough of them did. From then on `propose`, `add`, `remove` and \
            `rotate-root` begin the next version of a signed directory; `diff` shows what it changes. Readers pin \
            the roots by the fingerprints that `show` prints. With --by-registrar a version is prepared for the \
            registrar, who signs it alone and may only add, renew and suspend senders.
            """,
        subcommands: [
            DirectoryInit.self, DirectoryAdd.self, DirectoryRemove.self, DirectoryPropose.self, DirectoryRotate.self,
            DirectorySign.self, DirectoryVerify.self, DirectoryShow.self, DirectoryDiff.self,
        ])
}

extension UTCTime {
    /// The wall clock, which only the command line reads; everything below is handed a time.
    static var now: UTCTime { UTCTime(secondsSinceEpoch: Int64(Date().timeIntervalSince1970)) }
}

/// What every command takes that changes a directory.
struct DraftOptions: ParsableArguments {
    @Argument(
        help: .both(
            "Un brouillon, ou un annuaire signé, dont la version suivante est commencée.",
            "A draft, or a signed directory, whose next version is begun."))
    var directory: String
    @Option(
        name: .long,
        help: .both(
            "Jours avant qu'une version suivante expire (400 au plus).",
            "Days until a next version expires (400 at most)."))
    var days: Int64 = 90
    @Flag(
        name: .long,
        help: .both(
            "La version suivante est à signer par le registraire, seul.",
            "The next version is for the registrar to sign, alone."))
    var byRegistrar = false
    @Option(
        name: .shortAndLong,
        help: .both(
            "Où va le brouillon ; - est la sortie standard (sinon à la place d'un brouillon).",
            "Where the draft goes; - is standard output (default: in place of a draft)."))
    var output: String?

    func validate() throws {
        guard (1...400).contains(days) else {
            throw ValidationError(.both("--days va de 1 à 400", "--days must be between 1 and 400"))
        }
    }

    /// Shows a root's fingerprint, which others pin: a draft on standard output has that to itself.
    static func show(_ line: String, output: String) {
        if output == "-" { Terminal.write(line + "\n") } else { Terminal.line(line) }
    }

    /// Opens the draft, has it changed, writes it and says whose turn it is.
    func change(_ change: (inout DirectoryDraft) throws -> Void) throws {
        let place = URL(filePath: directory)
        var draft = try DirectoryDraft.open(place, now: .now, days: days, byRegistrar: byRegistrar)
        try change(&draft)
        try draft.write(to: URL(filePath: output ?? directory))
        let made = draft.directory
        let signers =
            made.base == nil
            ? ("à signer par \(made.threshold) détenteur(s)", "to be signed by \(made.threshold) holder(s)")
            : ("à signer par le registraire", "to be signed by the registrar")
        Terminal.say(
            "version \(made.version) : \(made.participants.count) participant(s), \(signers.0)",
            "version \(made.version): \(made.participants.count) participant(s), \(signers.1)")
    }
}

/// Words of the command line that are days of a kind of parcel: `reports=10`.
enum RetentionOption {
    static func read(_ words: [String]) throws -> Directory.Retention? {
        guard !words.isEmpty else { return nil }
        var days: [Manifest.Kind: Int64] = [:]
        for word in words {
            let parts = word.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, let kind = Manifest.Kind(rawValue: String(parts[0])), let count = Int64(parts[1]),
                days.updateValue(count, forKey: kind) == nil
            else {
                throw ValidationError(
                    .both(
                        "--retention : par exemple reports=10, file=5, feedback=5, chaque genre une fois",
                        "--retention: like reports=10, file=5, feedback=5, each kind once"))
            }
        }
        return try Directory.Retention(
            reports: days[.reports], file: days[.file], feedback: days[.feedback])
    }
}
