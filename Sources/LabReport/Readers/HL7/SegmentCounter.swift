import HL7

/// Counts segments by name, so that a path can say which one it means.
struct SegmentCounter {
    private var counts: [(name: SegmentName, count: Int)] = []

    /// Nothing counted.
    init() {
        // More kinds than nearly any message has.
        counts.reserveCapacity(12)
    }

    /// Counts one more and gives its number, from 1.
    mutating func next(_ name: SegmentName) -> Int {
        for position in counts.indices where counts[position].name == name {
            counts[position].count += 1
            return counts[position].count
        }
        counts.append((name, 1))
        return 1
    }

    /// How many of that name were counted.
    func count(_ name: SegmentName) -> Int { counts.first { $0.name == name }?.count ?? 0 }
}
