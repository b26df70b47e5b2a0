import Exchange
import Synchronization

/// Accepts parcels that came whole, many under the same syncs: whoever comes while a group is on its way to the disk shares
/// the next one.
final class WholeParcels: Sendable {
    /// The most that go together: with bodies of `WholeParcel.bytesMax` they are 16 MiB.
    static let together = 64

    private typealias Waiter = CheckedContinuation<RelayStore.Admission, any Error>

    private let vault: ParcelVault
    private let queue = Mutex(Queue())

    private struct Queue {
        var waiting: [(parcel: WholeParcel, waiter: Waiter)] = []
        var isAtWork = false
    }

    init(vault: ParcelVault) {
        self.vault = vault
    }

    /// Returns once the parcel is in the store for good, or refused there. It is not in the log yet. The caller holds its lock.
    func accept(_ parcel: WholeParcel) async throws -> RelayStore.Admission {
        try await withCheckedThrowingContinuation { (waiter: Waiter) in
            let isFirst = queue.withLock { queue in
                queue.waiting.append((parcel, waiter))
                defer { queue.isAtWork = true }
                return !queue.isAtWork
            }
            if isFirst { DiskPool.submit { self.serve() } }
        }
    }

    private func serve() {
        while true {
            let group = queue.withLock { queue in
                let group = Array(queue.waiting.prefix(Self.together))
                queue.waiting.removeFirst(group.count)
                if group.isEmpty { queue.isAtWork = false }
                return group
            }
            guard !group.isEmpty else { return }
            let results = vault.accept(group.map(\.parcel))
            for (part, result) in zip(group, results) { part.waiter.resume(with: result) }
        }
    }
}
