import Courier
import Exchange

/// Recipients whose parcels the relay does not take for now, and when each is tried again: by waits that grow with its
/// failures, so that the others go at their usual pace. As many as there are recipients at the most.
struct KeptBack {
    private struct Entry {
        var failures: Int
        var until: Int64
    }

    private let schedule = RetrySchedule.standard
    private var entries: [String: Entry] = [:]

    /// Another failure of this recipient's.
    mutating func keepBack(_ recipient: String, at now: UTCTime) {
        let failures = (entries[recipient]?.failures ?? 0) + 1
        let wait = schedule.next(attempt: failures, random: Double.random(in: 0..<1))
        entries[recipient] = Entry(
            failures: failures, until: now.secondsSinceEpoch + Int64(wait.rounded(.up)))
    }

    /// Nothing keeps it back any more.
    mutating func release(_ recipient: String) { entries[recipient] = nil }

    /// Those whose time has not come. A wait longer than any is a clock's that was set back: it is over.
    func waiting(at now: UTCTime) -> Set<String> {
        let longest = Int64(schedule.lastSeconds)
        return Set(entries.filter { (1...longest).contains($0.value.until - now.secondsSinceEpoch) }.map { $0.key })
    }
}
