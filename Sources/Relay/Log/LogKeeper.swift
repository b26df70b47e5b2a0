import Durable
import Exchange
import Logging
import NIOPosix
import Notes
import Synchronization
import TransparencyLog

/// Brings what the store has sequenced under a published checkpoint, for many at once, and gives proofs of it.
///
/// A leaf is sequenced in the transaction of what it tells (`RelayStore.sequence`). Nobody is told that it happened before
/// `publish` has returned.
final class LogKeeper: Sendable {
    private typealias Waiter = CheckedContinuation<Void, any Error>

    private let store: RelayStore
    private let folder: LogFolder
    private let watch: FolderWatch?
    private let key: SigningKey
    private let pruning: Mutex<LogPruning>
    private let servedDays: Int64
    private let writing: Mutex<Writing>
    private let published: Mutex<SignedCheckpoint>
    private let queue = Mutex(Queue())
    private let logger: Logger?
    private let fullness = Mutex(Trouble<String>())

    private struct Writing {
        /// Nil after a disk that was full: what is on it is known only after opening anew.
        var writer: LogWriter<LogFolder>?
        /// Any other failure is final: nothing is appended after it, and the process stops.
        var failure: RelayFailure?
        /// Whether what a crash may have left below the minimum index is gone.
        var isSwept = false
    }

    private struct Queue {
        var waiting: [Waiter] = []
        var isAtWork = false
    }

    /// Opens the log, or begins it; throws when it must not go on. `before` is the folder of the log before. `publish` comes
    /// next. Blocks.
    init(
        _ settings: LogSettings, folder path: String, before: String, store: RelayStore, disk: Disk,
        watch: FolderWatch? = nil, logger: Logger? = nil
    ) throws {
        self.store = store
        self.logger = logger
        self.watch = watch
        folder = try LogFolder(folder: path, copy: settings.copyPath, disk: disk, watch: watch)
        let history = KeyHistory(settings: settings, before: before, disk: disk)
        key = try LogKey.open(settings, isBegun: folder.isBegun, history: history, disk: disk)
        let opened = try Self.open(folder, key, store)
        // Behind the first checkpoint and its copy, ahead of the first leaf.
        try history.unmark()
        writing = Mutex(Writing(writer: opened))
        published = Mutex(opened.checkpoint)
        servedDays = settings.servedDays
        do {
            pruning = try Mutex(LogPruning(reading: folder, size: opened.size))
        } catch is LogFailure {
            throw RelayFailure.log("its file minimum-index is damaged or lies outside the log: bring it back")
        }
    }

    /// What verifies the log's checkpoints.
    var verifierKey: VerifierKey { key.verifying }

    /// The last checkpoint that is published and kept.
    var checkpoint: SignedCheckpoint { published.withLock { $0 } }

    /// Leaves under it.
    var size: Int64 { checkpoint.checkpoint.size }

    /// How many wait for the next checkpoint.
    var waiting: Int { queue.withLock { $0.waiting.count } }

    // MARK: - Publishing

    /// Returns once every leaf sequenced before this call is under a published checkpoint. Whoever asks while one is being
    /// made shares the next.
    func publish() async throws {
        try await withCheckedThrowingContinuation { (waiter: Waiter) in
            let isFirst = queue.withLock { queue in
                queue.waiting.append(waiter)
                defer { queue.isAtWork = true }
                return !queue.isAtWork
            }
            if isFirst { DiskPool.submit { self.serveWaiters() } }
        }
    }

    /// The same, where that is not the case already for the leaf at `index`.
    func publish(through index: Int64?) async throws {
        guard let index, index >= size else { return }
        try await publish()
    }

    /// The same; blocks.
    func publishNow() throws {
        try writing.withLock { writing in
            if let failure = writing.failure { throw failure }
            try watch?.requireLog()
            do {
                try publish(with: &writing)
                tell(full: nil)
            } catch let failure as DurableFailure where failure.isFull {
                tell(full: failure.label)
                throw failure
            } catch let problem as Problem {
                // The folder went while it was written to: nothing of that counts, and what is in its place is read anew.
                throw problem
            } catch {
                let failure = RelayFailure.stopped("the log: \(Self.text(of: error))")
                writing.failure = failure
                throw failure
            }
        }
    }

    private static func text(of error: any Error) -> String {
        let isOfRights = (error as? DurableFailure)?.isOfRights ?? false
        return Gravity.text(of: error) + (isOfRights ? ": " + Gravity.rightsRemedy : "")
    }

    /// Whether there was no room for the last checkpoint or its copy: nothing is accepted, and nothing fetched for the first time.
    var isFull: Bool { fullness.withLock { $0.kind } != nil }

    /// Publishes what waits for room: where nobody comes meanwhile nobody else would find that there is some again. Blocks.
    func retryWhereFull() throws {
        guard isFull else { return }
        do {
            try publishNow()
        } catch let failure as DurableFailure where failure.isFull {
            return
        }
    }

    private func tell(full label: String?) {
        switch fullness.withLock({ $0.turn(to: label) }) {
        case .began?:
            logger?.error(
                "no room for the log or its copy (log.copy), no parcel is taken: make room there",
                metadata: ["path": "\(folder.fullPlace)"])
        case .ended?: logger?.notice("there is room for the log again: parcels are taken")
        case nil: break
        }
    }

    private func publish(with writing: inout Writing) throws {
        var writer = try writing.writer ?? Self.open(folder, key, store)
        writing.writer = nil
        while true {
            let entries = try store.leaves(from: writer.size, limit: LogLimits.batchLeaves)
            guard !entries.isEmpty else { break }
            try writer.append(entries)
            let signed = writer.checkpoint
            published.withLock { $0 = signed }
        }
        // An append that failed for want of room may have got as far as its checkpoint.
        let signed = writer.checkpoint
        published.withLock { $0 = signed }
        writing.writer = writer
    }

    /// Removes what the log no longer needs: partial tiles, and the store's copy of leaves. Blocks.
    func tidy() throws {
        try writing.withLock { try $0.writer?.tidy() }
        try store.forgetLeaves(below: size)
    }

    /// Destroys the bundles whose leaves have all been served for as long as the policy says, counted back from `time`, and
    /// that no row needs any more; and what a crash left of an earlier time. Gives the new minimum index where it moved. Blocks.
    ///
    /// Nothing is published meanwhile, so that the checkpoint kept apart covers all that goes.
    func prune(at time: UTCTime) throws -> Int64? {
        try writing.withLock { writing in
            guard writing.failure == nil, writing.writer != nil else { return nil }
            let old = pruning.withLock { $0 }
            let oldest = time.adding(seconds: -servedDays * 86_400)
            let needed = min(try store.firstNeededLeaf() ?? size, size)
            let new = try old.advanced(
                in: folder, before: LogMinute(secondsSinceEpoch: oldest.secondsSinceEpoch), needed: needed)
            let hasMoved = new != old
            guard hasMoved || !writing.isSwept else { return nil }
            if hasMoved {
                try new.publish(to: folder)
                // Denied before they go: a reader gets the same answer while they do.
                pruning.withLock { $0 = new }
            }
            writing.isSwept = false
            try new.sweep(folder)
            writing.isSwept = true
            return hasMoved ? new.minimumIndex : nil
        }
    }

    private func serveWaiters() {
        while true {
            let waiters = queue.withLock { queue in
                defer { queue.waiting = [] }
                if queue.waiting.isEmpty { queue.isAtWork = false }
                return queue.waiting
            }
            guard !waiters.isEmpty else { return }
            let result = Result { try publishNow() }
            for waiter in waiters { waiter.resume(with: result) }
        }
    }

    private static func open(
        _ folder: LogFolder, _ key: SigningKey, _ store: RelayStore
    ) throws -> LogWriter<LogFolder> {
        do {
            return try LogWriter(opening: folder, key: key, sequenced: store.sequenced())
        } catch let failure as LogFailure {
            throw RelayFailure.log(failure.description)
        }
    }

    /// Throws where a log with these checkpoints must not go on, whatever the store knows: before any of it is opened.
    static func requireContinuity(present: [UInt8]?, kept: [UInt8]?, key: SigningKey) throws {
        if let kept, isBlank(kept) { throw blankCopy }
        do {
            let present = try verified(present, "log/checkpoint", by: key)
            let kept = try verified(kept, "the checkpoint kept apart (log.copy, else log-checkpoint)", by: key)
            _ = try LogContinuity.judge(kept: kept, present: present, sequenced: .max)
        } catch let refusal as LogContinuity.Refusal {
            throw RelayFailure.log(LogFailure.discontinued(refusal).description)
        }
    }

    /// What `file` says, signed by `key`. That it does not verify is said of the file: one of two has to be looked for.
    private static func verified(_ bytes: [UInt8]?, _ file: String, by key: SigningKey) throws -> Checkpoint? {
        do {
            return try bytes.map { try SignedCheckpoint(parsing: $0, by: key.verifying).checkpoint }
        } catch is LogFailure {
            throw RelayFailure.log(
                file + " does not verify: bring the newest copy of that file back, or restore a backup (pli-relay "
                    + "restore), which begins a successor log")
        }
    }

    /// A file that a power cut left without what was written to it. Nothing was ever signed so: no signature is to be looked for.
    private static func isBlank(_ bytes: [UInt8]) -> Bool { bytes.allSatisfy { [0, 0x20, 0x0A, 0x0D].contains($0) } }

    private static let blankCopy = RelayFailure.log(
        "the checkpoint kept apart (log.copy, else log-checkpoint) is blank: bring it back from a copy of its disk, or restore, which "
            + "begins a successor log; an old data folder could not be told from this one without it")

    // MARK: - Reading

    /// What came of asking for a file.
    enum Served: Sendable {
        case file([UInt8])
        case missing
        /// It lies below the minimum index.
        case pruned
    }

    /// A tile or bundle under the published checkpoint.
    func tile(_ address: TileAddress) async throws -> Served {
        guard !isPruned(address) else { return .pruned }
        guard let end = address.endIndex(ofWidth: address.width), end <= size else { return .missing }
        guard let bytes = try await folder.file(at: address.path, limit: address.maxBytes) else {
            // It may have gone since it was asked for.
            if isPruned(address) { return .pruned }
            // Of a log that was moved away nothing is missing.
            try await DiskPool.run { [watch] in try watch?.requireLog() }
            return .missing
        }
        return .file(bytes)
    }

    /// Entries from here on are served.
    var minimumIndex: Int64 { pruning.withLock { $0.minimumIndex } }

    private func isPruned(_ address: TileAddress) -> Bool { pruning.withLock { $0.denies(address) } }

    /// The root that the tree had at `size`, which lies under the published checkpoint.
    func root(ofSize size: Int64) async throws -> LogHash {
        let present = checkpoint.checkpoint
        guard size != present.size else { return present.root }
        var tiles = try await CheckedTiles(of: present, from: folder)
        return try await tiles.root(ofSize: size)
    }

    /// The `.tlog-proof` of a leaf that is published.
    func proof(of index: Int64) async throws -> [UInt8] {
        let signed = checkpoint
        var tiles = try await CheckedTiles(of: signed.checkpoint, from: folder)
        return try await LogProof.make(of: index, under: signed, in: &tiles).encoded
    }
}

extension TileAddress {
    /// Index of the first leaf past what a tile of this width covers; nil past any log's size.
    func endIndex(ofWidth width: Int) -> Int64? {
        guard isPartial else { return endIndex }
        var end = index * Int64(LogLimits.tileWidth) + Int64(width)
        for _ in 0..<level {
            let (product, overflow) = end.multipliedReportingOverflow(by: Int64(LogLimits.tileWidth))
            guard !overflow else { return nil }
            end = product
        }
        return end
    }
}
