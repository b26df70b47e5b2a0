import Durable
import Exchange

extension ParcelVault {
    /// What a start found and finished.
    struct Recovery: Equatable, Sendable {
        /// Uploads that were whole and are accepted now.
        var accepted = 0
        /// Deletions that were half way and are finished.
        var ended = 0
        /// Files without a row that were removed.
        var swept = 0
        /// Shred keys without a row that were destroyed.
        var orphanKeys = 0
        /// Accepted parcels whose payload is missing or has another size: they cannot be served.
        var damaged: [ParcelID] = []
    }

    /// Finishes whatever is half way, with the code that serves requests. Before anything is served.
    ///
    /// - Parameter judge: throws a problem where an upload that is whole may not be accepted; it then waits for its sender.
    func recover(judge: (StoredParcel) throws -> Void) throws -> Recovery {
        var recovery = Recovery()
        try log.publishNow()
        recovery.orphanKeys = try shredKeys.destroyAll(except: try store.references().slots)
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
        recovery.swept = try sweep()
        try log.publishNow()
        for parcel in try store.waiting() where try !isWhole(parcel) { recovery.damaged.append(parcel.id) }
        return recovery
    }

    /// Removes files that no row names; gives how many. May run while uploads do.
    func sweep() throws -> Int {
        // Names first, rows second: a row is written before its file, so each living file that is listed has its row.
        let incoming = try disk.names(in: folders.incoming).map { ($0, folders.incoming($0)) }
        let payload = try disk.names(in: folders.payload).map { ($0, folders.payload($0)) }
        let named = try store.references().files
        let refuse = (incoming + payload).filter { !named.contains($0.0) }.map { $0.1 }
        if !refuse.isEmpty { try disk.remove(refuse) }
        return refuse.count
    }

    /// Bytes of uploads are on disk for as long as someone goes on sending: gives those left alone since `time`.
    func uploads(leftSince time: UTCTime) throws -> [StoredParcel] {
        try store.uploads().filter { upload in
            guard upload.createdAt <= time else { return false }
            guard let kept = upload.kept else { return true }
            let touched = try disk.modifiedAt(folders.incoming(kept.file))
            return touched.map { $0 <= time.secondsSinceEpoch } ?? true
        }
    }

    private func isWhole(_ parcel: StoredParcel) throws -> Bool {
        guard let kept = parcel.kept, try shredKeys.isThere(kept.slot) else { return false }
        return try disk.size(of: folders.payload(kept.file)) == parcel.payloadSize
    }
}
