import Exchange

/// Decides whether the wall clock can be gone by. A value: no clock, no disk; `RelayClock` feeds it.
///
/// While the program runs, boot time is what the wall clock is held against. Across restarts it is the stored tick: in the
/// same run of the machine boot time goes on from it; after another start of the machine nothing says how long it was
/// off, so the wall clock is believed for as long as a machine is usually off, and no longer.
///
/// A doubt ends when the clock reads right again, or by a person's word (`accept`).
struct ClockJudge: Sendable, Equatable {
    /// How far the clock may be off: as far as a signed time may lie ahead of its reader's clock.
    static let toleranceSeconds = Limits.clockSkewSeconds
    /// Boot time and wall time may drift apart by one second in so many: far more than clocks do, far less than a jump.
    static let driftDivisor: Int64 = 1_000

    /// How long the machine may have been off before a person has to say that the clock is right.
    let awaySeconds: Int64
    /// Where the clock was right the last time, in this run of the program or an earlier one.
    private var last: ClockTick?
    /// What the clocks read at this program's start.
    private let start: ClockSample
    /// From where boot time counts in this run of the program; nil until the clock was beyond doubt once.
    private var anchor: ClockSample?
    private(set) var newestSigned: UTCTime

    /// - Parameter tick: what was stored; nil at the very first start.
    init(tick: ClockTick?, start: ClockSample, awaySeconds: Int64) {
        last = tick
        self.start = start
        self.awaySeconds = awaySeconds
        newestSigned = tick?.newestSigned ?? UTCTime(secondsSinceEpoch: 0)
    }

    /// Judges what the clocks read.
    mutating func read(_ sample: ClockSample) -> ClockReading {
        let counted = counted(at: sample)
        if let doubt = doubt(of: sample.wall, within: counted) {
            // No more than what has surely gone by: nothing falls due on the word of a clock in doubt.
            let time = counted?.earliest ?? newestSigned
            return ClockReading(time: time, surelyPast: time, doubt: doubt)
        }
        if anchor == nil { anchor = sample }
        last = ClockTick(sample: sample, newestSigned: newestSigned)
        return ClockReading(
            time: sample.wall, surelyPast: min(sample.wall, counted?.counted ?? sample.wall), doubt: nil)
    }

    /// A time that stands in a verified note: it is past, so the clock cannot lie far behind it.
    mutating func witness(_ time: UTCTime) {
        newestSigned = max(newestSigned, time)
    }

    /// A person says that the clock is right.
    mutating func accept(_ sample: ClockSample) {
        anchor = sample
        newestSigned = min(newestSigned, sample.wall)
        last = ClockTick(sample: sample, newestSigned: newestSigned)
    }

    /// What is to be stored; nil before the clock was ever beyond doubt.
    var tick: ClockTick? { last }

    /// Where the wall clock may be.
    private struct Window {
        /// What has gone by at the least.
        var earliest: UTCTime
        /// What boot time counts to, where it counted all along.
        var counted: UTCTime?
        /// What can have gone by at the most, the tolerance included.
        var latest: UTCTime
    }

    private func counted(at sample: ClockSample) -> Window? {
        if let anchor { return Self.window(from: anchor, to: sample) }
        guard let tick = last?.sample else { return nil }
        if tick.bootID == sample.bootID, tick.bootSeconds <= sample.bootSeconds {
            return Self.window(from: tick, to: sample)
        }
        // The tick is from another run of the machine, or from another machine: only this program's run has counted.
        let earliest = tick.wall.adding(seconds: max(0, sample.bootSeconds - start.bootSeconds))
        return Window(earliest: earliest, counted: nil, latest: earliest.adding(seconds: awaySeconds))
    }

    private static func window(from known: ClockSample, to sample: ClockSample) -> Window {
        let elapsed = max(0, sample.bootSeconds - known.bootSeconds)
        let counted = known.wall.adding(seconds: elapsed)
        let drift = elapsed / driftDivisor
        return Window(
            earliest: counted.adding(seconds: -drift), counted: counted,
            latest: counted.adding(seconds: drift + toleranceSeconds))
    }

    private func doubt(of wall: UTCTime, within window: Window?) -> ClockDoubt? {
        if let window {
            if wall > window.latest { return .ahead }
            if wall < window.earliest.adding(seconds: -Self.toleranceSeconds) { return .behind }
        }
        return wall < newestSigned.adding(seconds: -Self.toleranceSeconds) ? .behindNotes : nil
    }
}

/// What time it is, and whether that is certain.
struct ClockReading: Sendable, Equatable {
    /// The time to go by.
    let time: UTCTime
    /// Deadlines up to here have passed by wall time and by boot time: what is destroyed goes by it.
    let surelyPast: UTCTime
    /// Nil while the clock is beyond doubt.
    let doubt: ClockDoubt?
}
