package import Exchange
import Foundation

/// The machine's clock.
package enum SystemClock {
    /// The time now, to the second.
    @Sendable package static func now() -> UTCTime {
        UTCTime(secondsSinceEpoch: Int64(Date().timeIntervalSince1970))
    }
}
