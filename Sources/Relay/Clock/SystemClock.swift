package import Exchange
import Foundation

#if canImport(Glibc)
// `timespec` is Glibc's, or, where CoreFoundation was loaded first, said to be that one's: which, the order of files decides.
import CoreFoundation
import Glibc
#else
import Musl
#endif

/// The machine's clocks.
package enum SystemClock {
    /// The wall clock now, to the second.
    @Sendable package static func now() -> UTCTime {
        UTCTime(secondsSinceEpoch: Int64(Date().timeIntervalSince1970))
    }

    /// All that the machine's clocks read now.
    @Sendable package static func sample() -> ClockSample {
        ClockSample(wall: now(), bootSeconds: bootSeconds, bootID: bootID)
    }

    /// Milliseconds since the machine started: what is waited by, and never shown.
    @Sendable static func milliseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }

    private static var bootSeconds: Int64 { milliseconds() / 1_000 }

    /// Where the kernel gives none, every start of the program counts as one of the machine: the stricter rule.
    private static let bootID: String = {
        let text = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        let id = (text ?? "").filter { !$0.isWhitespace }
        return id.isEmpty ? UUID().uuidString : String(id.prefix(64))
    }()
}
