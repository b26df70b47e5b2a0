/// One pass over the usual message that finds its segments and all of their fields: the standard's delimiters, segments that
/// all end alike, nothing before, between or behind them.
///
/// Of any other message it says nothing, and the slower ways look at it: `SegmentScan` for its segments, `FieldRanges.fill` for
/// the fields of each. Its lists have room for a report of eighty results and no more, whatever the message holds.
final class MessageSurvey {
    /// Separators and segment ends that are marked, and line ends that are counted.
    private static let mostMarks = 2_048
    private static let mostLines = 320
    /// What a block of bytes may write beyond them before it is seen that there are too many.
    private static let spare = 64

    /// The place behind each separator and segment end, and for each line which of these ends it.
    private let marks = UnsafeMutablePointer<Int32>.allocate(capacity: MessageSurvey.mostMarks + MessageSurvey.spare)
    private let lines = UnsafeMutablePointer<Int32>.allocate(capacity: MessageSurvey.mostLines + MessageSurvey.spare)
    // Unchecked at run time: no call leaves this file while one of them is accessed.
    @exclusivity(unchecked) private var isDouble = false
    /// Segments that were found.
    @exclusivity(unchecked) private(set) var count = 0
    /// Where the first byte above 0x7F lies; the count of bytes where there is none.
    @exclusivity(unchecked) private(set) var high = 0

    /// A field ends with a name that `SegmentInside` looks for: of most messages that much is known, and no more is looked for.
    @exclusivity(unchecked) private(set) var holdsNames = false

    @exclusivity(unchecked) private var list: [PartRange] = []

    deinit {
        marks.deallocate()
        lines.deallocate()
    }

    /// Surveys `bytes`; false where the message is not of the usual form.
    func run(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        count = 0
        guard MessageSurvey.beginsAsUsual(bytes), let end = bytes.last, end == 0x0D || end == 0x0A else { return false }
        let found = ByteScan.survey(
            bytes, separator: UInt8(ascii: "|"), marks: marks, mostMarks: MessageSurvey.mostMarks, lines: lines,
            mostLines: MessageSurvey.mostLines)
        guard found.lines > 0 else { return false }
        high = found.high
        isDouble = end == 0x0A && bytes[bytes.count - 2] == 0x0D
        guard !isDouble || found.lines % 2 == 0 else { return false }
        let segments = isDouble ? found.lines / 2 : found.lines
        for position in 0..<segments where !isSegment(position, bytes, end) { return false }
        // What may stand behind the last segment without being part of it is worth a note.
        guard bytes[self.end(of: segments - 1) - 1] > 0x1F else { return false }
        count = segments
        holdsNames = found.holdsNames
        return true
    }

    /// A line that holds something, begins with no blank and ends as all others do.
    private func isSegment(_ position: Int, _ bytes: UnsafeBufferPointer<UInt8>, _ last: UInt8) -> Bool {
        let (start, stop) = (start(of: position), end(of: position))
        guard stop > start, bytes[start] > 0x20 else { return false }
        return isDouble
            ? bytes[stop] == 0x0D && bytes[stop + 1] == 0x0A && marks[Int(lines[2 * position + 1])] == stop + 2
            : bytes[stop] == last
    }

    /// `MSH|^~\&|`
    private static func beginsAsUsual(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let usual: StaticString = "MSH|^~\\&|"
        guard let base = bytes.baseAddress, bytes.count > usual.utf8CodeUnitCount else { return false }
        return ByteScan.areEqual(base, usual.utf8Start, usual.utf8CodeUnitCount)
    }

    private func end(of position: Int) -> Int { Int(marks[Int(lines[isDouble ? 2 * position : position])]) - 1 }

    private func start(of position: Int) -> Int {
        position == 0 ? 0 : Int(marks[Int(lines[isDouble ? 2 * position - 1 : position - 1])])
    }

    /// Where the segments lie.
    var ranges: [PartRange] {
        // The list of the message before, which nobody holds any more as a rule.
        list.removeAll(keepingCapacity: true)
        for position in 0..<count { list.append(PartRange(start(of: position), end(of: position))) }
        return list
    }

    /// The place behind each separator of the segment at `position` and behind its end, and how many these are.
    func marks(of position: Int) -> (first: UnsafeMutablePointer<Int32>, count: Int) {
        guard position >= 0, position < count else { return (marks, 0) }
        let first = position == 0 ? 0 : Int(lines[isDouble ? 2 * position - 1 : position - 1]) + 1
        return (marks + first, Int(lines[isDouble ? 2 * position : position]) + 1 - first)
    }
}
