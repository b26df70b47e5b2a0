import ArgumentParser
import CDA
import Exchange
import Foundation
import HL7
import LabReport
import StrictJSON

/// `pli check`: what would be taken, held, and sent where, without sending anything.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Says what would be taken, held, and sent where, and why. Sends nothing.",
        discussion: """
            Each report is listed as taken, with its recipients and the reason for each, or as held, with the place, the \
            rule and the remedy of each finding. At the end: read = taken + held. Exit code 1 when something is held. No \
            value of any report is printed.
            """)

    @Argument(help: "HL7 files, or clinical documents (CDA), alone or inside HL7 messages.")
    var files: [String]
    @Option(name: .long, help: "hl7 or cda; a file that begins as XML is read as CDA in any case.")
    var format = "hl7"
    @Option(name: .long, help: "A directory: shows where each report would go.")
    var directory: String?
    @Option(name: .long, help: "The sender, whose laboratories (FINESS) the directory lists.")
    var sender: String?
    @Option(name: .long, help: "Offset from UTC, in minutes, of times that give none.")
    var utcOffsetMinutes = 60
    @Option(name: .long, help: "Character set of messages that name none: utf-8, 8859/1, 8859/15, cp1252, cp850.")
    var charset = "utf-8"
    @Flag(name: .long, help: "Not in production: training messages and test identities pass.")
    var training = false
    @Flag(name: .shortAndLong, help: "Only what is held, and the totals.")
    var quiet = false
    @Flag(name: .long, help: "One JSON value a report.")
    var json = false

    func validate() throws {
        guard ["hl7", "cda"].contains(format) else { throw ValidationError("--format: hl7 or cda") }
        guard (-840...840).contains(utcOffsetMinutes) else {
            throw ValidationError("--utc-offset-minutes: -840 to 840")
        }
        guard Charset(name: charset.utf8) != nil else { throw ValidationError("--charset is not known") }
    }

    func run() throws {
        var check = try ReportCheck(self)
        var failure: CommandFailure?
        for file in files {
            do {
                try check.read(file)
            } catch {
                guard let said = CommandFailure.of(error) else { throw error }
                // One bad file does not keep the others back; the first one's reason decides the exit code.
                Terminal.say(said)
                failure = failure ?? said
            }
        }
        check.conclude()
        if let failure { throw ExitCode(failure.exitCode.rawValue) }
        if check.held > 0 { throw ExitCode(CommandFailure.Code.refused.rawValue) }
    }
}

/// One run of `pli check` over files.
private struct ReportCheck {
    private let options: CheckCommand
    private let reader: LaboratoryMessageReader
    private let documents: CDAReportReader
    private let rules: ReportRules
    private let routes: RouteTable?
    private var read = 0
    private var taken = 0
    private(set) var held = 0
    private var heldByRule: [String: Int] = [:]
    private var reports: [String: Int] = [:]

    init(_ options: CheckCommand) throws {
        self.options = options
        let site = ReaderSettings(
            defaultCharset: Charset(name: options.charset.utf8) ?? .utf8, utcOffsetMinutes: options.utcOffsetMinutes)
        reader = LaboratoryMessageReader(settings: site)
        documents = CDAReportReader(settings: site)
        guard let today = CalendarDate(dayNumber: Int(UTCTime.now.secondsSinceEpoch / 86_400)) else {
            throw CommandFailure.usage("l'horloge est fausse", "the clock is wrong")
        }
        var finess: [String]?
        var table: RouteTable?
        if let path = options.directory {
            let bytes = try DirectoryNote.read(URL(filePath: path))
            let shown = try (try? Directory(text: bytes)) ?? DirectoryNote(parsing: bytes, name: path).directory
            do {
                table = try RouteTable(routes: shown.routes, profiles: shown.profiles)
            } catch {
                throw CommandFailure.refused(
                    "les routes de l'annuaire ne sont pas valides : \(error)",
                    "the directory's routes are not valid: \(error)")
            }
            if let sender = options.sender { finess = try ParticipantID(sender).finess(in: shown) }
        }
        routes = table
        rules = ReportRules(RuleSettings(production: !options.training, today: today, allowedFINESS: finess))
    }

    mutating func read(_ file: String) throws {
        if options.files.count > 1, !options.json { Terminal.line(file) }
        var whole: [UInt8]?
        try MessageFile.read(file, document: { whole = $0 }) { piece in
            switch piece {
            case .message(let message):
                for outcome in reader.read(bytes: message.bytes) { judge(outcome, message: message.ordinal) }
            case .held(let held):
                read += 1
                hold([HL7ReportReader.finding(for: held.reason)], message: held.ordinal)
            case .notice: break
            }
        }
        if let whole { judge(documents.read(document: whole), message: 1) }
    }

    private mutating func judge(_ outcome: ReadOutcome, message: Int) {
        read += 1
        var findings = outcome.findings
        guard var report = outcome.report else { return hold(findings, message: message) }
        findings += rules.admit(&report, places: outcome.places)
        let routing = routes?.destinations(for: report, production: !options.training)
        findings += routing?.findings ?? []
        guard !findings.contains(where: { $0.severity == .error }) else { return hold(findings, message: message) }
        taken += 1
        for destination in routing?.destinations ?? [] { reports[destination.recipient, default: 0] += 1 }
        show(message: message, isHeld: false, findings: findings, routing: routing)
    }

    private mutating func hold(_ findings: [Finding], message: Int) {
        held += 1
        heldByRule[findings.first { $0.severity == .error }?.rule ?? "unreadable", default: 0] += 1
        show(message: message, isHeld: true, findings: findings, routing: nil)
    }

    private func show(message: Int, isHeld: Bool, findings: [Finding], routing: RoutingOutcome?) {
        if options.json {
            Terminal.output(Self.json(message: message, isHeld: isHeld, findings: findings, routing: routing))
            return
        }
        guard isHeld || !options.quiet else { return }
        Terminal.line(isHeld ? "message \(message): retenu / held" : "message \(message): pris / taken")
        for finding in findings { IntakeOutput.show(finding, message: message) }
        for destination in routing?.destinations ?? [] {
            Terminal.line("  → \(destination.recipient)  (\(destination.route))  \(destination.reason.french)")
            Terminal.line("      \(destination.reason.english)")
        }
        for drop in routing?.dropped ?? [] {
            let what = drop.resultIndex.map { "OBX \($0 + 1)" } ?? drop.route ?? ""
            Terminal.line("  · \(what)  \(drop.reason.french) / \(drop.reason.english)")
        }
    }

    private static func json(
        message: Int, isHeld: Bool, findings: [Finding], routing: RoutingOutcome?
    ) -> [UInt8] {
        let destinations = (routing?.destinations ?? []).map { destination in
            JSON.object([
                .init("to", .string(destination.recipient)), .init("route", .string(destination.route)),
                .init("profile", .string(destination.profile)),
                .init("results", .array(destination.resultIndexes.map { .integer(Int64($0 + 1)) })),
                .init("reason", .string(destination.reason.english)),
            ])
        }
        let value = JSON.object([
            .init("message", .integer(Int64(message))), .init("outcome", .string(isHeld ? "held" : "taken")),
            .init("findings", .array(findings.map { IntakeJSON.finding($0, message: message) })),
            .init("destinations", .array(destinations)),
        ])
        return value.encoded + [0x0A]
    }

    func conclude() {
        guard !options.json else { return }
        Terminal.line("lus / read \(read) = pris / taken \(taken) + retenus / held \(held)")
        for (rule, count) in heldByRule.sorted(by: { $0.key < $1.key }) { Terminal.line("  \(rule): \(count)") }
        for (recipient, count) in reports.sorted(by: { $0.key < $1.key }) {
            Terminal.line("  → \(recipient): \(count)")
        }
    }
}

extension ParticipantID {
    /// The laboratories that a directory lets this sender speak for.
    fileprivate func finess(in directory: Directory) throws -> [String] {
        guard let sender = directory[self], sender.role == .sender else {
            throw CommandFailure.usage(
                "l'annuaire ne connaît pas cet expéditeur", "the directory does not know that sender")
        }
        return sender.finess
    }
}
