import HL7

/// Counts segments by name, so that a path can say which one it means.
struct SegmentCounter {
    private typealias Entry = (name: SegmentName, count: Int)

    /// The first kinds met, more than nearly any message has: without memory of their own.
    private var few = InlineArray<12, Entry>(repeating: (.msh, 0))
    private var kinds = 0
    /// The rest by name: a message may have one of each name that there can be.
    private var others: [SegmentName: Int] = [:]

    /// Nothing counted.
    init() {}

    /// Counts one more and gives its number, from 1.
    mutating func next(_ name: SegmentName) -> Int {
        for position in 0..<kinds where few[position].name == name {
            few[position].count += 1
            return few[position].count
        }
        if kinds < few.count {
            few[kinds] = (name, 1)
            kinds += 1
            return 1
        }
        others[name, default: 0] += 1
        return others[name, default: 1]
    }

    /// How many of that name were counted.
    func count(_ name: SegmentName) -> Int {
        for position in 0..<kinds where few[position].name == name { return few[position].count }
        return others[name] ?? 0
    }
}
