import Courier
package import Durable

/// The outbox's folder: where each thing lies, held by one process.
///
///     lock  outbox.sqlite  last-segment  identifier.key  watched  upload-failure
///     journal/<n>.seg  quarantine/<n>.seg  spool/<parcel id>.age  trust/own-keys.note …
package struct DataFolder: Sendable {
    let path: String
    let disk: Disk
    private let lock: FolderLock
    private let held: HeldFolder

    /// Makes what is missing and takes the folder for this process.
    init(path: String, disk: Disk) throws {
        try disk.createFolder(path)
        do {
            lock = try FolderLock(folder: path, disk: disk)
        } catch .inUse {
            throw OutboxFailure.busy
        }
        held = try HeldFolder(path)
        self.path = path
        self.disk = disk
        for folder in [journal, quarantine, spool, trust] { try disk.createFolder(folder) }
        for folder in [path, journal, quarantine, spool, trust] { try disk.sweepTemporaries(in: folder) }
    }

    /// That its name still leads to it, and neither to nothing, as where its disk is gone, nor to another folder.
    func requireInPlace() throws(OutboxFailure) {
        guard !held.isInPlace else { return }
        // A mount point without its disk is an empty folder.
        let hasDatabase = (try? disk.exists(database)) ?? false
        // It may have been put back just now.
        if hasDatabase, held.isInPlace { return }
        throw hasDatabase ? .dataFolderOther : .dataFolderAway
    }

    /// Gives the folder back to whoever comes next.
    func release() { lock.release() }

    var journal: String { path + "/" + SegmentKind.journal.folder }
    var quarantine: String { DataFolder.quarantine(in: path) }
    var spool: String { path + "/spool" }
    var trust: String { path + "/trust" }
    var database: String { DataFolder.database(in: path) }

    func folder(of kind: SegmentKind) -> String { kind == .journal ? journal : quarantine }

    /// The sealed body of a parcel.
    func body(ofParcel id: String) -> String { "\(spool)/\(id)\(DataFolder.bodySuffix)" }

    static let bodySuffix = ".age"

    /// What `pli parcel seal` keeps of its parcels: their numbers, and their manifests.
    package static let looseParcels = "parcel-seal"

    static func quarantine(in folder: String) -> String { folder + "/" + SegmentKind.quarantine.folder }

    /// What may lie in it, for whoever looks.
    package static let entries: [ExpectedEntry] = [
        .file(FolderLock.fileName), .file(OutboxStore.fileName), .file(Pseudonyms.fileName, bytes: 32),
        .file(SegmentNote.fileName), .file(WatchNote.fileName), .file(OldFolderNote.fileName),
        .file(OldFolderNote.doneName), .file(UploadNote.fileName),
        .folder(SegmentKind.journal.folder), .folder(SegmentKind.quarantine.folder), .folder("spool"),
        .folder("trust"),
    ]

    static func database(in folder: String) -> String { folder + "/" + OutboxStore.fileName }
}
