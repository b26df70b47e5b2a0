import Exchange
import Synchronization

@testable import Relay

/// A machine's clocks that stand still until they are moved.
final class TestClock: Sendable {
    private let state: Mutex<ClockSample>

    /// Starts at the machine's time: files get their times from there.
    init() {
        state = Mutex(ClockSample(wall: SystemClock.now(), bootSeconds: 1_000, bootID: "first"))
    }

    /// All that they read.
    var sample: ClockSample { state.withLock { $0 } }

    /// The wall clock.
    var now: UTCTime { sample.wall }

    /// Time passes.
    func move(seconds: Int64) {
        state.withLock {
            $0.wall = $0.wall.adding(seconds: seconds)
            $0.bootSeconds += seconds
        }
    }

    /// Somebody sets the wall clock.
    func jump(seconds: Int64) {
        state.withLock { $0.wall = $0.wall.adding(seconds: seconds) }
    }

    /// The machine is off for a while, and starts again.
    func reboot(offSeconds: Int64) {
        state.withLock {
            $0.wall = $0.wall.adding(seconds: offSeconds)
            $0.bootSeconds = 20
            $0.bootID += "-next"
        }
    }
}
