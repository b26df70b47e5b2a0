/// The bytes of one message and how to understand them: what stands at a `PartRange`.
///
/// `Segment` and `Part` are the same for those who look at a few fields: each of them owns a share of the bytes, which
/// costs more than most fields are long. Readers of whole files work within `Message.withWire` and pass places about.
///
/// A wire borrows the bytes, as an unsafe buffer does: it must not outlive the call that gave it. A range that lies outside
/// the bytes counts as empty, so that no place, however made, reads what is not the message's.
public struct Wire {
    @usableFromInline let all: UnsafeBufferPointer<UInt8>
    /// How to understand them.
    public let dialect: Dialect

    /// `bytes`, understood by `dialect`.
    public init(_ bytes: UnsafeBufferPointer<UInt8>, _ dialect: Dialect) {
        all = bytes
        self.dialect = dialect
    }

    /// The bytes at `part`.
    @inlinable @inline(__always)
    public func bytes(of part: PartRange) -> UnsafeBufferPointer<UInt8> {
        guard part.start >= 0, part.start < part.end, Int(part.end) <= all.count else {
            return UnsafeBufferPointer(start: nil, count: 0)
        }
        return UnsafeBufferPointer(rebasing: all[Int(part.start)..<Int(part.end)])
    }

    /// Whether `byte` stands anywhere in the message.
    package func hasByte(_ byte: UInt8) -> Bool { ByteScan.firstIndex(of: byte, in: all) < all.count }

    // MARK: - Parts

    /// The name of the segment at `segment`; nil when it does not begin with one and a separator (or nothing).
    public func name(of segment: PartRange) -> SegmentName? {
        let bytes = bytes(of: segment)
        guard bytes.count >= 3, bytes.count == 3 || bytes[3] == dialect.delimiters.field else { return nil }
        return SegmentName(bytes[0], bytes[1], bytes[2])
    }

    /// The repetition at `number`, of a field.
    public func repetition(_ part: PartRange, _ number: Int) -> PartRange {
        piece(part, number, dialect.delimiters.repetition)
    }

    /// The component at `number`, of a repetition.
    public func component(_ part: PartRange, _ number: Int) -> PartRange {
        piece(part, number, dialect.delimiters.component)
    }

    /// The subcomponent at `number`, of a component.
    public func subcomponent(_ part: PartRange, _ number: Int) -> PartRange {
        piece(part, number, dialect.delimiters.subcomponent)
    }

    /// The components of a repetition, found in one pass.
    public func components(_ part: PartRange) -> PartList {
        PartList(part, separator: dialect.delimiters.component, bytes(of: part))
    }

    /// The repetitions of a field, one after the other, at most so many; none when it is empty.
    public func repetitions(_ part: PartRange, atMost most: Int) -> PartSteps {
        PartSteps(part, dialect.delimiters.repetition, most)
    }

    /// The subcomponents of a component, one after the other, at most so many; none when it is empty.
    public func subcomponents(_ part: PartRange, atMost most: Int) -> PartSteps {
        PartSteps(part, dialect.delimiters.subcomponent, most)
    }

    /// The next of `steps`; a trailing separator is followed by an empty one.
    public func next(_ steps: inout PartSteps) -> PartRange? {
        guard steps.left > 0, let rest = steps.rest else { return nil }
        steps.left -= 1
        let bytes = bytes(of: rest)
        let length = steps.separator == 0 ? bytes.count : ByteScan.firstIndex(of: steps.separator, in: bytes)
        let end = rest.start + Int32(truncatingIfNeeded: length)
        steps.rest = end < rest.end ? PartRange(start: end + 1, end: rest.end) : nil
        return PartRange(start: rest.start, end: end)
    }

    private func piece(_ part: PartRange, _ number: Int, _ separator: UInt8) -> PartRange {
        // Most fields are empty, and so is every part of them.
        if part.isEmpty { return part }
        if separator == 0 { return number == 1 ? part : .nothing }
        let bytes = bytes(of: part)
        if number == 1 {
            // A field of one letter is one component.
            if bytes.count == 1 { return bytes[0] == separator ? PartRange(start: part.start, end: part.start) : part }
            return PartRange(Int(part.start), Int(part.start) + ByteScan.firstIndex(of: separator, in: bytes))
        }
        var count = 1
        var start = 0
        var position = 0
        while position < bytes.count {
            if bytes[position] == separator {
                if count == number { break }
                count += 1
                start = position + 1
            }
            position += 1
        }
        guard count == number else { return .nothing }
        return PartRange(Int(part.start) + start, Int(part.start) + position)
    }

    // MARK: - What stands there

    /// Something was sent that is not `""` and not made of separators and blanks only.
    @inlinable @inline(__always)
    public func hasValue(_ part: PartRange) -> Bool {
        // The first byte decides almost always.
        guard part.start >= 0, part.start < part.end, Int(part.end) <= all.count else { return false }
        let first = all[Int(part.start)]
        // No separator is a letter or a digit.
        let isLetter = (first | 0x20) &- UInt8(ascii: "a") < 26
        return isLetter || first &- UInt8(ascii: "0") < 10 || hasValueBehind(first, part)
    }

    @usableFromInline
    func hasValueBehind(_ first: UInt8, _ part: PartRange) -> Bool {
        let bytes = bytes(of: part)
        if !isFiller(first) { return first != 0x22 || bytes.count != 2 || bytes[1] != 0x22 }
        return bytes.contains { !isFiller($0) }
    }

    private func isFiller(_ byte: UInt8) -> Bool {
        let delimiters = dialect.delimiters
        return byte == 0x20 || byte == delimiters.component || byte == delimiters.repetition
            || byte == delimiters.subcomponent
    }

    /// The part without blanks around it.
    public func trimmed(_ part: PartRange) -> PartRange {
        let bytes = bytes(of: part)
        var start = 0
        var end = bytes.count
        while start < end, bytes[start] == 0x20 { start += 1 }
        while start < end, bytes[end - 1] == 0x20 { end -= 1 }
        return PartRange(Int(part.start) + start, Int(part.start) + end)
    }

    /// The part without blanks around it and without separators that part it from nothing: repetitions before it, and any behind it.
    package func bare(_ part: PartRange) -> PartRange {
        let bytes = bytes(of: part)
        var start = 0
        var end = bytes.count
        while start < end, bytes[start] == 0x20 || bytes[start] == dialect.delimiters.repetition { start += 1 }
        while start < end, isFiller(bytes[end - 1]) { end -= 1 }
        return PartRange(Int(part.start) + start, Int(part.start) + end)
    }

    /// The bytes are those of `text`.
    public func equals(_ part: PartRange, _ text: StaticString) -> Bool {
        let bytes = bytes(of: part)
        guard bytes.count == text.utf8CodeUnitCount, let base = bytes.baseAddress else { return false }
        return ByteScan.areEqual(base, text.utf8Start, bytes.count)
    }

    /// The bytes are those of another part.
    public func equals(_ part: PartRange, _ other: PartRange) -> Bool {
        let one = bytes(of: part)
        let two = bytes(of: other)
        guard one.count == two.count else { return false }
        guard let first = one.baseAddress, let second = two.baseAddress else { return true }
        return ByteScan.areEqual(first, second, one.count)
    }

    /// Whether a blank stands in the part.
    public func hasBlank(_ part: PartRange) -> Bool {
        let bytes = bytes(of: part)
        return ByteScan.firstIndex(of: 0x20, in: bytes) < bytes.count
    }

    /// Letters and digits as texts: one of them alone is what many fields hold.
    private static let singles = (0..<128).map { byte in
        let isKept = UInt8(byte) &- 0x30 < 10 || (UInt8(byte) | 0x20) &- 0x61 < 26
        return isKept ? String(decoding: [UInt8(byte)], as: UTF8.self) : ""
    }

    /// The text, adding to `problems` what was met on the way: see `Part.decodedText`.
    public func text(_ part: PartRange, _ problems: inout TextProblems) -> String {
        let bytes = bytes(of: part)
        // No separator and no escape character is a letter or a digit.
        if bytes.count == 1, bytes[0] < 128, case let single = Wire.singles[Int(bytes[0])], !single.isEmpty {
            return single
        }
        return text(bytes, ByteScan.kind(of: bytes, escape: dialect.delimiters.escape), &problems)
    }

    /// The text without blanks, adding to `problems` what was met on the way.
    public func compactText(_ part: PartRange, _ problems: inout TextProblems) -> String {
        let bytes = bytes(of: part)
        if bytes.count == 1, bytes[0] > 0x20 { return text(part, &problems) }
        let kind = ByteScan.kind(of: bytes, escape: dialect.delimiters.escape)
        let text = text(bytes, kind, &problems)
        // An escape may stand for a blank; text as it stands has none that is not there.
        if !kind.contains(.special), ByteScan.firstIndex(of: 0x20, in: bytes) == bytes.count { return text }
        return String(decoding: text.utf8.filter { $0 != 0x20 }, as: UTF8.self)
    }

    @inline(__always)
    private func text(
        _ bytes: UnsafeBufferPointer<UInt8>, _ kind: ByteScan.Kind, _ problems: inout TextProblems
    ) -> String {
        // What is too long to lie in the text itself is copied as fast with the library's own check.
        if kind.isEmpty, bytes.count > 15 { return String(decoding: bytes, as: UTF8.self) }
        if kind.isEmpty {
            return String(unsafeUninitializedCapacity: bytes.count) { place in
                if let base = bytes.baseAddress { place.baseAddress?.update(from: base, count: bytes.count) }
                return bytes.count
            }
        }
        if kind == .high, dialect.charset == .utf8, UTF8Check.firstFault(in: bytes) == nil {
            if SteeringCharacters.stand(in: bytes) { problems.insert(.control) }
            return String(decoding: bytes, as: UTF8.self)
        }
        return Part.text(of: bytes, dialect, escape: dialect.delimiters.escape, &problems)
    }

    /// The text, whatever was met on the way.
    public func text(_ part: PartRange) -> String {
        var problems: TextProblems = []
        return text(part, &problems)
    }

    /// Neither an escape nor a control character nor a byte above 0x7F stands in the part.
    public func isPlain(_ part: PartRange) -> Bool {
        ByteScan.kind(of: bytes(of: part), escape: dialect.delimiters.escape).isEmpty
    }
}
