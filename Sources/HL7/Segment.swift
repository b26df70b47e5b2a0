/// One segment: a view on the message's bytes, without its end.
public struct Segment: Sendable {
    /// The bytes on the wire, from the name on.
    public let bytes: ArraySlice<UInt8>
    /// How to understand them.
    public let dialect: Dialect

    init(_ bytes: ArraySlice<UInt8>, _ dialect: Dialect) {
        self.bytes = bytes
        self.dialect = dialect
    }

    /// The name; nil when the line does not begin with one and a separator (or nothing).
    public var name: SegmentName? {
        let start = bytes.startIndex
        guard bytes.count >= 3, bytes.count == 3 || bytes[start + 3] == dialect.delimiters.field else { return nil }
        return SegmentName(bytes[start..<(start + 3)])
    }

    /// The field at `number`, counted as the standard does: MSH-1 is the separator, MSH-2 the other delimiters.
    public func field(_ number: Int) -> Part {
        guard let name, number >= 1 else { return Part(bytes[bytes.endIndex...], dialect) }
        let start = bytes.startIndex + 3
        let separator = dialect.delimiters.field
        if name.isHeader, number == 1 {
            return Part(bytes[start..<min(start + 1, bytes.endIndex)], dialect, isLiteral: true)
        }
        var remaining = name.isHeader ? number - 1 : number
        var position = start
        while position < bytes.endIndex {
            if bytes[position] == separator {
                remaining -= 1
                if remaining == 0 { break }
            }
            position += 1
        }
        guard position < bytes.endIndex else { return Part(bytes[bytes.endIndex...], dialect) }
        let end = bytes[(position + 1)...].firstIndex(of: separator) ?? bytes.endIndex
        return Part(bytes[(position + 1)..<end], dialect, isLiteral: name.isHeader && number == 2)
    }
}

/// The fields of one segment, found in one scan. Readers keep one of these and fill it again for each segment, so that
/// taking thirty fields costs one pass and no allocation.
public struct FieldIndex: Sendable {
    private var segment: Segment
    /// Where each field starts; one past the separator that would follow the last field closes the list.
    private var starts: [Int]
    private var isHeader: Bool

    /// An index of nothing.
    public init() {
        segment = Segment([], Dialect())
        starts = []
        isHeader = false
    }

    /// Points at `segment`.
    public mutating func fill(_ segment: Segment) {
        self.segment = segment
        starts.removeAll(keepingCapacity: true)
        isHeader = segment.name?.isHeader ?? false
        guard segment.name != nil else { return }
        let separator = segment.dialect.delimiters.field
        let bytes = segment.bytes
        let start = bytes.startIndex
        bytes.withUnsafeBufferPointer { buffer in
            for offset in 3..<max(buffer.count, 3) where buffer[offset] == separator {
                starts.append(start + offset + 1)
            }
        }
        starts.append(bytes.endIndex + 1)
    }

    /// Nothing was sent in the field at `number`: cheaper to ask than to take the field.
    public func isEmpty(_ number: Int) -> Bool {
        let position = isHeader ? number - 2 : number - 1
        guard position >= 0, position + 1 < starts.count else { return position >= 0 || number < 1 }
        return starts[position] == starts[position + 1] - 1
    }

    /// The field at `number`, counted as `Segment.field` does.
    public subscript(_ number: Int) -> Part {
        let bytes = segment.bytes
        if isHeader, number == 1 { return segment.field(1) }
        let position = isHeader ? number - 2 : number - 1
        guard position >= 0, position + 1 < starts.count else { return Part(bytes[bytes.endIndex...], segment.dialect) }
        return Part(
            bytes[starts[position]..<(starts[position + 1] - 1)], segment.dialect, isLiteral: isHeader && number == 2)
    }
}
