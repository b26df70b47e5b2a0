import Age
import ArgumentParser
import Courier
import Foundation

/// `pli keygen`: makes a key file that only its owner can read, and prints its public part.
struct KeygenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keygen",
        abstract: .both(
            "Fait une clé de scellement (age), ou de signature avec --signing.",
            "Makes a sealing key (an age identity), or a signing key with --signing."),
        discussion: """
            La clé va dans le fichier de -o, de mode 0600, jamais écrasé. La partie publique va sur la sortie \
            standard : `age1pq1…` pour une clé de scellement, deux lignes pour une clé de signature. Les clés de \
            scellement sont post-quantiques (ML-KEM-768 et X25519) ; --classic fait une clé `age1…`, pour qui a un \
            age d'avant 1.3.

            The key goes into the file of -o with mode 0600, which is never overwritten. The public part goes to \
            standard output: `age1pq1…` for a sealing key, two verifier lines for a signing key. Sealing keys are \
            post-quantum (ML-KEM-768 and X25519); --classic makes an `age1…` key, for readers whose age is older \
            than 1.3.
            """)

    @Option(name: .shortAndLong, help: .both("Où va la clé.", "Where the key goes."))
    var output: String
    @Flag(
        name: .long,
        help: .both(
            "Une clé X25519 : ne résiste pas aux ordinateurs quantiques.",
            "An X25519 key: not safe against quantum computers.")
    )
    var classic = false
    @Flag(
        name: .shortAndLong,
        help: .both(
            "Scelle le fichier de clé par une phrase de passe (terminal ou PLI_PASSPHRASE).",
            "Seals the key file with a passphrase (terminal or PLI_PASSPHRASE).")
    )
    var passphrase = false
    @Option(
        name: .long,
        help: .both(
            "Une clé de signature pour le participant ou le détenteur de ce nom.",
            "A signing key for the participant or root holder of this name.")
    )
    var signing: String?

    func validate() throws {
        guard !["", "-"].contains(output), !output.hasSuffix("/") else {
            throw ValidationError(
                .both("-o demande le nom d'un fichier", "-o wants the name of a file"))
        }
        guard signing == nil || !classic && !passphrase else {
            throw ValidationError(
                .both(
                    "--signing ne va pas avec --classic ni --passphrase",
                    "--signing does not go with --classic or --passphrase"))
        }
    }

    func run() throws {
        let url = URL(filePath: output)
        if let signing {
            let key = try SigningKeyFile.make(name: signing, at: url)
            for line in key.verifierLines { Terminal.line(line) }
            Terminal.say("empreinte : \(key.fingerprint)", "fingerprint: \(key.fingerprint)")
        } else {
            let secret = passphrase ? try PassphrasePrompt.new() : nil
            Terminal.line(try SealingKeyFile.make(at: url, classic: classic, passphrase: secret))
        }
    }
}

/// A sealing key as `age-keygen` writes it.
enum SealingKeyFile {
    /// Makes a key, post-quantum unless `classic`, and writes it; gives its public part.
    @discardableResult
    static func make(at url: URL, classic: Bool = false, passphrase: Passphrase? = nil) throws -> String {
        let identity = classic ? AgeIdentity.generateClassic() : try AgeIdentity.generate()
        try CommandFailure.translating {
            try KeyFile.write(
                sealing: [identity], createdAt: Date.now.ISO8601Format(), passphrase: passphrase, to: url.path)
        }
        return identity.recipient.text
    }
}
