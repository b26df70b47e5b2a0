import Exchange
import Logging
import Synchronization

/// The relay's clock: the machine's, judged each time it is read.
final class RelayClock: Sendable {
    private let sample: @Sendable () -> ClockSample
    private let logger: Logger
    private let state: Mutex<State>

    private struct State {
        var judge: ClockJudge
        var trouble = Trouble<ClockDoubt>()
    }

    init(tick: ClockTick?, settings: ClockSettings) {
        sample = settings.sample
        logger = settings.logger
        state = Mutex(
            State(judge: ClockJudge(tick: tick, start: settings.sample(), awaySeconds: settings.awaySeconds)))
    }

    /// What time it is. A doubt that begins or ends is told in the log, once.
    var reading: ClockReading {
        let (reading, turn) = state.withLock { state in
            let reading = state.judge.read(sample())
            return (reading, state.trouble.turn(to: reading.doubt))
        }
        switch turn {
        case .began(let doubt)?:
            logger.critical(
                "the clock is in doubt, nothing is taken and nothing expires: \(doubt.english)",
                metadata: ["reason": "\(doubt.rawValue)"])
        case .ended?: logger.notice("the clock is no longer in doubt: parcels are taken again")
        case nil: break
        }
        return reading
    }

    /// The time to go by; with the clock in doubt, what has surely gone by.
    var now: UTCTime { reading.time }

    /// Refuses what must not be done without knowing the time.
    func requireSure() throws(Problem) {
        guard let doubt = reading.doubt else { return }
        throw Problem(.unavailable, detail: "\(doubt.rawValue): the relay waits for its clock; nothing is lost")
    }

    /// The newest time in a note that was verified, and taken.
    var newestSigned: UTCTime { state.withLock { $0.judge.newestSigned } }

    /// A time in a note that was verified, and taken.
    func witness(_ time: UTCTime) {
        state.withLock { $0.judge.witness(time) }
    }

    /// What is to be stored each minute; nil while the clock is in doubt: the last one stays.
    var tick: ClockTick? {
        guard reading.doubt == nil else { return nil }
        return state.withLock { $0.judge.tick }
    }

    /// Takes a person's word for the clock, if it was given for what the clock reads now.
    func take(_ word: ClockWord) -> Bool {
        let isTaken = state.withLock { state in
            let now = sample()
            guard word.holds(at: now) else { return false }
            state.judge.accept(now)
            return true
        }
        if isTaken {
            logger.notice("the clock was accepted by a person")
        } else {
            reportWord("the clock moved since, or it came too late")
        }
        _ = reading
        return isTaken
    }

    /// A word that was not taken, and why.
    func reportWord(_ reason: String) {
        logger.warning("a word on the clock was not taken: \(reason): say it again: pli-relay clock accept")
    }
}

/// Where the relay's clock comes from.
package struct ClockSettings: Sendable {
    /// Hours that the machine may have been off before its clock needs a person's word, where nothing is said.
    static let defaultAwayHours = 6

    var sample: @Sendable () -> ClockSample
    var awaySeconds = Int64(Self.defaultAwayHours) * 3_600
    var logger = Logger(label: "pli-relay") { _ in SwiftLogNoOpLogHandler() }

    init(sample: @escaping @Sendable () -> ClockSample) {
        self.sample = sample
    }

    /// A world that has one clock: what it reads is what has gone by, and only going back is doubted.
    init(now: @escaping @Sendable () -> UTCTime) {
        self.init(sample: {
            let time = now()
            return ClockSample(wall: time, bootSeconds: time.secondsSinceEpoch, bootID: "one")
        })
    }

    /// The machine's clocks.
    package static var system: ClockSettings { ClockSettings(sample: SystemClock.sample) }
}
