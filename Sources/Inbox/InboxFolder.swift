import Courier
package import Durable

/// The inbox's own folder: where each thing lies, held by one process.
///
///     lock  inbox.sqlite  last-delivered  trust/
///     opening/<from>-<id>.age     a sealed body, as far as it is fetched
///     opening/<from>-<id>.clear   the opened body, private, only while its parcel is being delivered
package struct InboxFolder: Sendable {
    let path: String
    let disk: Disk
    private let lock: FolderLock

    private static let sealedSuffix = ".age"
    private static let clearSuffix = ".clear"

    /// Makes what is missing and takes the folder for this process.
    init(path: String, disk: Disk) throws {
        try disk.createFolder(path)
        do {
            lock = try FolderLock(folder: path, disk: disk)
        } catch .inUse {
            throw InboxFailure.busy
        }
        self.path = path
        self.disk = disk
        for folder in [opening, trust] { try disk.createFolder(folder) }
        for folder in [path, opening] { try disk.sweepTemporaries(in: folder) }
    }

    /// Gives the folder back to whoever comes next.
    func release() { lock.release() }

    var opening: String { path + "/opening" }
    var trust: String { path + "/trust" }
    var database: String { InboxFolder.database(in: path) }

    /// What may lie in it, for whoever looks.
    package static let entries: [ExpectedEntry] = [
        .file(FolderLock.fileName), .file(databaseName), .file(DeliveredNote.fileName),
        .file(OldFolderNote.fileName), .file(OldFolderNote.doneName), .folder("opening"), .folder("trust"),
    ]

    static let databaseName = "inbox.sqlite"

    static func database(in folder: String) -> String { folder + "/" + databaseName }

    func sealed(_ key: ParcelKey) -> String { opening + "/" + key.name + InboxFolder.sealedSuffix }

    func clear(_ key: ParcelKey) -> String { opening + "/" + key.name + InboxFolder.clearSuffix }

    /// Removes both forms of a body.
    func removeBody(_ key: ParcelKey) throws(DurableFailure) {
        // The clear one first: of the two it is the one that must not stay.
        try disk.remove([clear(key), sealed(key)])
    }

    /// Removes the opened body, where there is one.
    func removeClear(_ key: ParcelKey) throws(DurableFailure) {
        if try disk.exists(clear(key)) { try disk.remove(clear(key)) }
    }

    /// At start: removes every opened body, and the sealed ones that nobody waits for.
    func sweep(keeping names: Set<String>) throws(DurableFailure) {
        let kept = Set(names.map { $0 + InboxFolder.sealedSuffix })
        let over = try disk.names(in: opening).filter { !kept.contains($0) }
        if !over.isEmpty { try disk.remove(over.map { opening + "/" + $0 }) }
    }
}
