package import Courier
import Durable
package import Exchange
package import LabReport
import Logging

/// What a person sees of the quarantine and asks of it: beside a running outbox or without one.
///
/// Each wish is one transaction of the database; the outbox that runs, or the next one, acts on it. Of the rest of the data
/// folder only `finishDrops` changes anything, where no outbox runs; a held message is opened by `message` alone.
package struct QuarantineDesk: Sendable {
    private let path: String
    private let disk: Disk
    private let store: OutboxStore?

    /// Opens the database of a data folder; a folder that has none holds nothing.
    package init(dataFolder: String) throws {
        try self.init(dataFolder: dataFolder, disk: .real, faults: nil)
    }

    init(dataFolder: String, disk: Disk, faults: StoreFaults?) throws {
        path = dataFolder
        self.disk = disk
        try FolderCheck(dataFolder: dataFolder, disk: disk).requireDatabase()
        let database = DataFolder.database(in: dataFolder)
        store = try disk.exists(database) ? OutboxStore(path: database, faults: faults) : nil
    }

    /// What is held, by rule.
    package func counts(at now: UTCTime) throws -> [HeldCount] {
        try store?.heldCounts(at: now.secondsSinceEpoch) ?? []
    }

    /// Held reports one by one, behind `name` where one is given, in the order in which they were read: under any rule, or
    /// under these.
    package func entries(
        after name: HeldName? = nil, rules: [String]? = nil, at now: UTCTime, limit: Int
    ) throws -> [HeldEntry] {
        try store?.heldEntries(
            after: name?.row ?? 0, rules: rules, at: now.secondsSinceEpoch, limit: limit) ?? []
    }

    /// One held report and what was found in it; nil where none has that name.
    package func report(_ name: HeldName, at now: UTCTime) throws -> (entry: HeldEntry, findings: [Finding])? {
        guard let store, let entry = try store.heldEntry(name, at: now.secondsSinceEpoch) else { return nil }
        return (entry, try store.findings(ofReport: name.row))
    }

    /// The message that a held report came in, whole, or the beginning of a stretch that is none: personal data. Nil where its
    /// record cannot be opened.
    package func message(of entry: HeldEntry, keys: ParticipantKeys) throws -> [UInt8]? {
        try QuarantineRecords(folder: DataFolder.quarantine(in: path), disk: disk, keys: keys)
            .messages(at: [entry.place]).first ?? nil
    }

    /// Asks for held reports to be judged again, all or those under these rules; gives how many that are.
    package func ask(rules: [String]?, basis: Int64, at now: UTCTime) throws -> Int {
        try store?.askReplay(rules: rules, basis: basis, at: now.secondsSinceEpoch) ?? 0
    }

    /// Drops the held reports of these names for good; gives those that there were.
    package func drop(_ names: [HeldName], at now: UTCTime) throws -> Set<HeldName> {
        try store?.drop(names, at: now.secondsSinceEpoch) ?? []
    }

    /// Drops all that is held now, or all of it under these rules, for good; gives how many. A crash in between leaves each
    /// report held or gone.
    package func drop(rules: [String]?, at now: UTCTime) throws -> Int {
        guard let store else { return 0 }
        let through = try store.lastHeld()
        var dropped = 0
        while true {
            let next = try store.dropNext(rules: rules, through: through, at: now.secondsSinceEpoch)
            dropped += next.count
            guard next.mayBeMore else { return dropped }
        }
    }

    /// Does what drops left to do, of this life or of one that was killed: removes the segments in which nothing is held any more
    /// and overwrites single records. False where another process has the folder: it does that.
    package func finishDrops() throws -> Bool {
        guard let store, try isUnfinished(store) else { return true }
        let folder: DataFolder
        do {
            folder = try DataFolder(path: path, disk: disk)
        } catch OutboxFailure.busy {
            return false
        }
        defer { folder.release() }
        let logger = Logger(label: "quarantine") { _ in SwiftLogNoOpLogHandler() }
        try Upkeep(store: store, folder: folder, logger: logger, watchFolder: nil).finishDrops()
        return true
    }

    /// By rows, and by files whose rows say that they are gone: whoever was killed between the two left these. Files that never had a
    /// row are no drop's: the outbox's next start looks at them.
    private func isUnfinished(_ store: OutboxStore) throws -> Bool {
        if try store.hasUnfinishedDrops() { return true }
        guard try disk.exists(DataFolder.quarantine(in: path)) else { return false }
        let last = try store.lastSegmentNumber()
        let present = try Upkeep.present(.quarantine, in: path, disk).filter { $0 <= last }
        return try !present.isSubset(of: Upkeep.live(.quarantine, in: store))
    }

    /// By which configuration the outbox that started last judges; nil where none did.
    package func basis() throws -> Int64? { try store?.basis() }

    /// Gives the database back.
    package func close() throws {
        try store?.close()
    }
}

/// How many reports are held under one rule.
package struct HeldCount: Sendable, Hashable {
    package let rule: String
    package let reports: Int
    /// Of these, such as can be judged again: whole messages, no repeats of what was taken, not too old.
    package let triable: Int
    /// When the oldest of them was read.
    package let oldestAt: UTCTime
}
