/// Where a log lies: two places, the log's folder and the copy of the last checkpoint apart from it.
///
/// Every write is durable, contents and names, when the call returns; a failed one is never tried again: the process
/// stops and the next start opens the log anew.
package protocol LogStorage: Sendable {
    /// The file at `path` below the log's folder, nil where there is none; longer than `limit` bytes is an error.
    func read(_ path: String, limit: Int) throws -> [UInt8]?

    /// Puts all `files` in place, replacing those that are there.
    func write(_ files: [Frontier.File]) throws

    /// Replaces the served checkpoint: readers see the old one or the new one.
    func publish(_ checkpoint: [UInt8]) throws

    /// The copy of the last checkpoint that is kept apart, on another disk where there is one; nil at the first start.
    func keptCheckpoint() throws -> [UInt8]?

    /// Compare and swap: replaces the copy apart, which must still be of `size` leaves (nil: must not be there).
    func keep(_ checkpoint: [UInt8], replacing size: Int64?) throws

    /// Replaces the file that says from which entry on bundles are there (`MinimumIndex`): readers see the old one or the new.
    func write(minimumIndex: [UInt8]) throws

    /// Removes every entry bundle that lies wholly below `index`, whole and partial ones; those that are gone are no fault.
    func removeEntries(below index: Int64) throws

    /// Removes folders below the log's with all in them; those that are not there are removed already.
    func removeFolders(_ paths: [String]) throws
}

extension LogStorage {
    /// Where the checkpoint is served (C2SP tlog-tiles).
    package static var checkpointPath: String { "checkpoint" }
}
