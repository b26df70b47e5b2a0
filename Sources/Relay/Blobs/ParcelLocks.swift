import Exchange
import Synchronization

/// Lets one request or task at a time work on a parcel's bytes.
///
/// A lock is held by code, not by a row: it goes with the request that took it, however that ends.
final class ParcelLocks: Sendable {
    private let held = Mutex<Set<ParcelID>>([])

    /// Takes the lock of a parcel; false when another has it.
    func take(_ id: ParcelID) -> Bool {
        held.withLock { $0.insert(id).inserted }
    }

    /// Gives it back.
    func release(_ id: ParcelID) {
        held.withLock { _ = $0.remove(id) }
    }
}
