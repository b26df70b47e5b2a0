import Exchange
import Synchronization

@testable import Relay

/// The true time of a test's little world; it moves only when it is told to.
final class TownClock: Sendable {
    private let seconds: Mutex<Int64>

    /// 2026-11-23T10:00:00Z.
    static let start: Int64 = 1_795_428_000

    init() {
        seconds = Mutex(TownClock.start)
    }

    var now: UTCTime { UTCTime(secondsSinceEpoch: seconds.withLock { $0 }) }

    func advance(_ by: Int64) {
        seconds.withLock { $0 += by }
    }
}

/// One machine's clock: the true time, and what it is wrong by.
final class MachineClock: Sendable {
    private let town: TownClock
    private let error = Mutex<Int64>(0)

    init(_ town: TownClock) {
        self.town = town
    }

    var now: UTCTime { town.now.adding(seconds: errorSeconds) }

    /// What a relay goes by: the wall clock, and boot time, which no one sets. The machine runs all along.
    var sample: ClockSample {
        ClockSample(wall: now, bootSeconds: town.now.secondsSinceEpoch - TownClock.start + 1_000, bootID: "one")
    }

    /// Seconds ahead of the true time.
    var errorSeconds: Int64 {
        get { error.withLock { $0 } }
        set { error.withLock { $0 = newValue } }
    }
}
