import Durable
import TransparencyLog

/// A log's folder as it is read without being its writer: changing nothing, beside a relay that may be writing there.
struct LogFiles: TileSource {
    let folder: String
    let copy: String
    let disk: Disk

    func file(at path: String, limit: Int) async throws -> [UInt8]? {
        try read(path, limit: limit)
    }

    /// The same for those who may block.
    func read(_ path: String, limit: Int) throws(DurableFailure) -> [UInt8]? {
        try disk.readIfThere(folder + "/" + path, limit: limit)
    }

    /// The copy of the last checkpoint.
    func keptCheckpoint() throws(DurableFailure) -> [UInt8]? {
        try disk.readIfThere(copy, limit: LogLimits.checkpointBytes)
    }

    /// The checkpoint as it is served.
    func checkpoint() throws(DurableFailure) -> [UInt8]? {
        try disk.readIfThere(folder + "/checkpoint", limit: LogLimits.checkpointBytes)
    }
}
