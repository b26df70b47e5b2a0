import Durable
import Exchange
import Logging
import Synchronization

/// Notices when a file that the relay has open, or one of its folders, loses its name: moved away, removed, or replaced by another.
///
/// What is written goes on into the open file, which no start would find again, and what gets its name in another folder is gone
/// with that one: a parcel that was acknowledged would be lost. So nothing is accepted while it is so. What waits is still served,
/// receipts are taken and deletions go on where only a file is gone: where it is lost for good, whatever is fetched before the
/// relay stops is not. Of a folder that is not in its place nothing is taken for what it says: nothing in it is missing, and nothing
/// in it is refuse.
final class FolderWatch: Sendable {
    /// Why nothing is taken, as `/health` says it.
    static let reason = "folder-changed"

    /// What to do, as the log says it.
    static let remedy =
        "put that same one back under its name, not a copy; where it is lost, let what waits be fetched before a stop"

    /// The same where nothing was moved and rights are missing; the path and the user stand before it.
    static let rights =
        "may not enter it or a folder around it; nothing was moved, give the rights back (chown, chmod u+rwx), do not stop the relay"

    /// The same where it may be entered, and nothing be written there.
    static let writing =
        "may not write there; nothing was moved, give the rights back (chown, chmod u+rwx), do not stop the relay"

    private let disk: Disk
    private let mayWrite: @Sendable (String) -> Bool
    private let logger: Logger
    private let files: [(name: String, path: String, identity: FileIdentity?)]
    private let folders: [(name: String, path: String, folder: HeldFolder)]
    private let log: HeldFolder
    private let logPath: String
    /// The folder of the log before, where there was one at start.
    private let logBefore: HeldFolder?
    private let missing = Mutex(Trouble<Away>())

    /// What is not in its place, or cannot be looked at there for want of rights.
    private struct Away: Equatable {
        let name: String
        let path: String
        let isForbidden: Bool
        var isUnwritable = false
    }

    /// Remembers which files have these names in the data folder, and which folders these are: right behind their opening, while this
    /// process has the folder's lock.
    init(
        _ names: [String], in places: BlobFolders, disk: Disk, logger: Logger,
        mayWrite: (@Sendable (String) -> Bool)? = nil
    ) throws(DurableFailure) {
        self.disk = disk
        self.mayWrite = mayWrite ?? { disk.mayWrite(in: $0) }
        self.logger = logger
        files = try names.map { name throws(DurableFailure) in
            let path = places.data + "/" + name
            return (name, path, try disk.identity(of: path))
        }
        log = try HeldFolder(places.log)
        logPath = places.log
        logBefore = try disk.exists(places.logBefore) ? HeldFolder(places.logBefore) : nil
        // The data folder first: where it is away all others are.
        folders = [
            ("data", places.data, try HeldFolder(places.data)),
            ("incoming/", places.incoming, try HeldFolder(places.incoming)),
            ("payload/", places.payload, try HeldFolder(places.payload)), ("log/", places.log, log),
        ]
    }

    /// Looks once more, tells in the log what has changed, and gives the name of what is not in its place. Blocks.
    @discardableResult
    func look() -> String? {
        let found = folderAway ?? fileAway
        switch missing.withLock({ $0.turn(to: found) }) {
        case .began(let found)?: tell(found)
        case .ended(let former)?:
            logger.notice("all is in its place again: parcels are taken", metadata: ["reason": "\(former.name)"])
        case nil: break
        }
        return found?.name
    }

    private var folderAway: Away? {
        if let gone = folders.first(where: { !$0.folder.isInPlace }) { return away(gone.name, gone.path) }
        return folders.first { !mayWrite($0.path) }.map { folder in
            Away(name: folder.name, path: folder.path, isForbidden: true, isUnwritable: true)
        }
    }

    private var fileAway: Away? {
        // One that cannot be looked at is in no place where a start would find it.
        files.first { file in file.identity != nil && (try? disk.identity(of: file.path)) != file.identity }
            .map { away($0.name, $0.path) }
    }

    private func away(_ name: String, _ path: String) -> Away {
        Away(name: name, path: path, isForbidden: disk.isForbidden(path))
    }

    /// Whether all was in its place at the last look.
    var isKnownWhole: Bool { missing.withLock { $0.kind } == nil }

    /// Whether each folder is the one that it was; tells where one is not. Blocks.
    var hasFolders: Bool {
        guard folderAway != nil else { return true }
        look()
        return false
    }

    /// Refuses what may not be accepted while a file or folder is not in its place. Blocks.
    func requireWhole() throws(Problem) {
        if look() != nil { throw Self.problem }
    }

    /// The same by the last look, before a byte of a body is asked for: acceptance looks once more.
    func requireKnownWhole() throws(Problem) {
        if !isKnownWhole { throw Self.problem }
    }

    /// Refuses what is done in folders, a deletion for one, while one of them is not in its place. Blocks.
    func requireFolders() throws(Problem) {
        if !hasFolders { throw Self.problem }
    }

    /// Refuses what is published into a log that is not in its place. Blocks.
    func requireLog() throws(Problem) {
        guard !log.isInPlace || !mayWrite(logPath) else { return }
        look()
        throw Self.problem
    }

    /// Refuses to say that something of the log before is not there while its folder is not in its place. Blocks.
    func requireLogBefore() throws(Problem) {
        if logBefore?.isInPlace == false { throw Self.problem }
    }

    private static var problem: Problem {
        Problem(.unavailable, detail: "the relay's data folder was changed under it; nothing is lost, try again later")
    }

    private func tell(_ found: Away) {
        if found.isUnwritable {
            logger.critical(
                "a folder of the relay cannot be written to, nothing is taken",
                metadata: ["reason": "\(found.path): user \(Disk.user) \(Self.writing)"])
            return
        }
        if found.isForbidden {
            logger.critical(
                "a file or folder of the relay cannot be looked at for want of rights, nothing is taken",
                metadata: ["reason": "\(found.path): user \(Disk.user) \(Self.rights)"])
            return
        }
        logger.critical(
            "a file or folder of the relay was moved away or replaced, nothing is taken",
            metadata: ["reason": "\(found.name): \(Self.remedy)"])
    }
}
