import Exchange
import Synchronization

@testable import Relay

/// A clock that stands still until it is moved.
final class TestClock: Sendable {
    private let time: Mutex<UTCTime>

    /// Starts at the machine's time: files get their times from there.
    init() {
        time = Mutex(SystemClock.now())
    }

    var now: UTCTime { time.withLock { $0 } }

    func move(seconds: Int64) {
        time.withLock { $0 = $0.adding(seconds: seconds) }
    }
}
