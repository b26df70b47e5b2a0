import Durable
import Exchange
import StrictJSON

/// A person's word that the clock is right, on its way from `pli-relay clock accept` to the relay.
///
/// It lies as a file in the data folder: whoever can write there can do anything else to the relay, too. It names what
/// the clocks read when it was given, so that it says nothing of any other reading.
struct ClockWord: Sendable, Equatable {
    /// How long a word waits for a relay that does not run.
    static let secondsMax: Int64 = 3_600
    static let bytesMax = 512

    let sample: ClockSample

    /// Whether it speaks of the clock as it reads now.
    func holds(at now: ClockSample) -> Bool {
        let elapsed = now.bootSeconds - sample.bootSeconds
        guard now.bootID == sample.bootID, (0...Self.secondsMax).contains(elapsed) else { return false }
        let difference = now.wall.secondsSinceEpoch - sample.wall.adding(seconds: elapsed).secondsSinceEpoch
        return abs(difference) <= ClockJudge.toleranceSeconds
    }

    var encoded: [UInt8] {
        JSON.object([
            .init("wall", .string(sample.wall.text)), .init("bootSeconds", .integer(sample.bootSeconds)),
            .init("bootID", .string(sample.bootID)),
        ]).encoded
    }

    init(_ sample: ClockSample) {
        self.sample = sample
    }

    /// Nil for anything but a whole word.
    init?(_ bytes: [UInt8]) {
        guard let json = try? JSON(parsing: bytes), json.members?.count == 3,
            let wall = json["wall"]?.string.flatMap({ try? UTCTime($0) }),
            let boot = json["bootSeconds"]?.integer, (0...Limits.integer).contains(boot),
            let id = json["bootID"]?.string
        else { return nil }
        sample = ClockSample(wall: wall, bootSeconds: boot, bootID: id)
    }
}
