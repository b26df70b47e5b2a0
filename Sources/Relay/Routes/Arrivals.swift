import Exchange
import ServiceLifecycle
import Synchronization

/// Wakes long polls: nobody asks the database again and again.
final class Arrivals: Sendable {
    /// What somebody waits for.
    enum Place: Hashable, Sendable {
        /// A parcel for this recipient.
        case inbox(ParticipantID)
        /// A receipt on a parcel of this sender.
        case outbox(ParticipantID)
    }

    private struct State {
        /// Counts the arrivals at each place.
        var counts: [Place: Int] = [:]
        var waiting: [Place: [Int: CheckedContinuation<Void, Never>]] = [:]
        var nextWaiter = 0
    }

    private let state = Mutex(State())

    /// How many wait, at all places.
    var waiting: Int { state.withLock { $0.waiting.values.reduce(0) { $0 + $1.count } } }

    /// How many arrivals there have been. To be read before the database is asked, so that none falls between.
    func count(at place: Place) -> Int {
        state.withLock { $0.counts[place] ?? 0 }
    }

    /// Says that something arrived.
    func wake(_ place: Place) {
        let woken = state.withLock { state in
            state.counts[place, default: 0] += 1
            return state.waiting.removeValue(forKey: place)
        }
        for continuation in (woken ?? [:]).values { continuation.resume() }
    }

    /// Waits until there have been more than `count` arrivals, for `duration` at most. Ends early at shutdown.
    func wait(at place: Place, beyond count: Int, for duration: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait(at: place, beyond: count) }
            group.addTask {
                try? await cancelWhenGracefulShutdown { try await Task.sleep(for: duration) }
            }
            await group.next()
            group.cancelAll()
        }
    }

    private func wait(at place: Place, beyond count: Int) async {
        let waiter = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if Task.isCancelled || (state.counts[place] ?? 0) > count { return true }
                    state.waiting[place, default: [:]][waiter] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let continuation = state.withLock { state in
                let continuation = state.waiting[place]?.removeValue(forKey: waiter)
                if state.waiting[place]?.isEmpty == true { state.waiting[place] = nil }
                return continuation
            }
            continuation?.resume()
        }
    }
}
