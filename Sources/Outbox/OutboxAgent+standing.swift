import Courier
import Durable
import Exchange
import Logging

/// How we stand with the relay: what it refuses us for what we are is one matter, whichever piece of work met it.
extension OutboxAgent {
    /// Tells it once, until the relay has been greeted. `greetings` is how many attempts at that had ended when the refused work
    /// began: before the first, the relay of a new participant has no keys of it yet, and gets them with that very attempt.
    func tellStanding(_ failure: CourierFailure, after greetings: Int) {
        if failure.isUnknownToken, greetings == 0 {
            guard !isUnknownTold else { return }
            isUnknownTold = true
            logger.notice("the relay does not know this participant's keys yet: they are being published")
            return
        }
        guard refusal.turn(to: failure.label) != nil else { return }
        let reason = ["reason": failure.label]
        if case .clock = failure {
            // Which of the two clocks is wrong, the text says.
            logger.warning("waiting, then trying again: \(failure)", metadata: ["reason": "\(failure.label)"])
            return
        }
        if case .refused(let problem) = failure, problem.type == .notEntitled {
            Alarm.notServed.raise(
                "nothing goes out, of no recipient's making; ask the holders of the root keys, or the registrar: \(failure)",
                in: logger, reason)
        } else {
            Alarm.notServed.raise("nothing goes out, of no recipient's making: \(failure)", in: logger, reason)
        }
    }

    /// Keeps why the relay takes nothing for whoever looks from outside, and forgets it once it does. A note is no reason to stop.
    func noteUploads(_ error: (any Error)?) {
        let failure = error as? CourierFailure
        if failure == .cancelled { return }
        guard notedUpload != (failure?.label ?? "") else { return }
        let note = UploadNote(dataFolder: folder.path, disk: folder.disk)
        do throws(DurableFailure) {
            if let failure { try note.keep(failure, at: now()) } else { try note.remove() }
            notedUpload = failure?.label ?? ""
        } catch {
            // Tried again with the next round.
            notedUpload = nil
        }
    }
}
