import ArgumentParser
import Courier
import Exchange
import Foundation
import LabReport
import Outbox
import Synchronization

/// `pli send`: takes files, seals them and brings them to the relay, then ends.
struct SendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send",
        abstract: .both(
            "Envoie les comptes rendus de fichiers : une fois, avec une barre d'avancement.",
            "Sends the reports of files: one shot, with a progress bar."),
        discussion: """
            Affiche pour chaque fichier : lus = pris + retenus. Ce qui est retenu est donné avec sa place, la règle \
            et le remède, et reste scellé en quarantaine. Quand le relais est injoignable ou sans place, ce qui est pris reste en \
            file (code de sortie 3) et part au prochain pli send ou pli outbox. Avec --to les fichiers partent tels \
            quels à ce seul destinataire, là où une route de l'annuaire le permet (kinds : file) ; des comptes rendus ne \
            partent jamais ainsi. Code de sortie 1 aussi quand un pli de ces fichiers a été refusé par son destinataire ou \
            par le relais ; 0 quand, l'attente finie, des accusés manquent encore.

            Prints for each file: read = taken + held. What is held is listed with its place, its rule and its \
            remedy, and stays sealed in quarantine. When the relay is unreachable or has no room, what was taken stays in the spool \
            (exit code 3) and goes out with the next pli send or pli outbox. With --to the files go as they are to that \
            one recipient, where a route of the directory lets them (kinds: file); reports never go that way. \
            Exit code 1 also where a parcel of these files was refused, by its recipient or by the relay; 0 where the wait is \
            over and receipts are still missing.
            """)

    @Argument(
        help: .both(
            "Fichiers : HL7 v2, HPRIM, CSV, FHIR, ou documents cliniques (CDA).",
            "Files: HL7 v2, HPRIM, CSV, FHIR, or clinical documents (CDA)."))
    var files: [String]
    @Option(
        name: .long, help: .both("Le fichier de configuration, YAML ou JSON.", "The configuration file, YAML or JSON."))
    var config: String
    @OptionGroup var format: FormatOption
    @Option(
        name: .long,
        help: .both(
            "Fichiers bruts, à ce seul destinataire.", "Raw files, to this one recipient."))
    var to: String?
    @OptionGroup var raw: RawFileOptions
    @Flag(
        name: .long,
        help: .both(
            "Une valeur JSON par fichier, nommé par sa place, puis (--wait-seconds) une par pli.",
            "One JSON value a file, named by its place, then (--wait-seconds) one a parcel."))
    var json = false
    @Option(
        name: .long,
        help: .both(
            "Attendre les accusés jusqu'à tant de secondes après l'envoi.",
            "Wait up to this many seconds for receipts after sending."))
    var waitSeconds = 0

    func validate() throws {
        guard !files.contains("-") else { throw InputFile.notStandardInput }
        try format.requireKnown()
        guard to.map({ (try? ParticipantID($0)) != nil }) ?? true else {
            throw ValidationError(.both("--to : l'id d'un participant", "--to: a participant's id"))
        }
        guard to == nil ? raw.isAbsent : format.isAbsent else {
            throw ValidationError(
                .both(
                    "--media-type et --name vont avec --to, --format sans",
                    "--media-type and --name go with --to, --format without it"))
        }
        guard raw.name == nil || files.count == 1 else {
            throw ValidationError(.both("--name est pour un seul fichier", "--name is for one file"))
        }
    }

    func run() async throws {
        Heap.keepSmall()
        umask(0o077)
        let logger = AgentProgram.logger("pli-send", quiet: true)
        let settings = try await OutboxConfiguration.load(path: config)
        let agent = try OutboxAgent(configuration: settings, logger: logger, now: AgentProgram.now)
        do {
            try await send(with: agent)
            try await agent.close()
        } catch {
            try? await agent.close()
            throw error
        }
    }

    private func send(with agent: OutboxAgent) async throws {
        var held = 0
        var failure: CommandFailure?
        var failures = 0
        var away: CourierFailure?
        var lacksDirectory = false
        do {
            try await agent.greetRelay()
            try await agent.askAfterParcels()
            try await agent.endDoubts()
        } catch let error as CourierFailure where error.isTransient {
            away = error
        } catch {
            refuseAll(error)
            throw error
        }
        // What somebody asked for and no other process finished.
        if away == nil { try await agent.replayHeld() }
        var hashes: Set<String> = []
        for (index, file) in files.enumerated() {
            if files.count > 1, !json { Terminal.line(file) }
            let tally = IntakeTally()
            do {
                try FileToSend.requireReadable(file)
                if let to {
                    hashes.insert(try await take(raw: file, to: ParticipantID(to), number: index + 1, with: agent))
                } else {
                    let summary = try await take(file, number: index + 1, tally, with: agent)
                    held += summary.held
                    hashes.insert(summary.fileHash)
                }
            } catch {
                guard let said = CommandFailure.of(error) else { throw error }
                // One bad file does not keep the others back; the first one's reason decides the exit code.
                Terminal.say(said)
                IntakeOutput.showRefused(file: index + 1, tally.now, said, json: json)
                failure = failure ?? said
                failures += 1
                if case CourierFailure.trust(.noDirectory) = error { lacksDirectory = true }
            }
        }
        if let away {
            if lacksDirectory { throw Self.unknown(without: away) }
            // Where nothing could be taken, the reason counts, and not that the relay is away besides.
            if let failure, failures == files.count { throw ExitCode(failure.exitCode.rawValue) }
            throw try await left(here: away, with: agent)
        }
        // A recipient to whom nothing can be sealed does not keep back what is for the others.
        var unsealed: (any Error)?
        do {
            _ = try await agent.makeParcels(flush: true)
        } catch {
            unsealed = error
        }
        let full = try await upload(with: agent)
        try await agent.collectWaitingReceipts()
        let unserved =
            if let unsealed { try await tell(unsealed, with: agent, of: hashes) } else { nil as (any Error)? }
        if waitSeconds > 0 { try await awaitReceipts(agent, of: hashes) }
        let parcels = try await agent.parcels(ofFiles: hashes)
        if waitSeconds > 0 { ParcelOutput.show(parcels, json: json) }
        let turnedAway = parcels.count(where: \.isTurnedAway)
        if turnedAway > 0 { Terminal.say(ParcelOutput.turnedAway(turnedAway)) }
        if let failure { throw ExitCode(failure.exitCode.rawValue) }
        if let unserved { throw unserved }
        if held > 0 || turnedAway > 0 { throw ExitCode(CommandFailure.Code.refused.rawValue) }
        if full { throw Self.spooled }
    }

    /// What keeps everything from being taken is said of each file: a program waits for a value of each.
    private func refuseAll(_ error: any Error) {
        guard json, let said = CommandFailure.of(error) else { return }
        for index in files.indices { IntakeOutput.showRefused(file: index + 1, IntakeTally().now, said, json: json) }
    }

    /// What a sending ends with where the relay had no room for a parcel.
    private static let spooled = CommandFailure.unreachable(
        "ce dont le relais n'a pas la place attend ici, scellé",
        "what the relay has no room for waits here, sealed",
        hint: .init(french: "relancez pli send ou pli outbox plus tard", english: "run pli send or pli outbox later"))

    /// What a sending ends with while the relay is away: all that was taken waits.
    private func left(here away: CourierFailure, with agent: OutboxAgent) async throws -> CommandFailure {
        // The reasons first: a certificate that does not hold is set right here, and not by waiting.
        for reason in [try await spool(with: agent), away] {
            if let said = reason.flatMap({ CommandFailure.of($0) }) { Terminal.say(said) }
        }
        return .unreachable(
            "le relais est injoignable ; ce qui est pris attend ici, scellé",
            "the relay cannot be reached; what was taken waits here, sealed",
            hint: .init(
                french: "relancez pli send ou pli outbox plus tard", english: "run pli send or pli outbox later"))
    }

    /// The same where no directory was ever seen here: without it nothing can be judged, and the relay has it.
    private static func unknown(without away: CourierFailure) -> CommandFailure {
        if let said = CommandFailure.of(away) { Terminal.say(said) }
        return .unreachable(
            "le relais est injoignable, et lui seul a l'annuaire : rien n'est pris",
            "the relay cannot be reached, and it alone has the directory: nothing is taken",
            hint: .init(
                french: "relancez pli send plus tard, ou donnez l'annuaire signé : directory.file",
                english: "run pli send later, or give the signed directory: directory.file"))
    }

    /// Why nothing can be sealed to a recipient. Where only other files wait for him it is a line, and says nothing of those given now;
    /// otherwise it is given, to be what the command ends with: what is for the others is on its way.
    private func tell(
        _ unsealed: any Error, with agent: OutboxAgent, of hashes: Set<String>
    ) async throws -> (any Error)? {
        let unserved = await agent.unserved
        let said = CommandFailure.of(unsealed).map { Self.named($0, unserved) }
        if try await agent.hasUnsealed(ofFiles: hashes) { return said ?? unsealed }
        guard let said else { throw unsealed }
        Terminal.say(said)
        return nil
    }

    /// Says for whom it is: a failure about a recipient's keys does not know.
    private static func named(_ failure: CommandFailure, _ recipients: [String]) -> CommandFailure {
        guard !recipients.isEmpty else { return failure }
        let names = recipients.prefix(shownNames).joined(separator: ", ") + (recipients.count > shownNames ? ", …" : "")
        // The failure is the first one's, and may name that one.
        let others =
            recipients.count > 1
            ? (" ; cela ou de semblable pour chacun des \(recipients.count)", "; this or the like for each of them")
            : ("", "")
        return CommandFailure(
            exitCode: failure.exitCode, french: "\(names) : \(failure.french)\(others.0)",
            english: "\(names): \(failure.english)\(others.1)", hint: failure.hint)
    }

    private static let shownNames = 5

    /// Seals what was taken to the keys that are known here; for the others it stays in the journal until the relay is back.
    /// Gives why a recipient will be served by no waiting. The relay was not greeted: that it does not know us yet is no reason.
    private func spool(with agent: OutboxAgent) async throws -> CourierFailure? {
        do {
            _ = try await agent.makeParcels(flush: true)
            return nil
        } catch let error as CourierFailure {
            return error.isTransient || error.isUnknownToken ? nil : error
        }
    }

    /// Takes one file. `tally` has what was taken and held before a failure.
    private func take(
        _ file: String, number: Int, _ tally: IntakeTally, with agent: OutboxAgent
    ) async throws -> IntakeSummary {
        let bar = Mutex(ProgressBar("lecture", "reading", total: 100))
        let format = try format.kind?.format(of: file)
        let summary = try await agent.takeFile(file, format: format) { progress in
            tally.set(taken: progress.taken, held: progress.held)
            let percent = progress.bytesTotal > 0 ? progress.bytesRead * 100 / progress.bytesTotal : 100
            bar.withLock { $0.show(percent) }
        }
        bar.withLock { $0.end() }
        IntakeOutput.show(summary, file: number, json: json)
        return summary
    }

    /// Takes one raw file; gives what it is known by.
    private func take(
        raw file: String, to recipient: ParticipantID, number: Int, with agent: OutboxAgent
    ) async throws -> String {
        let summary = try await agent.takeRawFile(
            file, name: raw.name(of: file), mediaType: raw.mediaType ?? RawFileOptions.anyType, to: recipient)
        if json {
            Terminal.output(IntakeJSON.line(summary, file: number, to: recipient))
        } else if summary.wasTakenBefore {
            Terminal.say(
                "ce fichier a déjà été pris pour \(recipient)", "this file was taken for \(recipient) before")
        } else {
            Terminal.line("pris pour / taken for \(recipient): \(summary.bytes) octets / bytes")
        }
        return summary.fileHash
    }

    /// Gives whether the relay had no room for something: the others' parcels went, and their receipts are to be had.
    private func upload(with agent: OutboxAgent) async throws -> Bool {
        let bar = Mutex(ProgressBar("envoi", "sending", total: 100))
        do {
            let sent = try await agent.uploadWaiting { progress in
                bar.withLock { $0.show(progress.size > 0 ? progress.sent * 100 / progress.size : 100) }
            }
            bar.withLock { $0.end() }
            Terminal.say("\(sent) pli(s) accepté(s) par le relais", "\(sent) parcel(s) accepted by the relay")
            return false
        } catch let failure as CourierFailure {
            bar.withLock { $0.end() }
            guard case .relayFull = failure, let said = CommandFailure.of(failure) else { throw failure }
            Terminal.say(said)
            return true
        }
    }

    private func awaitReceipts(_ agent: OutboxAgent, of hashes: Set<String>) async throws {
        let deadline = ContinuousClock.now + .seconds(waitSeconds)
        while ContinuousClock.now < deadline {
            // What waits for a recipient to whom nothing can be sealed, or for room at the relay, has no receipt to come.
            if try await agent.status().isSettled { return }
            if try await !agent.parcels(ofFiles: hashes).contains(where: \.awaitsReceipt) { return }
            _ = try await agent.collectReceipts(waitSeconds: 2)
        }
    }
}

/// How the intake of a file is told.
enum IntakeOutput {
    /// A file that was not taken to its end: what of it was taken stays taken, and is counted like any other.
    static func showRefused(file: Int, _ counts: IntakeCounts, _ failure: CommandFailure, json: Bool) {
        if json { return Terminal.output(IntakeJSON.refused(file: file, counts, failure.english)) }
        Terminal.line(counts.text)
        // `pli check` counts what cannot be read as held: here nothing of it is kept, and so nothing is held.
        if counts.read == 0 {
            Terminal.line("  refusé en entier, rien n'en est gardé / refused whole, nothing of it is kept")
        }
    }

    static func show(_ summary: IntakeSummary, file: Int, json: Bool) {
        if json {
            Terminal.output(IntakeJSON.line(summary, file: file))
            return
        }
        if summary.wasTakenBefore {
            Terminal.say("ce fichier a déjà été pris en entier", "this file was taken before, whole")
            if summary.held > 0 {
                Terminal.say(
                    "ce qui en est retenu le reste : corriger puis exporter de nouveau ces comptes rendus, ou, après une "
                        + "table ou un réglage changé, pli quarantine replay",
                    "what is held of it stays held: correct it and export those reports again, or, after a changed table or "
                        + "setting, pli quarantine replay")
            }
        }
        Terminal.line(IntakeCounts(taken: summary.taken, held: summary.held).text)
        // A batch without messages: no mistake, and nothing that anybody should wait for.
        if summary.read == 0 {
            Terminal.line(
                "  aucun compte rendu dans ce fichier : rien n'en part ni n'est retenu / no report in this file: nothing of it "
                    + "goes or is held")
        }
        for (rule, count) in summary.heldByRule.sorted(by: { $0.key < $1.key }) {
            Terminal.line("  \(rule): \(count)")
        }
        for (rule, count) in summary.warnings.sorted(by: { $0.key < $1.key }) {
            Terminal.line("  ! \(rule): \(count)")
        }
        for finding in summary.findings { show(finding.finding, message: finding.message) }
        if summary.findingCount > summary.findings.count {
            Terminal.line("  … \(summary.findingCount - summary.findings.count) autres / more")
        }
    }

    /// One finding: message, place, rule, what to do.
    static func show(_ finding: Finding, message: Int, segment: Int? = nil) {
        let mark = finding.severity == .error ? "✗" : "!"
        let place = segment.map { "  segment \($0)" } ?? ""
        Terminal.line("  \(mark) message \(message)  \(finding.path)  [\(finding.rule)]\(place)")
        Terminal.line("      \(finding.french)")
        Terminal.line("      \(finding.english)")
    }
}
