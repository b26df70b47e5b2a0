/// Where the fields of one segment lie. A reader keeps one of these and points it at one segment after the other, so that
/// taking thirty fields costs no allocation, and of a message that was surveyed as a whole no pass of its own.
///
/// Only the first 48 fields are told apart, more than any segment of the standard that a reader takes has.
///
/// A class with memory of its own: a reader asks for a hundred fields a message, and each question to a list that lies in
/// the reader's own value would copy the list first. One reader owns it; what it gave is good until it is filled again.
public final class FieldRanges {
    private static let most = 48
    /// Places that are written at most: with this many to spare, a block of bytes is marked without counting.
    private static let room = most + 1 + 64

    /// Where each field starts; one past the separator that would follow the last field closes the list.
    // Unchecked at run time: no call leaves this file while one of them is accessed.
    @usableFromInline @exclusivity(unchecked) var starts: UnsafeMutablePointer<Int32>
    @usableFromInline @exclusivity(unchecked) var count = 0
    /// What turns a field's number into its place in `starts`.
    @usableFromInline @exclusivity(unchecked) var shift = -1

    /// The list of a segment that is looked at by itself.
    private let own: UnsafeMutablePointer<Int32>
    /// The fields of all segments of a message: made by the first survey.
    @exclusivity(unchecked) private var survey: MessageSurvey?

    /// The segment is one of the message that was surveyed last.
    @exclusivity(unchecked) private var isOfSurvey = false

    /// Places in `starts` that are good.
    @exclusivity(unchecked) private var marked = 0

    /// The fields of nothing.
    public init() {
        own = UnsafeMutablePointer<Int32>.allocate(capacity: FieldRanges.room)
        own.initialize(repeating: 0, count: FieldRanges.room)
        starts = own
    }

    deinit { own.deallocate() }

    /// Points at `segment`, whose name is `name`.
    public func fill(_ segment: PartRange, _ name: SegmentName, in wire: Wire) {
        // In a header the first field is the separator itself.
        isOfSurvey = false
        shift = name.isHeader ? -2 : -1
        let bytes = wire.bytes(of: segment)
        starts = own
        // A place past each separator is where the field behind it starts.
        let found = ByteScan.mark(
            wire.dialect.delimiters.field, in: bytes, from: 3, offset: segment.start + 1, into: starts,
            most: FieldRanges.room)
        marked = min(found, FieldRanges.most)
        if found <= FieldRanges.most {
            starts[found] = segment.end + 1
            count = found + 1
        } else {
            count = FieldRanges.most + 1
        }
    }

    /// Points at the segment at `position` of the message that was surveyed last, whose name is `name`.
    package func fill(_ position: Int, _ name: SegmentName) {
        guard let survey else { return }
        isOfSurvey = true
        shift = name.isHeader ? -2 : -1
        let (first, found) = survey.marks(of: position)
        starts = first
        // Behind the last one stands the segment's end.
        marked = max(found - 1, 0)
        count = min(found, FieldRanges.most + 1)
    }

    /// Where in the message another segment begins inside this one, whose end was lost: see `SegmentInside`. Nil where none does.
    package func placeOfSegment(in wire: Wire, _ segment: PartRange) -> Int? {
        if let survey, isOfSurvey, !survey.holdsNames { return nil }
        let inside = SegmentInside(
            wire.bytes(of: segment), wire.dialect.delimiters, UnsafePointer(starts), marked, Int(segment.start))
        return inside.place.map { $0 + Int(segment.start) }
    }

    /// The number of the first field behind the one at `most` that holds something; nil where none does. That the segment has no such
    /// field is known at once, but where `most` is more than are told apart.
    package func firstField(behind most: Int, in wire: Wire, _ segment: PartRange) -> Int? {
        guard count &- 2 &- shift > min(most, FieldRanges.most - 1) else { return nil }
        // The name comes first; a header's first field is the separator behind it.
        var number = -2 - shift
        var steps = PartSteps(segment, wire.dialect.delimiters.field, Int.max)
        while let field = wire.next(&steps) {
            number += 1
            if number > most, wire.hasValue(field) { return number }
        }
        return nil
    }

    /// Looks for the segments and fields of `bytes`, a whole message, in one pass: see `MessageSurvey.run`.
    func survey(_ bytes: UnsafeBufferPointer<UInt8>) -> MessageSurvey? {
        let survey = survey ?? MessageSurvey()
        self.survey = survey
        return survey.run(bytes) ? survey : nil
    }

    /// The field at `number`, counted as the standard does; empty where it is not there. Fields 1 and 2 of a header, which
    /// are made of delimiters, are not to be had here.
    @inlinable @inline(__always)
    public subscript(_ number: Int) -> PartRange {
        let position = number &+ shift
        guard position >= 0, position &+ 1 < count else { return .nothing }
        return PartRange(start: starts[position], end: starts[position &+ 1] &- 1)
    }

    /// From the first byte of one field to the last byte of another, with the separators between them.
    @inlinable @inline(__always)
    public func span(_ from: Int, _ to: Int) -> PartRange {
        let first = from &+ shift
        let last = min(to &+ shift, count &- 2)
        guard first >= 0, first <= last else { return .nothing }
        return PartRange(start: starts[first], end: starts[last &+ 1] &- 1)
    }
}
