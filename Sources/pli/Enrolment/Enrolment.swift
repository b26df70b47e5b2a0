import Courier
import Durable
import Exchange
import Foundation

#if canImport(Glibc)
import Glibc
#endif

/// Makes a new installation in a folder: two keys, the public part that others get, the directory, the configuration.
///
/// The configuration comes last. A crash before it leaves keys that the same command goes on with; behind it the folder
/// is an installation, which is never enrolled again: a key written over is lost. The same command only says again what it made,
/// since a crash may have kept it from being read.
struct Enrolment {
    let plan: EnrolmentPlan
    var disk = Disk.real

    /// What was made, for people and programs.
    struct Result {
        let fingerprint: String
        let entry: EnrolmentPlan.Entry
        let configuration: URL
        let publicPart: URL
        /// The key was there already.
        let keptKey: Bool
    }

    private var publicName: String { plan.participant.text + ".pub" }
    private func place(_ name: String) -> String { plan.folder.appending(path: name).path }

    /// Makes what is missing.
    func run() throws -> Result {
        if let made = try madeBefore() { return made }
        try requirePlace()
        let keptKey = try disk.exists(place("signing.key"))
        for folder in ["", "data", plan.end.exchangeFolder] {
            try disk.createFolder(folder.isEmpty ? plan.folder.path : place(folder))
        }
        _ = try disk.sweepTemporaries(in: plan.folder.path)
        let key = try signingKey()
        try sealingKey()
        let lines = key.verifierLines.joined(separator: "\n") + "\n"
        try disk.writeDurably(Array(lines.utf8), to: place(publicName), mode: 0o644)
        if let directory = plan.directory {
            try disk.writeDurably(directory.bytes, to: place("directory.note"), mode: 0o644)
        }
        try disk.writeDurably(
            configuration, to: place(plan.end.configurationName), mode: 0o644, replacing: false)
        return result(of: key, kept: keptKey)
    }

    private var configuration: [UInt8] { Array(EnrolledConfiguration(plan: plan).text.utf8) }

    private func result(of key: SigningKeyFile, kept: Bool) -> Result {
        Result(
            fingerprint: key.fingerprint, entry: plan.entry(of: key.fingerprint),
            configuration: plan.folder.appending(path: plan.end.configurationName),
            publicPart: plan.folder.appending(path: publicName), keptKey: kept)
    }

    /// What the very same command made, its configuration to the byte; nil where it did not.
    private func madeBefore() throws -> Result? {
        let path = place(plan.end.configurationName)
        let configuration = configuration
        guard try disk.exists(path), try disk.exists(place("signing.key")), try disk.exists(place("sealing.key")),
            (try? disk.read(path, limit: configuration.count)) == configuration
        else { return nil }
        try requireOwn(disk.names(in: plan.folder.path))
        let key = try signingKey()
        try disk.syncFolder(plan.folder.path)
        return result(of: key, kept: true)
    }

    /// The folder and what is in it are this user's, and nobody else may change them: whoever else could would know the keys. The folder
    /// that files come in by is others' business.
    private func requireOwn(_ names: [String]) throws {
        let user = geteuid()
        for path in [plan.folder.path] + names.filter({ $0 != plan.end.exchangeFolder }).map({ place($0) }) {
            guard try (disk.owner(of: path, ofLink: true) ?? user) == user, try (disk.owner(of: path) ?? user) == user
            else {
                throw CommandFailure.refused(
                    "ce qui est dans le dossier de -o appartient à un autre utilisateur",
                    "what is in the folder of -o belongs to another user",
                    hint: .init(french: "donnez un dossier nouveau à -o", english: "give -o a new folder"))
            }
            guard try (disk.mode(of: path) ?? 0) & 0o022 == 0 else {
                throw CommandFailure.refused(
                    "d'autres peuvent écrire dans le dossier de -o ou dans ses fichiers",
                    "others may write in the folder of -o or in its files",
                    hint: .init(
                        french:
                            "donnez un dossier nouveau à -o, ou retirez ce droit (chmod go-w) s'il n'y a que vos fichiers",
                        english: "give -o a new folder, or take that away (chmod go-w) where all files are yours"))
            }
        }
    }

    /// Nothing of anybody else may lie there, and no installation.
    private func requirePlace() throws {
        guard try disk.exists(plan.folder.path) else { return }
        let shown = plan.folder.lastPathComponent
        guard try disk.isFolder(plan.folder.path) else {
            throw CommandFailure.usage("\(shown) n'est pas un dossier", "\(shown) is not a folder")
        }
        let names = try disk.names(in: plan.folder.path)
        guard !names.contains(plan.end.configurationName) else {
            let configuration = EnrollCommand.shellWord(plan.folder.path + "/" + plan.end.configurationName)
            throw CommandFailure.usage(
                "\(shown) est déjà une installation : \(plan.end.configurationName) y est",
                "\(shown) is an installation already: \(plan.end.configurationName) is there",
                hint: .init(
                    french: "pli doctor --config \(configuration) dit où elle en est",
                    english: "pli doctor --config \(configuration) says how it is"))
        }
        try requireOwn(names)
        let own = ["signing.key", "sealing.key", publicName, "directory.note", "data", plan.end.exchangeFolder]
        guard names.allSatisfy({ own.contains($0) || $0.hasSuffix(Disk.temporarySuffix) }) else {
            throw CommandFailure.usage(
                "\(shown) n'est pas vide", "\(shown) is not empty",
                hint: .init(french: "donnez un dossier nouveau à -o", english: "give -o a new folder"))
        }
    }

    private func signingKey() throws -> SigningKeyFile {
        let url = plan.folder.appending(path: "signing.key")
        guard try disk.exists(url.path) else {
            return try SigningKeyFile.make(name: plan.participant.text, at: url)
        }
        let key = try SigningKeyFile(reading: url)
        guard key.name == plan.participant.text else {
            throw CommandFailure.refused(
                "signing.key est celle d'un autre participant", "signing.key is another participant's",
                hint: .init(french: "donnez un dossier nouveau à -o", english: "give -o a new folder"))
        }
        return key
    }

    private func sealingKey() throws {
        let url = plan.folder.appending(path: "sealing.key")
        guard try disk.exists(url.path) else {
            try SealingKeyFile.make(at: url)
            return
        }
        _ = try KeyFile.sealing(at: url.path)
    }
}
