import Durable
import Exchange
import Logging
import Synchronization

/// Whether the disk answers, and whether what lies on it is as it was: for whoever asks how the relay is, and each minute for the
/// operator.
///
/// It never waits on the threads that uploads wait on: with a disk that stalls, all of those are held up.
final class DiskWatch: Sendable {
    /// Why nothing is taken, as `/health` says it: what comes waits.
    static let reason = "disk-stalled"

    /// Why no body is taken, as `/health` says it: there is no room.
    static let full = "disk-full"

    /// How long a look may take. A disk that is busy takes a second or two.
    static let patience: @Sendable () async throws -> Void = { try await Task.sleep(for: .seconds(5)) }

    /// The least time between two syncs that a look makes: whoever asks again and again costs no more.
    static let syncMilliseconds: Int64 = 5_000

    private let looks: BoundedLook<String?>
    private let logger: Logger
    /// Its copy may lie on a disk of its own.
    private let log: LogKeeper?
    private let stall = Mutex(Trouble<String>())
    private let fullness = Mutex(Trouble<String>())

    init(
        watch: FolderWatch, space: SpaceGuard, data: String, disk: Disk, logger: Logger,
        log: LogKeeper? = nil,
        patience: @escaping @Sendable () async throws -> Void = DiskWatch.patience,
        syncMilliseconds: Int64 = DiskWatch.syncMilliseconds,
        milliseconds: @escaping @Sendable () -> Int64 = SystemClock.milliseconds
    ) {
        self.logger = logger
        self.log = log
        let syncedAt = Mutex<Int64?>(nil)
        looks = BoundedLook(patience: patience) {
            guard watch.look() == nil else { return FolderWatch.reason }
            let isDue = syncedAt.withLock { $0.map { milliseconds() - $0 >= syncMilliseconds } ?? true }
            if isDue {
                do {
                    // What memory can answer says nothing of a disk.
                    try disk.syncFolder(data)
                } catch {
                    guard watch.look() == nil else { return FolderWatch.reason }
                    throw error
                }
                syncedAt.withLock { $0 = milliseconds() }
            }
            DiskPool.waitForTurn()
            return try space.hasRoom() ? nil : Self.full
        }
    }

    /// Why parcels are not taken, as far as it is the disk's doing; a constant text.
    func reason() async throws -> String? {
        switch try await looks.answer() {
        case .late:
            tell(stalled: true)
            return Self.reason
        case .found(let reason):
            tell(stalled: false)
            // Of a folder that is not in its place nobody asks how much room it has.
            if reason != FolderWatch.reason { tell(full: reason == Self.full) }
            return reason ?? (log?.isFull == true ? Self.full : nil)
        }
    }

    private func tell(full: Bool) {
        switch fullness.withLock({ $0.turn(to: full ? Self.full : nil) }) {
        case .began?:
            logger.error(
                "the disk of the data folder is full up to limits.reserveMegabytes, no parcel is taken: make room on it"
            )
        case .ended?: logger.notice("the disk of the data folder has room again: parcels are taken")
        case nil: break
        }
    }

    private func tell(stalled: Bool) {
        switch stall.withLock({ $0.turn(to: stalled ? Self.reason : nil) }) {
        case .began?: logger.critical("the disk does not answer, what comes waits for it: look at the system's log")
        case .ended?: logger.notice("the disk answers again")
        case nil: break
        }
    }
}
