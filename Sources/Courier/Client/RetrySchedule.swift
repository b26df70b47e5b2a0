/// How long to wait before the next attempt: from a second to five minutes, doubling, with jitter so that the agents of
/// a region do not all come back in the same second after the relay was away.
package struct RetrySchedule: Sendable, Equatable {
    /// The shortest wait.
    package let firstSeconds: Double
    /// The longest wait.
    package let lastSeconds: Double

    /// 1 s … 5 min.
    package static let standard = RetrySchedule(firstSeconds: 1, lastSeconds: 300)

    /// A schedule between two waits.
    package init(firstSeconds: Double = 1, lastSeconds: Double = 300) {
        self.firstSeconds = firstSeconds
        self.lastSeconds = max(firstSeconds, lastSeconds)
    }

    /// Seconds to wait after `attempt` failures in a row (0 is treated as 1). `random` is drawn from 0 ..< 1 by the
    /// caller.
    package func next(attempt: Int, random: Double) -> Double {
        // Past 2^40 the longest wait is reached whatever the first was.
        let doublings = min(max(attempt, 1) - 1, 40)
        let full = min(lastSeconds, firstSeconds * Double(1 << doublings))
        let jitter = min(max(random, 0), 1)
        return max(firstSeconds, full / 2 + full / 2 * jitter)
    }
}
