import Exchange
import Foundation
import LabReport
import Outbox
import TransparencyLog

/// The whole flow, step by step, with the true programs as processes of their own.
struct DemoRun {
    /// What was asked for.
    struct Options {
        var reports: Int
        var seed: UInt64
        var kills: Int
        var folder: URL
        var bin: URL
    }

    let options: Options
    private let now = UTCTime.now
    private var clock = DemoClock()
    private var reports: DemoReports
    private(set) var proof = DemoProof()
    private var random: SeededRandom
    private var log: LogAudit?

    init(_ options: Options) throws {
        self.options = options
        random = SeededRandom(seed: options.seed)
        guard let today = CalendarDate(dayNumber: Int(now.secondsSinceEpoch / 86_400)) else {
            throw CommandFailure.usage("l'horloge est fausse", "the clock is wrong")
        }
        reports = DemoReports(count: options.reports, seed: options.seed, today: today)
    }

    /// Runs everything and prints it; gives the proof, every claim of which should be met.
    mutating func run() async throws -> DemoProof {
        DemoOutput.opening(reports: options.reports, seed: options.seed)
        let file = options.folder.appending(path: "reports.hl7")
        try await writeReports(to: file)
        let house = DemoHouse(
            folder: options.folder, port: try LoopbackPort.free(), authorities: reports.recipients, now: now)
        try await clock.time("clés, annuaire signé, configurations", "keys, signed directory, configurations") {
            try house.build()
        }
        let cast = DemoCast(house: house, bin: options.bin)
        do {
            try await play(house, cast, file)
            await cast.stop()
        } catch {
            await cast.stop()
            throw error
        }
        try await conclude(house, cast)
        return proof
    }

    private mutating func writeReports(to file: URL) async throws {
        var bar = ProgressBar(
            "le laboratoire écrit ses comptes rendus", "the lab writes its reports",
            total: Int64(options.reports))
        var reports = reports
        try await clock.time("fichier HL7 synthétique", "synthetic HL7 file") {
            try reports.write(to: file) { bar.show(Int64($0)) }
        }
        self.reports = reports
        bar.end()
    }

    private mutating func play(_ house: DemoHouse, _ cast: DemoCast, _ file: URL) async throws {
        let kills = DemoKills(options.kills)
        let relay = try await enrol(house, cast, kills)
        try await cast.start("laboratory", command: "outbox", configuration: house.laboratoryConfiguration)
        try FileManager.default.moveItem(at: file, to: house.watchedFolder.appending(path: "reports.hl7"))
        try await send(house, cast, kills)
        try await inspect(house, relay, while: ("en attente", "waiting"))
        for authority in house.authorities {
            try await cast.start(authority, command: "inbox", configuration: house.configuration(of: authority))
        }
        try await receive(house, cast, kills)
        try await inspect(house, relay, while: ("après les accusés", "after the receipts"))
        log = try await DemoLog(house: house).audit()
    }

    /// The relay runs, and every authority has published its keys.
    private mutating func enrol(_ house: DemoHouse, _ cast: DemoCast, _ kills: DemoKills) async throws -> DemoProcess {
        var dice = DemoDice(kills: 0, random: random)
        let deaths = (0..<kills.starting).map { _ in dice.draw(DemoKills.startMilliseconds) }
        var unlucky: [Int: [Int]] = [:]
        for _ in 0..<kills.enrolling {
            unlucky[dice.draw(house.authorities.count), default: []].append(dice.draw(DemoKills.startMilliseconds))
        }
        random = dice.random
        return try await clock.time("relais démarré, autorités enrôlées", "relay started, authorities enrolled") {
            let relay = try await cast.startRelay(killedAfterMilliseconds: deaths)
            for (index, authority) in house.authorities.enumerated() {
                try await cast.enrol(
                    authority, configuration: house.configuration(of: authority),
                    killedAfterMilliseconds: unlucky[index] ?? [])
            }
            return relay
        }
    }

    /// From the watched folder to the relay: everything taken or held, every parcel accepted.
    private mutating func send(_ house: DemoHouse, _ cast: DemoCast, _ kills: DemoKills) async throws {
        let expected = reports.expected.values.reduce(0, +)
        var bar = ProgressBar("le laboratoire scelle et envoie", "the lab seals and sends", total: Int64(expected))
        var dice = DemoDice(kills: kills.sending, random: random)
        let count = options.reports
        try await clock.time("lire, contrôler, router, sceller, envoyer", "read, check, route, seal, send") {
            try await DemoWait.until(cast, &dice, limitSeconds: DemoWait.limit(reports: count)) {
                guard let status = try? OutboxStatus.read(dataFolder: house.laboratoryData.path) else { return .none }
                bar.show(Int64(status.acceptedReports))
                return DemoWait.Progress(
                    fraction: Double(status.read + status.acceptedReports) / Double(count + expected),
                    isReached: status.read >= count && status.filesUnfinished == 0
                        && status.acceptedReports >= expected && status.unsentReports == 0)
            }
        }
        random = dice.random
        bar.end()
    }

    /// From the relay to every sink, and the receipts back.
    private mutating func receive(_ house: DemoHouse, _ cast: DemoCast, _ kills: DemoKills) async throws {
        let expected = reports.expected.values.reduce(0, +)
        var bar = ProgressBar(
            "les autorités ouvrent et accusent", "the authorities open and sign", total: Int64(expected))
        var dice = DemoDice(kills: kills.receiving, atEnd: kills.settled, random: random)
        let count = options.reports
        try await clock.time("recevoir, ouvrir, remettre, accuser, effacer", "fetch, open, deliver, receipt, delete") {
            try await DemoWait.until(cast, &dice, limitSeconds: DemoWait.limit(reports: count)) {
                guard let status = try? OutboxStatus.read(dataFolder: house.laboratoryData.path) else { return .none }
                bar.show(Int64(status.deliveredReports))
                return DemoWait.Progress(
                    fraction: Double(status.deliveredReports) / Double(max(expected, 1)),
                    isReached: status.deliveredReports >= expected && Self.payloadBytes(house) == 0)
            }
        }
        random = dice.random
        bar.end()
    }

    /// Bytes of sealed bodies that the relay has on disk, whole or partial.
    static func payloadBytes(_ house: DemoHouse) -> Int64 {
        ["payload", "incoming"].reduce(0) { total, name in
            let folder = house.relayData.appending(path: name)
            let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
            return files.reduce(total) { sum, file in
                let attributes = try? FileManager.default.attributesOfItem(atPath: folder.appending(path: file).path)
                return sum + ((attributes?[.size] as? Int64) ?? 0)
            }
        }
    }

    /// Searches all that the relay holds, on disk and in memory, for anything personal.
    private mutating func inspect(
        _ house: DemoHouse, _ relay: DemoProcess, while moment: (french: String, english: String)
    ) async throws {
        let secrets = SecretSearch(reports.secrets)
        let identifier = await relay.identifier
        let isWaiting = moment.english == "waiting"
        if isWaiting { DemoOutput.hexView(of: house.relayData) }
        let disk = Haystack.search(folder: house.relayFolder, for: secrets)
        let memory = identifier.map { Haystack.search(memoryOf: $0, for: secrets) }
        DemoOutput.search(moment, secrets: secrets, disk: disk, memory: memory)
        proof.claim(
            "tout le disque du relais a été lu, \(moment.french)",
            "all of the relay's disk was read, \(moment.english)",
            holds: disk.unread == nil && disk.bytes > 0)
        proof.claim(
            "données personnelles sur le disque du relais, \(moment.french)",
            "personal data on the relay's disk, \(moment.english)", Int64(disk.hits.count), expected: 0)
        if let memory, memory.unread == nil {
            proof.claim(
                "données personnelles dans la mémoire du relais, \(moment.french)",
                "personal data in the relay's memory, \(moment.english)", Int64(memory.hits.count), expected: 0)
        }
        if !isWaiting {
            proof.claim(
                "octets de plis restés sur le relais", "parcel bytes left on the relay", Self.payloadBytes(house),
                expected: 0)
        }
    }

    private mutating func conclude(_ house: DemoHouse, _ cast: DemoCast) async throws {
        let status = try OutboxStatus.read(dataFolder: house.laboratoryData.path)
        var sinks: [String: DemoSink] = [:]
        for authority in house.authorities { sinks[authority] = try DemoSink(folder: house.sink(of: authority)) }
        DemoOutput.intake(status, file: reports)
        DemoOutput.fields(sinks)
        try claimFields(sinks)
        DemoOutput.recipients(house.authorities, status: status, sinks: sinks)
        DemoOutput.steps(clock, reports: options.reports)
        await DemoOutput.memory(cast)
        claimCounts(status, sinks)
        claimLog(parcels: sinks.reduce(0) { $0 + $1.value.parcels })
        if options.kills > 0 {
            proof.claim(
                "processus tués (kill -9)", "processes killed (kill -9)", Int64(await cast.kills),
                expected: Int64(options.kills))
        }
        DemoOutput.proof(proof)
    }

    /// The log, read from outside, tells each parcel's whole life.
    private mutating func claimLog(parcels: Int) {
        guard let log else {
            return proof.claim("registre vérifié", "log verified", holds: false)
        }
        let leaves = log.checkpoint.checkpoint.size
        proof.claim(
            "feuilles du registre vérifiées de l'extérieur, avec la clé que le laboratoire garde",
            "leaves of the log verified from outside, by the key that the lab keeps", log.entries, expected: leaves)
        for (event, french, english) in [
            (LogLeaf.Event.accepted, "plis acceptés selon le registre", "parcels accepted, says the log"),
            (.receipt, "accusés selon le registre", "receipts, says the log"),
            (.deleted, "plis effacés selon le registre", "parcels deleted, says the log"),
        ] {
            proof.claim(french, english, log.events[event] ?? 0, expected: Int64(parcels))
        }
    }

    private mutating func claimCounts(_ status: OutboxStatus, _ sinks: [String: DemoSink]) {
        proof.claim("lus", "read", Int64(status.read), expected: Int64(options.reports))
        proof.claim("pris + retenus", "taken + held", Int64(status.taken + status.held), expected: Int64(status.read))
        proof.claim("retenus", "held", Int64(status.held), expected: Int64(reports.faulty))
        for (recipient, expected) in reports.expected.sorted(by: { $0.key < $1.key }) {
            proof.claim(
                "remis à \(recipient)", "delivered to \(recipient)", Int64(sinks[recipient]?.reports ?? 0),
                expected: Int64(expected))
        }
        let duplicates = sinks.reduce(0) { $0 + $1.value.duplicates(sent: reports.versionCounts(of: $1.key)) }
        proof.claim("doublons", "duplicates", Int64(duplicates), expected: 0)
        proof.claim(
            "lignes illisibles", "unreadable lines", Int64(sinks.values.reduce(0) { $0 + $1.unreadable }), expected: 0)
    }

    /// No recipient got a field that its profile does not list, and each report carried a canary to whoever got it: what
    /// was looked for at the relay did pass through it.
    private mutating func claimFields(_ sinks: [String: DemoSink]) throws {
        let beyond = try sinks.reduce(0) { total, sink in
            total + sink.value.fields.subtracting(try DemoHouse.profile(of: sink.key).fields).count
        }
        proof.claim(
            "champs reçus hors profil, tous destinataires", "fields received beyond the profile, all recipients",
            Int64(beyond), expected: 0)
        let identity: Set<ReportField> = [
            .patientINS, .patientNIR, .patientLocalIDs, .patientBirthName, .patientUsedName, .patientGivenNames,
            .patientBirthDate, .patientBirthPlace, .patientAddress, .patientPhones, .patientMails,
        ]
        proof.claim(
            "champs d'identité chez spf", "identity fields at spf",
            Int64(sinks["spf"]?.fields.intersection(identity).count ?? 0), expected: 0)
        proof.claim(
            "comptes rendus remis avec leur canari", "reports delivered with their canary",
            Int64(sinks.reduce(0) { $0 + $1.value.marked }), expected: Int64(reports.expected.values.reduce(0, +)))
    }
}
