/// Where the fields of one segment lie, found in one pass. A reader keeps one of these and fills it again for each
/// segment, so that taking thirty fields costs one pass and no allocation.
///
/// Only the first 48 fields are told apart, more than any segment of the standard that a reader takes has.
///
/// A class with memory of its own: a reader asks for a hundred fields a message, and each question to a list that lies in
/// the reader's own value would copy the list first. One reader owns it; what it gave is good until it is filled again.
public final class FieldRanges {
    private static let most = 48

    /// Where each field starts; one past the separator that would follow the last field closes the list.
    @usableFromInline let starts: UnsafeMutablePointer<Int32>
    // Unchecked at run time: no call leaves this file while one of them is accessed.
    @usableFromInline @exclusivity(unchecked) var count = 0
    /// What turns a field's number into its place in `starts`.
    @usableFromInline @exclusivity(unchecked) var shift = -1

    /// The fields of nothing.
    public init() {
        starts = UnsafeMutablePointer<Int32>.allocate(capacity: FieldRanges.most + 1)
        starts.initialize(repeating: 0, count: FieldRanges.most + 1)
    }

    deinit { starts.deallocate() }

    /// Points at `segment`, whose name is `name`.
    public func fill(_ segment: PartRange, _ name: SegmentName, in wire: Wire) {
        // In a header the first field is the separator itself.
        shift = name.isHeader ? -2 : -1
        let bytes = wire.bytes(of: segment)
        var found = FieldRanges.find(wire.dialect.delimiters.field, bytes, segment.start, into: starts)
        if found <= FieldRanges.most {
            starts[found] = segment.end + 1
            found += 1
        }
        count = found
    }

    /// Writes where fields start, at most 49 places; how many they are.
    private static func find(
        _ separator: UInt8, _ bytes: UnsafeBufferPointer<UInt8>, _ offset: Int32,
        into starts: UnsafeMutablePointer<Int32>
    ) -> Int {
        guard let base = bytes.baseAddress else { return 0 }
        let raw = UnsafeRawPointer(base)
        let separators = WordScan.spread(separator)
        let last = bytes.count - WordScan.width
        var count = 0
        var position = min(3, bytes.count)
        while position <= last {
            var found = WordScan.matches(WordScan.word(raw, position), separators)
            while found != 0 {
                guard count <= most else { return count }
                starts[count] = offset &+ Int32(truncatingIfNeeded: position &+ WordScan.first(found) &+ 1)
                count &+= 1
                found &= found &- 1
            }
            position &+= WordScan.width
        }
        while position < bytes.count {
            if base[position] == separator {
                guard count <= most else { return count }
                starts[count] = offset &+ Int32(truncatingIfNeeded: position &+ 1)
                count &+= 1
            }
            position &+= 1
        }
        return count
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
    public func span(_ from: Int, _ to: Int) -> PartRange {
        let first = from &+ shift
        let last = min(to &+ shift, count &- 2)
        guard first >= 0, first <= last else { return .nothing }
        return PartRange(start: starts[first], end: starts[last &+ 1] &- 1)
    }
}
