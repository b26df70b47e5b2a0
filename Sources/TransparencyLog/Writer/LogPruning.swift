/// Which files a log no longer serves (C2SP tlog-tiles, "Pruning"): those that lie wholly below its minimum index. They
/// are refused, not deleted: the tree does not change, and proofs and checkpoints stay valid.
package struct LogPruning: Equatable, Sendable {
    /// The written policy: leaves are served for twelve months.
    package static let servedDays = 366

    /// Entries from here on are served. 0 in a log that was never pruned.
    package let minimumIndex: Int64

    /// A minimum index within a log of `size` leaves.
    package init(minimumIndex: Int64, size: Int64) throws(LogFailure) {
        guard (0...size).contains(minimumIndex) else { throw .outOfRange(what: "the minimum index") }
        self.minimumIndex = minimumIndex
    }

    /// Whether the file is no longer served; a partial file goes with the full one in its place.
    package func denies(_ address: TileAddress) -> Bool {
        guard let end = address.endIndex else { return false }
        return end <= minimumIndex
    }
}
