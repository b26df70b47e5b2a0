import Age
import ArgumentParser
import Courier
import Foundation

/// `pli seal`: seals a file to sealing keys or to a passphrase, as an age v1 file.
struct SealCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal",
        abstract: .both(
            "Scelle un fichier à des clés ou à une phrase de passe (age v1).",
            "Seals a file to sealing keys or to a passphrase (age v1)."),
        discussion: """
            Tout programme age ouvre le résultat : age -d -i FICHIER (age 1.3 ou plus récent pour les clés \
            age1pq1…). Les clés post-quantiques (age1pq1…) et classiques (age1…) ne vont pas ensemble dans un \
            fichier. Une phrase de passe coûte une seconde environ et 256 Mio de mémoire, à qui scelle comme à qui \
            ouvre.

            Any age program opens the result: age -d -i KEYFILE (age 1.3 or later for age1pq1… keys). Post-quantum \
            (age1pq1…) and classical (age1…) keys do not go together in one file. A passphrase takes about a second and \
            256 MiB of memory, for whoever seals and for whoever opens.
            """)

    @Option(
        name: .shortAndLong,
        help: .both(
            "Une clé de scellement, age1pq1… ou age1… (à répéter).", "A sealing key, age1pq1… or age1… (repeat)."))
    var recipient: [String] = []
    @Option(
        name: [.customShort("R"), .long],
        help: .both(
            "Un fichier de clés de scellement, une par ligne (à répéter).",
            "A file of sealing keys, one a line (repeat).")
    )
    var recipientsFile: [String] = []
    @Option(
        name: .shortAndLong,
        help: .both(
            "Un fichier de clé : scelle à la partie publique de ses clés (à répéter).",
            "A key file: seals to the public part of its keys (repeat).")
    )
    var identity: [String] = []
    @Flag(
        name: .shortAndLong,
        help: .both(
            "Scelle par une phrase de passe, du terminal ou de PLI_PASSPHRASE.",
            "Seals with a passphrase, from the terminal or PLI_PASSPHRASE.")
    )
    var passphrase = false
    @Flag(
        name: .shortAndLong,
        help: .both("Écrit du texte (PEM) au lieu de binaire.", "Writes text (PEM) instead of binary."))
    var armor = false
    @Option(
        name: .shortAndLong,
        help: .both(
            "Où va le fichier scellé (sinon la sortie standard).",
            "Where the sealed file goes (default: standard output).")
    )
    var output: String?
    @Argument(help: .both("Quoi sceller (sinon l'entrée standard).", "What to seal (default: standard input)."))
    var input: String?

    func run() throws {
        try InputFile.requireOneUse(of: [input ?? "-"] + recipientsFile + identity)
        let keys = try SealingKeys.recipients(keys: recipient, files: recipientsFile, identityFiles: identity)
        guard !passphrase || keys.isEmpty else {
            throw CommandFailure.usage(
                "-p ne va pas avec -r, -R ou -i", "-p does not go with -r, -R or -i",
                hint: .init(
                    french: "une phrase de passe est toujours seule", english: "a passphrase always stands alone"))
        }
        guard passphrase || !keys.isEmpty else {
            throw CommandFailure.usage(
                "à qui sceller ? Il manque -r, -R, -i ou -p", "to whom? -r, -R, -i or -p is missing",
                hint: .init(
                    french: "une clé de scellement commence par age1pq1 ou age1",
                    english: "a sealing key starts with age1pq1 or age1"))
        }
        let source = try InputFile(input)
        let target = try OutputFile(output, isBinary: !armor && output != "-", mode: 0o644)
        let counted = CountedInput(source, french: "scellement", english: "sealing", isShown: !target.isSeen)
        defer { counted.end() }
        try target.whole {
            try AgeStream.seal(with: sealer(keys), read: counted.read, write: { try target.write($0) })
        }
    }

    private func sealer(_ keys: [AgeRecipient]) throws -> AgeSealer {
        do {
            if passphrase { return try AgeSealer(passphrase: PassphrasePrompt.new(), armored: armor) }
            return try AgeSealer(recipients: keys, armored: armor)
        } catch let failure as AgeFailure {
            throw CommandFailure.usage(
                failure.french, "\(failure)",
                hint: failure == .mixedRecipients
                    ? .init(
                        french: "scellez un fichier pour chaque genre de clé",
                        english: "seal one file for each kind of key") : nil)
        }
    }
}
