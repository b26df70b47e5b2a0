import Durable
import Exchange
import Logging
import Synchronization

/// Notices when a file that the relay has open loses its name: moved away, removed, or replaced by another.
///
/// What is written goes on into the open file, which no start would find again: a parcel that was acknowledged would be gone with
/// this process. So nothing is accepted while it is so. What waits is still served, receipts are taken and deletions go on: where
/// the file is lost for good, whatever is fetched before the relay stops is not.
final class FolderWatch: Sendable {
    /// Why nothing is taken, as `/health` says it.
    static let reason = "folder-changed"

    /// What to do, as the log says it.
    static let remedy =
        "put that same file back under its name, not a copy; where it is lost, let what waits be fetched before a stop"

    private let disk: Disk
    private let logger: Logger
    private let files: [(name: String, path: String, identity: FileIdentity?)]
    private let missing = Mutex<String?>(nil)

    /// Remembers which files have these names: right behind their opening, while this process has the folder's lock.
    init(_ names: [String], in folder: String, disk: Disk, logger: Logger) throws(DurableFailure) {
        self.disk = disk
        self.logger = logger
        files = try names.map { name throws(DurableFailure) in
            (name, folder + "/" + name, try disk.identity(of: folder + "/" + name))
        }
    }

    /// Looks once more, tells in the log what has changed, and gives the name of a file that is not in its place. Blocks.
    @discardableResult
    func look() -> String? {
        // One that cannot be looked at is in no place where a start would find it.
        let found = files.first { file in
            file.identity != nil && (try? disk.identity(of: file.path)) != file.identity
        }?.name
        let (isNews, former) = missing.withLock { missing in
            defer { missing = found }
            return (missing != found, missing)
        }
        if isNews { tell(found, former) }
        return found
    }

    /// Refuses what may not be accepted while a file is not in its place. Blocks.
    func requireWhole() throws(Problem) {
        if look() != nil { throw Self.problem }
    }

    /// The same by the last look, before a byte of a body is asked for: acceptance looks once more.
    func requireKnownWhole() throws(Problem) {
        if missing.withLock({ $0 }) != nil { throw Self.problem }
    }

    private static var problem: Problem {
        Problem(.unavailable, detail: "the relay's data folder was changed under it; nothing is lost, try again later")
    }

    private func tell(_ found: String?, _ former: String?) {
        guard let found else {
            logger.notice(
                "the file is in its place again: parcels are taken", metadata: ["reason": "\(former ?? "")"])
            return
        }
        logger.critical(
            "a file that the relay has open was moved away or replaced, nothing is taken",
            metadata: ["reason": "\(found): \(Self.remedy)"])
    }
}
