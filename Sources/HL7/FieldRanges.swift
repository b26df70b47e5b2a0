/// Where the fields of one segment lie, found in one pass. A reader keeps one of these and fills it again for each
/// segment, so that taking thirty fields costs one pass and no allocation.
///
/// Only the first 48 fields are told apart, more than any segment of the standard that a reader takes has.
package struct FieldRanges: Sendable {
    private static let most = 48

    /// Where each field starts; one past the separator that would follow the last field closes the list.
    @usableFromInline var starts: InlineArray<49, Int32>
    @usableFromInline var count = 0
    /// What turns a field's number into its place in `starts`.
    @usableFromInline var shift = -1

    /// The fields of nothing.
    package init() {
        starts = InlineArray(repeating: 0)
    }

    /// Points at `segment`, whose name is `name`.
    package mutating func fill(_ segment: PartRange, _ name: SegmentName, in wire: Wire) {
        // In a header the first field is the separator itself.
        shift = name.isHeader ? -2 : -1
        count = 0
        find(wire.dialect.delimiters.field, wire.bytes(of: segment), segment.start)
        if count <= FieldRanges.most {
            starts[count] = segment.end + 1
            count += 1
        }
    }

    private mutating func find(_ separator: UInt8, _ bytes: UnsafeBufferPointer<UInt8>, _ offset: Int32) {
        guard let base = bytes.baseAddress else { return }
        let raw = UnsafeRawPointer(base)
        let separators = WordScan.spread(separator)
        var position = min(3, bytes.count)
        while position + WordScan.width <= bytes.count {
            var found = WordScan.matches(WordScan.word(raw, position), separators)
            while found != 0 {
                guard count <= FieldRanges.most else { return }
                starts[count] = offset + Int32(truncatingIfNeeded: position + WordScan.first(found) + 1)
                count += 1
                found &= found &- 1
            }
            position += WordScan.width
        }
        while position < bytes.count {
            if bytes[position] == separator {
                guard count <= FieldRanges.most else { return }
                starts[count] = offset + Int32(truncatingIfNeeded: position + 1)
                count += 1
            }
            position += 1
        }
    }

    /// The field at `number`, counted as the standard does; empty where it is not there. Fields 1 and 2 of a header, which
    /// are made of delimiters, are not to be had here.
    @inlinable @inline(__always)
    package subscript(_ number: Int) -> PartRange {
        let position = number + shift
        guard position >= 0, position + 1 < count else { return .nothing }
        return PartRange(start: starts[position], end: starts[position + 1] - 1)
    }

    /// From the first byte of one field to the last byte of another, with the separators between them.
    package func span(_ from: Int, _ to: Int) -> PartRange {
        let first = from + shift
        let last = min(to + shift, count - 2)
        guard first >= 0, first <= last else { return .nothing }
        return PartRange(start: starts[first], end: starts[last + 1] - 1)
    }
}
