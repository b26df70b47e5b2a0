import Durable
import Exchange
import Foundation
import GRDB
import Notes
import TransparencyLog

/// `pli-relay restore`: a data folder from a backup, for a relay whose own is lost.
///
/// The log that was is not continued, since nobody can say what it told after the backup: the first leaf of the new one
/// names its last checkpoint, and its files are served beside (`log-before/`). Parcels that waited are not here; their
/// senders find that out by themselves and send them again. The database is begun first and gets its name last: a relay does
/// not start on what is half restored, and the command can be run again.
package struct RelayRestore {
    private let configuration: RelayConfiguration
    private let folders: BlobFolders
    private let disk: Disk

    /// What was restored.
    package struct Summary: Sendable, Equatable {
        /// Parcels that had ended.
        package let parcels: Int
        /// Receipts.
        package let receipts: Int
        /// Leaves of the log that is succeeded, as the backup has them.
        package let leaves: Int64
        /// Leaves that were published after the backup, as the copy kept apart tells; nil where there is no copy.
        package let lost: Int64?
    }

    /// A restore into a configured relay's data folder.
    package init(_ configuration: RelayConfiguration) {
        self.init(configuration, disk: .real)
    }

    init(_ configuration: RelayConfiguration, disk: Disk) {
        self.configuration = configuration
        self.disk = disk
        folders = BlobFolders(data: configuration.dataFolder)
    }

    /// Restores what `RelayBackup` wrote into `folder`.
    package func run(from folder: String) async throws -> Summary {
        let (key, signed) = try await read(folder)
        guard configuration.log.origin.map({ !$0.utf8.elementsEqual(key.name.utf8) }) ?? true else {
            throw RelayFailure.configuration(["log.origin: it is the name of the log that is succeeded: leave it out"])
        }
        try folders.create(disk: disk)
        let lock = try FolderLock(folder: folders.data, disk: disk)
        defer { withExtendedLifetime(lock) {} }
        try requireNoRelay()
        // From here on no relay starts on this folder, before a restore was finished.
        if try !disk.exists(folders.restoring) { try disk.writeDurably([], to: folders.restoring) }
        let lost = try setAsideCopy(of: key, restored: signed.checkpoint.size)
        try setAsideKey(named: key.name)
        let before = LogFiles(folder: folder + "/" + RelayBackup.logName, copy: "", disk: disk)
        try await LogCopy(disk: disk, folder: folders.logBefore).take(signed, from: before)
        try disk.writeDurably(Array((key.line + "\n").utf8), to: folders.logBefore + "/key")
        let counts = try buildDatabase(from: folder + "/" + RelayBackup.databaseName, succeeding: signed)
        // Empty since their rows were folded in.
        for suffix in ["-wal", "-shm"] { try disk.remove(folders.restoring + suffix) }
        // From here on it is a relay's folder.
        try disk.rename(folders.restoring, to: folders.database)
        return Summary(
            parcels: counts["parcels"] ?? 0, receipts: counts["receipts"] ?? 0, leaves: signed.checkpoint.size,
            lost: lost)
    }

    /// The backup, whole and unchanged: its label, its database, its log's checkpoint.
    private func read(_ folder: String) async throws -> (VerifierKey, SignedCheckpoint) {
        guard try disk.isFolder(folder) else {
            throw RelayFailure.configuration([
                "--from: there is no such folder: name the one that pli-relay backup made"
            ])
        }
        let path = folder + "/" + BackupLabel.name
        guard try disk.exists(path) else {
            throw RelayFailure.backup("it has no backup.json: it is not whole: take another backup")
        }
        let label = try BackupLabel(parsing: disk.read(path, limit: BackupLabel.limit))
        let database = folder + "/" + RelayBackup.databaseName
        guard try disk.exists(database), try RelayBackup.hash(of: database, disk: disk) == label.database else {
            throw RelayFailure.backup("its database is not the one that backup.json names: take another backup")
        }
        do {
            let key = try VerifierKey(line: label.logKey)
            let files = LogFiles(folder: folder + "/" + RelayBackup.logName, copy: "", disk: disk)
            let signed = try await LogAudit.checkpoint(of: files, key: key)
            _ = try await LogAudit.run(files, key: key)
            return (key, signed)
        } catch let failure where failure is LogFailure || failure is NoteFailure {
            throw RelayFailure.backup("its log is damaged: take another backup")
        }
    }

    private func requireNoRelay() throws {
        let present = try [folders.database, folders.shredKeys, folders.log].contains { try disk.exists($0) }
        let bodies = try [folders.incoming, folders.payload].contains { try !disk.names(in: $0).isEmpty }
        guard !present, !bodies else {
            throw RelayFailure.configuration(["data: a relay's files are there: move them away and keep them"])
        }
    }

    /// The copy of the last checkpoint may have outlived the data folder: it says what is lost, and is kept as proof.
    private func setAsideCopy(of key: VerifierKey, restored: Int64) throws -> Int64? {
        let path = configuration.log.copyPath
        guard try disk.exists(path) else { return nil }
        let kept: SignedCheckpoint
        do {
            kept = try SignedCheckpoint(parsing: disk.read(path, limit: LogLimits.checkpointBytes), by: key)
        } catch is LogFailure {
            throw RelayFailure.log("the checkpoint kept apart is of another log: put the right one back")
        }
        try disk.rename(path, to: path + ".before")
        return max(0, kept.checkpoint.size - restored)
    }

    /// The old log's key signs nothing any more.
    private func setAsideKey(named name: String) throws {
        var settings = configuration.log
        settings.origin = nil
        guard let key = try LogKey.read(settings, disk: disk), key.name.utf8.elementsEqual(name.utf8) else { return }
        try disk.rename(settings.keyPath, to: settings.keyPath + ".before")
    }

    private func buildDatabase(from path: String, succeeding signed: SignedCheckpoint) throws -> [String: Int] {
        do {
            return try copyRows(from: path, succeeding: signed)
        } catch let failure as DatabaseError {
            switch failure.resultCode {
            case .SQLITE_FULL:
                throw RelayFailure.backup("no room in the data folder: free some space, run pli-relay restore again")
            // Our own disk's affair: the system's log tells more.
            case .SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM: throw failure
            default: throw RelayFailure.backup("its database is damaged: take another backup")
            }
        }
    }

    private func copyRows(from path: String, succeeding signed: SignedCheckpoint) throws -> [String: Int] {
        // What a restore that died has left is begun again.
        for suffix in ["", "-wal", "-shm"] { try disk.remove(folders.restoring + suffix) }
        var reading = GRDB.Configuration()
        reading.readonly = true
        let source = try DatabaseQueue(path: path, configuration: reading)
        let store = try RelayStore(path: folders.restoring, clock: .system)
        let counts = try source.read { source in
            let sequenced = try Int64.fetchOne(source, sql: "SELECT leaves FROM sequenced") ?? 0
            return try store.write("restore") { target in
                let counts = try BackupTables.copy(from: source, to: target, movingPositionsBy: -sequenced)
                try store.begin(succeeding: signed, target)
                return counts
            }
        }
        // What lies beside the file does not go with its name.
        try store.foldIn()
        try store.close()
        try source.close()
        return counts
    }
}

extension RelayStore {
    /// The first leaves of a log that succeeds another: its last checkpoint, and the notes that the relay serves.
    fileprivate func begin(succeeding signed: SignedCheckpoint, _ db: Database) throws {
        _ = try sequence(.succeeds, of: SHA256Hex(of: signed.checkpoint.text), db)
        for (event, table, order) in [
            (LogLeaf.Event.directory, "directories", "version"), (.keys, "keysNotes", "participant"),
        ] {
            for hash in try String.fetchAll(db, sql: "SELECT textHash FROM \(table) ORDER BY \(order)") {
                _ = try sequence(event, of: SHA256Hex(hash), db)
            }
        }
    }
}
