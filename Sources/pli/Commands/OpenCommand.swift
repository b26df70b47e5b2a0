import Age
import ArgumentParser
import Courier
import Foundation

/// `pli open`: opens an age v1 file, binary or text, with key files or a passphrase.
struct OpenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open",
        abstract: .both(
            "Ouvre un fichier age v1 avec des fichiers de clé ou une phrase de passe.",
            "Opens an age v1 file with key files, or with a passphrase."),
        discussion: """
            Sans -i, le fichier doit être scellé par une phrase de passe, alors demandée.

            Without -i the file has to be sealed with a passphrase, which is then asked for.
            """)

    @Option(name: .shortAndLong, help: .both("Un fichier de clé (à répéter).", "A key file (repeat)."))
    var identity: [String] = []
    @Option(
        name: .shortAndLong,
        help: .both("Où va le contenu (sinon la sortie standard).", "Where the contents go (default: standard output).")
    )
    var output: String?
    @Argument(help: .both("Quoi ouvrir (sinon l'entrée standard).", "What to open (default: standard input)."))
    var input: String?

    func run() throws {
        try InputFile.requireOneUse(of: [input ?? "-"] + identity)
        let identities = try identity.flatMap { try SealingKeys.identities(at: $0) }
        let source = try InputFile(input)
        let target = try OutputFile(output, isBinary: false)
        let counted = CountedInput(source, french: "ouverture", english: "opening", isShown: !target.isSeen)
        defer { counted.end() }
        let asked = Answer()
        let unlocker =
            try identities.isEmpty
            ? AgeUnlocker(asking: { asked.get() }) : AgeUnlocker(identities: identities)
        let text = output != "-" && target.isSeen ? TerminalText() : nil
        var stanzas: [String] = []
        try target.whole {
            do {
                try AgeStream.open(
                    with: unlocker, read: counted.read,
                    write: { bytes in
                        if let text { try target.write(text.take(bytes)) } else { try target.write(bytes) }
                    }, header: { stanzas = $0 })
                try text?.finish()
            } catch let failure as AgeFailure {
                if let failure = asked.failure { throw failure }
                counted.end()
                throw OpeningHint(
                    failure: failure, stanzas: stanzas, beginning: counted.beginning, hasKeys: !identities.isEmpty
                ).explained
            }
        }
    }
}

/// The passphrase that is asked for once a file turns out to need one. Unchecked: the stream asks before it has threads.
private final class Answer: @unchecked Sendable {
    /// Why there was no answer.
    private(set) var failure: (any Error)?

    func get() -> Passphrase? {
        do {
            return try PassphrasePrompt.existing(french: "Phrase de passe", english: "Passphrase")
        } catch {
            failure = error
            return nil
        }
    }
}
