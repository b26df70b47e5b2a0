package import Courier
package import Durable
package import Exchange
package import LabReport
package import Logging

/// The sender's agent: takes files, makes parcels, uploads them, collects receipts. One for a data folder.
///
/// Every method may be stopped at any instant, by cancellation or by the end of the process: a new agent on the same folder
/// goes on, with the same final counts. Methods may run side by side; each kind of work has one owner.
package actor OutboxAgent {
    package nonisolated let configuration: OutboxConfiguration
    nonisolated let logger: Logger
    nonisolated let relay: any ParcelRelay
    nonisolated let now: @Sendable () -> UTCTime
    nonisolated let disk: Disk
    let keys: ParticipantKeys
    private let pseudonyms: Pseudonyms
    private let codes: CodeTable
    let reading: ReadingSettings
    nonisolated let folder: DataFolder
    nonisolated let store: OutboxStore
    let intake: Intake
    let maker: ParcelMaker
    private let uploader: Uploader
    nonisolated let receipts: ReceiptCollector
    let upkeep: Upkeep
    private let batch: BatchLimits
    private var routes: RoutePlan?
    /// Recipients nothing could be sealed to at the last attempt: each is told once.
    private var unreachable: Set<String> = []
    /// Recipients for whom the last `makeParcels` could make nothing; the failure that it threw is the first one's.
    package internal(set) var unserved: [String] = []
    /// Files of which no parcel could be made, by their rows, and until when none is tried.
    var asideUntil: [Int64: Int64] = [:]
    /// What of the relay's showing did not hold at the last greeting: told once.
    private var distrust = Trouble<String>()
    private let oldFolder: OldFolderNote
    nonisolated let watchNote: WatchNote
    private var isRemindedOfOldFolder = false
    /// How many attempts at greeting the relay have ended.
    private(set) var greetings = 0
    /// What the relay refuses us as: told once until it has been greeted.
    var refusal = Trouble<String>()
    /// Whether it was told that the relay does not know us yet.
    var isUnknownTold = false
    /// Parcels whose reports can no longer be sent again: each is told once.
    var tooLate: Set<ParcelID> = []
    /// The last parcel that the relay was asked after.
    var askedAfter: Int64 = 0
    /// A request to judge held reports again that was made under another configuration: told once.
    var otherBasisTold: Int64?
    /// When this agent began: what was asked for before has its configuration.
    nonisolated let startedAt: Int64
    /// Of what of the configuration decides on a report.
    nonisolated let basis: Int64
    /// Whether the relay was asked for receipts until it had no more: what is overdue is told by what came meanwhile.
    private(set) var hasAskedForReceipts = false
    /// Recipients whose keys were asked for since the last greeting: others may have published new ones.
    var freshKeys: Set<ParticipantID> = []
    var watch: FolderWatch
    /// What was told of the data folder's place.
    var absence = Trouble<String>()
    /// What was last written down of why nothing goes out; empty for nothing.
    var notedUpload: String?

    /// An agent of the relay that the configuration names.
    package init(
        configuration: OutboxConfiguration, logger: Logger, disk: Disk = .real,
        now: @escaping @Sendable () -> UTCTime
    ) throws {
        let agent = configuration.agent
        try agent.requireFiles(configuration.namedFiles, disk: disk)
        // Before anything is made: a folder that is missed is not put in the place of the one that is.
        try FolderCheck(dataFolder: agent.dataFolder, watchFolder: configuration.watchFolder, disk: disk)
            .requireDatabase()
        let folder = try DataFolder(path: agent.dataFolder, disk: disk)
        let keys = try ParticipantKeys.load(of: agent, disk: disk)
        let link = try RelayLink(
            configuration: agent, keys: keys, trustFolder: folder.trust, disk: disk, logger: logger, now: now)
        try self.init(
            configuration: configuration, folder: folder, keys: keys, relay: link, logger: logger, now: now,
            faults: nil, intakeLimits: IntakeLimits())
    }

    /// An agent with another relay than the real one.
    package init(
        configuration: OutboxConfiguration, keys: ParticipantKeys, relay: any ParcelRelay, logger: Logger,
        disk: Disk = .real, now: @escaping @Sendable () -> UTCTime
    ) throws {
        try self.init(
            configuration: configuration, folder: DataFolder(path: configuration.agent.dataFolder, disk: disk),
            keys: keys, relay: relay, logger: logger, now: now, faults: nil, intakeLimits: IntakeLimits())
    }

    init(
        configuration: OutboxConfiguration, folder: DataFolder, keys: ParticipantKeys, relay: any ParcelRelay,
        logger: Logger, now: @escaping @Sendable () -> UTCTime, faults: StoreFaults?, intakeLimits: IntakeLimits
    ) throws {
        try FolderCheck(dataFolder: folder.path, watchFolder: configuration.watchFolder, disk: folder.disk)
            .requireDatabase()
        let store = try OutboxStore(path: folder.database, faults: faults)
        let pseudonyms = try Pseudonyms.load(
            folder: folder.path, sharedPath: configuration.pseudonymKeyPath, needed: store.hasFiles(),
            disk: folder.disk)
        try store.keep(identifierKeyMark: pseudonyms.mark)
        let codes = try configuration.codesPath.map { try SenderCodes(path: $0, disk: folder.disk) }
        let basis = configuration.basis(codes: codes?.sha256)
        try store.keep(codes, basis: basis)
        let upkeep = Upkeep(store: store, folder: folder, logger: logger, watchFolder: configuration.watchFolder)
        try upkeep.recover()
        let batch = BatchLimits(
            reports: configuration.batchReports, bytes: configuration.batchBytes,
            ageSeconds: Int64(configuration.batchAgeSeconds))
        self.configuration = configuration
        self.logger = logger
        self.relay = relay
        self.now = now
        self.keys = keys
        self.pseudonyms = pseudonyms
        self.codes = codes?.table ?? CodeTable()
        reading = ReadingSettings(configuration, codes: codes?.sha256)
        self.folder = folder
        self.store = store
        self.upkeep = upkeep
        self.batch = batch
        self.basis = basis
        startedAt = now().secondsSinceEpoch
        disk = folder.disk
        intake = Intake(
            folder: folder, store: store, keys: keys, pseudonyms: pseudonyms, limits: intakeLimits,
            firstSegment: try store.lastSegmentNumber() + 1)
        maker = ParcelMaker(
            store: store, folder: folder, keys: keys, pseudonyms: pseudonyms, limits: batch, now: now)
        uploader = Uploader(store: store, folder: folder, keys: keys, relay: relay, logger: logger, now: now)
        oldFolder = OldFolderNote(dataFolder: folder.path, disk: folder.disk)
        watchNote = WatchNote(dataFolder: folder.path, disk: folder.disk)
        receipts = ReceiptCollector(
            of: keys.id, store: store, relay: relay, oldFolder: oldFolder,
            looseParcels: LooseParcels(dataFolder: folder.path, disk: folder.disk), logger: logger, now: now)
        watch = FolderWatch(settleSeconds: configuration.settleSeconds)
    }

    /// Takes every message of a file or holds it, durably. The file itself is left where it is. Without a `format` its first
    /// bytes show it.
    package func takeFile(
        _ path: String, format: ReportFormat? = nil, progress: @escaping @Sendable (IntakeProgress) -> Void = { _ in }
    ) async throws -> IntakeSummary {
        let appraiser = try await appraiser()
        return try await intake.take(
            path, format: format, appraiser: appraiser, at: now().secondsSinceEpoch, progress: progress)
    }

    /// Who judges messages, by the newest directory.
    func appraiser() async throws -> Appraiser {
        let directory = try await relay.directory()
        let me = try directory.sender(keys.id)
        let routes = try routePlan(directory)
        return Appraiser(
            configuration, routes: routes, finess: me.finess, codes: codes, reading: reading, pseudonyms: pseudonyms)
    }

    /// Makes the parcels that are due, or with `flush` of all that waits; gives how many. What cannot be made for one
    /// recipient does not keep back the others: its failure is thrown at the end.
    package func makeParcels(flush: Bool) async throws -> Int {
        let waiting = try store.waiting(reportLimit: batch.reports)
        unserved = []
        let at = now()
        let due = waiting.map { ($0, batch.due($0, now: at, flush: flush)) }.filter { $0.1 > 0 }
        let (again, notAgain) = try await makeParcelsAgain()
        let (files, notFiles) = try await makeFileParcels()
        var failure = notAgain ?? notFiles
        guard !due.isEmpty else {
            if let failure { throw failure }
            return again + files
        }
        let directory = try await relay.directory()
        var recipients: [BatchRecipient] = []
        for (recipient, reports) in due {
            do {
                recipients.append(
                    try await ready(recipient.name, row: recipient.row, reports: reports, directory))
                unreachable.remove(recipient.name)
            } catch {
                failure = failure ?? error
                if !unserved.contains(recipient.name) { unserved.append(recipient.name) }
                try tell(recipient.name, error)
            }
        }
        let made = try await maker.make(
            for: recipients, routes: routePlan(directory), checkpoint: await relay.logPosition())
        tell(made)
        if let failure { throw failure }
        return again + files + made.parcels
    }

    /// Tells once what could not be made.
    func tell(_ made: MadeParcels) {
        for (profile, count) in made.withoutProfile.sorted(by: { $0.key < $1.key })
        where unreachable.insert("profile " + profile).inserted {
            Alarm.recipientUnreachable.raise(
                "\(count) deliveries wait: the directory no longer holds the profile they were routed under",
                in: logger,
                ["profile": profile])
        }
        if let damage = made.unreadable, unreachable.insert("unreadable " + damage.description).inserted {
            Alarm.reportUnreadable.raise("a taken report cannot be sent: \(damage)", in: logger)
        }
    }

    /// Brings what is spooled to the relay. Throws what stopped it; the rest stays spooled.
    @discardableResult
    package func uploadWaiting(
        progress: @escaping @Sendable (UploadProgress) -> Void = { _ in }
    ) async throws -> Int {
        try await uploader.uploadAll(progress: progress)
    }

    /// The same, as a round of many: a recipient whose parcels the relay does not take for now is tried again after waits
    /// that grow, and only what stopped all of it is thrown.
    @discardableResult
    func uploadDue() async throws -> Int {
        try await uploader.uploadAll(onlyDue: true) { _ in }
    }

    /// Waits up to `waitSeconds` for receipts; gives how many parcels they settled. What is over by them is removed.
    package func collectReceipts(waitSeconds: Int) async throws -> Int {
        try await collectPage(waitSeconds: waitSeconds).settled
    }

    /// Collects all receipts that are there. A page that settles nothing is not the end: behind a receipt that does not hold, each
    /// start reads all those again that came since.
    package func collectWaitingReceipts() async throws {
        for _ in 0..<ReceiptCollector.pagesMax where try await collectPage(waitSeconds: 0).isLast { return }
    }

    private func collectPage(waitSeconds: Int) async throws -> ReceiptCollector.Collected {
        let collected = try await receipts.collect(waitSeconds: waitSeconds)
        if collected.settled > 0 { try await removeFinished() }
        // Pages of old receipts may stand before those of this very pause.
        if collected.isLast { hasAskedForReceipts = true }
        return collected
    }

    /// Whether reports of these files, by their hashes, are in no parcel yet.
    package func hasUnsealed(ofFiles hashes: Set<String>) throws -> Bool {
        try hashes.contains { try store.hasUnsealed(ofFile: $0) }
    }

    /// Where everything is, in counts.
    package func status() throws -> OutboxStatus {
        try store.read { db in try OutboxStatus(db) }
    }

    /// Makes our keys known, learns of newer directories and of what the log became. Both may fail while what is known still serves.
    package func greetRelay() async throws {
        defer { greetings += 1 }
        do {
            try remindOfOldFolder()
            if try await relay.publishOwnKeys() {
                _ = try oldFolder.keep(.laterKeys, at: now())
                Alarm.oldFolder.raise(
                    "the relay has later keys of ours than the data folder: an old copy of it was put back; export again the days "
                        + "since then", in: logger)
            }
            freshKeys.removeAll()
            try await relay.refreshDirectory()
            try await relay.refreshLog()
            distrust.turn(to: nil)
            refusal.turn(to: nil)
        } catch let failure as CourierFailure {
            // What the relay shows of others is a matter for a person, whether or not anything waits to be sent.
            if case .trust = failure, distrust.turn(to: failure.label) != nil {
                Alarm.trust.raise(
                    "the relay shows what does not hold: \(failure)", in: logger, ["reason": failure.label])
            }
            throw failure
        }
    }

    /// Told once a process while it stands: what showed it may never be seen again.
    private func remindOfOldFolder() throws {
        guard !isRemindedOfOldFolder else { return }
        isRemindedOfOldFolder = true
        guard let word = try oldFolder.read() else { return }
        Alarm.oldFolder.raise(
            "the data folder is an old copy, and nobody has said that all is done: export again the days since it was made, then "
                + "pli doctor --old-folder-done", in: logger,
            ["since": word.at?.text ?? "", "sign": word.sign?.rawValue ?? ""])
    }

    /// Removes what is over, and tells what is overdue.
    func tidy() async throws {
        try await forgetFinished()
        try await tellLate()
    }

    /// Removes what is over, and forgets what is of no use any more.
    func forgetFinished() async throws {
        try await removeFinished()
        try store.forgetEarlier(at: now().secondsSinceEpoch)
    }

    /// Tells what is overdue, and what has passed its deadline.
    func tellLate() async throws {
        let directory = try? await relay.directory()
        try upkeep.alarmOverdue(now: now()) { name in
            (try? ParticipantID(name)).flatMap { directory?[$0]?.contact }
        }
        try upkeep.alarmExpired(now: now())
    }

    /// Receipts that did not hold are looked at again from here on.
    func lookAgainAtReceipts() async throws {
        try await receipts.lookAgain()
    }

    /// Closes the database and the connections: another agent may take the folder.
    package func close() async throws {
        await relay.shutdown()
        try store.close()
        upkeep.folder.release()
    }

    func removeFinished() async throws {
        try await intake.closeFinishedSegments()
        try upkeep.removeFinished(now: now())
    }

    /// Routes and profiles of the newest directory; read again only when its version changed.
    func routePlan(_ directory: Directory) throws -> RoutePlan {
        let today = try reading.today(at: now())
        if let routes, routes.directoryVersion == directory.version { return RoutePlan(routes, today: today) }
        let plan = try RoutePlan(directory: directory, today: today)
        routes = plan
        return plan
    }

    /// A recipient and the key to seal to: of its keys known here, or with `refresh` of the newest that the relay has.
    func ready(
        _ name: String, row: Int64, reports: Int, refresh: Bool = false, _ directory: Directory
    ) async throws -> BatchRecipient {
        let id = try ParticipantID(name)
        _ = try directory.recipient(id)
        let (note, key) = try await sealingKey(of: id, under: directory, refresh: refresh)
        return BatchRecipient(
            row: row, id: id, reports: reports, keysNumber: note.number, sealingKey: key.key)
    }

    /// Once for each recipient, until it can be reached again. A failure that must stop the process is thrown on.
    func tell(_ name: String, _ error: any Error) throws {
        var metadata = ["recipient": name]
        if let failure = error as? CourierFailure {
            if failure.mustStop || failure == .cancelled { throw failure }
            guard !failure.isTransient, !failure.isAboutUs else { return }
            metadata["reason"] = failure.label
        }
        guard unreachable.insert(name).inserted else { return }
        Alarm.recipientUnreachable.raise(
            "reports wait for a recipient to whom nothing can be sealed: \(error)", in: logger, metadata)
    }
}
