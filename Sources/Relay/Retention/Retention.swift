import Durable
import Exchange
import Logging
import ServiceLifecycle
import Synchronization

/// Destroys what was acknowledged, what is past its deadline and what was never finished.
struct Retention: Sendable {
    /// How long an unfinished upload may be left alone.
    static let uploadSeconds: Int64 = 86_400
    /// Parcels turned towards their end, or rows forgotten, in one transaction: a long round keeps no upload waiting.
    static let batchRows = 256

    /// Parcels that cannot be served and are named one by one; past it they are counted.
    static let namedMost = 20

    /// Between two looks at what waits.
    private static let surveyPause: Duration = .milliseconds(10)

    let vault: ParcelVault
    let locks: ParcelLocks
    let logger: Logger
    /// Of an upload that is deleted nothing is remembered either.
    let resting: RestingUploads
    var batchRows: Int
    private let sweeps = RoundCount()

    init(
        vault: ParcelVault, locks: ParcelLocks, logger: Logger, resting: RestingUploads = RestingUploads(),
        batchRows: Int = Self.batchRows
    ) {
        self.vault = vault
        self.locks = locks
        self.logger = logger
        self.resting = resting
        self.batchRows = batchRows
    }

    /// Finishes the deletion of a parcel that ends, if need be behind whoever is at it: it is destroyed when this returns.
    func finish(_ id: ParcelID) async throws {
        await locks.takeInTurn(id)
        defer { locks.release(id) }
        try await end(id)
    }

    /// The same, left to whoever is at it already.
    private func finishIfFree(_ id: ParcelID) async throws {
        guard locks.take(id) else { return }
        defer { locks.release(id) }
        try await end(id)
    }

    private func end(_ id: ParcelID) async throws {
        let vault = vault
        try await DiskPool.run { try vault.end(id) }
        try await vault.log.publish()
        logger.info("parcel deleted", metadata: ["parcel": "\(id)"])
    }

    /// Goes through all that waits, once after a start, and tells what cannot be served.
    func survey() async throws {
        let vault = vault
        var position: Int64 = -1
        var damaged = 0
        defer {
            if damaged > Self.namedMost {
                logger.error(
                    "parcels' keys or payloads are missing or damaged: run pli-relay fsck",
                    metadata: ["parcels": "\(damaged)"])
            }
        }
        while !Task.isCancelled, !Task.isShuttingDownGracefully {
            let after = position
            let found = try await DiskPool.run { try vault.damaged(after: after) }
            defer { damaged += found.ids.count }
            for id in found.ids.prefix(max(0, Self.namedMost - damaged)) {
                logger.error(
                    "a parcel's payload is missing or damaged: its sender must send it again",
                    metadata: ["parcel": "\(id)"])
            }
            guard let through = found.through else { return }
            position = through
            // Nothing hurries: whoever asks meanwhile comes first. A stop ends it.
            guard (try? await Task.sleep(for: Self.surveyPause)) != nil else { return }
        }
    }

    /// Whether files are compared with rows in this round: in each where there are few, seldom where there are many.
    static func sweepIsDue(inRound number: Int, parcels: Int64) -> Bool {
        number.isMultiple(of: 60) || parcels <= 10_000
    }

    /// One round: what is due by now is deleted, what a failure left half way is finished.
    ///
    /// With the clock in doubt nothing is due: only deletions that had begun go on.
    func round() async throws {
        let vault = vault
        // Of a folder that is not in its place nothing is told from what was lost. The alarm is raised already.
        guard try await DiskPool.run({ vault.watch.hasFolders }) else { return }
        let reading = vault.clock.reading
        if reading.doubt == nil { try await expire(by: reading.surelyPast) }
        for id in try await DiskPool.run({ try vault.store.ending() }) {
            // What is left is for the next start.
            guard !Task.isShuttingDownGracefully else { return }
            try await finishIfFree(id)
        }
        if reading.doubt == nil { try await forget(by: reading.surelyPast) }
        let number = sweeps.next()
        let swept = try await DiskPool.run {
            let parcels = try vault.store.kept().parcels.reduce(0) { $0 + $1.count }
            return try Self.sweepIsDue(inRound: number, parcels: parcels) ? vault.sweep() : 0
        }
        if swept > 0 { logger.notice("files without a row were removed", metadata: ["files": "\(swept)"]) }
        try await DiskPool.run { try vault.log.tidy() }
        if reading.doubt == nil { try await prune(by: reading.surelyPast) }
    }

    /// Leaves that were served for long enough. Their age is counted back from what the machine's clock and the participants'
    /// signed times agree on: one clock that is wrong, and was accepted as right, destroys nothing.
    private func prune(by time: UTCTime) async throws {
        let vault = vault
        let attested = vault.clock.newestSigned.adding(seconds: Exchange.Limits.deadlineSeconds)
        let minimum = try await DiskPool.run { try vault.log.prune(at: min(time, attested)) }
        if let minimum {
            logger.notice("leaves of the log past their time were deleted", metadata: ["minimumIndex": "\(minimum)"])
        }
    }

    private func expire(by time: UTCTime) async throws {
        let (vault, limit) = (vault, batchRows)
        while !Task.isShuttingDownGracefully {
            let expired = try await DiskPool.run { try vault.store.expire(now: time, limit: limit) }
            guard !expired.isEmpty else { return }
            // Nothing is destroyed before the log says why.
            try await vault.log.publish()
            for id in expired { logger.notice("parcel expired without a receipt", metadata: ["parcel": "\(id)"]) }
            for id in expired { try await finishIfFree(id) }
        }
    }

    /// Unfinished uploads that nobody goes on with, and rows of parcels that ended long ago.
    private func forget(by time: UTCTime) async throws {
        let vault = vault
        let left = try await DiskPool.run {
            try vault.uploads(leftSince: time.adding(seconds: -Retention.uploadSeconds))
                + vault.store.uploads().filter { $0.expiresAt <= time }
        }
        for upload in left { try await abandon(upload.id) }
        let (limit, oldest) = (batchRows, time.adding(seconds: -Exchange.Limits.rememberedSeconds))
        while try await DiskPool.run({ try vault.store.prune(before: oldest, limit: limit) }) == limit {}
    }

    /// Forgets an upload unless somebody is sending it right now, or it came to be accepted.
    private func abandon(_ id: ParcelID) async throws {
        guard locks.take(id) else { return }
        defer { locks.release(id) }
        let vault = vault
        let isGone = try await DiskPool.run {
            guard let upload = try vault.store.parcel(id), upload.state == .uploading else { return false }
            try vault.abandon(upload)
            return true
        }
        guard isGone else { return }
        resting.forget(id)
        logger.info("unfinished upload deleted", metadata: ["parcel": "\(id)"])
    }
}

/// Counts rounds.
private final class RoundCount: Sendable {
    private let count = Atomic<Int>(0)

    /// The number of this round, from 0 on.
    func next() -> Int { count.wrappingAdd(1, ordering: .relaxed).oldValue }
}
