import Exchange
import Synchronization

/// Lets one request or task at a time work on a parcel's bytes.
///
/// A lock is held by code, not by a row: it goes with the request that took it, however that ends.
final class ParcelLocks: Sendable {
    private struct State {
        var held: Set<ParcelID> = []
        /// Who waits for a lock that is held, in their order.
        var waiting: [ParcelID: [CheckedContinuation<Void, Never>]] = [:]
    }

    private let state = Mutex(State())

    /// Takes the lock of a parcel; false when another has it.
    func take(_ id: ParcelID) -> Bool {
        state.withLock { $0.held.insert(id).inserted }
    }

    /// Takes it as soon as those have given it back who have it or waited before: for what must be done before an answer, and
    /// only where whoever has it is soon done.
    func takeInTurn(_ id: ParcelID) async {
        await withCheckedContinuation { continuation in
            let isTaken = state.withLock { state in
                if state.held.insert(id).inserted { return true }
                state.waiting[id, default: []].append(continuation)
                return false
            }
            if isTaken { continuation.resume() }
        }
    }

    /// Gives it back, to the next who waits.
    func release(_ id: ParcelID) {
        let next = state.withLock { state in
            guard var waiting = state.waiting.removeValue(forKey: id) else {
                state.held.remove(id)
                return nil as CheckedContinuation<Void, Never>?
            }
            let next = waiting.removeFirst()
            if !waiting.isEmpty { state.waiting[id] = waiting }
            return next
        }
        next?.resume()
    }

    /// How many wait for a parcel's lock.
    func waiting(for id: ParcelID) -> Int { state.withLock { $0.waiting[id]?.count ?? 0 } }
}
