import Crypto
import Durable
import Exchange
import Synchronization

/// Rows, shred keys, payload files and log together, changed only in the order that `Relay.swift` names.
///
/// Every method can fail at every step, with or without that step's effect, and be called again: it goes on from what it
/// finds. The caller holds the parcel's lock. All of it blocks: call it on `DiskPool`.
final class ParcelVault: Sendable {
    let folders: BlobFolders
    let store: RelayStore
    let shredKeys: ShredKeys
    let disk: Disk
    let log: LogKeeper
    /// Whether the files that are open still have their names.
    let watch: FolderWatch
    /// The clock that all of it goes by.
    var clock: RelayClock { store.clock }
    /// Parcels whose first fetch may not be under a checkpoint yet.
    private let firstFetches = Mutex<Set<ParcelID>>([])
    /// Payload files of whole parcels that no row names yet.
    let arriving = Mutex<Set<String>>([])
    /// The slots that rows named when this was opened, until `recover` has destroyed all others.
    let openedWith: Mutex<Set<Int>?>
    /// Two relays on one folder would destroy each other's keys.
    private let lock: FolderLock

    /// Opens or makes a data folder. `recover` comes next, before anything is served.
    init(
        data: String, disk: Disk, faults: TransactionFaults? = nil, log settings: LogSettings? = nil,
        clock: ClockSettings = .system
    ) throws {
        folders = BlobFolders(data: data)
        self.disk = disk
        try folders.create(disk: disk)
        lock = try FolderLock(folder: data, disk: disk)
        let settings = settings ?? LogSettings(dataFolder: data)
        try folders.requireDatabase(copy: settings.copyPath, disk: disk)
        store = try RelayStore(path: folders.database, faults: faults, clock: clock)
        // The database's own name must survive as its contents do.
        try disk.syncFolder(data)
        let slots = try store.slots()
        openedWith = Mutex(slots)
        try folders.requireShredKeys(slots, disk: disk)
        shredKeys = try ShredKeys(path: folders.shredKeys, referenced: slots, disk: disk)
        try disk.createFolder(folders.log)
        watch = try FolderWatch(
            ["shred-keys", "relay.sqlite", "relay.sqlite-wal"], in: folders, disk: disk, logger: clock.logger)
        log = try LogKeeper(
            settings, folder: folders.log, before: folders.logBefore, store: store, disk: disk, watch: watch,
            logger: clock.logger)
    }

    // MARK: - Uploading

    /// Keeps a whole header, encrypted: the key in its slot first, then the row, which is made now for a newcomer.
    func keep(header: [UInt8], of parcel: StoredParcel, newcomer: Newcomer? = nil) throws -> StoredParcel {
        // Before anything is kept of a body that has no place.
        try watch.requireFolders()
        let (sealed, slot) = try shredKeys.seal(header, of: parcel.id, from: parcel.sender)
        let kept = StoredParcel.Kept(
            sealedHeader: sealed, headerLength: Int64(header.count), slot: slot, file: BlobFolders.randomName())
        var parcel = parcel
        parcel.kept = kept
        // If one of these fails the slot stays taken until the next start: the row may refer to it all the same.
        guard let newcomer else {
            try store.keep(kept, of: parcel.id)
            return parcel
        }
        switch try store.begin(parcel, pair: newcomer.pair, quota: newcomer.quota) {
        case .begun: return parcel
        case .known(let known) where known.state == .uploading && known.kept == nil:
            // A request that got no further began it meanwhile.
            try store.keep(kept, of: parcel.id)
            return parcel
        case let other:
            try shredKeys.destroy(slot)
            shredKeys.release(slot)
            throw other.refusal(newcomer.quota) ?? UploadDesk.offsetDiffers
        }
    }

    /// The payload so far, to write on at its end.
    func openIncoming(_ kept: StoredParcel.Kept) throws -> AppendFile {
        try watch.requireFolders()
        let path = folders.incoming(kept.file)
        if try disk.exists(path) { return try AppendFile.open(path, disk: disk) }
        // The rename at acceptance makes the name durable.
        return try AppendFile.create(path, keepsName: false, disk: disk)
    }

    /// Bytes of an unfinished upload that are here, never as many as its size: only acceptance says that.
    func offset(of parcel: StoredParcel) throws -> Int64 {
        guard parcel.state == .uploading else { return parcel.size }
        guard let kept = parcel.kept else { return 0 }
        guard let payload = try disk.size(of: folders.incoming(kept.file)) else {
            try watch.requireFolders()
            return min(kept.headerLength, parcel.size - 1)
        }
        return min(kept.headerLength + payload, parcel.size - 1)
    }

    /// Accepts an upload whose bytes are all here and have the right hash. Gives its leaf's index; nobody is told
    /// before that is published.
    func accept(_ parcel: StoredParcel, file: AppendFile) throws -> Int64 {
        guard let kept = parcel.kept else { throw RowMoved() }
        try watch.requireWhole()
        try file.sync()
        file.close()
        try disk.rename(folders.incoming(kept.file), to: folders.payload(kept.file))
        // It has its name in whichever folder was there.
        try watch.requireWhole()
        return try store.accept(parcel.id)
    }

    /// Whether `settle` has anything to do: all bytes are here and it is not accepted, or its key is gone.
    func needsSettling(_ parcel: StoredParcel) throws -> Bool {
        guard parcel.state == .uploading, let kept = parcel.kept else { return false }
        if try isRenamed(kept) { return true }
        let size = try disk.size(of: folders.incoming(kept.file)) ?? 0
        return try size >= parcel.payloadSize || !shredKeys.isThere(kept.slot)
    }

    /// Brings an upload that was left half way to a state from which it can go on: accepted when all of it is here and `judge`
    /// lets it, begun again when its key is gone, its bytes are wrong, or `judge` says what ends a parcel.
    func settle(
        _ found: StoredParcel, judge: (StoredParcel, () throws -> SealedShape) throws -> Void
    ) throws -> StoredParcel {
        guard let parcel = try store.parcel(found.id) else { throw RowMoved() }
        guard parcel.state == .uploading, let kept = parcel.kept else { return parcel }
        guard try shredKeys.isThere(kept.slot) else { return try restart(parcel) }
        do {
            return try acceptWhole(parcel, kept, judge: judge)
        } catch let problem as Problem where problem.type.endsParcel {
            // Its sender gives its number to another parcel: this one must not be accepted by a later directory.
            try restart(parcel)
            throw problem
        }
    }

    private func acceptWhole(
        _ parcel: StoredParcel, _ kept: StoredParcel.Kept,
        judge: (StoredParcel, () throws -> SealedShape) throws -> Void
    ) throws -> StoredParcel {
        // A payload is renamed only after its hash was found right and it was synced.
        if try isRenamed(kept) {
            try judge(parcel) { try keptShape(of: parcel) }
            try watch.requireWhole()
            // A stop between the rename and the sync of its folders leaves a name that a power cut can still take back.
            for folder in [folders.payload, folders.incoming] { try disk.syncFolder(folder) }
            try watch.requireWhole()
            _ = try store.accept(parcel.id)
        } else {
            let size = try disk.size(of: folders.incoming(kept.file)) ?? 0
            guard size >= parcel.payloadSize else { return parcel }
            let file = try openIncoming(kept)
            guard size == parcel.payloadSize, try hasRightHash(parcel, file: file) else { return try restart(parcel) }
            do {
                try judge(parcel) { try keptShape(of: parcel) }
            } catch {
                file.close()
                throw error
            }
            _ = try accept(parcel, file: file)
        }
        guard let accepted = try store.parcel(parcel.id) else { throw RowMoved() }
        return accepted
    }

    /// Whether its payload has its last name. What is no file there is somebody else's: nothing can be served from it.
    private func isRenamed(_ kept: StoredParcel.Kept) throws -> Bool {
        try disk.kind(of: folders.payload(kept.file)) == .file
    }

    private func hasRightHash(_ parcel: StoredParcel, file: AppendFile) throws -> Bool {
        do {
            return try hash(of: parcel, file: file).hex() == parcel.sha256
        } catch RelayFailure.damagedParcel {
            return false
        }
    }

    /// The hash of header and payload so far, computed from what the disk has: a former life of this process may have
    /// ended on an fsync that failed.
    func hash(of parcel: StoredParcel, file: AppendFile) throws -> SHA256 {
        guard let kept = parcel.kept, let header = try header(of: parcel) else { throw RowMoved() }
        var hasher = SHA256()
        hasher.update(data: header)
        let reader = try ReadableFile(onDisk: folders.incoming(kept.file), disk: disk)
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var offset: Int64 = 0
        while offset < file.length {
            let read = try buffer.withUnsafeMutableBytes { space in
                let read = try reader.read(at: offset, into: space)
                hasher.update(bufferPointer: UnsafeRawBufferPointer(rebasing: space[..<read]))
                return read
            }
            guard read > 0 else { throw RelayFailure.damagedParcel("the incoming file") }
            offset += Int64(read)
        }
        return hasher
    }

    /// Throws away what came of an upload; it begins again at its first byte.
    @discardableResult
    func restart(_ parcel: StoredParcel) throws -> StoredParcel {
        guard let kept = parcel.kept else { return parcel }
        try watch.requireFolders()
        try shredKeys.destroy(kept.slot)
        try store.restart(parcel.id)
        shredKeys.release(kept.slot)
        try disk.remove([folders.incoming(kept.file), folders.payload(kept.file)])
        var parcel = parcel
        parcel.kept = nil
        return parcel
    }

    /// Forgets an unfinished upload.
    func abandon(_ parcel: StoredParcel) throws {
        try watch.requireFolders()
        if let kept = parcel.kept { try shredKeys.destroy(kept.slot) }
        try store.abandon(parcel.id)
        guard let kept = parcel.kept else { return }
        shredKeys.release(kept.slot)
        try disk.remove([folders.incoming(kept.file), folders.payload(kept.file)])
    }

    // MARK: - Waiting

    /// An accepted body to read from; nil when it is destroyed.
    func body(of parcel: StoredParcel) throws -> StoredBody? {
        guard let kept = parcel.kept, let header = try header(of: parcel) else { return nil }
        let payload: ReadableFile
        do {
            payload = try ReadableFile(path: folders.payload(kept.file), disk: disk)
        } catch {
            guard case .missing = error else { throw error }
            // A folder that is away has not lost what lies in it.
            try watch.requireFolders()
            return nil
        }
        guard payload.size == parcel.payloadSize else { throw RelayFailure.damagedParcel("the payload file") }
        return StoredBody(header: header, payload: payload)
    }

    /// Says in the log that a parcel is fetched, the first time, and returns once that is published: no byte of it goes out
    /// before, whoever else asks at the same time.
    func fetch(_ id: ParcelID) async throws {
        let isOnItsWay = firstFetches.withLock { !$0.insert(id).inserted }
        // If one of these fails, the next request publishes what may have come of it.
        let isFirst = try await DiskPool.run { [store] in try store.fetch(id) }
        if isFirst || isOnItsWay { try await log.publish() }
        firstFetches.withLock { _ = $0.remove(id) }
    }

    // MARK: - Ending

    /// Destroys a parcel that ends: key, row's header, payload, in this order. The leaf that says why must be published.
    func end(_ id: ParcelID) throws {
        guard let parcel = try store.parcel(id), parcel.state == .ending, let kept = parcel.kept else { return }
        // A payload that is not found would count as removed.
        try watch.requireFolders()
        try shredKeys.destroy(kept.slot)
        try store.end(id)
        shredKeys.release(kept.slot)
        try disk.remove(folders.payload(kept.file))
    }

    /// The shape of the header that is kept of an upload, as acceptance needs it.
    func keptShape(of parcel: StoredParcel) throws -> SealedShape {
        guard let shape = try shape(of: parcel) else { throw RowMoved() }
        return shape
    }

    /// The shape of the header that is kept of an upload; nil where there is none, or its key is gone.
    func shape(of parcel: StoredParcel) throws -> SealedShape? {
        guard let header = try header(of: parcel) else { return nil }
        var shape = SealedShape()
        guard case .complete = try? shape.push(header) else { throw RelayFailure.damagedParcel("the header") }
        return shape
    }

    private func header(of parcel: StoredParcel) throws -> [UInt8]? {
        guard let kept = parcel.kept else { return nil }
        return try shredKeys.open(kept.sealedHeader, slot: kept.slot, of: parcel.id, from: parcel.sender)
    }
}

extension SHA256 {
    /// The hash so far, as manifests write it.
    func hex() throws(ExchangeFailure) -> SHA256Hex {
        try SHA256Hex(digestBytes: Array(finalize()))
    }
}
