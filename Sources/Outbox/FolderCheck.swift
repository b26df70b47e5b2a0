package import Durable
import GRDB

/// Whether the database and the files beside it belong together. Nothing is changed by looking.
///
/// SQLite makes an empty database where there is none, and by an empty or an older one every segment that it does not name would be
/// over: so nothing opens it for work, and nothing is removed, before this was looked at.
package struct FolderCheck: Sendable {
    private let folder: String
    private let watched: String?
    private let disk: Disk

    /// Without `watchFolder` nothing is said of what was taken from there.
    package init(dataFolder: String, watchFolder: String? = nil, disk: Disk = .real) {
        folder = dataFolder
        watched = watchFolder
        self.disk = disk
    }

    /// Before SQLite opens anything: no other thing in the database's place, and no files of a database that is not there.
    package func requireDatabase() throws {
        let path = DataFolder.database(in: folder)
        if try ExpectedEntry.file(OutboxStore.fileName).trouble(in: folder, disk: disk) != nil {
            throw DurableFailure.noFile(path: path)
        }
        if let size = try disk.size(of: path), size > 0 { return }
        let hasLog = try !disk.exists(path) && disk.exists(path + "-wal")
        let noted = try SegmentNote(folder: folder, disk: disk).read() ?? 0
        guard !hasLog, noted == 0, try !holdsFiles() else {
            throw OutboxFailure.databaseMissing
        }
        guard try !holdsTaken() else { throw OutboxFailure.dataFolderMissing }
    }

    /// Whether the watched folder has files that were taken, and nothing here knows of them: the folder that did lies on a disk that is not
    /// mounted, most often. One with the key of its reports is a person's, who begins anew.
    private func holdsTaken() throws -> Bool {
        guard let watched, try !disk.exists(folder + "/" + Pseudonyms.fileName) else { return false }
        // One that cannot be looked at says nothing of the data folder: whoever watches it says what is wrong with it.
        let names = try? disk.names(in: WatchedFolder.taken(in: watched))
        return names?.contains { FolderWatch.hash(ofTaken: $0) != nil } ?? false
    }

    /// Segments, or sealed bodies of parcels.
    private func holdsFiles() throws -> Bool {
        for kind in SegmentKind.allCases where try disk.exists(folder + "/" + kind.folder) {
            if try !Upkeep.present(kind, in: folder, disk).isEmpty { return true }
        }
        let spool = folder + "/spool"
        guard try disk.exists(spool) else { return false }
        return try disk.names(in: spool).contains { $0.hasSuffix(DataFolder.bodySuffix) }
    }

    /// A database whose last segment is `last` knows all that was ever named.
    func requireNewest(last: Int64) throws {
        if let noted = try SegmentNote(folder: folder, disk: disk).read(), noted > last {
            throw OutboxFailure.databaseOld(lastSegment: last)
        }
    }

    /// What the database names was durable before it was named: a file that is shorter has lost reports. Of what nobody asks for any
    /// more nothing can be lost.
    func requireWhole(_ segment: SegmentRow, pending: Int) throws {
        guard segment.isOpen || pending > 0 else { return }
        let path = SegmentWriter.path(folder + "/" + segment.kind.folder, segment.number)
        guard let size = try disk.size(of: path), size >= segment.bytes else {
            throw OutboxFailure.damagedSegment(number: segment.number)
        }
    }

    /// All of it, read beside a running outbox or without one: what a start would refuse.
    package func requireWhole() throws {
        try requireDatabase()
        do {
            try lookOnce()
        } catch is OutboxFailure {
            // An outbox that runs may have removed a segment between its row and its file.
            try lookOnce()
        }
    }

    /// What the database says of the files beside it.
    private struct Rows {
        var last: Int64
        var segments: [(SegmentRow, Int)]
        var hasFiles: Bool
    }

    private func lookOnce() throws {
        let found = try OutboxStore.look(into: folder) { db in
            guard try db.tableExists("segments") else { return nil as Rows? }
            let segments = try OutboxStore.segments(db).map { segment in
                (segment, try OutboxStore.pending(inSegment: segment.number, db) ?? 0)
            }
            return Rows(
                last: try OutboxStore.lastSegmentNumber(db), segments: segments, hasFiles: try OutboxStore.hasFiles(db))
        }
        guard case .some(.some(let rows)) = found else { return }
        try requireNewest(last: rows.last)
        for (segment, pending) in rows.segments { try requireWhole(segment, pending: pending) }
        if rows.hasFiles { _ = try Pseudonyms.looking(into: folder, needed: true, disk: disk) }
    }
}
