import Durable
import Exchange
import Synchronization

/// Refuses bodies early enough that receipts and deletions always find room.
///
/// What running uploads still have to write counts as taken, so that two of them are not promised the same bytes.
final class SpaceGuard: Sendable {
    private let reserve: Int64
    private let freeBytes: @Sendable () throws -> Int64
    private let promised = Mutex<Int64>(0)

    /// - Parameter reserve: bytes that no body may take.
    init(reserve: Int64, freeBytes: @escaping @Sendable () throws -> Int64) {
        self.reserve = reserve
        self.freeBytes = freeBytes
    }

    /// Promises room for `bytes`, or refuses with 507. Blocks.
    func claim(_ bytes: Int64) throws {
        let free = try freeBytes()
        let fits = promised.withLock { promised in
            guard free - reserve - promised >= bytes else { return false }
            promised += bytes
            return true
        }
        guard fits else {
            throw Problem(.full, detail: "no room for this parcel now; nothing was lost, try again later")
        }
    }

    /// Refuses with 507 what there is no room for, and promises nothing. Blocks.
    func demand(_ bytes: Int64) throws {
        try claim(bytes)
        release(bytes)
    }

    /// Takes back a promise: the bytes were written, or will not come.
    func release(_ bytes: Int64) {
        promised.withLock { $0 -= bytes }
    }

    /// Whether bodies are taken at all. Blocks.
    func hasRoom() throws -> Bool {
        try freeBytes() > reserve
    }
}
