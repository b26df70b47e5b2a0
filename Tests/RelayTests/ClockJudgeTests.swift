import Exchange
import Testing

@testable import Relay

@Suite("Whether the clock can be gone by")
struct ClockJudgeTests {
    private static let noon = UTCTime(secondsSinceEpoch: 1_795_694_400)
    private static let tenYears: Int64 = 3_652 * 86_400
    private static let away: Int64 = 6 * 3_600
    private static let day: Int64 = 86_400

    private static func sample(_ seconds: Int64, boot: Int64, id: String = "a") -> ClockSample {
        ClockSample(wall: noon.adding(seconds: seconds), bootSeconds: boot, bootID: id)
    }

    private static func tick(signed: Int64 = -3_600) -> ClockTick {
        ClockTick(sample: sample(0, boot: 1_000), newestSigned: noon.adding(seconds: signed))
    }

    private static func judge(_ tick: ClockTick?, start: ClockSample) -> ClockJudge {
        ClockJudge(tick: tick, start: start, awaySeconds: away)
    }

    /// What happens to the clocks of a machine whose relay runs since `noon`.
    struct Case: CustomTestStringConvertible, Sendable {
        let what: String
        /// Seconds by wall, and by boot time, since noon.
        let wall: Int64
        let boot: Int64
        let doubt: ClockDoubt?
        var testDescription: String { what }
    }

    @Test(
        "while it runs, the wall clock is held against boot time",
        arguments: [
            Case(what: "a minute passes", wall: 60, boot: 60, doubt: nil),
            Case(what: "a month passes", wall: 30 * day, boot: 30 * day, doubt: nil),
            Case(what: "NTP corrects four minutes", wall: 300, boot: 60, doubt: nil),
            Case(what: "NTP corrects four minutes back", wall: -180, boot: 60, doubt: nil),
            Case(what: "it is set 301 s ahead", wall: 361, boot: 60, doubt: .ahead),
            Case(what: "it is set an hour ahead", wall: 3_660, boot: 60, doubt: .ahead),
            Case(what: "it is set an hour back", wall: -3_540, boot: 60, doubt: .behind),
            Case(what: "it jumps ten years ahead", wall: tenYears, boot: 1, doubt: .ahead),
            Case(what: "it jumps ten years back", wall: -tenYears, boot: 1, doubt: .behind),
            Case(what: "both drift for a month", wall: 30 * day + 2_000, boot: 30 * day, doubt: nil),
            Case(what: "a leap second", wall: 86_399, boot: 86_400, doubt: nil),
        ])
    func running(_ one: Case) {
        let start = Self.sample(0, boot: 1_000)
        var judge = Self.judge(nil, start: start)
        #expect(judge.read(start).doubt == nil)
        let reading = judge.read(Self.sample(one.wall, boot: 1_000 + one.boot))
        #expect(reading.doubt == one.doubt)
        // Nothing ever falls due before boot time has counted to it, whatever the wall clock says.
        #expect(reading.surelyPast <= Self.noon.adding(seconds: one.boot))
        if one.doubt == nil { #expect(reading.time == Self.noon.adding(seconds: one.wall)) }
    }

    /// What the clocks read at a start, the tick being from noon and boot second 1,000.
    struct Start: CustomTestStringConvertible, Sendable {
        let what: String
        let sample: ClockSample
        let doubt: ClockDoubt?
        var testDescription: String { what }
    }

    @Test(
        "across restarts it is held against the tick",
        arguments: [
            Start(what: "the program starts again", sample: sample(10, boot: 1_010), doubt: nil),
            Start(
                what: "the program starts again after three days in the same run of the machine",
                sample: sample(3 * day, boot: 1_000 + 3 * day), doubt: nil),
            Start(
                what: "started again with a clock three days ahead", sample: sample(3 * day, boot: 1_010), doubt: .ahead
            ),
            Start(
                what: "started again with a clock an hour behind", sample: sample(-3_600, boot: 1_010), doubt: .behind),
            Start(what: "ten years ahead", sample: sample(tenYears, boot: 1_010), doubt: .ahead),
            Start(what: "ten years behind", sample: sample(-tenYears, boot: 1_010), doubt: .behind),
            Start(what: "the machine started again", sample: sample(120, boot: 30, id: "b"), doubt: nil),
            Start(what: "the machine was off for five hours", sample: sample(5 * 3_600, boot: 30, id: "b"), doubt: nil),
            Start(
                what: "the machine was off for seven hours", sample: sample(7 * 3_600, boot: 30, id: "b"), doubt: .ahead
            ),
            Start(what: "reboot, ten years ahead", sample: sample(tenYears, boot: 30, id: "b"), doubt: .ahead),
            Start(what: "reboot, ten years behind", sample: sample(-tenYears, boot: 30, id: "b"), doubt: .behind),
            Start(
                what: "reboot into 1970",
                sample: ClockSample(wall: .init(secondsSinceEpoch: 9), bootSeconds: 9, bootID: "b"), doubt: .behind),
            Start(
                what: "restored on a machine that has run for a year",
                sample: sample(3_600, boot: 365 * day, id: "c"), doubt: nil),
            Start(
                what: "yesterday's backup restored on another machine",
                sample: sample(day, boot: 365 * day, id: "c"), doubt: .ahead),
            Start(what: "a snapshot of the same run of the machine", sample: sample(60, boot: 500), doubt: nil),
        ])
    func restarted(_ one: Start) {
        var judge = Self.judge(Self.tick(), start: one.sample)
        let reading = judge.read(one.sample)
        #expect(reading.doubt == one.doubt)
        if one.doubt != nil {
            // No more than what has surely gone by.
            #expect(reading.time <= Self.noon.adding(seconds: 10))
            #expect(judge.tick == Self.tick(), "a doubt must not move the tick")
        }
    }

    @Test("a machine that was off for long comes to be believed by nobody but a person, however long it waits")
    func waiting() {
        let start = Self.sample(3 * Self.day, boot: 30, id: "b")
        var judge = Self.judge(Self.tick(), start: start)
        for hour in 0..<100 as Range<Int64> {
            let later = Self.sample(3 * Self.day + hour * 3_600, boot: 30 + hour * 3_600, id: "b")
            #expect(judge.read(later).doubt == .ahead)
        }
        let now = Self.sample(4 * Self.day, boot: 30 + Self.day, id: "b")
        judge.accept(now)
        #expect(judge.read(now) == ClockReading(time: now.wall, surelyPast: now.wall, doubt: nil))
        #expect(judge.tick?.sample == now)
        #expect(judge.read(Self.sample(4 * Self.day + 60, boot: 90 + Self.day, id: "b")).doubt == nil)
    }

    @Test("a doubt ends when the clock is set right, and not when it is set wrong in another way")
    func setRight() {
        var judge = Self.judge(Self.tick(), start: Self.sample(Self.tenYears, boot: 1_010))
        #expect(judge.read(Self.sample(Self.tenYears, boot: 1_010)).doubt == .ahead)
        #expect(judge.read(Self.sample(-Self.day, boot: 1_020)).doubt == .behind)
        #expect(judge.read(Self.sample(2 * Self.day, boot: 1_020)).doubt == .ahead)
        #expect(judge.read(Self.sample(30, boot: 1_030)).doubt == nil)
        #expect(judge.tick?.sample == Self.sample(30, boot: 1_030))
    }

    @Test("many small steps do not add up to a large one")
    func creeping() {
        let start = Self.sample(0, boot: 0)
        var judge = Self.judge(nil, start: start)
        _ = judge.read(start)
        var doubts = 0
        // Four minutes are gained in each minute: each step alone is within what is tolerated.
        for minute in 1...10 as ClosedRange<Int64> {
            if judge.read(Self.sample(minute * 300, boot: minute * 60)).doubt == .ahead { doubts += 1 }
        }
        #expect(doubts == 9)
    }

    @Test("a clock far behind a verified time is in doubt, at a first start too")
    func signed() {
        let start = Self.sample(0, boot: 30)
        var judge = Self.judge(nil, start: start)
        judge.witness(Self.noon.adding(seconds: 300))
        #expect(judge.read(start).doubt == nil)
        judge.witness(Self.noon.adding(seconds: 301))
        judge.witness(Self.noon.adding(seconds: 5))
        let reading = judge.read(start)
        #expect(reading.doubt == .behindNotes)
        #expect(reading.time == Self.noon, "boot time has not counted further")
        #expect(judge.read(Self.sample(2, boot: 30)).doubt == nil, "set right")
        judge.witness(Self.noon.adding(seconds: Self.day))
        judge.accept(start)
        #expect(judge.read(start).doubt == nil, "a person knows better than a note")

        let stored = ClockTick(sample: Self.sample(0, boot: 1_000), newestSigned: Self.noon.adding(seconds: 900))
        var next = Self.judge(stored, start: Self.sample(10, boot: 1_010))
        #expect(next.read(Self.sample(10, boot: 1_010)).doubt == .behindNotes)
    }

    @Test("a word on the clock speaks of that reading alone, for an hour, in that run of the machine")
    func word() throws {
        let given = Self.sample(0, boot: 1_000)
        let word = ClockWord(given)
        #expect(ClockWord(word.encoded) == word)
        #expect(word.holds(at: given))
        #expect(word.holds(at: Self.sample(3_600, boot: 4_600)))
        #expect(!word.holds(at: Self.sample(3_601, boot: 4_601)))
        #expect(!word.holds(at: Self.sample(1_000, boot: 1_010)), "the clock was set since")
        #expect(!word.holds(at: Self.sample(-5, boot: 995)))
        #expect(!word.holds(at: Self.sample(1, boot: 1_001, id: "b")))
        for text in [
            "", "{}", #"{"wall":"now","bootSeconds":1,"bootID":"a"}"#,
            String(decoding: word.encoded, as: UTF8.self) + "x",
        ] {
            #expect(ClockWord(Array(text.utf8)) == nil, "\(text)")
        }
    }
}
