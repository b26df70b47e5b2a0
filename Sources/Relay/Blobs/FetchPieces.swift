import Durable
import Synchronization

/// How large the pieces are in which bodies go out: large while few are fetched, since the disk takes a large one for little more than
/// a small one; smaller the more there are, so that as many as begin together hold little more than `totalBytes`. One that began
/// alone and stalls keeps its large pieces until it goes on or ends: three of `largestBytes` a connection are the most.
final class FetchPieces: Sendable {
    /// What all fetches together may hold, three pieces each.
    static let totalBytes = 24 << 20
    static let largestBytes = 1 << 20
    static let smallestBytes = 64 << 10
    /// Memory is given in powers of two: a piece leaves as much of one as its place at a page may need.
    static let spareBytes = 4 * AppendFile.pageBytes

    private let underWay = Atomic<Int>(0)

    /// Bytes of the next piece: whole pages.
    var bytes: Int {
        let share = max(1, FetchPieces.totalBytes / 3 / max(1, underWay.load(ordering: .relaxed)))
        let power = 1 << (Int.bitWidth - 1 - share.leadingZeroBitCount)
        return min(FetchPieces.largestBytes, max(FetchPieces.smallestBytes, power)) - FetchPieces.spareBytes
    }

    /// A body goes out.
    func begin() { underWay.wrappingAdd(1, ordering: .relaxed) }

    /// It does no longer.
    func end() { underWay.wrappingSubtract(1, ordering: .relaxed) }
}
