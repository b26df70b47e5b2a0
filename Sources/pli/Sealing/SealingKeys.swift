import Age
import Courier
import Foundation

/// Sealing keys and key files as they are given on the command line, with a hint on each common mistake.
enum SealingKeys {
    /// Recipients given one by one and in files, and those of key files.
    static func recipients(keys: [String], files: [String], identityFiles: [String]) throws -> [AgeRecipient] {
        var recipients = try keys.map { try recipient($0) }
        for file in files { recipients += try recipientFile(file) }
        for file in identityFiles { recipients += try identities(at: file).map(\.recipient) }
        return recipients
    }

    /// The identities of a key file; one that is sealed with a passphrase is opened first.
    static func identities(at path: String) throws -> [AgeIdentity] {
        let name = URL(filePath: path).lastPathComponent
        var bytes = try CommandFailure.translating { try KeyFile.read(path) }
        defer { bytes.wipe() }
        do throws(AgeFailure) {
            return try IdentityFile(parsing: bytes).identities
        } catch {
            guard error == .identityFileSealed else { throw unreadable(name, bytes, error) }
        }
        let passphrase = try PassphrasePrompt.existing(
            french: "Phrase de passe de \(name)", english: "Passphrase of \(name)")
        do throws(AgeFailure) {
            return try IdentityFile(opening: bytes, with: passphrase).identities
        } catch {
            throw CommandFailure.refused(
                "\(name) ne s'ouvre pas : \(error.french)", "\(name) does not open: \(error)",
                hint: error == .wrongPassphrase ? OpeningHint.retype : nil)
        }
    }

    private static func unreadable(_ name: String, _ bytes: [UInt8], _ failure: AgeFailure) -> CommandFailure {
        var hint: CommandFailure.Said?
        if bytes.starts(with: "age1".utf8) {
            hint = .init(
                french: "c'est une clé publique ; -i demande le fichier de la clé secrète",
                english: "that is a public key; -i wants the file of the secret key")
        } else if bytes.starts(with: "-----BEGIN OPENSSH".utf8) || bytes.starts(with: "ssh-".utf8) {
            hint = .init(
                french: "les clés SSH ne servent pas ici : faites une clé avec pli keygen",
                english: "SSH keys do not serve here: make a key with pli keygen")
        }
        return .usage(
            "le fichier de clé \(name) ne se lit pas : \(failure.french)",
            "key file \(name) cannot be read: \(failure)",
            hint: hint)
    }

    private static func recipient(_ text: String) throws -> AgeRecipient {
        do throws(AgeFailure) {
            return try AgeRecipient(text)
        } catch {
            throw CommandFailure.usage(
                "une des clés de scellement n'est pas valide : \(error.french)",
                "one of the sealing keys is not valid: \(error)", hint: hint(onRecipient: text))
        }
    }

    private static func recipientFile(_ path: String) throws -> [AgeRecipient] {
        let bytes = try PublicFile.read(path, limit: AgeLimits.maxIdentityFileBytes)
        do throws(AgeFailure) {
            return try RecipientFile(parsing: bytes).recipients
        } catch {
            let name = URL(filePath: path).lastPathComponent
            let isSecret = String(decoding: bytes, as: UTF8.self).contains("AGE-SECRET-KEY-")
            throw CommandFailure.usage(
                "le fichier de clés de scellement \(name) ne se lit pas : \(error.french)",
                "the file of sealing keys \(name) cannot be read: \(error)",
                hint: isSecret
                    ? .init(
                        french: "c'est un fichier de clé secrète : donnez-le avec -i",
                        english: "that is a secret key file: give it with -i") : nil)
        }
    }

    private static func hint(onRecipient text: String) -> CommandFailure.Said? {
        if text.uppercased().hasPrefix("AGE-SECRET-KEY-") {
            return .init(
                french: "c'est une clé secrète : donnez sa partie publique",
                english: "that is a secret key: give its public part")
        }
        if text.hasPrefix("ssh-") || text.hasPrefix("github:") {
            return .init(
                french: "les clés SSH ne servent pas ici : demandez une clé age1…",
                english: "SSH keys do not serve here: ask for an age1… key")
        }
        if text.hasPrefix("age1"), text.hasSuffix("…") || text.contains("...") || text.count < 62 {
            return .init(french: "la clé est coupée : copiez-la entière", english: "the key is cut: copy all of it")
        }
        if FileManager.default.fileExists(atPath: text) {
            return .init(french: "un fichier de clés se donne avec -R", english: "a file of keys is given with -R")
        }
        return .init(
            french: "une clé de scellement commence par age1pq1 ou age1",
            english: "a sealing key starts with age1pq1 or age1")
    }
}
