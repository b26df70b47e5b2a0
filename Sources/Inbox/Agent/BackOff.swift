import Courier
import Exchange

/// When what failed may be tried again: later and later, each for itself, so that none holds up the others.
struct BackOff<Key: Hashable & Sendable>: Sendable {
    private struct Entry {
        var failures: Int
        /// Nil once its turn has come.
        var dueAt: UTCTime?
        var label: String
    }

    private var entries: [Key: Entry] = [:]
    private let schedule = RetrySchedule.standard

    /// How many are put off.
    var count: Int { entries.count }

    /// Whether it may be tried now.
    func isDue(_ key: Key, at now: UTCTime) -> Bool {
        guard let dueAt = entries[key]?.dueAt else { return true }
        return isOver(dueAt, at: now)
    }

    /// Puts it off. Gives whether this is another failure than the last one: worth a line in the log.
    mutating func putOff(_ key: Key, for label: String, at now: UTCTime, random: Double) -> Bool {
        let last = entries[key]
        let failures = (last?.failures ?? 0) + 1
        let seconds = Int64(schedule.next(attempt: failures, random: random).rounded(.up))
        entries[key] = Entry(failures: failures, dueAt: now.adding(seconds: seconds), label: label)
        return last?.label != label
    }

    /// It succeeded, or needs no further attempt.
    mutating func forget(_ key: Key) {
        entries[key] = nil
    }

    /// Begins a turn: those that are due have it. Those that had it last time and were not put off again are forgotten:
    /// they are no longer listed.
    mutating func beginTurn(at now: UTCTime) {
        entries = entries.filter { $0.value.dueAt != nil }
        for (key, entry) in entries {
            if let dueAt = entry.dueAt, isOver(dueAt, at: now) { entries[key]?.dueAt = nil }
        }
    }

    /// How many seconds until the first of those that wait for their turn; nil where there are none.
    func secondsUntilDue(at now: UTCTime) -> Int64? {
        entries.values.compactMap(\.dueAt).map { dueAt in
            isOver(dueAt, at: now) ? 0 : dueAt.secondsSinceEpoch - now.secondsSinceEpoch
        }.min()
    }

    /// A clock that was set back must not put anything off for longer than the schedule would.
    private func isOver(_ dueAt: UTCTime, at now: UTCTime) -> Bool {
        dueAt <= now || dueAt > now.adding(seconds: Int64(schedule.lastSeconds) + 1)
    }
}
