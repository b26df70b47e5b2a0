import Courier
package import Durable
package import Exchange
package import Logging
import ServiceLifecycle

/// Receives the parcels of one authority: one at a time, in the order in which the relay took them, none held up by another.
///
/// The actor owns the data folder, its database and the sink. It runs on a thread of its own.
package actor InboxAgent: Service {
    /// Fresh copies of a body that is not what its manifest says before the parcel is refused.
    static let copiesMax = 3
    /// Seconds between two looks at the relay's directory and at what is over.
    static let upkeepSeconds: Int64 = 3_600
    /// Pages of one turn. A relay that shows the same parcels over and over keeps us from nothing else.
    static let pagesMax = 100
    /// Seconds between two listings of everything where more than a page of it failed.
    static let longListPauseSeconds: Int64 = 60

    let configuration: InboxConfiguration
    let keys: ParticipantKeys
    let source: any ParcelSource
    let folder: InboxFolder
    let store: InboxStore
    let sink: FolderSink
    let oldFolder: OldFolderNote
    let logger: Logger
    let disk: Disk
    let now: @Sendable () -> UTCTime
    let random: @Sendable () -> Double
    /// Room left at a path.
    let freeBytes: @Sendable (String) throws(DurableFailure) -> Int64
    private let pause: @Sendable (Double) async -> Void
    private let thread = WorkThread()

    /// Parcels that failed for a reason which may pass.
    var parcelsLater = BackOff<ParcelKey>()
    /// Receipts that could not be posted.
    var receiptsLater = BackOff<ParcelKey>()
    /// How many copies of a body were not what the manifest says.
    var badCopies: [ParcelKey: Int] = [:]
    /// Parcels that the relay lists and that were put off before they had a row: nothing of them was believed.
    private(set) var unverified: Set<ParcelKey> = []
    /// What to list after next; back to 0 at each start and for each retry.
    var cursor: Int64 = 0
    /// When the list was last begun from the beginning.
    var listedAt: UTCTime?
    var ownKeys: KeysNote?
    /// Why they are not published, as it was told last.
    private var unpublished = Trouble<String>()
    /// What receipts quote of the log.
    var logPosition: LogPosition?
    var nextUpkeepAt: UTCTime?
    var isRecovered = false
    var hasAskedForReceipts = false
    var isReceiving = false
    var toldOfRetention = false
    var trouble: TroubleLog

    /// How many parcels are listed of which nothing could be believed; of a relay that lists them for ever, so many.
    package var unverifiedParcels: Int { unverified.count }

    static let unverifiedMax = 10_000

    func note(_ key: ParcelKey, isUnverified: Bool) {
        if !isUnverified {
            unverified.remove(key)
        } else if unverified.count < InboxAgent.unverifiedMax {
            unverified.insert(key)
        }
    }

    package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// An inbox with the real relay: reads the keys, opens what the data folder keeps, connects to nothing yet.
    package init(
        configuration: InboxConfiguration, logger: Logger, disk: Disk = .real,
        now: @escaping @Sendable () -> UTCTime
    ) throws {
        let agent = configuration.agent
        try agent.requireFiles(disk: disk)
        let keys = try ParticipantKeys.load(of: agent, disk: disk)
        let folder = try InboxFolder(path: agent.dataFolder, disk: disk)
        let trust = try Trust(
            folder: folder.trust, pins: agent.pins, initialDirectory: agent.directoryPath, logKey: agent.logKey,
            disk: disk, logger: logger, now: now)
        let client = try RelayClient(configuration: agent, keys: keys, disk: disk, now: now)
        try self.init(
            configuration: configuration, keys: keys, source: RelaySource(client: client, trust: trust, keys: keys),
            folder: folder, logger: logger, disk: disk, now: now)
    }

    /// An inbox with any source.
    init(
        configuration: InboxConfiguration, keys: ParticipantKeys, source: any ParcelSource, folder: InboxFolder,
        logger: Logger, disk: Disk, now: @escaping @Sendable () -> UTCTime, faults: StoreFaults? = nil,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        freeBytes: (@Sendable (String) throws(DurableFailure) -> Int64)? = nil,
        pause: @escaping @Sendable (Double) async -> Void = { try? await Task.sleep(for: .seconds($0)) }
    ) throws {
        self.configuration = configuration
        self.keys = keys
        self.source = source
        self.folder = folder
        let check = InboxFolderCheck(dataFolder: folder.path, sink: configuration.sinkFolder, disk: disk)
        try check.requireDatabase()
        store = try InboxStore(path: folder.database, faults: faults)
        try check.requireNewest(delivered: store.deliveredParcels())
        sink = try FolderSink(folder: configuration.sinkFolder, disk: disk)
        oldFolder = OldFolderNote(dataFolder: folder.path, disk: disk)
        self.logger = logger
        self.disk = disk
        self.now = now
        self.random = random
        self.freeBytes = freeBytes ?? disk.freeBytes(at:)
        self.pause = pause
        trouble = TroubleLog(logger: logger)
        if sink.isNew { InboxAgent.tellMade(wasUsed: try store.deliveredParcels() > 0, logger) }
    }

    /// A sink that had to be made where parcels were delivered before is told: a disk that is not mounted looks like this, and what is
    /// delivered meanwhile is out of sight once it is.
    private static func tellMade(wasUsed: Bool, _ logger: Logger) {
        logger.log(
            level: wasUsed ? .warning : .notice,
            wasUsed
                ? "the sink is not as this inbox left it and was made anew: if it lies on a disk of its own, is that mounted?"
                : "the sink is new: its folders were made",
            metadata: ["reason": "folder-made"])
    }

    /// Receives until it is told to stop. The relay being away is one line in the log.
    package func run() async throws {
        try await cancelWhenGracefulShutdown {
            try await self.receiveUntilCancelled()
        }
        await source.shutdown()
    }

    private func receiveUntilCancelled() async throws {
        var failures = 0
        while !Task.isCancelled {
            guard try await receiveAndTell(waitSeconds: configuration.pollSeconds) else {
                if Task.isCancelled { return }
                failures += 1
                await pause(RetrySchedule.standard.next(attempt: failures, random: random()))
                continue
            }
            failures = 0
        }
    }

    /// One turn: receives what waits and tells what keeps all of it from being received, once. Gives whether it went well;
    /// throws what only a restart can mend.
    func receiveAndTell(waitSeconds: Int) async throws(InboxFailure) -> Bool {
        do throws(InboxFailure) {
            _ = try await receiveOnce(waitSeconds: waitSeconds)
            trouble.noteSuccess()
            return true
        } catch {
            if error.mustStop {
                logger.critical("\(error)", metadata: ["failure": "\(error.label)"])
                throw error
            }
            if !error.isCancellation { trouble.note(error) }
            return false
        }
    }

    /// Receives what waits at the relay: all of it, after waiting up to `waitSeconds` for the first parcel. Gives how many
    /// parcels were delivered.
    ///
    /// Parcels and receipts that fail for a reason which may pass are put off, and tried again by a later call. Thrown is
    /// only what concerns all of them: the relay is away, the directory has expired, the disk does not confirm a write.
    @discardableResult
    package func receiveOnce(waitSeconds: Int = 0) async throws(InboxFailure) -> Int {
        guard !isReceiving else { throw .busy }
        isReceiving = true
        defer { isReceiving = false }
        do {
            return try await receiveAll(waitSeconds: waitSeconds)
        } catch {
            throw InboxFailure(error)
        }
    }

    private func receiveAll(waitSeconds: Int) async throws -> Int {
        try recover()
        logPosition = await source.logPosition()
        var delivered = try finishHandOvers()
        try await keepUp()
        try await postReceipts()
        if cursor == 0 || secondsUntilRetry == 0 {
            cursor = 0
            listedAt = now()
            parcelsLater.beginTurn(at: now())
        }
        var seconds = cursor == 0 ? 0 : waitSeconds
        var settledInAll = 0
        for _ in 0..<InboxAgent.pagesMax {
            let wait = min(seconds, secondsUntilRetry ?? seconds)
            let page = try await source.waiting(after: cursor, waitSeconds: wait)
            var settled = 0
            for entry in page.parcels {
                switch try await receive(entry) {
                case .delivered:
                    delivered += 1
                    settled += 1
                case .refused, .acknowledged: settled += 1
                case .notNow: break
                }
                try await postReceipts()
            }
            settledInAll += settled
            // Only now: a parcel that was not looked at is listed again.
            cursor = page.cursor
            if page.parcels.isEmpty {
                if seconds > 0 || waitSeconds == 0 || delivered > 0 { return delivered }
                seconds = waitSeconds
            } else {
                seconds = settled > 0 ? 0 : seconds
            }
        }
        // So many pages and nothing of use on them: not at once again.
        if settledInAll == 0 { await pause(1) }
        return delivered
    }

    /// Seconds until what failed may be listed again; nil where nothing did. Where much failed, listing it all is itself
    /// a burden, and done at most once a minute.
    private var secondsUntilRetry: Int? {
        let time = now()
        guard let due = parcelsLater.secondsUntilDue(at: time) else { return nil }
        guard parcelsLater.count > Limits.pageEntries, let listedAt else { return Int(due) }
        let pause = listedAt.adding(seconds: InboxAgent.longListPauseSeconds).secondsSinceEpoch - time.secondsSinceEpoch
        return Int(max(due, min(pause, InboxAgent.longListPauseSeconds)))
    }

    /// Finishes at the first call what a crash left half way, and removes what it left of clear text.
    private func recover() throws {
        guard !isRecovered else { return }
        try lookForOldFolder()
        try noteDelivered()
        try folder.sweep(keeping: store.names(in: .waiting))
        try sink.sweep(keeping: store.names(in: .handing))
        isRecovered = true
    }

    func noteDelivered() throws {
        try DeliveredNote(folder: folder.path, disk: disk).keepUp(with: store.deliveredParcels())
    }

    /// What is done now and then: own keys published, newer directories taken, old parcels forgotten.
    private func keepUp() async throws {
        let time = now()
        if let nextUpkeepAt, time < nextUpkeepAt, nextUpkeepAt <= time.adding(seconds: InboxAgent.upkeepSeconds) {
            return
        }
        // The relay answers nothing else before it knows our keys.
        let isHeard = try await publishOwnKeys()
        let heardAt = min(time, now())
        try await source.refreshDirectory()
        try await source.refreshLog()
        await tellUnfitKeys()
        try await askForOwnReceipts()
        for key in try store.expire(at: time) {
            logger.error("a parcel's deadline passed before it could be delivered", metadata: metadata(of: key))
            parcelsLater.forget(key)
            try folder.removeBody(key)
        }
        try store.forget(at: time)
        if isHeard { try await removeOverdue(at: heardAt) }
        // A relay that kept a parcel from us, or that counts anew after a restore, shows it behind a cursor of ours.
        cursor = 0
        nextUpkeepAt = time.adding(seconds: ownKeys == nil ? 60 : InboxAgent.upkeepSeconds)
    }

    /// Without it others seal to older keys, or to none; what was sealed before is received all the same. Gives whether the relay took
    /// them, and with them our reading of the time.
    private func publishOwnKeys() async throws -> Bool {
        do {
            try remember(await source.publishOwnKeys())
            unpublished.turn(to: nil)
            return true
        } catch {
            let failure = InboxFailure(error)
            if failure.mustStop || failure.isCancellation || failure.isRelayDown { throw failure }
            // Tried each minute, for as long as a suspension lasts.
            if unpublished.turn(to: failure.label) != nil {
                logger.error("our own keys are not published: \(failure)", metadata: ["failure": "\(failure.label)"])
            }
            return false
        }
    }

    /// Keeps what is published, and says where this folder knew less of it than the relay.
    @discardableResult
    func remember(_ published: PublishedKeys) throws -> KeysNote {
        try store.remember(published.note)
        ownKeys = published.note
        if published.wasBehind {
            _ = try oldFolder.keep(.laterKeys, at: now())
            logger.error(
                "the relay has later keys of ours than the data folder: an old copy of it was put back",
                metadata: ["reason": "old-folder"])
        }
        return published.note
    }

    func metadata(of key: ParcelKey, _ failure: InboxFailure? = nil) -> Logger.Metadata {
        var metadata: Logger.Metadata = ["from": "\(key.from)", "parcel": "\(key.id)"]
        if let failure { metadata["failure"] = "\(failure.label)" }
        return metadata
    }
}
