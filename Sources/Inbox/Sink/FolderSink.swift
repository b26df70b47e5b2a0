import Durable

/// A folder that parcels are delivered to, as `<from>-<id>.ndjson` (the FHIR R4 Bundles as received, one a line) and
/// `<from>-<id>.csv` (a row a result); a raw file as `<from>-<id>.file`, and what it is, its own name with it, as
/// `<from>-<id>.file.json`: its name may name a person, and is no file's here.
///
/// Files are written and made durable in `.pli-staging` inside it, on the same file system, and then renamed: whoever reads
/// the folder sees a whole file or none. The `.csv` comes first, so that a reader who waits for the `.ndjson` has both; the
/// `.file.json` before the `.file`.
struct FolderSink: Sendable {
    let folder: String
    let disk: Disk
    /// Whether the folder, or the one inside it that is ours, was missing and was made.
    let isNew: Bool

    static let stagingName = ".pli-staging"
    /// In the order in which they are handed over.
    static let suffixes = [csv, ndjson, fileHead, file]
    private static let csv = ".csv"
    private static let ndjson = ".ndjson"
    private static let fileHead = ".file.json"
    private static let file = ".file"

    private var staging: String { folder + "/" + FolderSink.stagingName }

    /// Makes what is missing, but not the folder around it.
    init(folder: String, disk: Disk) throws(InboxFailure) {
        self.folder = folder
        self.disk = disk
        do throws(DurableFailure) {
            let isMade = try disk.createFolderInPlace(folder)
            isNew = try disk.createFolderInPlace(folder + "/" + FolderSink.stagingName) || isMade
        } catch {
            if case .missing = error { throw .sinkPlaceMissing }
            throw .sink(error)
        }
    }

    /// Writes a parcel's files, durably, where nobody looks. On any failure nothing of them stays.
    func stage(_ key: ParcelKey, _ fill: (StagedFiles) throws -> Void) throws {
        // What an earlier attempt left counts for nothing.
        try discard(key)
        do {
            let files = try StagedFiles(
                csv: path(key, FolderSink.csv, in: staging), ndjson: path(key, FolderSink.ndjson, in: staging),
                disk: disk)
            try fill(files)
            try files.finish()
        } catch {
            // On a full disk this is also what gives the room back to others. Where it fails too, the next attempt or the
            // next start tries again; the failure to tell is the first one.
            try? discard(key)
            throw error
        }
    }

    /// The same for a raw file: its first line, and what `fill` appends.
    func stage(
        _ key: ParcelKey, head: [UInt8], _ fill: ((ArraySlice<UInt8>) throws -> Void) throws -> Void
    ) throws {
        try discard(key)
        let paths = [path(key, FolderSink.fileHead, in: staging), path(key, FolderSink.file, in: staging)]
        do {
            let files = try paths.map { path in
                try onSink { () throws(DurableFailure) in try AppendFile.create(path, disk: disk) }
            }
            _ = try onSink { () throws(DurableFailure) in try files[0].append(head) }
            try fill { piece in _ = try onSink { () throws(DurableFailure) in try files[1].append(piece) } }
            for file in files {
                try onSink { () throws(DurableFailure) in try file.sync() }
                file.close()
            }
        } catch {
            try? discard(key)
            throw error
        }
    }

    /// Hands over what is staged of a parcel, durably. Called again, it goes on with what is still staged: a file that is
    /// gone from the staging folder has been handed over, whether or not anybody has taken it from the sink since.
    func handOver(_ key: ParcelKey) throws(InboxFailure) {
        for suffix in FolderSink.suffixes {
            let staged = path(key, suffix, in: staging)
            let target = path(key, suffix, in: folder)
            try onSink { () throws(DurableFailure) in
                if try disk.exists(staged) { try disk.rename(staged, to: target) }
            }
        }
        // A rename of which only the sync failed is found done above; its folders are synced here in any case.
        let staging = staging
        try onSink { () throws(DurableFailure) in
            try disk.syncFolder(folder)
            try disk.syncFolder(staging)
        }
    }

    /// Removes the files of a parcel that was delivered, durably, here and where the sink was then; gives whether any was still there.
    /// They go in the opposite order of their coming. What has been taken away is gone, and what is no file is not ours.
    func remove(_ key: ParcelKey, alsoFrom former: String?) throws(InboxFailure) -> Bool {
        try onSink { () throws(DurableFailure) in
            var left: [String] = []
            for folder in former == folder ? [folder] : [folder, former].compactMap({ $0 }) {
                for suffix in FolderSink.suffixes.reversed() {
                    let path = path(key, suffix, in: folder)
                    if try disk.kind(of: path) == .file { left.append(path) }
                }
            }
            guard !left.isEmpty else { return false }
            try disk.remove(left)
            return true
        }
    }

    /// Removes what is staged of a parcel.
    func discard(_ key: ParcelKey) throws(InboxFailure) {
        let paths = FolderSink.suffixes.map { path(key, $0, in: staging) }
        try onSink { () throws(DurableFailure) in
            var left: [String] = []
            for path in paths where try disk.exists(path) { left.append(path) }
            if !left.isEmpty { try disk.remove(left) }
        }
    }

    /// At start: removes whatever is staged of parcels that are not being handed over.
    func sweep(keeping names: Set<String>) throws(InboxFailure) {
        let kept = Set(names.flatMap { name in FolderSink.suffixes.map { name + $0 } })
        let staging = staging
        try onSink { () throws(DurableFailure) in
            let over = try disk.names(in: staging).filter { !kept.contains($0) }
            if !over.isEmpty { try disk.remove(over.map { staging + "/" + $0 }) }
        }
    }

    /// Whether files of any parcel lie in `folder`, or are staged there.
    static func holdsParcels(_ folder: String, disk: Disk) throws -> Bool {
        for place in [folder, folder + "/" + stagingName] where try disk.isFolder(place) {
            if try disk.names(in: place).contains(where: isOfParcel) { return true }
        }
        return false
    }

    /// Parcels of which files lie there, handed over.
    func parcels() throws(InboxFailure) -> Set<ParcelKey> {
        let names = try onSink { () throws(DurableFailure) in try disk.names(in: folder) }
        return Set(names.compactMap(FolderSink.key(ofFile:)))
    }

    private static func key(ofFile name: String) -> ParcelKey? {
        suffixes.lazy.compactMap { name.hasSuffix($0) ? ParcelKey(name: name.dropLast($0.count)) : nil }.first
    }

    private static func isOfParcel(_ name: String) -> Bool {
        key(ofFile: name) != nil
    }

    private func path(_ key: ParcelKey, _ suffix: String, in folder: String) -> String {
        folder + "/" + key.name + suffix
    }
}
