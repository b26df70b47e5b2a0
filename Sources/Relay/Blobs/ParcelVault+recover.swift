import Durable
import Exchange
import Synchronization

extension ParcelVault {
    /// What a start found and finished.
    struct Recovery: Equatable, Sendable {
        /// Uploads that were whole and are accepted now.
        var accepted = 0
        /// Deletions that were half way and are finished.
        var ended = 0
        /// Shred keys without a row that were destroyed.
        var orphanKeys = 0
    }

    /// Names, or rows, that are looked at together.
    private static let atOnce = 500

    /// Finishes whatever is half way, with the code that serves requests. Before anything is served. What waits is not gone
    /// through: a million parcels must not keep a start.
    ///
    /// - Parameter judge: throws a problem where an upload that is whole may not be accepted; it then waits for its sender, or is
    ///   destroyed where that problem ends a parcel.
    func recover(judge: (StoredParcel, () throws -> SealedShape) throws -> Void) throws -> Recovery {
        var recovery = Recovery()
        try log.publishNow()
        if let referenced = openedWith.withLock({ slots in
            defer { slots = nil }
            return slots
        }) {
            recovery.orphanKeys = try shredKeys.destroyAll(except: referenced)
        }
        for id in try store.ending() {
            try end(id)
            recovery.ended += 1
        }
        // Nothing is accepted past its deadline, nor while nobody knows what time it is: what is whole waits for
        // its sender's next request.
        let reading = clock.reading
        for upload in try store.uploads()
        where upload.kept != nil && reading.doubt == nil && upload.expiresAt > reading.time {
            do {
                if try settle(upload, judge: judge).state == .waiting { recovery.accepted += 1 }
            } catch is Problem {
                // Not now: its sender is told why with its next request.
            }
        }
        try log.publishNow()
        return recovery
    }

    /// Removes files that no row names; gives how many. May run while uploads do, and takes its time.
    func sweep() throws -> Int {
        var swept = 0
        for folder in [folders.incoming, folders.payload] {
            try disk.forNames(in: folder, atOnce: Self.atOnce) { names in
                // Names first, rows last: the row of a file is written before it, or while it counts as arriving, so each
                // living file that is listed has its row or is told.
                let arriving = arriving.withLock { $0 }
                let named = try store.named(among: names)
                // What is no file somebody else put here: it is left alone, and a check tells of it.
                try watch.requireFolders()
                let refuse = try names.filter {
                    try !named.contains($0) && !arriving.contains($0) && disk.kind(of: folder + "/" + $0) == .file
                }
                if !refuse.isEmpty { try disk.remove(refuse.map { folder + "/" + $0 }) }
                swept += refuse.count
            }
        }
        return swept
    }

    /// Accepted parcels above `position` whose key or payload is missing, or whose payload has another size: they cannot be
    /// served. Gives the position up to which it looked; nil once there are no more.
    func damaged(after position: Int64) throws -> (ids: [ParcelID], through: Int64?) {
        let held = try store.held(after: position, limit: Self.atOnce)
        let damaged = try held.filter { parcel in
            guard try shredKeys.isThere(parcel.slot) else { return try isHeld(parcel.id) }
            // It may have ended since its row was read.
            return try disk.size(of: folders.payload(parcel.file)) != parcel.payloadSize && isHeld(parcel.id)
        }
        // Of a folder that is away nothing is missing.
        if !damaged.isEmpty { try watch.requireFolders() }
        return (damaged.map(\.id), held.last?.position)
    }

    private func isHeld(_ id: ParcelID) throws -> Bool { try store.parcel(id)?.state == .waiting }

    /// Bytes of uploads are on disk for as long as someone goes on sending: gives those left alone since `time`.
    func uploads(leftSince time: UTCTime) throws -> [StoredParcel] {
        try store.uploads().filter { upload in try upload.createdAt <= time && lastTouched(upload) <= time }
    }

    /// When the last bytes of an upload came; when it began, where there are none.
    func lastTouched(_ upload: StoredParcel) throws -> UTCTime {
        guard let kept = upload.kept, let modified = try disk.modifiedAt(folders.incoming(kept.file)) else {
            return upload.createdAt
        }
        return max(upload.createdAt, UTCTime(secondsSinceEpoch: modified))
    }
}
