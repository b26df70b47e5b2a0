import Courier
import Durable
import Exchange
import Logging

/// What a data folder that cannot be used is to an outbox that runs: something to wait for, as a full disk is, and no end.
extension OutboxAgent {
    /// What failed because the folder is no longer where it was, as that.
    nonisolated func ofFolder(_ error: any Error) -> any Error {
        switch error {
        case is CancellationError: return error
        case let failure as CourierFailure where failure.mustStop || failure == .cancelled: return error
        case let failure as DurableFailure where failure.mustStop: return error
        case let failure as OutboxFailure where failure.mustStop: return error
        default: break
        }
        do {
            try folder.requireInPlace()
            return error
        } catch {
            return error
        }
    }

    /// Told once, by whichever piece of work met it first.
    func tellFolderAway() {
        let failure = OutboxFailure.dataFolderAway
        guard absence.turn(to: failure.label) != nil else { return }
        logger.error("waiting, then trying again: \(failure)", metadata: ["reason": "\(failure.label)"])
    }

    func noteFolderInPlace() {
        guard absence.turn(to: nil) != nil else { return }
        logger.notice("the data folder is in its place again")
    }
}
