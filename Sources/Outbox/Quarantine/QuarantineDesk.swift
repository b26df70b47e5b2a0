import Durable
package import Exchange

/// What a person sees of the quarantine and asks of it: beside a running outbox or without one.
///
/// Each wish is one transaction of the database; the outbox that runs, or the next one, acts on it. Nothing else of the data
/// folder is touched, and no held message is opened here.
package struct QuarantineDesk: Sendable {
    private let store: OutboxStore?

    /// Opens the database of a data folder; a folder that has none holds nothing.
    package init(dataFolder: String) throws {
        let path = DataFolder.database(in: dataFolder)
        store = try Disk.real.exists(path) ? OutboxStore(path: path) : nil
    }

    /// What is held, by rule.
    package func counts(at now: UTCTime) throws -> [HeldCount] {
        try store?.heldCounts(at: now.secondsSinceEpoch) ?? []
    }

    /// Asks for held reports to be judged again, all or those under these rules; gives how many that are.
    package func ask(rules: [String]?, basis: Int64, at now: UTCTime) throws -> Int {
        try store?.askReplay(rules: rules, basis: basis, at: now.secondsSinceEpoch) ?? 0
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
