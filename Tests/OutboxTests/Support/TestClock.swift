import Exchange
import Synchronization

/// Time stands still until a test moves it.
final class TestClock: Sendable {
    private let seconds: Mutex<Int64>

    /// 2026-11-23T10:00:00Z.
    static let start: Int64 = 1_795_428_000

    init() {
        seconds = Mutex(TestClock.start)
    }

    var now: UTCTime { UTCTime(secondsSinceEpoch: seconds.withLock { $0 }) }

    func advance(_ by: Int64) {
        seconds.withLock { $0 += by }
    }
}
