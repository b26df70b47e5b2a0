import HL7

/// Counts segments by name, so that a path can say which one it means.
struct SegmentCounter {
    private typealias Entry = (name: SegmentName, count: Int)

    /// The first kinds met, more than nearly any message has: without memory of their own.
    private var few = InlineArray<12, Entry>(repeating: (.msh, 0))
    private var kinds = 0
    private var others: [Entry] = []

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
        for position in others.indices where others[position].name == name {
            others[position].count += 1
            return others[position].count
        }
        others.append((name, 1))
        return 1
    }

    /// How many of that name were counted.
    func count(_ name: SegmentName) -> Int {
        for position in 0..<kinds where few[position].name == name { return few[position].count }
        return others.first { $0.name == name }?.count ?? 0
    }
}
