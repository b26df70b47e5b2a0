import ArgumentParser
import Courier
import Exchange
import Foundation
import Outbox
import StrictJSON
import Synchronization

/// `pli quarantine`: what a laboratory's outbox holds, and what a person decides about it.
struct QuarantineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine",
        abstract: .both(
            "Liste ce qui est retenu et dit pourquoi, le fait juger de nouveau, le supprime.",
            "Lists what is held and says why, has it judged again, drops it."),
        subcommands: [
            QuarantineListCommand.self, QuarantineShowCommand.self, QuarantineReplayCommand.self,
            QuarantineDropCommand.self,
        ])
}

/// `pli quarantine list`: what is held, by rule or one by one.
struct QuarantineListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: .both(
            "Compte ce qui est retenu, par règle, ou le nomme un par un.",
            "Counts what is held, by rule, or names it one by one."))

    @Option(name: .long, help: .both("Le fichier de configuration de l'outbox.", "The outbox's configuration file."))
    var config: String
    @Flag(
        name: .long,
        help: .both(
            "Un par ligne, avec le nom que prennent show et drop ; rien du compte rendu n'y figure.",
            "One a line, by the name that show and drop take; nothing of the report is in it."))
    var each = false
    @Option(
        name: .long,
        help: .both(
            "Avec --each : seulement ce qui est retenu par cette règle (répétable).",
            "With --each: only what is held under this rule (repeatable)."))
    var rule: [String] = []
    @Flag(name: .long, help: .both("Une valeur JSON par ligne.", "One JSON value a line."))
    var json = false

    func validate() throws {
        guard each || rule.isEmpty else {
            throw ValidationError(.both("--rule va avec --each", "--rule goes with --each"))
        }
        try HeldRules.validate(rule)
    }

    func run() async throws {
        try await QuarantineDesk.at(config) { desk, _ in
            if each { try listEach(desk) } else { try listRules(desk) }
        }
    }

    private func listRules(_ desk: QuarantineDesk) throws {
        let counts = try desk.counts(at: AgentProgram.now())
        if json {
            for count in counts { Terminal.output(Self.line(count)) }
        } else if counts.isEmpty {
            Terminal.say("rien n'est retenu", "nothing is held")
        } else {
            var table = TextTable(
                ["règle / rule", "retenus / held", "à rejuger / triable", "depuis / since"], numeric: false)
            for count in counts {
                table.add([count.rule, String(count.reports), String(count.triable), count.oldestAt.text])
            }
            table.show()
        }
    }

    /// For people the first thousand of them; for programs all.
    private static let pageSize = 1_000

    private func listEach(_ desk: QuarantineDesk) throws {
        let now = AgentProgram.now()
        let rules = rule.isEmpty ? nil : rule
        var page = try desk.entries(rules: rules, at: now, limit: Self.pageSize)
        if json {
            while let last = page.last {
                for entry in page { Terminal.output(HeldOutput.line(entry)) }
                page = try desk.entries(after: last.name, rules: rules, at: now, limit: Self.pageSize)
            }
            return
        }
        guard let last = page.last else { return Terminal.say("rien n'est retenu", "nothing is held") }
        var table = TextTable(
            ["nom / name", "règle / rule", "fichier / file", "message", "depuis / since"], numeric: false)
        for entry in page {
            table.add([
                entry.name.text, entry.rule, String(entry.fileHash.prefix(12)), String(entry.message),
                entry.readAt.text,
            ])
        }
        table.show()
        if try !desk.entries(after: last.name, rules: rules, at: now, limit: 1).isEmpty {
            Terminal.say(
                "seulement les \(Self.pageSize) premiers ; il y en a d'autres : --rule, ou --json qui les donne tous",
                "only the first \(Self.pageSize); there are more: --rule, or --json which gives all of them")
        }
    }

    private static func line(_ count: HeldCount) -> [UInt8] {
        JSON.object([
            .init("rule", .string(count.rule)), .init("held", .integer(Int64(count.reports))),
            .init("triable", .integer(Int64(count.triable))), .init("since", .string(count.oldestAt.text)),
        ]).encoded + [0x0A]
    }
}

/// `pli quarantine replay`: what is held is judged again, by the configuration, the table and the routes of now.
struct QuarantineReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: .both(
            "Juge de nouveau ce qui est retenu, avec la table, les réglages et les routes d'aujourd'hui.",
            "Judges what is held again, by the table, the settings and the routes of today."),
        discussion: """
            Après une table de correspondance complétée, une règle devenue avertissement, une route ajoutée. Ce qui \
            était parti ne repart pas, et ce que le laboratoire a renvoyé depuis reste retenu (taken-since). Pendant \
            que pli outbox tourne, c'est lui qui le fait, avec la configuration de son démarrage : le redémarrer \
            après l'avoir changée. Sinon c'est fait ici, et pli outbox ou pli send envoie. Code de sortie 1 quand \
            quelque chose reste retenu.

            After a mapping table was completed, a rule made a warning, a route added. What had gone does not go \
            again, and what the laboratory sent anew since stays held (taken-since). While pli outbox runs it does \
            this, by the configuration it began with: restart it after a change. Else it is done here, and pli \
            outbox or pli send sends it. Exit code 1 where something stays held.
            """)

    @Option(name: .long, help: .both("Le fichier de configuration de l'outbox.", "The outbox's configuration file."))
    var config: String
    @Option(
        name: .long,
        help: .both(
            "Seulement ce qui est retenu par cette règle (répétable), comme la donne pli quarantine list.",
            "Only what is held under this rule (repeatable), as pli quarantine list names it."))
    var rule: [String] = []
    @Flag(name: .long, help: .both("Le résultat en une valeur JSON.", "The outcome as one JSON value."))
    var json = false

    func validate() throws {
        try HeldRules.validate(rule)
    }

    func run() async throws {
        Heap.keepSmall()
        let (settings, basis, asked) = try await QuarantineDesk.at(config, finishing: true) { desk, settings in
            let basis = try settings.basisNow()
            return (
                settings, basis, try desk.ask(rules: rule.isEmpty ? nil : rule, basis: basis, at: AgentProgram.now())
            )
        }
        guard asked > 0 else {
            if json { Terminal.output(Self.line(ReplaySummary())) }
            return Terminal.say("rien de retenu n'est à rejuger", "nothing that is held is to be judged again")
        }
        let logger = AgentProgram.logger("pli-quarantine", quiet: true)
        let agent: OutboxAgent
        do {
            agent = try OutboxAgent(configuration: settings, logger: logger, now: AgentProgram.now)
        } catch OutboxFailure.busy {
            return try await left(basis: basis)
        }
        do {
            let summary = try await replay(with: agent)
            try await agent.close()
            show(summary)
            if summary.taken < summary.tried { throw ExitCode(CommandFailure.Code.refused.rawValue) }
        } catch {
            try? await agent.close()
            throw error
        }
    }

    private func replay(with agent: OutboxAgent) async throws -> ReplaySummary {
        do {
            try await agent.greetRelay()
        } catch let error as CourierFailure where error.isTransient {
            // The directory that is known here serves.
        }
        let bar = Mutex(ProgressBar("rejugés", "judged again", total: 100))
        defer { bar.withLock { $0.end() } }
        let summary = try await agent.replayHeld { done, total in
            bar.withLock { $0.show(total > 0 ? Int64(done) * 100 / Int64(total) : 100) }
        }
        return summary ?? ReplaySummary()
    }

    /// Another process has the folder: it does it, if it judges by this configuration.
    private func left(basis: Int64) async throws {
        guard try await QuarantineDesk.at(config, { desk, _ in try desk.basis() }) == basis else {
            return Terminal.say(
                "pli outbox tourne avec la configuration d'avant : le redémarrer, il le fera en démarrant",
                "pli outbox runs by the configuration of before: restart it, it does it when it starts")
        }
        Terminal.say(
            "pli outbox, qui tourne, le fait en quelques secondes ; pli status montre ce qui reste",
            "pli outbox, which runs, does it within seconds; pli status shows what is left")
    }

    private static func line(_ summary: ReplaySummary) -> [UInt8] {
        JSON.object([
            .init("tried", .integer(Int64(summary.tried))), .init("taken", .integer(Int64(summary.taken))),
            .init("held", .integer(Int64(summary.tried - summary.taken))),
            .init("damaged", .integer(Int64(summary.damaged))),
        ]).encoded + [0x0A]
    }

    private func show(_ summary: ReplaySummary) {
        if json {
            Terminal.output(Self.line(summary))
        } else {
            Terminal.line(IntakeCounts(taken: summary.taken, held: summary.tried - summary.taken).text)
        }
        Terminal.say(
            "ce qui a été pris part avec le prochain pli outbox ou pli send",
            "what was taken goes out with the next pli outbox or pli send")
    }
}

extension QuarantineDesk {
    /// The desk of the outbox that a configuration file describes, for as long as `body` runs. `finishing`, where no outbox runs,
    /// what a drop that was killed left of what it dropped goes first; whoever only looks removes nothing.
    static func at<Value>(
        _ config: String, finishing: Bool = false, _ body: (QuarantineDesk, OutboxConfiguration) throws -> Value
    ) async throws -> Value {
        umask(0o077)
        let settings = try await OutboxConfiguration.load(path: config)
        let desk = try QuarantineDesk(dataFolder: settings.agent.dataFolder)
        defer { try? desk.close() }
        if finishing { _ = try desk.finishDrops() }
        return try body(desk, settings)
    }
}
