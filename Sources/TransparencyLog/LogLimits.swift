/// The limits of a log. Past one of them: a clear error. Each has a test at it and one past it.
package enum LogLimits {
    /// Leaves in a log: the largest integer every JSON reader keeps exactly (2^53 - 1).
    package static let size: Int64 = 9_007_199_254_740_991
    /// Bytes of an entry, which has a 16-bit length before it (C2SP tlog-tiles).
    package static let entryBytes = 65_535
    /// Bytes of one of our leaves, its newline included.
    package static let leafBytes = 256
    /// Hashes in a full tile and entries in a full bundle (C2SP tlog-tiles).
    package static let tileWidth = 256
    /// The highest level a tile can have in a log of `size` leaves: 256^6 is below it, 256^7 is not.
    package static let tileLevel = 6
    /// Bytes of a signed checkpoint, cosignatures included.
    package static let checkpointBytes = 16 * 1024
    /// Bytes of an origin.
    package static let originBytes = 255
    /// Extension lines of a checkpoint.
    package static let checkpointExtensions = 8
    /// Bytes of a `.tlog-proof` file.
    package static let proofBytes = 32 * 1024
    /// Bytes of a proof file's extra data.
    package static let proofExtraBytes = 4 * 1024
    /// Hashes of an inclusion or consistency proof: twice the height of the tallest tree is never reached.
    package static let proofHashes = 108
    /// Leaves appended in one batch.
    package static let batchLeaves = 65_536
    /// Checked tiles that a reader keeps: 8 KiB each.
    package static let keptTiles = 64
}
