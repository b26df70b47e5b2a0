import Exchange
import Foundation
import LabReport
import Outbox

/// A breach, rehearsed: reports with a canary in every field are sent, and all that the relay has is taken away and
/// searched, while parcels wait and after they are gone.
struct BreachDrill {
    /// What was asked for.
    struct Options {
        var seed: UInt64
        var folder: URL
        var bin: URL
    }

    static let recipient = "cnam"

    /// Each report whole, to one recipient: the worst case for whoever is robbed.
    private static let routes = """
        {"routes":[{"id":"all","to":"\(recipient)","anyCode":true,"profile":"all"}],
        "profiles":[{"id":"all","fields":[\(ReportField.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ","))]}]}
        """

    private let options: Options
    private let canaries: CanaryFile
    private let now = UTCTime.now
    private var proof = DemoProof()

    init(_ options: Options) throws {
        self.options = options
        guard let today = CalendarDate(dayNumber: Int(now.secondsSinceEpoch / 86_400)) else {
            throw CommandFailure.usage("l'horloge est fausse", "the clock is wrong")
        }
        canaries = CanaryFile(seed: options.seed, today: today)
    }

    /// Runs it and prints what was found; the proof says whether every claim is met.
    mutating func run() async throws -> DemoProof {
        DrillOutput.opening(canaries, seed: options.seed)
        let routes = options.folder.appending(path: "routes.json")
        try Data(Self.routes.utf8).write(to: routes)
        let house = DemoHouse(
            folder: options.folder, port: try LoopbackPort.free(), authorities: [Self.recipient], now: now,
            routesFile: routes)
        try house.build()
        let cast = DemoCast(house: house, bin: options.bin)
        do {
            try await play(house, cast)
            await cast.stop()
        } catch {
            await cast.stop()
            throw error
        }
        DrillOutput.proof(proof)
        return proof
    }

    private mutating func play(_ house: DemoHouse, _ cast: DemoCast) async throws {
        let relay = try await cast.startRelay()
        let inbox = house.configuration(of: Self.recipient)
        try await cast.enrol(Self.recipient, configuration: inbox)
        try await cast.start("laboratory", command: "outbox", configuration: house.laboratoryConfiguration)
        try Data(canaries.bytes).write(to: house.watchedFolder.appending(path: ".canaries"))
        try FileManager.default.moveItem(
            at: house.watchedFolder.appending(path: ".canaries"),
            to: house.watchedFolder.appending(path: "canaries.hl7"))
        let count = canaries.count
        try await until(cast) { status in
            status.read >= count && status.filesUnfinished == 0 && status.unsentReports == 0
                && status.acceptedReports == status.taken
        }
        let stanzas = try DrillKeys.stanzas(in: house.laboratoryData.appending(path: "spool"))
        let waiting = try DrillLoot(dataFolder: house.relayData)
        try await rob(house, relay, DrillMoment.waiting, waiting, stanzas, pieces: [])
        proof.claim("des plis attendaient", "parcels waited", holds: waiting.payloads > 0 && waiting.shredKeys > 0)
        try await cast.start(Self.recipient, command: "inbox", configuration: inbox)
        try await until(cast) { status in
            status.deliveredReports >= status.taken && DemoRun.payloadBytes(house) == 0
        }
        let gone = try DrillLoot(dataFolder: house.relayData)
        try await rob(house, relay, DrillMoment.gone, gone, stanzas, pieces: waiting.pieces + waiting.keys)
        try conclude(house, gone)
    }

    /// Takes everything away and searches it.
    private mutating func rob(
        _ house: DemoHouse, _ relay: DemoProcess, _ moment: DrillMoment, _ loot: DrillLoot, _ stanzas: [String],
        pieces: [[UInt8]]
    ) async throws {
        let backup = options.folder.appending(path: "backup-\(moment.name)")
        try await run(["backup", "--config", house.relayConfiguration.path, "--to", backup.path])
        let personal = SecretSearch(patterns: SecretForms.all(of: canaries.secrets))
        let keys = SecretSearch(
            patterns: SecretForms.all(of: try DrillKeys.secrets(in: options.folder.appending(path: "keys"))))
        let headers = SecretSearch(patterns: SecretForms.all(of: stanzas))
        let shred = SecretSearch(patterns: loot.keys + loot.keys.flatMap(SecretForms.encoded))
        let bodies = SecretSearch(patterns: loot.pieces + pieces)
        DrillOutput.title(moment, personal: personal.count, loot)
        let disk = [personal, keys, headers, shred, bodies].map { Haystack.search(folder: house.relayFolder, for: $0) }
        let copy = [personal, keys, headers, shred, bodies].map { Haystack.search(folder: backup, for: $0) }
        guard let process = await relay.identifier else { throw await DemoCast.stopped(relay) }
        let memory = try await CoreDump.search(process, in: options.folder, for: [personal, keys])
        DrillOutput.searched(disk: disk[0], backup: copy[0], memory: memory[0])
        claim(moment, "le disque", "the disk", disk[0], disk[1])
        claim(moment, "la sauvegarde", "the backup", copy[0], copy[1])
        claim(moment, "la mémoire", "the memory", memory[0].outcome, memory[1].outcome)
        claimNone(moment, "stanzas d'en-têtes age sur le disque", "stanzas of age headers on the disk", disk[2].hits)
        claimNone(
            moment, "clés de destruction hors de leur fichier", "shred keys outside of their file",
            disk[3].hits.filter { $0.place != "data/shred-keys" })
        claimNone(
            moment, "en-têtes, clés de destruction et contenus dans la sauvegarde",
            "headers, shred keys and payloads in the backup", copy[2].hits + copy[3].hits + copy[4].hits)
        if moment == .gone {
            claimNone(
                moment, "morceaux de plis effacés sur le disque", "parts of deleted parcels on the disk", disk[4].hits)
        }
    }

    private mutating func claim(
        _ moment: DrillMoment, _ french: String, _ english: String, _ personal: Haystack.Outcome,
        _ keys: Haystack.Outcome
    ) {
        proof.claim(
            "\(moment.french) : tout a été lu, \(french)", "\(moment.english): all was read, \(english)",
            holds: personal.unread == nil && keys.unread == nil && personal.bytes > 0)
        claimNone(moment, "canaris, NIR, noms : \(french)", "canaries, NIR, names: \(english)", personal.hits)
        claimNone(moment, "clés secrètes des bouts : \(french)", "the ends' secret keys: \(english)", keys.hits)
    }

    private mutating func claimNone(
        _ moment: DrillMoment, _ french: String, _ english: String, _ hits: [SecretSearch.Hit]
    ) {
        proof.claim("\(moment.french) : \(french)", "\(moment.english): \(english)", Int64(hits.count), expected: 0)
    }

    /// The search can find: at the recipient it does. And nothing is left that would open.
    private mutating func conclude(_ house: DemoHouse, _ gone: DrillLoot) throws {
        let status = try OutboxStatus.read(dataFolder: house.laboratoryData.path)
        let sink = house.sink(of: Self.recipient)
        var rows: [UInt8] = []
        for name in try FileManager.default.contentsOfDirectory(atPath: sink.path) where name.hasSuffix(".ndjson") {
            rows += try Data(contentsOf: sink.appending(path: name))
        }
        let arrived = canaries.canaries.count { !SecretSearch([$0]).hits(in: rows, place: "rows", limit: 1).isEmpty }
        DrillOutput.fields(planted: canaries.count, taken: status.taken, held: status.held, arrived: arrived)
        proof.claim("des comptes rendus ont été pris", "reports were taken", holds: status.taken > canaries.count / 2)
        proof.claim(
            "les canaris pris arrivent chez le destinataire : la recherche sait trouver",
            "canaries that were taken arrive at the recipient: the search can find", holds: arrived > 0)
        proof.claim("plis restés sur le relais", "parcels left on the relay", Int64(gone.payloads), expected: 0)
        proof.claim("clés de destruction restées", "shred keys left", Int64(gone.shredKeys), expected: 0)
    }

    private func run(_ arguments: [String]) async throws {
        let process = DemoProcess(
            name: "pli-relay", program: options.bin.appending(path: "pli-relay"), arguments: arguments,
            log: options.folder.appending(path: "logs/backup.log"))
        try await process.start()
        await process.ended()
        guard await process.status == 0 else { throw await DemoCast.stopped(process) }
    }

    private func until(_ cast: DemoCast, _ isReached: (OutboxStatus) throws -> Bool) async throws {
        let (start, limitSeconds) = (ContinuousClock.now, 240)
        while true {
            try await cast.check()
            if let status = try? OutboxStatus.read(dataFolder: options.folder.appending(path: "laboratory/data").path),
                try isReached(status)
            {
                return
            }
            guard ContinuousClock.now - start < .seconds(limitSeconds) else {
                throw CommandFailure.refused(
                    "l'exercice n'avance plus après \(limitSeconds) s ; les journaux sont dans logs/ et relay/ (--keep)",
                    "the drill makes no progress after \(limitSeconds) s; its logs are in logs/ and relay/ (--keep)")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}

/// When everything is taken away.
enum DrillMoment {
    case waiting, gone

    var name: String { self == .waiting ? "waiting" : "gone" }
    var french: String { self == .waiting ? "plis en attente" : "plis remis" }
    var english: String { self == .waiting ? "parcels wait" : "parcels gone" }
}
