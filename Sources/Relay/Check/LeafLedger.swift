import Exchange
import TransparencyLog

/// Holds the log's leaves, one after another, against what the database expects of them.
struct LeafLedger {
    private let expected: LogExpectations
    private let remembered: UTCTime
    private let first: Int64
    private var found: [Disagreement]
    /// Events seen of notes that the database knows.
    private var seen: [String: Set<LogLeaf.Event>] = [:]
    /// Entries that could not be read: nothing is said of what may stand there.
    private var skipped: [Range<Int64>] = []

    /// - Parameters:
    ///   - first: below it the log is pruned. What a row of a parcel names must not lie there.
    ///   - remembered: rows of parcels accepted since then are still there.
    init(_ expected: LogExpectations, from first: Int64, remembered: UTCTime) {
        self.expected = expected
        self.first = first
        found = expected.leaves.filter { $0.key < first }.sorted { $0.key < $1.key }.map { _, leaf in
            Disagreement(.leafMissing, leaf.place, of: leaf.parcel)
        }
        self.remembered = remembered
    }

    /// The next entry.
    mutating func take(_ entry: some Collection<UInt8>, at index: Int64) {
        // What came after the look at the database is not held against it.
        guard index < expected.sequenced else { return }
        guard let leaf = try? LogLeaf(parsing: entry) else {
            found.append(Disagreement(.logFileDamaged, "log entry \(index)"))
            return
        }
        let note = leaf.note.hex
        if let wanted = expected.leaves[index], wanted.event != leaf.event || wanted.note != note {
            found.append(Disagreement(.leafMissing, wanted.place, of: wanted.parcel))
        }
        if let needs = expected.needs[note] {
            if leaf.event == .deleted { explain(needs, seen[note, default: []], at: index) }
            seen[note, default: []].insert(leaf.event)
        } else if leaf.event == .accepted, !expected.manifests.contains(note),
            leaf.at.minutesSinceEpoch * 60 > remembered.secondsSinceEpoch
        {
            found.append(Disagreement(.leafWithoutRow, "log entry \(index)"))
        }
    }

    /// Entries that cannot be read.
    mutating func skip(_ range: Range<Int64>) {
        skipped.append(range)
    }

    /// Leaves that wait to be published, then what is missing.
    mutating func finish(published size: Int64) -> [Disagreement] {
        for index in size..<max(size, expected.sequenced) {
            guard let entry = expected.pending[index] else {
                found.append(Disagreement(.leavesGap, "leaves/\(index)"))
                return found
            }
            take(entry, at: index)
        }
        if size < expected.sequenced { found.append(Disagreement(.leavesUnpublished, "leaves/\(size)")) }
        guard skipped.isEmpty else { return found }
        for (note, needs) in expected.needs.sorted(by: { $0.value.place < $1.value.place }) {
            let events = seen[note] ?? []
            let isEnded = !needs.ends || needs.receiptAt != nil || events.contains(.expired)
            guard !needs.events.isSubset(of: events) || !isEnded else { continue }
            // Keys and directories outlive their leaves.
            guard first == 0 || needs.parcel != nil else { continue }
            found.append(Disagreement(.leafMissing, needs.place, of: needs.parcel))
        }
        return found
    }

    private mutating func explain(_ needs: LogExpectations.Needs, _ before: Set<LogLeaf.Event>, at index: Int64) {
        let hasReceipt = needs.receiptAt.map { $0 < index } ?? false
        guard needs.parcel != nil, !hasReceipt, !before.contains(.expired), skipped.isEmpty else { return }
        found.append(Disagreement(.deletionUnexplained, needs.place, of: needs.parcel))
    }
}
