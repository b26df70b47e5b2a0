import Exchange

/// Numbers of parcels that the relay lists and that could not be written down here, for want of room as a rule. They are not
/// missing: whoever was told so would call a laboratory for nothing.
///
/// A start forgets them, and lists everything from the beginning.
struct UnwrittenNumbers {
    /// A relay may list what it likes: beyond so many, numbers are missing again.
    private static let most = 10_000

    private var numbers: [ParticipantID: Set<Int64>] = [:]
    private var count = 0

    /// The parcel of that number could not be written down.
    mutating func note(_ number: Int64, of sender: ParticipantID) {
        guard count < UnwrittenNumbers.most, numbers[sender, default: []].insert(number).inserted else { return }
        count += 1
    }

    /// It was: whether it could not be before.
    mutating func remove(_ number: Int64, of sender: ParticipantID) -> Bool {
        guard numbers[sender]?.remove(number) != nil else { return false }
        count -= 1
        if numbers[sender]?.isEmpty == true { numbers[sender] = nil }
        return true
    }

    /// What is left of `missing` without them.
    func gaps(in missing: ClosedRange<Int64>, of sender: ParticipantID) -> [ClosedRange<Int64>] {
        var gaps: [ClosedRange<Int64>] = []
        var first = missing.lowerBound
        for number in (numbers[sender] ?? []).filter({ missing.contains($0) }).sorted() {
            if first < number { gaps.append(first...number - 1) }
            first = number + 1
        }
        if first <= missing.upperBound { gaps.append(first...missing.upperBound) }
        return gaps
    }
}
