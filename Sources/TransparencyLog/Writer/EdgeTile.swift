/// The tile that is being filled at one level, and the perfect subtrees that its hashes make so far.
///
/// `peaks` works like a binary counter: as many as `hashes.count` has bits set, the largest first. So each append costs
/// one node hash on average, and the tile's root is there when it is full.
struct EdgeTile: Equatable, Sendable {
    /// Hashes so far, fewer than 256 between appends.
    private(set) var hashes: [LogHash] = []
    /// Roots of the perfect subtrees over `hashes`, from left to right.
    private(set) var peaks: [LogHash] = []

    init() {}

    /// A tile that holds `hashes` already.
    init(_ hashes: some Sequence<LogHash>) {
        for hash in hashes { append(hash) }
    }

    /// Adds one hash; when that fills the tile, gives its root.
    @discardableResult
    mutating func append(_ hash: LogHash) -> LogHash? {
        hashes.append(hash)
        var peak = hash
        var count = hashes.count
        while count.isMultiple(of: 2), let left = peaks.popLast() {
            peak = WriterHashing.node(left, peak)
            count /= 2
        }
        peaks.append(peak)
        return hashes.count == LogLimits.tileWidth ? peak : nil
    }

    /// The file's bytes.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(hashes.count * LogHash.byteCount)
        for hash in hashes { hash.withUnsafeBytes { bytes.append(contentsOf: $0) } }
        return bytes
    }
}
