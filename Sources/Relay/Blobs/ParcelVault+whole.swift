import Durable
import Exchange
import NIOCore
import Synchronization

extension ParcelVault {
    /// A whole parcel on its way: as it came, and its row with what is kept of it.
    private struct Arrival {
        let whole: WholeParcel
        let row: StoredParcel
        let kept: StoredParcel.Kept
    }

    /// Accepts parcels together: shred keys first, under one sync; then the payloads, each synced, renamed under one sync of
    /// each folder; then one transaction. None is in the log before it is published.
    ///
    /// A crash before the transaction leaves keys and files that no row names: the next start destroys and sweeps them.
    func accept(_ group: [WholeParcel]) -> [Result<RelayStore.Admission, any Error>] {
        let names = group.map { _ in BlobFolders.randomName() }
        // Of files that no row names yet the sweep must know.
        arriving.withLock { $0.formUnion(names) }
        defer { arriving.withLock { $0.subtract(names) } }
        do {
            try clock.requireSure()
            let arrivals = try keep(group, under: names)
            do {
                try write(arrivals)
                try clock.requireSure()
                // They have their names in whichever folder was there.
                try watch.requireWhole()
            } catch {
                withdraw(arrivals)
                // What failed because a folder is away is no fault of the disk's.
                if Gravity(of: error) == .passing { try watch.requireFolders() }
                throw error
            }
            let results = try store.admit(arrivals.map { ($0.row, $0.whole.newcomer) })
            let refused = zip(arrivals, results).filter { $0.1.isRefusal }.map { $0.0 }
            if !refused.isEmpty { withdraw(refused) }
            return results
        } catch {
            return group.map { _ in .failure(error) }
        }
    }

    private func keep(_ group: [WholeParcel], under names: [String]) throws -> [Arrival] {
        let sealed = try shredKeys.seal(group.map { ($0.header, $0.parcel.id, $0.parcel.sender) })
        return zip(zip(group, names), sealed).map { part, sealed in
            let (whole, name) = part
            let kept = StoredParcel.Kept(
                sealedHeader: sealed.sealed, headerLength: Int64(whole.header.count), slot: sealed.slot, file: name)
            var row = whole.parcel
            row.kept = kept
            return Arrival(whole: whole, row: row, kept: kept)
        }
    }

    private func write(_ arrivals: [Arrival]) throws {
        let files = try arrivals.map { arrival in
            // The rename makes the name durable.
            let file = try AppendFile.create(folders.incoming(arrival.kept.file), keepsName: false, disk: disk)
            try arrival.whole.payload.withUnsafeReadableBytes { bytes in _ = try file.append(bytes) }
            if arrivals.count > 1 { file.beginWriting(last: arrival.whole.payload.readableBytes) }
            return file
        }
        try DiskPool.each(files) { file in
            try file.sync()
            file.close()
        }
        try disk.rename(
            arrivals.map { (from: folders.incoming($0.kept.file), to: folders.payload($0.kept.file)) })
    }

    /// Takes back what no row names, and none can.
    private func withdraw(_ arrivals: [Arrival]) {
        do {
            try shredKeys.destroy(arrivals.map(\.kept.slot))
            for arrival in arrivals { shredKeys.release(arrival.kept.slot) }
            try disk.remove(
                arrivals.flatMap { [folders.incoming($0.kept.file), folders.payload($0.kept.file)] })
        } catch {
            // What is left is noise under a lost key, or a key of nothing: the next sweep and the next start take it.
        }
    }
}

extension Result<RelayStore.Admission, any Error> {
    /// Whether the store certainly took nothing.
    fileprivate var isRefusal: Bool {
        switch self {
        case .success(.accepted): false
        case .success(.refused): true
        case .failure(let error): error is Problem
        }
    }
}
