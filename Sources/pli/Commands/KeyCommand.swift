import Age
import ArgumentParser
import Courier
import Durable
import Exchange
import Foundation
import StrictJSON

/// `pli key`: the sealing keys of an installation: which there are, a new one, and an end to those that nothing needs.
struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: .both(
            "Les clés de scellement d'une installation : les lister, en changer, détruire les anciennes.",
            "The sealing keys of an installation: lists them, changes them, destroys old ones."),
        subcommands: [KeyListCommand.self, KeyRotateCommand.self, KeyDestroyCommand.self])
}

/// `pli key list`.
struct KeyListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: .both(
            "Liste les clés de scellement, et ce qui a encore besoin de chacune.",
            "Lists the sealing keys, and what still needs each of them."))

    @OptionGroup var options: InstalledOptions
    @Flag(name: .long, help: .both("Une valeur JSON par clé.", "One JSON value a key."))
    var json = false

    func run() async throws {
        let needs = try await KeyNeeds(config: options.config, now: .now)
        for (entry, need) in needs.all {
            if json {
                Terminal.output(Self.json(entry, need).encoded + [0x0A])
                continue
            }
            let kind = entry.isPostQuantum ? "post-quantum" : "X25519"
            Terminal.line("\(entry.name)  \(kind)  \(entry.fileName)")
            Terminal.line("    \(need.french)")
            Terminal.line("    \(need.english)")
        }
    }

    private static func json(_ entry: SealingKeyRing.Entry, _ need: KeyNeeds.Need) -> JSON {
        var members: [JSON.Member] = [
            .init("key", .string(entry.name)), .init("file", .string(entry.fileName)),
            .init("postQuantum", .bool(entry.isPostQuantum)), .init("need", .string(need.word)),
        ]
        switch need {
        case .until(let end): members.append(.init("until", .string(end.text)))
        case .segments(let count): members.append(.init("segments", .integer(Int64(count))))
        case .newest, .unknown, .idle, .over: break
        }
        return .object(members)
    }
}

/// `pli key rotate`.
struct KeyRotateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: .both(
            "Ajoute une nouvelle clé de scellement à la suite des autres.",
            "Adds a new sealing key behind the others."),
        discussion: """
            La clé va au bout du dernier fichier de keys.sealing, sur place. Dès le prochain démarrage de l'agent, on \
            scelle pour elle ; les anciennes ouvrent encore ce qui leur était destiné.

            The key goes to the end of the last file of keys.sealing, in place. From the agent's next start on others \
            seal to it; the ones before still open what was meant for them.
            """)

    @OptionGroup var options: InstalledOptions
    @Flag(
        name: .long,
        help: .both(
            "Une clé X25519 : ne résiste pas aux ordinateurs quantiques.",
            "An X25519 key: not safe against quantum computers."))
    var classic = false

    func run() async throws {
        let installed = try await Installed(config: options.config)
        guard let path = installed.agent.sealingKeyPaths.last else {
            throw CommandFailure.usage("keys.sealing ne nomme aucun fichier", "keys.sealing names no file")
        }
        _ = try SealingKeyRing(paths: installed.agent.sealingKeyPaths)
        if classic { try await ClassicalKey.requireAllowed(in: installed) }
        let identity = classic ? AgeIdentity.generateClassic() : try AgeIdentity.generate()
        for path in installed.agent.sealingKeyPaths { try SealingKeyRing.destroyRests(in: path) }
        try SealingKeyRing.add(identity, to: path, createdAt: Date.now.ISO8601Format())
        Terminal.line(identity.recipient.text)
        Terminal.say(
            "nouvelle clé dans \(URL(filePath: path).lastPathComponent) : redémarrez \(installed.command), qui la publie",
            "a new key is in \(URL(filePath: path).lastPathComponent): restart \(installed.command), which publishes it"
        )
    }
}

/// `pli key destroy`.
struct KeyDestroyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "destroy",
        abstract: .both(
            "Détruit sur place les clés de scellement dont plus rien n'a besoin.",
            "Destroys in place the sealing keys that nothing needs any more."),
        discussion: """
            L'agent doit être arrêté. Ce qui a été scellé pour une clé détruite ne s'ouvre plus nulle part : pas même \
            une copie ancienne du relais. Sans nom, toutes celles d'une autorité dont plus rien n'a besoin ; celles d'un \
            laboratoire se nomment.

            The agent must be stopped. What was sealed to a destroyed key opens nowhere any more, not even an old copy \
            of the relay's. Without a name: all of an authority's that nothing needs any more; a laboratory's are named.
            """)

    @OptionGroup var options: InstalledOptions
    @Argument(help: .both("Noms de clés, de pli key list.", "Names of keys, of pli key list."))
    var names: [String] = []
    @Flag(
        name: .long,
        help: .both(
            "Aussi celles dont on a encore besoin, sauf la plus récente : ce qui leur était destiné est perdu.",
            "Those too that are still needed, but for the newest: what was meant for them is lost."))
    var anyway = false
    @Flag(name: .long, help: .both("Une valeur JSON par clé détruite.", "One JSON value a key that was destroyed."))
    var json = false

    func validate() throws {
        guard !anyway || !names.isEmpty else {
            throw ValidationError(.both("--anyway veut des noms de clés", "--anyway wants names of keys"))
        }
    }

    func run() async throws {
        let installed = try await Installed(config: options.config)
        let lock = try hold(installed)
        defer { lock?.release() }
        _ = try SealingKeyRing(paths: installed.agent.sealingKeyPaths)
        for path in installed.agent.sealingKeyPaths { try SealingKeyRing.destroyRests(in: path) }
        let needs = try KeyNeeds(installed, now: .now)
        let chosen = try choose(from: needs)
        for entry in chosen {
            try needs.ring.destroy(entry)
            guard json else { continue }
            let line = JSON.object([.init("key", .string(entry.name)), .init("file", .string(entry.fileName))])
            Terminal.output(line.encoded + [0x0A])
        }
        let gone = Set(chosen.map(\.name)).sorted()
        if !json { for name in gone { Terminal.line(name) } }
        guard gone.isEmpty else {
            return Terminal.say("\(gone.count) clé(s) détruite(s)", "\(gone.count) key(s) destroyed")
        }
        Terminal.say("aucune clé n'est détruite", "no key is destroyed")
        for (entry, need) in needs.all {
            Terminal.say("\(entry.name) : \(need.french)", "\(entry.name): \(need.english)")
        }
    }

    /// An agent that runs has its keys in memory: it would seal to one that is gone.
    private func hold(_ installed: Installed) throws -> FolderLock? {
        let folder = installed.agent.dataFolder
        guard try Disk.real.exists(folder) else { return nil }
        do throws(DurableFailure) {
            return try FolderLock(folder: folder)
        } catch {
            guard case .inUse = error else { throw error }
            throw CommandFailure.refused(
                "\(installed.command) est en marche et garde ses clés en mémoire : arrêtez-le d'abord",
                "\(installed.command) is running and has its keys in memory: stop it first")
        }
    }

    private func choose(from needs: KeyNeeds) throws -> [SealingKeyRing.Entry] {
        guard !names.isEmpty else { return needs.all.filter { $0.need == .over }.map(\.entry) }
        var chosen: [SealingKeyRing.Entry] = []
        for name in Set(names) {
            let named = needs.all.filter { $0.entry.name == name }
            guard let need = named.first(where: { $0.need == .newest })?.need ?? named.first?.need else {
                throw CommandFailure.refused(
                    "aucune clé ne porte ce nom : \(name)", "no key has this name: \(name)",
                    hint: .init(french: "pli key list les donne", english: "pli key list gives them"))
            }
            guard [.over, .idle].contains(need) || anyway && need != .newest else {
                throw CommandFailure.refused(
                    "\(name) : \(need.french)", "\(name): \(need.english)",
                    hint: need == .newest
                        ? .init(french: "pli key rotate d'abord", english: "pli key rotate first")
                        : .init(
                            french: "--anyway la détruit quand même : ce qui lui était destiné est perdu",
                            english: "--anyway destroys it all the same: what was meant for it is lost"))
            }
            chosen += named.map(\.entry)
        }
        return chosen
    }
}
