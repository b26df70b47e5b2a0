import Exchange
import Synchronization

/// How many requests one participant may still make: so many a second, and ten seconds' worth at once after a rest.
struct RateBucket: Sendable, Equatable {
    /// Seconds of requests that a rest saves up.
    static let savedSeconds: Int64 = 10
    private static let one: Int64 = 1_000

    /// Thousandths of requests.
    private var left: Int64
    private var at: Int64

    init(perSecond: Int, milliseconds now: Int64) {
        left = Int64(perSecond) * Self.savedSeconds * Self.one
        at = now
    }

    /// Whether it has all that a rest saves up: one that is begun anew would be the same.
    func isRested(perSecond: Int, milliseconds now: Int64) -> Bool {
        let rate = Int64(perSecond)
        return left + min(max(0, now - at), Self.savedSeconds * 1_000) * rate >= rate * Self.savedSeconds * Self.one
    }

    /// Takes one request; nil if there was one, else the whole seconds until there will be.
    mutating func take(perSecond: Int, milliseconds now: Int64) -> Int? {
        let rate = Int64(perSecond)
        // One a millisecond is one thousandth a millisecond for each a second.
        let elapsed = min(max(0, now - at), Self.savedSeconds * 1_000)
        left = min(left + elapsed * rate, rate * Self.savedSeconds * Self.one)
        at = now
        guard left < Self.one else {
            left -= Self.one
            return nil
        }
        return Int((Self.one - left + rate * 1_000 - 1) / (rate * 1_000)).clamped(to: 1...60)
    }
}

extension Int {
    fileprivate func clamped(to range: ClosedRange<Int>) -> Int {
        Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}

/// Limits what each participant may ask, so that one of them cannot keep the relay from the others.
final class RequestRates: Sendable {
    private let perSecond: Int
    private let milliseconds: @Sendable () -> Int64
    /// One for each participant that asked; all of them are in the directory.
    private let buckets = Mutex<[ParticipantID: RateBucket]>([:])

    init(perSecond: Int, milliseconds: @escaping @Sendable () -> Int64 = SystemClock.milliseconds) {
        self.perSecond = perSecond
        self.milliseconds = milliseconds
    }

    /// Counts a request of a participant whose token held, or refuses it.
    func take(by id: ParticipantID) throws(Postponed) {
        let now = milliseconds()
        let wait = buckets.withLock { buckets in
            buckets[id, default: RateBucket(perSecond: perSecond, milliseconds: now)]
                .take(perSecond: perSecond, milliseconds: now)
        }
        guard let wait else { return }
        throw Postponed(
            problem: Problem(.tooMany, detail: "this participant asks more than \(perSecond) times a second: wait"),
            seconds: wait)
    }
}

/// A refusal that says when to ask again.
struct Postponed: Error, Equatable {
    let problem: Problem
    let seconds: Int
}
