package import Exchange

/// What the machine's clocks read at one moment.
package struct ClockSample: Sendable, Equatable {
    /// The wall clock: right most of the time, and anybody who runs the machine can set it.
    package var wall: UTCTime
    /// Seconds since the machine started, its sleep included. Nobody can set it.
    package var bootSeconds: Int64
    /// Which start of the machine that was.
    package var bootID: String

    /// A reading that is at hand.
    package init(wall: UTCTime, bootSeconds: Int64, bootID: String) {
        self.wall = wall
        self.bootSeconds = bootSeconds
        self.bootID = bootID
    }
}

/// The last moment at which the clock was beyond doubt, as it is stored each minute.
struct ClockTick: Sendable, Equatable {
    /// What the clocks read then.
    var sample: ClockSample
    /// The newest time in a note that was verified until then.
    var newestSigned: UTCTime
}
