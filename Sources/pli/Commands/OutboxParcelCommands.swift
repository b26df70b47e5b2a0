import ArgumentParser
import Courier
import Exchange
import Foundation
import Outbox
import StrictJSON

/// `pli outbox list`: the parcels that somebody has to decide about.
struct OutboxListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: .both(
            "Liste les plis qui ne sont pas arrivés : en retard, expirés, refusés, rejetés.",
            "Lists the parcels that did not get there: overdue, expired, refused, rejected."))

    @Option(name: .long, help: .both("Le fichier de configuration de l'outbox.", "The outbox's configuration file."))
    var config: String
    @Flag(
        name: .long,
        help: .both("Aussi ceux qui sont en route dans leur délai.", "Those that are under way within their time, too.")
    )
    var all = false
    @Flag(name: .long, help: .both("Une valeur JSON par pli.", "One JSON value a parcel."))
    var json = false

    func run() async throws {
        umask(0o077)
        let desk = try await ParcelDesk.open(config)
        defer { try? desk.close() }
        let parcels = try desk.parcels(at: AgentProgram.now(), all: all)
        let shown = parcels.prefix(ParcelDesk.listLimit)
        let files = try desk.waitingFiles(at: AgentProgram.now(), all: all)
        defer { for file in files { Self.show(file, json: json) } }
        if json {
            for parcel in shown { Terminal.output(Self.line(parcel)) }
        } else if parcels.isEmpty {
            Terminal.say("aucun pli n'attend de décision", "no parcel waits for a decision")
        } else {
            var table = TextTable(
                [
                    "pli / parcel", "destinataire / recipient", "comptes rendus / reports", "état / standing",
                    "échéance / deadline",
                ], numeric: false)
            for parcel in shown {
                table.add([
                    parcel.id.text, parcel.recipient, String(parcel.reports), parcel.words, parcel.expiresAt.text,
                ])
            }
            table.show()
        }
        if parcels.count > shown.count {
            Terminal.say(
                "seulement les \(shown.count) premiers ; il y en a d'autres",
                "only the first \(shown.count); there are more")
        }
    }

    private static func show(_ file: WaitingFile, json: Bool) {
        if json {
            let line = JSON.object([
                .init("file", .string(file.name)), .init("recipient", .string(file.recipient)),
                .init("bytes", .integer(file.bytes)), .init("takenAt", .string(file.takenAt.text)),
            ])
            Terminal.output(line.encoded + [0x0A])
        } else {
            Terminal.say(
                "\(file.name), pour \(file.recipient), \(file.bytes) octets : sans pli depuis \(file.takenAt.text) ; pli outbox dit "
                    + "pourquoi, pli outbox abandon \(file.name) y renonce",
                "\(file.name), for \(file.recipient), \(file.bytes) bytes: without a parcel since \(file.takenAt.text); pli outbox says "
                    + "why, pli outbox abandon \(file.name) gives it up")
        }
    }

    private static func line(_ parcel: ParcelStatus) -> [UInt8] {
        var members: [JSON.Member] = [
            .init("parcel", .string(parcel.id.text)), .init("recipient", .string(parcel.recipient)),
            .init("reports", .integer(Int64(parcel.reports))), .init("standing", .string(parcel.standing.rawValue)),
            .init("madeAt", .string(parcel.madeAt.text)), .init("expiresAt", .string(parcel.expiresAt.text)),
        ]
        if let reason = parcel.reason { members.append(.init("reason", .string(reason))) }
        return JSON.object(members).encoded + [0x0A]
    }
}

/// `pli outbox resend`: the reports of parcels go again, in new ones that supersede them.
struct OutboxResendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resend",
        abstract: .both(
            "Renvoie les comptes rendus de plis, dans de nouveaux plis qui les remplacent.",
            "Sends the reports of parcels again, in new parcels that supersede them."),
        discussion: """
            Pour des plis refusés, rejetés ou perdus, ou dont l'accusé ne vient pas. Leur destinataire prend un seul \
            des plis qui se remplacent : rien n'est remis deux fois. L'outbox en marche fait les nouveaux plis en \
            quelques secondes, sinon le prochain pli outbox ou pli send. Code de sortie 1 quand l'un ne peut pas \
            être renvoyé.

            For parcels that were refused, rejected or lost, or whose receipt does not come. Their recipient takes \
            one parcel of those that supersede one another and no second one: nothing is delivered twice. The outbox \
            that runs makes the new parcels within seconds, or else the next pli outbox or pli send. Exit code 1 \
            where one cannot be sent again.
            """)

    @Argument(
        help: .both(
            "Identifiants de plis, comme les donnent pli outbox list et les alarmes.",
            "Ids of parcels, as pli outbox list and the alarms name them."))
    var parcels: [String] = []
    @Option(name: .long, help: .both("Le fichier de configuration de l'outbox.", "The outbox's configuration file."))
    var config: String
    @Option(
        name: .long,
        help: .both(
            "Tous les plis à ce destinataire que montre pli outbox list.",
            "All parcels to this recipient that pli outbox list shows."))
    var to: String?
    @Flag(name: .long, help: .both("Une valeur JSON par pli.", "One JSON value a parcel."))
    var json = false

    func validate() throws {
        guard parcels.isEmpty == (to != nil) else {
            throw ValidationError(.both("des identifiants de plis, ou --to", "either ids of parcels or --to"))
        }
    }

    func run() async throws {
        umask(0o077)
        let desk = try await ParcelDesk.open(config)
        defer { try? desk.close() }
        let now = AgentProgram.now()
        var failures = 0
        var reports = 0
        var ids = try parcels.map { try ParcelID(argument: $0) }
        if let to { ids = try desk.wanting(to, at: now) }
        for id in ids {
            let outcome = try desk.sendAgain(id, at: now)
            if json { Terminal.output(Self.line(id, outcome)) }
            if case .begun(let count) = outcome {
                reports += count
            } else {
                failures += 1
                Terminal.say("\(id) : \(outcome.words.french)", "\(id): \(outcome.words.english)")
            }
        }
        Terminal.say(
            "\(ids.count - failures) pli(s), \(reports) compte(s) rendu(s) : renvoyés par pli outbox s'il tourne, sinon par "
                + "le prochain pli outbox ou pli send",
            "\(ids.count - failures) parcel(s), \(reports) report(s): sent again by pli outbox if it runs, else by the next "
                + "pli outbox or pli send")
        if failures > 0 { throw ExitCode(CommandFailure.Code.refused.rawValue) }
    }
}

extension OutboxResendCommand {
    fileprivate static func line(_ id: ParcelID, _ outcome: SendingAgain) -> [UInt8] {
        var members: [JSON.Member] = [.init("parcel", .string(id.text)), .init("outcome", .string(outcome.word))]
        if case .begun(let reports) = outcome { members.append(.init("reports", .integer(Int64(reports)))) }
        return JSON.object(members).encoded + [0x0A]
    }
}

/// `pli outbox abandon`: a person gives parcels up.
struct OutboxAbandonCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "abandon",
        abstract: .both(
            "Abandonne des plis : leurs comptes rendus quittent le journal sans avoir été remis.",
            "Gives parcels up: their reports leave the journal without having been delivered."),
        discussion: """
            Sans retour. La raison est gardée avec le pli : sent-otherwise (son destinataire les a eus autrement), \
            exported-again (en d'autres messages), not-wanted.

            There is no way back. The reason is kept with the parcel: sent-otherwise (their recipient got them by \
            other means), exported-again (as other messages), not-wanted.
            """)

    @Argument(
        help: .both(
            "Identifiants de plis, comme les donnent pli outbox list et les alarmes.",
            "Ids of parcels, as pli outbox list and the alarms name them."))
    var parcels: [String]
    @Option(
        name: .long,
        help: .both(
            "La raison : sent-otherwise, exported-again ou not-wanted.",
            "The reason: sent-otherwise, exported-again or not-wanted."))
    var reason: String
    @Option(name: .long, help: .both("Le fichier de configuration de l'outbox.", "The outbox's configuration file."))
    var config: String
    @Flag(
        name: .long, help: .both("Une valeur JSON par pli ou fichier.", "One JSON value a parcel or file."))
    var json = false

    func validate() throws {
        guard AbandonReason(rawValue: reason) != nil else {
            let words = AbandonReason.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError(.both("--reason : l'un de \(words)", "--reason: one of \(words)"))
        }
    }

    func run() async throws {
        umask(0o077)
        guard let reason = AbandonReason(rawValue: reason) else { return }
        let desk = try await ParcelDesk.open(config)
        defer { try? desk.close() }
        // A raw file that no parcel could be made of has a name of its own.
        let ids: [(name: String, parcel: ParcelID?)] = try parcels.map { name in
            (name, WaitingFile.row(named: name) == nil ? try ParcelID(argument: name) : nil)
        }
        var failures = 0
        for (id, parcel) in ids {
            let isDone =
                if let parcel {
                    try desk.abandon(parcel, for: reason, at: AgentProgram.now())
                } else {
                    try WaitingFile.row(named: id).map { try desk.abandon(file: $0) } ?? false
                }
            if json {
                let line = JSON.object([
                    .init(parcel == nil ? "file" : "parcel", .string(parcel?.text ?? id)),
                    .init("abandoned", .bool(isDone)),
                ])
                Terminal.output(line.encoded + [0x0A])
            }
            if isDone { continue }
            failures += 1
            Terminal.say(
                "\(id) : rien à abandonner : inconnu, en route vers le relais, remis, ou déjà remplacé",
                "\(id): nothing to give up: unknown, on its way to the relay, delivered, or superseded already")
        }
        Terminal.say("\(ids.count - failures) pli(s) abandonné(s)", "\(ids.count - failures) parcel(s) given up")
        if failures > 0 { throw ExitCode(CommandFailure.Code.refused.rawValue) }
    }
}

extension ParcelDesk {
    /// The desk of the outbox that a configuration file describes.
    static func open(_ config: String) async throws -> ParcelDesk {
        let settings = try await OutboxConfiguration.load(path: config)
        return try ParcelDesk(dataFolder: settings.agent.dataFolder)
    }

    /// A name that no parcel was ever made for, mistyped as a rule.
    static var unknownRecipient: CommandFailure {
        .refused(
            "rien n'a jamais été fait pour ce destinataire : pli status les liste",
            "nothing was ever made for that recipient: pli status lists them")
    }

    /// The parcels to a recipient that wait for a decision.
    fileprivate func wanting(_ recipient: String, at now: UTCTime) throws -> [ParcelID] {
        guard try numbers(1...1, to: recipient) != nil else { throw ParcelDesk.unknownRecipient }
        return try parcels(at: now).filter { $0.recipient == recipient && $0.standing.wantsDecision }.map(\.id)
    }
}

extension ParcelID {
    init(argument: String) throws {
        do {
            try self.init(argument)
        } catch {
            throw CommandFailure.usage(
                "un identifiant de pli est attendu, comme pli outbox list les donne",
                "the id of a parcel is expected, as pli outbox list gives them")
        }
    }
}

extension ParcelStatus {
    /// How it stands, for people.
    fileprivate var words: String {
        let words =
            switch standing {
            case .underWay: "en route / under way"
            case .overdue: "en retard / overdue"
            case .expired: "expiré / expired"
            case .refused: "refusé / refused"
            case .rejected: "rejeté par le relais / rejected"
            case .again: "à renvoyer / to be sent again"
            }
        return words + (reason.map { " (\($0))" } ?? "")
    }
}

extension SendingAgain {
    /// For programs.
    fileprivate var word: String {
        switch self {
        case .begun: "again"
        case .unknown: "unknown"
        case .underWay: "under-way"
        case .superseded: "superseded"
        case .over(let state): state.rawValue
        case .tooLate: "too-late"
        }
    }

    /// Why not, for people.
    fileprivate var words: CommandFailure.Said {
        switch self {
        case .begun: .init(french: "renvoyé", english: "sent again")
        case .unknown: .init(french: "aucun pli n'a cet identifiant ici", english: "no parcel has that id here")
        case .underWay:
            .init(french: "attend encore le relais : rien à faire", english: "still waits for the relay: nothing to do")
        case .superseded: .init(french: "a déjà été renvoyé", english: "was sent again already")
        case .over(let state):
            state == .delivered
                ? .init(french: "a été remis", english: "was delivered")
                : .init(french: "a été abandonné", english: "was given up")
        case .tooLate:
            .init(
                french:
                    "trop ancien : le destinataire peut avoir oublié s'il l'a eu ; demandez-lui, puis pli outbox abandon",
                english: "too old: its recipient may have forgotten whether it had it; ask it, then pli outbox abandon")
        }
    }
}
