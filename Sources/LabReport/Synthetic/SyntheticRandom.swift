/// SplitMix64: the same numbers on every machine, one independent stream for each seed and purpose.
struct SyntheticRandom {
    private var state: UInt64

    /// The stream of message `number` under `seed`; `purpose` tells streams of one message apart.
    init(seed: UInt64, number: Int, purpose: UInt64) {
        state = SyntheticRandom.mix(SyntheticRandom.mix(seed) ^ purpose &* 0xd6e8_feb8_6659_fd93)
        state = SyntheticRandom.mix(state &+ UInt64(bitPattern: Int64(number)) &* 0x9e37_79b9_7f4a_7c15)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return SyntheticRandom.mix(state)
    }

    /// 0 to `count` - 1; 0 when there is nothing to choose from.
    mutating func below(_ count: Int) -> Int {
        count > 1 ? Int(next() % UInt64(count)) : 0
    }

    /// True `perThousand` times in a thousand.
    mutating func chance(_ perThousand: Int) -> Bool { below(1000) < perThousand }

    /// One of `choices`; nil when there are none.
    mutating func pick<Value>(_ choices: [Value]) -> Value? {
        choices.isEmpty ? nil : choices[below(choices.count)]
    }

    /// One of `choices`; empty when there are none.
    mutating func pick(_ choices: [String]) -> String { choices.isEmpty ? "" : choices[below(choices.count)] }

    /// `count` decimal digits.
    mutating func digits(_ count: Int) -> String {
        var text = ""
        for _ in 0..<count { text += String(below(10)) }
        return text
    }

    /// A bijection, so that different numbers give different results.
    static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value &+ 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
