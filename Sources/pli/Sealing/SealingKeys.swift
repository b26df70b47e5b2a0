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
        let name = KeyInput.name(of: path)
        var bytes = try KeyInput.secret(path)
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
        } else if bytes.starts(with: "PRIVATE+KEY+".utf8) || bytes.firstRange(of: "\nPRIVATE+KEY+".utf8) != nil {
            return .usage(
                "\(name) est une clé de signature, qui n'ouvre rien",
                "\(name) is a signing key, which opens nothing",
                hint: .init(
                    french: "donnez le fichier de la clé de scellement, que pli keygen a écrit sans --signing",
                    english: "give the file of the sealing key, which pli keygen wrote without --signing"))
        } else if bytes.starts(with: "-----BEGIN OPENSSH".utf8) || bytes.starts(with: "ssh-".utf8) {
            hint = .init(
                french: "les clés SSH ne servent pas ici : faites une clé avec pli keygen",
                english: "SSH keys do not serve here: make a key with pli keygen")
        } else if bytes.firstRange(of: "AGE-PLUGIN-".utf8) != nil {
            hint = .init(
                french: "les clés matérielles ou de greffons ne servent pas ici : ouvrez le fichier avec age",
                english: "hardware and plugin keys do not serve here: open the file with age")
        } else if bytes.starts(with: [0xef, 0xbb, 0xbf]) {
            hint = .init(
                french: "un éditeur a mis une marque (BOM) devant : enregistrez-le sans elle",
                english: "an editor put a byte order mark before it: save it without the mark")
        } else if let line = KeyLine(at: failure, of: bytes), line.hasSpace {
            hint = .init(
                french: "ôtez les blancs autour de la clé", english: "take the white space around the key away")
        } else if failure == .identityFile(line: 0, .noIdentity) {
            hint = .init(
                french: "une clé secrète est une ligne AGE-SECRET-KEY-… : faites-en une avec pli keygen",
                english: "a secret key is a line AGE-SECRET-KEY-…: make one with pli keygen")
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
        let bytes = try KeyInput.public(path)
        do throws(AgeFailure) {
            return try RecipientFile(parsing: bytes).recipients
        } catch {
            let name = KeyInput.name(of: path)
            throw CommandFailure.usage(
                "le fichier de clés de scellement \(name) ne se lit pas : \(error.french)",
                "the file of sealing keys \(name) cannot be read: \(error)", hint: hint(onFile: bytes, error))
        }
    }

    private static func hint(onFile bytes: [UInt8], _ failure: AgeFailure) -> CommandFailure.Said? {
        // Not as text, which could not be overwritten.
        if bytes.firstRange(of: "AGE-SECRET-KEY-".utf8) != nil {
            return .init(
                french: "c'est un fichier de clé secrète : donnez-le avec -i",
                english: "that is a secret key file: give it with -i")
        }
        // The line that is wrong says by itself what it is instead.
        guard case .identityFile(1..., _) = failure else {
            return .init(
                french: "mettez-y une clé de scellement par ligne : age1pq1… ou age1…",
                english: "put one sealing key on each line: age1pq1… or age1…")
        }
        guard let line = KeyLine(at: failure, of: bytes) else { return nil }
        if line.hasSpace {
            return .init(
                french: "ôtez les blancs autour de la clé", english: "take the white space around the key away")
        }
        return hint(onRecipient: String(decoding: line.text, as: UTF8.self))
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
        if isForPlugin(text) {
            return .init(
                french: "les clés matérielles ou de greffons ne servent pas ici : demandez une clé age1pq1… ou age1…",
                english: "hardware and plugin keys do not serve here: ask for an age1pq1… or age1… key")
        }
        if isCut(text) {
            return .init(french: "la clé est coupée : copiez-la entière", english: "the key is cut: copy all of it")
        }
        if FileManager.default.fileExists(atPath: text) {
            return .init(french: "un fichier de clés se donne avec -R", english: "a file of keys is given with -R")
        }
        return .init(
            french: "une clé de scellement commence par age1pq1 ou age1",
            english: "a sealing key starts with age1pq1 or age1")
    }

    /// A key that begins as ours do and has not their length.
    private static func isCut(_ text: String) -> Bool {
        guard text.hasPrefix("age1") else { return false }
        let whole = text.hasPrefix("age1pq1") ? SealingKeys.hybridCharacters : SealingKeys.classicalCharacters
        return text.hasSuffix("…") || text.contains("...") || text.count < whole
    }

    private static let hybridCharacters = 1959
    private static let classicalCharacters = 62

    /// `age1tag1…`, `age1yubikey1…`: a name where ours have nothing, or `pq`. No key of ours has a 1 further on.
    private static func isForPlugin(_ text: String) -> Bool {
        guard text.hasPrefix("age1"), let end = text.lastIndex(of: "1") else { return false }
        let name = text[..<end].dropFirst(4)
        // A 1 that was typed for an l leaves the length as it is.
        return !name.isEmpty && name != "pq" && ![classicalCharacters, hybridCharacters].contains(text.count)
    }
}

/// The line of a file of keys that a failure names.
private struct KeyLine {
    let text: ArraySlice<UInt8>

    init?(at failure: AgeFailure, of bytes: [UInt8]) {
        guard case .identityFile(let number, _) = failure, number > 0 else { return nil }
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard number <= lines.count else { return nil }
        let line = lines[number - 1]
        text = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
    }

    /// It begins or ends with white space.
    var hasSpace: Bool {
        let ends: [UInt8] = [text.first, text.last].compactMap { $0 }
        return ends.contains { (byte: UInt8) in byte == 32 || byte == 9 }
    }
}
