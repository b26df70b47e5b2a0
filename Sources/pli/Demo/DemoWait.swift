import Foundation

/// Random kills during a step, each drawn from one seed.
struct DemoDice {
    private(set) var left: Int
    private(set) var random: SeededRandom
    private var ticksToNext: Int

    init(kills: Int, random: SeededRandom) {
        left = kills
        self.random = random
        ticksToNext = 0
        ticksToNext = draw(8)
    }

    /// A number below `bound`.
    mutating func draw(_ bound: Int) -> Int { Int(random.next() % UInt64(max(bound, 1))) }

    /// Whether somebody dies at this tick.
    mutating func strikes() -> Bool {
        guard left > 0 else { return false }
        ticksToNext -= 1
        guard ticksToNext < 0 else { return false }
        left -= 1
        ticksToNext = draw(8)
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

    static func until(
        _ cast: DemoCast, _ dice: inout DemoDice, limitSeconds: Int, _ isReached: () throws -> Bool
    ) async throws {
        let start = ContinuousClock.now
        while true {
            if dice.strikes() {
                var drawn = dice
                try await cast.killOne { drawn.draw($0) }
                dice = drawn
            }
            try await cast.check()
            if dice.left == 0, try isReached() { return }
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
