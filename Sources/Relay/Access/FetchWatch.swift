import Exchange
import Logging
import Synchronization

/// Tells the operator when a participant fetches many parcels and acknowledges none of them: its inbox cannot hand over what it
/// gets, or somebody with its key takes everything that waits.
///
/// An inbox fetches a parcel and acknowledges it before the next ones: what it has in hand is little, also when it catches up after
/// days. Nothing is refused; who fetched what first is in the log besides, for the senders.
final class FetchWatch: Sendable {
    /// The name that the line has.
    static let reason = "bulk-fetch"
    /// What was fetched longer ago than this does not count any more.
    static let windowMilliseconds: Int64 = 3_600_000

    fileprivate struct InHand {
        /// Parcels fetched and not acknowledged, with the time of the last fetch: as many as are usual at the most.
        var parcels: [ParcelID: Int64] = [:]
        var toldAt: Int64?
    }

    private let usual: Int
    private let logger: Logger
    private let milliseconds: @Sendable () -> Int64
    /// One for each participant that fetched; all of them are in the directory.
    private let inHand = Mutex<[ParticipantID: InHand]>([:])
    private let told = Mutex<Int64>(0)

    /// - Parameter usual: how many parcels one participant may have in hand within an hour without a word.
    init(usual: Int, logger: Logger, milliseconds: @escaping @Sendable () -> Int64 = SystemClock.milliseconds) {
        self.usual = usual
        self.logger = logger
        self.milliseconds = milliseconds
    }

    /// How often it was told since the start.
    var count: Int64 { told.withLock { $0 } }

    /// A body goes out.
    func fetched(_ parcel: ParcelID, by recipient: ParticipantID) {
        let now = milliseconds()
        let isTold = inHand.withLock { $0[recipient, default: InHand()].add(parcel, at: now, usual: usual) }
        guard isTold else { return }
        told.withLock { $0 += 1 }
        logger.error(
            "more than \(usual) parcels were fetched within an hour and not acknowledged: call that authority",
            metadata: ["failure": "\(Self.reason)", "by": "\(recipient)"])
    }

    /// A receipt for it was taken.
    func acknowledged(_ parcel: ParcelID, by recipient: ParticipantID) {
        inHand.withLock { _ = $0[recipient]?.parcels.removeValue(forKey: parcel) }
    }
}

extension FetchWatch.InHand {
    /// Counts a parcel; whether that is one more than is usual, and was not told within the hour.
    fileprivate mutating func add(_ parcel: ParcelID, at now: Int64, usual: Int) -> Bool {
        if parcels[parcel] == nil, parcels.count >= usual {
            parcels = parcels.filter { now - $0.value < FetchWatch.windowMilliseconds }
        }
        guard parcels[parcel] == nil, parcels.count >= usual else {
            parcels[parcel] = now
            return false
        }
        if let toldAt, now - toldAt < FetchWatch.windowMilliseconds { return false }
        toldAt = now
        return true
    }
}
