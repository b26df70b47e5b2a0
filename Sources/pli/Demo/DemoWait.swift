import Foundation

/// Random kills during a step, each drawn from one seed: spread over the step's progress, then a few ticks later, so that
/// they meet each of its parts, and the parts within a parcel.
struct DemoDice {
    private struct Moment {
        var progress: Double
        var ticks: Int
    }

    private(set) var random: SeededRandom
    private var moments: [Moment] = []

    /// - Parameters:
    ///   - kills: how many while the step goes on.
    ///   - atEnd: how many when it has reached its end, before it may close.
    init(kills: Int, atEnd: Int = 0, random: SeededRandom) {
        self.random = random
        let spread = (0..<max(kills, 0)).map { _ in Double(draw(1_000)) / 1_000 }.sorted()
        for progress in spread + Array(repeating: 1, count: max(atEnd, 0)) {
            moments.append(Moment(progress: progress, ticks: draw(8)))
        }
    }

    /// How many are still to come.
    var left: Int { moments.count }

    /// A number below `bound`.
    mutating func draw(_ bound: Int) -> Int { Int(random.next() % UInt64(max(bound, 1))) }

    /// Whether somebody dies at this tick, at which the step is this far, of 1.
    mutating func strikes(at progress: Double) -> Bool {
        guard let next = moments.first, progress >= next.progress else { return false }
        guard next.ticks == 0 else {
            moments[0].ticks -= 1
            return false
        }
        moments.removeFirst()
        return true
    }
}

/// SplitMix64: a run can be had again from its seed.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Waits for the programs to reach a state, kills as asked, and gives up with a reason instead of hanging.
enum DemoWait {
    static let tickMilliseconds = 60

    /// Seconds that any healthy machine needs far less than.
    static func limit(reports: Int) -> Int { 240 + reports / 50 }

    /// How far a step is: 1 when all is done that it can count, and whether it may end.
    struct Progress {
        var fraction: Double
        var isReached: Bool

        static let none = Progress(fraction: 0, isReached: false)
    }

    static func until(
        _ cast: DemoCast, _ dice: inout DemoDice, limitSeconds: Int, _ progress: () throws -> Progress
    ) async throws {
        let start = ContinuousClock.now
        while true {
            let reached = try progress()
            if dice.strikes(at: reached.fraction) {
                var drawn = dice
                try await cast.killOne { drawn.draw($0) }
                dice = drawn
            }
            try await cast.check()
            if dice.left == 0, reached.isReached { return }
            guard ContinuousClock.now - start < .seconds(limitSeconds) else {
                throw CommandFailure.refused(
                    "la démonstration n'avance plus après \(limitSeconds) s ; les journaux sont dans logs/ et relay/ (--keep)",
                    "the demonstration makes no progress after \(limitSeconds) s; its logs are in logs/ and relay/ (--keep)"
                )
            }
            try await Task.sleep(for: .milliseconds(tickMilliseconds))
        }
    }
}
