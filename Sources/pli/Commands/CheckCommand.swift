import ArgumentParser
import Durable
import Exchange
import Foundation
import LabReport
import Outbox
import StrictJSON

/// `pli check`: what would be taken, held, and sent where, without sending anything.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: .both(
            "Dit ce qui serait pris, retenu, envoyé où et pourquoi. N'envoie rien.",
            "Says what would be taken, held, and sent where, and why. Sends nothing."),
        discussion: """
            Chaque compte rendu est donné comme pris, avec ses destinataires et pourquoi, ou comme retenu, avec la \
            place, la règle et le remède de chaque constat. À la fin : lus = pris + retenus. Code de sortie 1 quand \
            quelque chose est retenu. Aucune valeur d'un compte rendu n'est affichée.

            Each report is listed as taken, with its recipients and the reason for each, or as held, with the place, \
            the rule and the remedy of each finding. At the end: read = taken + held. Exit code 1 when something is \
            held. No value of any report is printed.
            """)

    @Argument(
        help: .both(
            "Fichiers : HL7 v2 (aussi avec du CDA), HPRIM, CSV, FHIR, ou documents cliniques (CDA).",
            "Files: HL7 v2 (also with CDA inside), HPRIM, CSV, FHIR, or clinical documents (CDA).")
    )
    var files: [String]
    @OptionGroup var format: FormatOption
    @Option(
        name: .long,
        help: .both(
            "Un annuaire : montre où irait chaque compte rendu.", "A directory: shows where each report would go."))
    var directory: String?
    @Option(
        name: .long,
        help: .both(
            "Le dossier de données de l'outbox : montre aussi qui a eu une version antérieure.",
            "The outbox's data folder: shows also who got an earlier version."))
    var data: String?
    @Option(
        name: .long,
        help: .both(
            "L'expéditeur, dont l'annuaire donne les laboratoires (FINESS).",
            "The sender, whose laboratories (FINESS) the directory lists.")
    )
    var sender: String?
    @OptionGroup var site: SiteOptions
    @Option(
        name: .long,
        help: .both(
            "La table des codes propres à l'expéditeur (CSV : kind, local, system, test, code, display).",
            "The sender's table of its own codes (CSV: kind, local, system, test, code, display).")
    )
    var codes: String?
    @Option(
        name: .long,
        help: .both(
            "Une règle qui retient (à répéter), comme outbox.rules.errors.",
            "A rule that holds (repeat), as outbox.rules.errors.")
    )
    var error: [String] = []
    @Option(
        name: .long,
        help: .both(
            "Une règle qui avertit seulement (à répéter), comme outbox.rules.warnings.",
            "A rule that only warns (repeat), as outbox.rules.warnings.")
    )
    var warning: [String] = []
    @Flag(
        name: .long,
        help: .both(
            "Affiche les codes et mots locaux inconnus, par nombre, en table à remplir pour --codes.",
            "Prints unknown local codes and words, by count, as a table to fill for --codes.")
    )
    var unmapped = false
    @Flag(
        name: .long,
        help: .both(
            "Hors production : messages de formation et identités de test passent.",
            "Not in production: training messages and test identities pass.")
    )
    var training = false
    @Flag(
        name: .shortAndLong,
        help: .both("Seulement ce qui est retenu, et les totaux.", "Only what is held, and the totals."))
    var quiet = false
    @Flag(
        name: .long,
        help: .both("Une valeur JSON par compte rendu, puis les totaux.", "One JSON value a report, then the totals."))
    var json = false

    func validate() throws {
        try format.requireKnown()
        guard sender == nil || directory != nil else {
            throw ValidationError(
                .both(
                    "--sender demande --directory : lui dit pour quels laboratoires il parle",
                    "--sender wants --directory, which says for which laboratories it speaks"))
        }
        guard data == nil || directory != nil else {
            throw ValidationError(
                .both("--data demande --directory, pour les routes", "--data wants --directory, for the routes"))
        }
        guard severities != nil else {
            let ids = RuleSeverities.settable.map(\.id).joined(separator: ", ")
            throw ValidationError(
                .both("--error, --warning : chacune une fois, de \(ids)", "--error, --warning: each once, of \(ids)"))
        }
        guard !(unmapped && json) else {
            throw ValidationError(
                .both("--unmapped affiche une table, pas du --json", "--unmapped prints a table, not --json"))
        }
    }

    /// Severities in the place of the rules' own; nil where one cannot be given.
    fileprivate var severities: RuleSeverities? {
        var severities = RuleSeverities()
        for id in error where severities.set(id, .error) != nil { return nil }
        for id in warning where severities.set(id, .warning) != nil { return nil }
        return severities
    }

    func run() throws {
        var check = try ReportCheck(self)
        var failure: CommandFailure?
        for (number, file) in files.enumerated() {
            let before = check.counts
            do {
                try check.read(file, number: number + 1)
            } catch {
                guard let said = CommandFailure.of(error) else { throw error }
                if json {
                    let own = IntakeCounts(
                        taken: check.counts.taken - before.taken, held: check.counts.held - before.held)
                    Terminal.output(IntakeJSON.refused(file: number + 1, own, said.english))
                }
                // One bad file does not keep the others back; the first one's reason decides the exit code.
                Terminal.say(said)
                failure = failure ?? said
            }
        }
        check.conclude()
        if let failure { throw ExitCode(failure.exitCode.rawValue) }
        if check.counts.held > 0 { throw ExitCode(CommandFailure.Code.refused.rawValue) }
    }
}

/// One run of `pli check` over files.
private struct ReportCheck {
    /// How many findings `--quiet` prints: millions of bad lines tell a person no more than the first thousand.
    private static let shownMax = 1_000

    private let options: CheckCommand
    private let settings: ReaderSettings
    private let rules: ReportRules
    private let routes: RouteTable?
    /// Where reports go in the end, with who got an earlier version.
    private let forecast: SendingForecast?
    private(set) var counts = IntakeCounts()
    private var heldByRule: [String: Int] = [:]
    /// Findings that were printed and not printed.
    private var shown = 0
    private var unshown = 0
    private var reports: [String: Int] = [:]
    private var duplicates = DuplicateRegister()
    private var unmapped: UnmappedCodes
    /// To whom something can be sealed, by the directory.
    private var authorities: Set<String> = []
    /// The file that is read, by its place on the command line.
    private var file = 1

    /// Where in the file a report is.
    private struct Place {
        let number: Int
        let segments: SegmentNumbers

        init(_ judged: ReportJudge.Judged) {
            number = judged.item.ordinal
            var bytes: [UInt8] = []
            if case .messages(.hl7) = judged.kind { bytes = judged.item.message }
            segments = SegmentNumbers(of: bytes)
        }
    }

    init(_ options: CheckCommand) throws {
        self.options = options
        settings = options.site.settings
        guard let today = TimeFrame(settings).day(atSecond: UTCTime.now.secondsSinceEpoch) else {
            throw CommandFailure.usage("l'horloge est fausse", "the clock is wrong")
        }
        var finess: [String]?
        var table: RouteTable?
        var forecast: SendingForecast?
        if let path = options.directory {
            let bytes = try DirectoryNote.read(URL(filePath: path))
            let shown = try (try? Directory(text: bytes)) ?? DirectoryNote(parsing: bytes, name: path).directory
            do {
                table = try RouteTable(routes: shown.routes, profiles: shown.profiles)
            } catch {
                throw CommandFailure.refused(
                    "les routes de l'annuaire ne sont pas valides : \(error.french)",
                    "the directory's routes are not valid: \(error)")
            }
            forecast = try Self.forecast(shown, options, today)
            if let sender = options.sender { finess = try ParticipantID(sender).finess(in: shown) }
            authorities = Set(
                shown.participants.filter { $0.role == .authority && $0.status == .active }.map(\.id.text))
        }
        routes = table
        self.forecast = forecast
        let codes = try options.codes.map { try Self.table($0) } ?? CodeTable()
        unmapped = UnmappedCodes(besides: codes)
        rules = ReportRules(
            RuleSettings(
                overrides: options.severities?.overrides ?? [:], production: !options.training, today: today,
                allowedFINESS: finess, codes: codes))
    }

    private static func forecast(
        _ directory: Directory, _ options: CheckCommand, _ today: CalendarDate
    ) throws -> SendingForecast {
        if let data = options.data, try !CommandFailure.translating({ try Disk.real.isFolder(data) }) {
            throw CommandFailure.usage(
                "le dossier de données (--data) n'est pas là", "the data folder (--data) is not there",
                hint: .init(
                    french: "c'est data: dans la configuration de l'outbox",
                    english: "it is data: in the outbox's configuration"))
        }
        return try CommandFailure.translating {
            try SendingForecast(directory: directory, dataFolder: options.data, at: .now, today: today)
        }
    }

    private static func table(_ path: String) throws -> CodeTable {
        guard let file = try? InputFile(path) else {
            throw CommandFailure.usage(
                "la table de codes (--codes) ne peut pas être lue", "the code table (--codes) cannot be read",
                hint: .init(french: "vérifiez le chemin et les droits", english: "check the path and its permissions"))
        }
        var bytes: [UInt8] = []
        while bytes.count <= CodeTable.limit.bytes {
            let more = try file.read()
            if more.isEmpty { break }
            bytes += more
        }
        do {
            return try CodeTable(bytes)
        } catch {
            throw CommandFailure.usage("table de codes, \(error.french)", "code table, \(error)")
        }
    }

    mutating func read(_ file: String, number: Int) throws {
        self.file = number
        if options.files.count > 1, !options.json { Terminal.line(file) }
        let kind = options.format.kind
        let judge = ReportJudge(rules: rules, routes: routes, production: !options.training)
        let memory = ReadingMemory()
        try ReportFile.read(file, kind: kind, settings: settings, onAllCores: { judge.judge($0, $1) }) { judged in
            // What does not add up in a file holds nothing: somebody should look.
            if let notice = judged.item.notice, !options.unmapped { show(notice) }
            let scope = judged.kind.scope(of: judged.item.message, memory)
            let again = duplicates.findings(for: judged.item, scope: scope)
            try conclude(judged, again)
        }
    }

    /// As intake has it: where a report of a message is held, those of its other patients are, too.
    private mutating func conclude(_ judged: ReportJudge.Judged, _ again: [Finding]) throws {
        let before = judged.item.outcomes.map { rules.weighed($0.findings) }
        let message = Place(judged)
        let isHeld = zip(before, judged.judgements).map { findings, judgement in
            judgement?.isHeldByRules ?? true || findings.contains { $0.severity == .error }
        }
        let anyHeld = isHeld.contains(true)
        let isAgain = again.contains { $0.severity == .error }
        let decisions =
            anyHeld || isAgain
            ? nil
            : try forecast?.decide(
                judged.item.message, ordinal: message.number, judged.judgements.map { $0.flatMap(Self.candidate) })
        for (index, outcome) in judged.item.outcomes.enumerated() {
            var findings = before[index] + again.map { outcome.places.located($0) }
            if !isHeld[index], anyHeld { findings.append(IntakeFindings.otherPatientHeld) }
            conclude(
                findings, judged.judgements[index], decisions?[index], places: outcome.places, message: message)
        }
    }

    /// Nil where nothing is decided by what went out before: training messages go nowhere whatever that was.
    private static func candidate(_ judgement: ReportJudge.Judgement) -> SendingForecast.Candidate? {
        guard let routing = judgement.routing, !routing.dropped.contains(where: { $0.reason == .notProduction })
        else { return nil }
        return SendingForecast.Candidate(judgement.report, routing, found: judgement.routeFindings)
    }

    /// What was found before the rules were asked, and what they said.
    private mutating func conclude(
        _ before: [Finding], _ judgement: ReportJudge.Judgement?, _ decision: SendingForecast.Decision?,
        places: ReportPlaces, message: Place
    ) {
        guard let judgement else { return hold(before, message: message) }
        let told = Set(before.map(\.rule))
        let ofSending = (decision?.findings ?? judgement.routeFindings).map { finding in
            judgement.routeFindings.contains(finding) ? finding : places.located(finding)
        }
        let findings = before + judgement.findings + ofSending.filter { !told.contains($0.rule) }
        let routing = decision?.routing ?? judgement.routing
        if options.unmapped { unmapped.add(judgement.report) }
        guard !findings.contains(where: { $0.severity == .error }) else { return hold(findings, message: message) }
        counts.taken += 1
        for destination in routing?.destinations ?? [] { reports[destination.recipient, default: 0] += 1 }
        show(message: message, isHeld: false, findings: findings, routing: routing, places: places)
    }

    private mutating func hold(_ findings: [Finding], message: Place) {
        counts.held += 1
        heldByRule[findings.first { $0.severity == .error }?.rule ?? "unreadable", default: 0] += 1
        show(message: message, isHeld: true, findings: findings, routing: nil, places: ReportPlaces())
    }

    private mutating func show(_ finding: Finding) {
        guard mayShow() else { return }
        guard !options.json else {
            Terminal.output(IntakeJSON.finding(finding, message: 0, file: file).encoded + [0x0A])
            return
        }
        IntakeOutput.show(finding, message: 0)
    }

    /// Counts a finding; whether it is printed.
    private mutating func mayShow() -> Bool {
        guard options.quiet, !options.json, shown >= ReportCheck.shownMax else {
            shown += 1
            return true
        }
        unshown += 1
        return false
    }

    private mutating func show(
        message: Place, isHeld: Bool, findings: [Finding], routing: RoutingOutcome?, places: ReportPlaces
    ) {
        if options.unmapped || options.quiet && !isHeld && options.json { return }
        if options.json {
            let value = json(message: message, isHeld: isHeld, findings: findings, routing: routing, places: places)
            Terminal.output(value.encoded + [0x0A])
            return
        }
        guard isHeld || !options.quiet else { return }
        let told = findings.filter { _ in mayShow() }
        guard !told.isEmpty || findings.isEmpty || !options.quiet else { return }
        let number = message.number
        Terminal.line(isHeld ? "message \(number): retenu / held" : "message \(number): pris / taken")
        for finding in told {
            IntakeOutput.show(finding, message: number, segment: message.segments.number(of: finding.path))
        }
        for destination in routing?.destinations ?? [] {
            Terminal.line("  → \(destination.recipient)  (\(destination.route))  \(destination.reason.french)")
            Terminal.line("      \(destination.reason.english)")
        }
        for drop in routing?.dropped ?? [] {
            let what = drop.resultIndex.map { places.name(ofResult: $0) } ?? drop.route ?? ""
            Terminal.line("  · \(what)  \(drop.reason.french) / \(drop.reason.english)")
        }
    }

    private func json(
        message: Place, isHeld: Bool, findings: [Finding], routing: RoutingOutcome?, places: ReportPlaces
    ) -> JSON {
        let destinations = (routing?.destinations ?? []).map { destination in
            JSON.object([
                .init("to", .string(destination.recipient)), .init("route", .string(destination.route)),
                .init("profile", .string(destination.profile)),
                .init(
                    "results", .array(destination.resultIndexes.map { .integer(Int64(places.number(ofResult: $0))) })),
                .init("reason", .string(destination.reason.english)),
            ])
        }
        return JSON.object([
            .init("message", .integer(Int64(message.number))), .init("outcome", .string(isHeld ? "held" : "taken")),
            .init(
                "findings",
                .array(
                    findings.map {
                        IntakeJSON.finding($0, message: message.number, segment: message.segments.number(of: $0.path))
                    })),
            .init("destinations", .array(destinations)),
            .init("dropped", .array((routing?.dropped ?? []).map { Self.json($0, places) })),
            .init("file", .integer(Int64(file))),
        ])
    }

    /// A route that sends nothing, or a result that nobody gets.
    private static func json(_ drop: Drop, _ places: ReportPlaces) -> JSON {
        var members: [JSON.Member] = []
        if let index = drop.resultIndex {
            members.append(.init("result", .integer(Int64(places.number(ofResult: index)))))
        }
        if let route = drop.route { members.append(.init("route", .string(route))) }
        return .object(members + [.init("reason", .string(drop.reason.english))])
    }

    func conclude() {
        let absent = reports.keys.filter { !authorities.contains($0) }.sorted().joined(separator: ", ")
        if !absent.isEmpty {
            Terminal.say(
                "attention : pas une autorité active de l'annuaire, ce qui est pour elle attendrait : \(absent)",
                "mind: no active authority of the directory, what is for it would wait: \(absent)")
        }
        guard !options.json else {
            Terminal.output(IntakeJSON.totals(counts, heldByRule, reports))
            return
        }
        guard !options.unmapped else {
            Terminal.output(unmapped.csv)
            // The table is standard output's alone.
            Terminal.write(counts.text + "\n")
            return
        }
        if unshown > 0 {
            Terminal.line("… \(unshown) autres constats / more findings (--json)")
        }
        Terminal.line(counts.text)
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
