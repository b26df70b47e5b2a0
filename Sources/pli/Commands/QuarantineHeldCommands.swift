import ArgumentParser
import Courier
import Durable
import Exchange
import Foundation
import LabReport
import Outbox
import StrictJSON

/// `pli quarantine show`: why one report is held, and on demand the message itself.
struct QuarantineShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: .both(
            "Dit pourquoi un compte rendu est retenu : la place, la règle, le remède.",
            "Says why a report is held: the place, the rule, the remedy."),
        discussion: """
            Rien du compte rendu n'est affiché, sauf avec --message : alors le message entier va sur la sortie \
            standard, avec tout ce qui nomme le patient et, s'il y en a plusieurs, les autres. Il s'ouvre avec la clé \
            de scellement du laboratoire, sur cette machine. Code de sortie 1 quand aucun compte rendu retenu n'a ce \
            nom, ou que son message ne s'ouvre plus.

            Nothing of the report is printed, but with --message: then the whole message goes to standard output, with \
            all that names the patient and, if there are several, the others. It is opened with the laboratory's \
            sealing key, on this machine. Exit code 1 where no held report has that name, or its message opens no more.
            """)

    @Argument(
        help: .both(
            "Le nom d'un compte rendu retenu, comme pli quarantine list --each les donne.",
            "The name of a held report, as pli quarantine list --each gives them."))
    var name: String
    @Option(name: .long, help: .both("Le fichier de configuration de l'outbox.", "The outbox's configuration file."))
    var config: String
    @Flag(
        name: .long,
        help: .both(
            "Le message lui-même, et lui seul : des données personnelles.",
            "The message itself, and it alone: personal data."))
    var message = false
    @Flag(name: .long, help: .both("En une valeur JSON, sans le message.", "As one JSON value, without the message."))
    var json = false

    func validate() throws {
        guard !json || !message else {
            throw ValidationError(.both("--json ou --message, pas les deux", "--json or --message, not both"))
        }
    }

    func run() async throws {
        let name = try HeldName(argument: name)
        try await QuarantineDesk.at(config) { desk, settings in
            let held = try held(name, in: desk)
            if message { return try show(held.entry, of: desk, settings.agent) }
            if json { return Terminal.output(HeldOutput.line(held.entry, held.findings)) }
            HeldOutput.show(held.entry, held.findings)
        }
    }

    private func held(
        _ name: HeldName, in desk: QuarantineDesk
    ) throws -> (entry: HeldEntry, findings: [Finding]) {
        guard let held = try desk.report(name, at: AgentProgram.now()) else {
            throw CommandFailure.refused(
                "aucun compte rendu retenu n'a ce nom : pris depuis, supprimé, ou mal recopié",
                "no held report has that name: taken since, dropped, or not copied right")
        }
        return held
    }

    private func show(_ entry: HeldEntry, of desk: QuarantineDesk, _ agent: AgentConfiguration) throws {
        let keys = try ParticipantKeys.load(of: agent)
        guard let bytes = try desk.message(of: entry, keys: keys) else {
            // Dropped since it was looked up, its record is none any more.
            _ = try held(entry.name, in: desk)
            throw CommandFailure.refused(
                "ce message ne s'ouvre plus : son segment a changé, ou sa clé de scellement n'est plus dans keys.sealing",
                "this message opens no more: its segment changed, or its sealing key is no longer in keys.sealing")
        }
        Terminal.output(Terminal.outputIsSeen ? HeldOutput.seen(bytes) : bytes)
    }
}

/// `pli quarantine drop`: a person gives held reports up.
struct QuarantineDropCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drop",
        abstract: .both(
            "Supprime des comptes rendus retenus, sans retour.", "Drops held reports, with no way back."),
        discussion: """
            Pour ce que le laboratoire a exporté de nouveau, corrigé, ou qui ne devait partir nulle part. Ils n'ont \
            été envoyés à personne, et ne le seront pas ; leur nombre reste dans pli status et dans le journal de \
            l'outbox. Les octets scellés d'un segment s'en vont avec le dernier compte rendu retenu qui s'y trouve. \
            Code de sortie 1 quand l'un des noms n'est à aucun compte rendu retenu.

            For what the laboratory exported anew, corrected, or was to go nowhere. They were sent to nobody, and will \
            not be; how many there were stays in pli status and in the outbox's log. The sealed bytes of a segment go \
            with the last held report in it. Exit code 1 where one of the names is no held report's.
            """)

    @Argument(
        help: .both(
            "Noms de comptes rendus retenus, comme pli quarantine list --each les donne.",
            "Names of held reports, as pli quarantine list --each gives them."))
    var names: [String] = []
    @Option(name: .long, help: .both("Le fichier de configuration de l'outbox.", "The outbox's configuration file."))
    var config: String
    @Option(
        name: .long,
        help: .both(
            "Tout ce qui est retenu par cette règle (répétable) ; demande --yes.",
            "All that is held under this rule (repeatable); wants --yes."))
    var rule: [String] = []
    @Flag(name: .long, help: .both("Tout ce qui est retenu ; demande --yes.", "All that is held; wants --yes."))
    var all = false
    @Flag(name: .long, help: .both("Confirme --rule ou --all.", "Confirms --rule or --all."))
    var yes = false
    @Flag(name: .long, help: .both("Le résultat en une valeur JSON.", "The outcome as one JSON value."))
    var json = false

    func validate() throws {
        guard [!names.isEmpty, !rule.isEmpty, all].count(where: { $0 }) == 1 else {
            throw ValidationError(
                .both("des noms, ou --rule, ou --all : l'un des trois", "names, or --rule, or --all: one of the three"))
        }
        guard yes || rule.isEmpty && !all else {
            throw ValidationError(
                .both(
                    "supprimer est sans retour : pli quarantine list les compte ; ajouter --yes",
                    "what is dropped is gone for good: pli quarantine list counts them; add --yes"))
        }
        try HeldRules.validate(rule)
    }

    func run() async throws {
        let wanted = try names.map { try HeldName(argument: $0) }
        let unknown = try await QuarantineDesk.at(config, finishing: true) { desk, _ in
            let (dropped, unknown) = try drop(wanted, from: desk)
            tell(dropped, unknown)
            if dropped > 0 { try finish(desk) }
            return unknown
        }
        if unknown > 0 { throw ExitCode(CommandFailure.Code.refused.rawValue) }
    }

    private func tell(_ dropped: Int, _ unknown: Int) {
        if json {
            let line = JSON.object([
                .init("dropped", .integer(Int64(dropped))), .init("unknown", .integer(Int64(unknown))),
            ])
            Terminal.output(line.encoded + [0x0A])
        } else {
            Terminal.line("supprimés / dropped \(dropped)")
        }
    }

    private func drop(_ wanted: [HeldName], from desk: QuarantineDesk) throws -> (dropped: Int, unknown: Int) {
        let now = AgentProgram.now()
        if wanted.isEmpty { return (try desk.drop(rules: all ? nil : rule, at: now), 0) }
        let dropped = try desk.drop(wanted, at: now)
        let unknown = Set(wanted).subtracting(dropped)
        for name in unknown.map(\.text).sorted() {
            Terminal.say("\(name) : aucun compte rendu retenu n'a ce nom", "\(name): no held report has that name")
        }
        return (dropped.count, unknown.count)
    }

    /// What they lay in goes at once where no outbox runs.
    private func finish(_ desk: QuarantineDesk) throws {
        guard try !desk.finishDrops() else { return }
        Terminal.say(
            "les messages eux-mêmes s'en vont en quelques secondes : pli outbox, qui tourne, le fait",
            "the messages themselves go within seconds: pli outbox, which runs, does it")
    }
}

/// How one held report is told.
enum HeldOutput {
    static func show(_ entry: HeldEntry, _ findings: [Finding]) {
        Terminal.line("\(entry.name.text)  retenu / held  [\(entry.rule)]")
        Terminal.line(
            "  fichier / file \(entry.fileHash.prefix(12))  message \(entry.message)  compte rendu / report \(entry.part)"
        )
        Terminal.line(
            "  lu / read \(entry.readAt.text)  à rejuger / triable \(entry.isTriable ? "oui / yes" : "non / no")")
        for finding in findings { IntakeOutput.show(finding, message: entry.message) }
    }

    /// With findings where they are asked for.
    static func line(_ entry: HeldEntry, _ findings: [Finding]? = nil) -> [UInt8] {
        var members: [JSON.Member] = [
            .init("name", .string(entry.name.text)), .init("rule", .string(entry.rule)),
            .init("file", .string(String(entry.fileHash.prefix(12)))), .init("message", .integer(Int64(entry.message))),
            .init("part", .integer(Int64(entry.part))), .init("since", .string(entry.readAt.text)),
            .init("triable", .bool(entry.isTriable)),
        ]
        if let findings {
            members.append(.init("findings", .array(findings.map { IntakeJSON.finding($0, message: entry.message) })))
        }
        return JSON.object(members).encoded + [0x0A]
    }

    /// A message on a terminal: a line for each of its own, and nothing that steers.
    static func seen(_ bytes: [UInt8]) -> [UInt8] {
        let lines = bytes.split(omittingEmptySubsequences: true) { $0 == 0x0D || $0 == 0x0A }
        return lines.flatMap { Array(Terminal.shown(String(decoding: $0, as: UTF8.self)).utf8) + [0x0A] }
    }
}

/// The rules that `--rule` names.
enum HeldRules {
    static func validate(_ rules: [String]) throws {
        guard rules.count <= 100, rules.allSatisfy(isRule) else {
            throw ValidationError(
                .both(
                    "--rule : une règle comme la donne pli quarantine list",
                    "--rule: a rule as pli quarantine list names it"))
        }
    }

    private static func isRule(_ word: String) -> Bool {
        (1...63).contains(word.utf8.count)
            && word.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
    }
}

extension HeldName {
    init(argument: String) throws {
        guard let name = HeldName(argument) else {
            throw CommandFailure.usage(
                "le nom d'un compte rendu retenu est attendu, comme pli quarantine list --each les donne",
                "the name of a held report is expected, as pli quarantine list --each gives them")
        }
        self = name
    }
}
