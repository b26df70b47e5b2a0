/// Random numbers that a failing test can have again: it says its seed. SplitMix64.
package struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    /// A seed of the system's, for tests that try something new each time.
    package static func newSeed() -> UInt64 { UInt64.random(in: .min ... .max) }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number of 0 and more that is less than `limit`.
    package mutating func next(below limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }

    /// Eight bytes a draw.
    package mutating func bytes(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        while bytes.count < count {
            withUnsafeBytes(of: next()) { bytes.append(contentsOf: $0) }
        }
        return Array(bytes.prefix(max(0, count)))
    }
}
