import Age
import ArgumentParser
import Courier
import Foundation

/// `pli seal`: seals a file to sealing keys, as an age v1 file.
struct SealCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal", abstract: "Seals a file to sealing keys (age v1).",
        discussion: "Any age program opens the result: age -d -i KEYFILE.")

    @Option(name: .shortAndLong, help: "A sealing key, age1… (repeat).")
    var recipient: [String] = []
    @Option(name: [.customShort("R"), .long], help: "A file of sealing keys, one a line (repeat).")
    var recipientsFile: [String] = []
    @Option(name: .shortAndLong, help: "Where the sealed file goes (default: standard output).")
    var output: String?
    @Argument(help: "What to seal (default: standard input).")
    var input: String?

    func run() throws {
        let keys = try recipients()
        guard !keys.isEmpty else {
            throw CommandFailure.usage(
                "à qui sceller ? Il manque -r ou -R", "to whom? -r or -R is missing",
                hint: .init(
                    french: "une clé de scellement commence par age1", english: "a sealing key starts with age1"))
        }
        let source = try InputFile(input)
        let target = try OutputFile(output, isBinary: true, mode: 0o644)
        var sealer = try AgeSealer(recipients: keys)
        var sealed = sealer.header()
        while true {
            let piece = try source.read()
            if piece.isEmpty { break }
            try sealer.push(piece, into: &sealed)
            try target.write(sealed)
            sealed.removeAll(keepingCapacity: true)
        }
        try sealer.finish(into: &sealed)
        try target.write(sealed)
        try target.finish()
    }

    private func recipients() throws -> [X25519Recipient] {
        var texts = recipient
        for file in recipientsFile {
            texts += try PublicFile.lines(file)
        }
        return try texts.map { text in
            do {
                return try X25519Recipient(text)
            } catch {
                throw CommandFailure.usage(
                    "une des clés de scellement n'est pas valide : \(error)",
                    "one of the sealing keys is not valid: \(error)",
                    hint: text.hasPrefix("AGE-SECRET-KEY")
                        ? .init(
                            french: "c'est une clé secrète : donnez sa partie publique",
                            english: "that is a secret key: give its public part") : nil)
            }
        }
    }
}

/// `pli open`: opens an age v1 file with a key file.
struct OpenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open", abstract: "Opens an age v1 file with key files.")

    @Option(name: .shortAndLong, help: "A key file (repeat).")
    var identity: [String] = []
    @Option(name: .shortAndLong, help: "Where the contents go (default: standard output).")
    var output: String?
    @Argument(help: "What to open (default: standard input).")
    var input: String?

    func run() throws {
        guard !identity.isEmpty else {
            throw CommandFailure.usage("avec quelle clé ? Il manque -i", "with which key? -i is missing")
        }
        var identities: [X25519Identity] = []
        for file in identity {
            identities += try CommandFailure.translating { try KeyFile.sealing(at: file) }
        }
        let source = try InputFile(input)
        let target = try OutputFile(output, isBinary: false)
        do {
            var opener = try AgeOpener(identities: identities)
            var clear: [UInt8] = []
            while true {
                let piece = try source.read()
                if piece.isEmpty { break }
                try opener.push(piece, into: &clear)
                try target.write(clear)
                clear.removeAll(keepingCapacity: true)
            }
            try opener.finish(into: &clear)
            try target.write(clear)
        } catch let failure as AgeFailure {
            throw Self.explained(failure)
        }
        try target.finish()
    }

    private static func explained(_ failure: AgeFailure) -> CommandFailure {
        if failure == .noIdentityMatched {
            return .refused(
                "ce fichier est pour un autre destinataire : aucune clé donnée ne l'ouvre",
                "this file is for another recipient: none of the keys given opens it",
                hint: .init(
                    french: "vérifiez le fichier de clé donné avec -i", english: "check the key file given with -i"))
        }
        return .refused("ce fichier ne s'ouvre pas : \(failure)", "this file does not open: \(failure)")
    }
}
