import Crypto
import Durable
import Exchange
import GRDB
import Notes
import TransparencyLog

/// `pli-relay backup`: what a relay may leave in another place, beside the running relay or without it.
///
/// It holds the directory's versions, keys notes, the rows and receipts of parcels that ended, and the log's public files.
/// It holds no header, no payload, no shred key and no key that signs: with it and every recipient's key nothing opens.
/// What waits when it is made is not in it: its senders send it again after a restore.
package struct RelayBackup {
    private let configuration: RelayConfiguration
    private let folders: BlobFolders
    private let disk: Disk
    private let now: UTCTime

    static let databaseName = "relay.sqlite"
    static let logName = "log"

    /// What was put into it.
    package struct Summary: Sendable, Equatable {
        /// Parcels that ended.
        package let parcels: Int
        /// Receipts.
        package let receipts: Int
        /// Leaves of the log.
        package let leaves: Int64
    }

    /// A backup of a configured relay.
    package init(_ configuration: RelayConfiguration) {
        self.init(configuration, disk: .real, now: SystemClock.now())
    }

    init(_ configuration: RelayConfiguration, disk: Disk, now: UTCTime) {
        self.configuration = configuration
        self.disk = disk
        self.now = now
        folders = BlobFolders(data: configuration.dataFolder)
    }

    /// Writes it into a folder that does not exist yet.
    package func make(at folder: String) async throws -> Summary {
        guard !folder.isEmpty else {
            throw RelayFailure.configuration(["--to: no folder is named: name one that does not exist yet"])
        }
        try folders.requireReadableDatabase(disk: disk)
        guard !(folder + "/").hasPrefix(folders.data + "/") else { throw Self.liesInside }
        guard try !disk.exists(folder) else { throw try Self.exists(folder, disk: disk) }
        guard let key = try LogKey.read(configuration.log, disk: disk)?.verifying else {
            throw RelayFailure.log("its key file is missing: bring it back")
        }
        // A crash below leaves a folder without a label: it is not taken for a backup.
        try createFolder(folder)
        let path = folder + "/" + Self.databaseName
        let counts = try copyDatabase(to: path)
        let files = LogFiles(folder: folders.log, copy: configuration.log.copyPath, disk: disk)
        // Behind the database: every row's leaf is in it, but for those that are published right now.
        let signed = try await LogAudit.checkpoint(of: files, key: key)
        try await LogCopy(disk: disk, folder: folder + "/" + Self.logName).take(signed, from: files)
        let label = BackupLabel(madeAt: now, database: try Self.hash(of: path, disk: disk), logKey: key.line)
        try disk.writeDurably(label.encoded, to: folder + "/" + BackupLabel.name)
        return Summary(
            parcels: counts["parcels"] ?? 0, receipts: counts["receipts"] ?? 0, leaves: signed.checkpoint.size)
    }

    private static func exists(_ folder: String, disk: Disk) throws -> RelayFailure {
        let isHalf =
            try disk.exists(folder + "/" + databaseName) && !disk.exists(folder + "/" + BackupLabel.name)
        return .configuration([
            isHalf
                ? "--to: its folder holds what a backup that was cut short has left: remove that, or name another one"
                : "--to: its folder exists already: name another one"
        ])
    }

    /// Makes the folder, unless it would lie in the data folder, by whatever links and dots it is named.
    private func createFolder(_ folder: String) throws {
        try disk.createFolder(folder)
        guard let place = try? disk.realPath(of: folder) else {
            throw RelayFailure.configuration(["--to: a link that leads nowhere has its folder's name: name another one"]
            )
        }
        guard try place.hasPrefix(disk.realPath(of: folders.data) + "/") else { return }
        try disk.removeEmptyFolder(folder)
        throw Self.liesInside
    }

    private static var liesInside: RelayFailure {
        .configuration(["--to: its folder lies in the data folder: name one on another disk"])
    }

    /// A database of its own, row by row: no page of the relay's is copied, since free ones hold what was deleted.
    private func copyDatabase(to path: String) throws -> [String: Int] {
        do {
            return try copyRows(to: path)
        } catch let failure as DatabaseError where failure.resultCode == .SQLITE_FULL {
            throw RelayFailure.backup("no room for it: free some space there, remove what was begun, run it again")
        }
    }

    private func copyRows(to path: String) throws -> [String: Int] {
        let source = try DatabaseLook(folders: folders, disk: disk).open()
        let target = try DatabaseQueue(path: path)
        try RelaySchema.migrator.migrate(target)
        let counts = try source.queue.read { source in
            let sequenced = try Int64.fetchOne(source, sql: "SELECT leaves FROM sequenced") ?? 0
            return try target.write { target in
                try target.execute(sql: "UPDATE sequenced SET leaves = ?", arguments: [sequenced])
                return try BackupTables.copy(from: source, to: target)
            }
        }
        try target.close()
        try source.queue.close()
        try source.requireUnchanged()
        try disk.syncFolder(FilePlace.folder(of: path))
        return counts
    }

    /// The hash of a file, read in pieces.
    static func hash(of path: String, disk: Disk) throws -> SHA256Hex {
        let file = try ReadableFile(path: path, disk: disk)
        var hasher = SHA256()
        var offset: Int64 = 0
        while offset < file.size {
            let piece = try file.read(at: offset, count: 1 << 20)
            guard !piece.isEmpty else { break }
            hasher.update(data: piece)
            offset += Int64(piece.count)
        }
        return try hasher.hex()
    }
}
