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
            `age1…` for a sealing key, two verifier lines for a signing key. In this version sealing keys are X25519, \
            with or without --classic.
            """)

    @Option(name: .shortAndLong, help: "Where the key goes.")
    var output: String
    @Flag(name: .long, help: "An X25519 key (the only kind in this version).")
    var classic = false
    @Option(name: .long, help: "A signing key for the participant or root holder of this name.")
    var signing: String?

    func run() throws {
        let url = URL(filePath: output)
        if let signing {
            let key = try SigningKeyFile.make(name: signing, at: url)
            for line in key.verifierLines { Terminal.line(line) }
            Terminal.say("empreinte : \(key.fingerprint)", "fingerprint: \(key.fingerprint)")
        } else {
            Terminal.line(try SealingKeyFile.make(at: url))
        }
    }
}

/// A sealing key as `age-keygen` writes it.
enum SealingKeyFile {
    /// Makes a key and writes it; gives its public part.
    @discardableResult
    static func make(at url: URL) throws -> String {
        let identity = X25519Identity.generate()
        try CommandFailure.translating {
            try KeyFile.write(sealing: [identity], createdAt: Date.now.ISO8601Format(), to: url.path)
        }
        return identity.recipient.text
    }
}
