import Durable
import Notes
import TransparencyLog

/// Looks at what lies in the data folder before anything in it is opened or made: what is of another kind than the relay makes
/// there, what is missing beside the rest, a database that is damaged, a log that must not go on, a key that must not begin one.
struct FolderCheck {
    private let folders: BlobFolders
    private let log: LogSettings
    private let disk: Disk

    init(folders: BlobFolders, log: LogSettings, disk: Disk) {
        self.folders = folders
        self.log = log
        self.disk = disk
    }

    /// One a line.
    var mistakes: [String] {
        let kinds = wrongKinds
        // What stands where a file belongs would be read as one by the rest.
        guard kinds.isEmpty else { return kinds }
        // Whoever is at work there may be between two steps.
        let isTaken = failures([requireFree])
        return isTaken.isEmpty
            ? failures([requireWritable, requireWhole, requireReadable, requireContinuity, requireOneHistory]) : isTaken
    }

    private func failures(_ checks: [() throws -> Void]) -> [String] {
        checks.compactMap { check in
            do {
                try check()
                return nil
            } catch RelayFailure.configuration(let mistakes) {
                return mistakes.joined(separator: "\n  ")
            } catch {
                return RelayFailure.text(of: error)
            }
        }
    }

    // MARK: - Kinds

    private var wrongKinds: [String] {
        guard isFolderOrNothing(folders.data) else { return ["data: something else than a folder has its name"] }
        let places = [folders.incoming, folders.payload, folders.log, folders.logBefore, folders.tls]
        let files = [
            folders.database, folders.database + "-wal", folders.database + "-shm", folders.restoring,
            folders.shredKeys, folders.clockWord, folders.data + "/" + FolderLock.fileName,
            folders.log + "/checkpoint", folders.log + "/" + MinimumIndex.path, log.copyPath,
        ]
        return places.filter { !isFolderOrNothing($0) }.map { wrong($0, "a folder") }
            + files.filter { !isFileOrNothing($0) }.map { wrong($0, "a file") }
    }

    private func wrong(_ path: String, _ kind: String) -> String {
        let name = path.hasPrefix(folders.data + "/") ? String(path.dropFirst(folders.data.count + 1)) : "log.copy"
        return BlobFolders.misplaced(name, is: kind)
    }

    /// A link to a folder may stand for it.
    private func isFolderOrNothing(_ path: String) -> Bool {
        ((try? disk.kind(of: path)) ?? nil) == nil || ((try? disk.isFolder(path)) ?? true)
    }

    /// A link is no file: what is destroyed must be where its name says.
    private func isFileOrNothing(_ path: String) -> Bool {
        guard let kind = try? disk.kind(of: path) else { return true }
        return kind == .file
    }

    // MARK: - Whole, and free

    private func requireFree() throws {
        try FolderLock.requireFree(folder: folders.data, disk: disk)
    }

    /// Where nothing may be written every upload would fail, or the first leaf of the log stop the relay.
    private func requireWritable() throws {
        let places = [
            ("data", folders.data), ("incoming/", folders.incoming), ("payload/", folders.payload),
            ("log/", folders.log),
        ].filter { isFolderOrNothing($0.1) && !disk.mayWrite(in: $0.1) }
        guard !places.isEmpty else { return }
        throw RelayFailure.configuration(
            places.map { name, _ in
                "data: \(name): user \(Disk.user) may not write there: give the rights back (chown, chmod u+rwx)"
            })
    }

    private func requireWhole() throws {
        guard try disk.exists(folders.data) else { return }
        try folders.requireDatabase(copy: log.copyPath, disk: disk)
    }

    private func requireReadable() throws {
        // Beside a blank one SQLite removes the write-ahead log that the right one needs.
        guard try disk.size(of: folders.database) ?? 0 > 0, try !folders.isHalfRestored(disk: disk) else { return }
        try DatabaseCheck(path: folders.database).run()
    }

    /// Also where nothing lies yet: a key from elsewhere may be what an empty folder is given. One that a restore has not set aside
    /// yet is that restore's affair.
    private func requireOneHistory() throws {
        guard try !folders.isHalfRestored(disk: disk) else { return }
        let files = LogFiles(folder: folders.log, copy: log.copyPath, disk: disk)
        func isBegun() throws -> Bool { try files.checkpoint() != nil || files.keptCheckpoint() != nil }
        let history = KeyHistory(settings: log, before: folders.logBefore, disk: disk)
        let key: SigningKey?
        do {
            key = try LogKey.read(log, disk: disk)
        } catch is RelayFailure {
            return
        }
        if let key { return try history.require(key, isBegun: isBegun) }
        if try !isBegun() { try history.requireFreeName() }
    }

    /// Where the key cannot be read nothing can be judged: that is a mistake of its own.
    private func requireContinuity() throws {
        guard try disk.exists(folders.database) else { return }
        let files = LogFiles(folder: folders.log, copy: log.copyPath, disk: disk)
        let (present, kept) = (try files.checkpoint(), try files.keptCheckpoint())
        guard present != nil || kept != nil else { return }
        let key: SigningKey
        do {
            guard let read = try LogKey.read(log, disk: disk) else { throw LogKey.missing }
            key = read
        } catch let failure as RelayFailure where failure != LogKey.missing {
            return
        }
        try LogKeeper.requireContinuity(present: present, kept: kept, key: key)
    }
}
