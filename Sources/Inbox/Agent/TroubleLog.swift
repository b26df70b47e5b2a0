import Exchange
import Logging

/// Says once that something is wrong, and once that it is right again; in between it is quiet, until what is wrong changes.
struct TroubleLog {
    private var trouble = Trouble<String>()
    private let logger: Logger

    init(logger: Logger) {
        self.logger = logger
    }

    mutating func note(_ failure: InboxFailure) {
        guard trouble.turn(to: failure.label) != nil else { return }
        let level: Logger.Level = failure.isAlarm ? .error : .warning
        logger.log(level: level, "\(failure)", metadata: ["failure": "\(failure.label)"])
    }

    mutating func noteSuccess() {
        guard trouble.turn(to: nil) != nil else { return }
        logger.notice("parcels are being received again")
    }
}
