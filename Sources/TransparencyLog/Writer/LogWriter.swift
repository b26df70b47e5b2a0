package import Notes

/// Appends to a log on a storage, in the one order that survives a crash. One owner at a time: an actor's, or a lock's.
///
/// The leaves are sequenced elsewhere (the relay's database) before they come here; the log is made of them, so that
/// after a crash the same leaves are appended again by the same code.
package struct LogWriter<Storage: LogStorage>: Sendable {
    private let storage: Storage
    private let key: SigningKey
    private var frontier: Frontier
    private var isBroken = false
    private var obsolete: [TileAddress]

    /// The last checkpoint, published and kept.
    package private(set) var checkpoint: SignedCheckpoint

    /// Leaves in the log: the index of the next one.
    package var size: Int64 { frontier.size }

    /// Opens the log, or begins it where nothing was ever promised. `sequenced` is how many leaves the store has: the
    /// caller then appends those from `size` on. The key's name is the log's origin.
    package init(opening storage: Storage, key: SigningKey, sequenced: Int64) throws {
        self.storage = storage
        self.key = key
        let present = try storage.read(Storage.checkpointPath, limit: LogLimits.checkpointBytes)
            .map { try SignedCheckpoint(parsing: $0, by: key.verifying) }
        let kept = try storage.keptCheckpoint().map { try SignedCheckpoint(parsing: $0, by: key.verifying) }
        let verdict: LogContinuity
        do {
            verdict = try LogContinuity.judge(
                kept: kept?.checkpoint, present: present?.checkpoint, sequenced: sequenced)
        } catch {
            throw LogFailure.discontinued(error)
        }
        let read = LogWriter.reader(of: storage)
        switch (verdict, kept, present) {
        case (.unchanged, _, .some(let present)):
            frontier = try Frontier(at: present.checkpoint, read: read)
            checkpoint = present
        case (.grew, .some(let kept), .some(let present)):
            frontier = try LogWriter.replay(from: kept.checkpoint, to: present.checkpoint, read: read)
            checkpoint = present
            try storage.keep(present.bytes, replacing: kept.checkpoint.size)
        default:
            frontier = Frontier()
            checkpoint = try LogWriter.sign(frontier, with: key)
            try storage.publish(checkpoint.bytes)
            // A crash here leaves a checkpoint of no leaves without a copy: the next start begins again.
            try storage.keep(checkpoint.bytes, replacing: nil)
        }
        obsolete = frontier.possibleLeftovers
    }

    /// Appends a batch and returns once its checkpoint is published and kept. After a failure every call throws: what
    /// is on disk is known only after opening anew.
    @discardableResult
    package mutating func append(_ entries: [[UInt8]]) throws -> SignedCheckpoint {
        guard !isBroken else { throw LogFailure.broken }
        guard !entries.isEmpty else { return checkpoint }
        let (next, change) = try frontier.appending(entries)
        let signed = try LogWriter.sign(next, with: key)
        isBroken = true
        // A crash here leaves files that no checkpoint covers: the same leaves write them again.
        try storage.write(change.files)
        // A crash here leaves full tiles beside the old checkpoint, whose partial tiles are still there.
        try storage.publish(signed.bytes)
        // A crash here leaves the checkpoint ahead of its copy: the next start replays the batch and moves the copy on.
        try storage.keep(signed.bytes, replacing: frontier.size)
        isBroken = false
        frontier = next
        checkpoint = signed
        obsolete += change.obsolete
        return signed
    }

    /// Appends a batch of leaves.
    @discardableResult
    package mutating func append(_ leaves: [LogLeaf]) throws -> SignedCheckpoint {
        try append(leaves.map(\.encoded))
    }

    /// Removes partial tiles that full ones have replaced. Nothing depends on it: call it after the answers are out.
    package mutating func tidy() throws {
        guard !obsolete.isEmpty else { return }
        try storage.removeFolders(obsolete.map(\.partialFolder))
        obsolete = []
    }

    private static func sign(_ frontier: Frontier, with key: SigningKey) throws -> SignedCheckpoint {
        try SignedCheckpoint(
            signing: Checkpoint(origin: key.name, size: frontier.size, root: frontier.root), with: key)
    }

    private static func reader(of storage: Storage) -> (TileAddress) throws -> [UInt8]? {
        { try storage.read($0.path, limit: $0.maxBytes) }
    }

    /// Appends to the tree of `kept` the entries on disk up to `present`, and demands its root.
    private static func replay(
        from kept: Checkpoint, to present: Checkpoint, read: (TileAddress) throws -> [UInt8]?
    ) throws -> Frontier {
        var frontier = try Frontier(at: kept, read: read)
        let width = Int64(LogLimits.tileWidth)
        while frontier.size < present.size {
            let index = frontier.size / width
            let count = Int(min(width, present.size - index * width))
            guard let place = TileAddress(.entries, index: index, width: count) else {
                throw LogFailure.outOfRange(what: "a bundle")
            }
            guard let bytes = try read(place) ?? read(place.full) else { throw LogFailure.missing(path: place.path) }
            let entries = try Frontier.entries(of: bytes, count: count, path: place.path)
            frontier = try frontier.appending(entries.dropFirst(Int(frontier.size % width)).map(Array.init)).next
        }
        guard frontier.root == present.root else {
            throw LogFailure.discontinued(.forked(size: kept.size))
        }
        return frontier
    }
}
