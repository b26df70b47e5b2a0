import Age
import ArgumentParser
import Courier
import Foundation

/// `pli keygen`: makes a key file that only its owner can read, and prints its public part.
struct KeygenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keygen",
        abstract: "Makes a sealing key (an age identity), or a signing key with --signing.",
        discussion: """
            The key goes into FILE with mode 0600; FILE is never overwritten. The public part goes to standard output: \
            `age1pq1…` for a sealing key, two verifier lines for a signing key. Sealing keys are post-quantum \
            (ML-KEM-768 and X25519); --classic makes an `age1…` key, for readers whose age is older than 1.3.
            """)

    @Option(name: .shortAndLong, help: "Where the key goes.")
    var output: String
    @Flag(name: .long, help: "An X25519 key: not safe against quantum computers.")
    var classic = false
    @Flag(name: .shortAndLong, help: "Seals the key file with a passphrase (terminal or PLI_PASSPHRASE).")
    var passphrase = false
    @Option(name: .long, help: "A signing key for the participant or root holder of this name.")
    var signing: String?

    func validate() throws {
        guard signing == nil || !classic && !passphrase else {
            throw ValidationError("--signing does not go with --classic or --passphrase")
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
