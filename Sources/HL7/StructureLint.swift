/// Looks a message over for structural trouble and names each by segment, field and byte offset.
///
/// It judges form only: what the message is about is for others. Its notes are bounded: the same trouble in the same
/// field is said once, and no more than `limit` in all.
public struct StructureLint {
    /// The most notes of one message.
    public static let limit = 200

    private let message: Message
    package private(set) var notes: [StructureNote] = []
    private var names: [SegmentName: Int] = [:]
    private var hasPatient = false
    private var hasOrder = false
    private let fields = FieldRanges()
    /// Bytes looked at for the ends of escapes, beside each byte once.
    package private(set) var looks = 0

    private init(_ message: Message) {
        self.message = message
    }

    /// The notes on `message`, by byte offset. `surroundings` is what the splitter saw around it.
    public static func notes(on message: Message, surroundings: Message.Oddities = []) -> [StructureNote] {
        StructureLint.run(on: message, surroundings).notes.sorted {
            ($0.offset, $0.trouble.rawValue) < ($1.offset, $1.trouble.rawValue)
        }
    }

    /// One that has looked at all of it.
    package static func run(on message: Message, _ surroundings: Message.Oddities = []) -> StructureLint {
        var lint = StructureLint(message)
        lint.run(surroundings)
        return lint
    }

    private mutating func run(_ surroundings: Message.Oddities) {
        let oddities = message.oddities.union(surroundings)
        if oddities.contains(.byteOrderMark) { add(.byteOrderMark, 0, "MSH", 0) }
        if surroundings.contains(.framedTwice) { add(.framedTwice, 0, "MSH", 0) }
        if surroundings.contains(.brokenFrame) { add(.brokenFrame, 0, "MSH", message.bytes.count) }
        if surroundings.contains(.leadingBlanks) { add(.leadingBlanks, 0, "MSH", 0) }
        if surroundings.contains(.trailingPadding) { add(.trailingPadding, 0, "MSH", message.bytes.count) }
        judgeDelimiters(oddities)
        judgeHeader()
        var number = 0
        var end = 0
        var firstEnd: ArraySlice<UInt8>?
        for segment in message.segments {
            number += 1
            if number > 1 { judgeGap(end..<segment.bytes.startIndex, number, &firstEnd) }
            judge(segment, number)
            end = segment.bytes.endIndex
        }
        judgeTail(from: end, number)
        judgeCut(oddities, number, end)
        judgeCharset()
    }

    private mutating func add(_ trouble: StructureTrouble, _ segment: Int, _ path: String, _ offset: Int) {
        guard notes.count < StructureLint.limit else { return }
        // Later notes are about the segment in progress: only the last few can say the same.
        let recent = notes.suffix(32)
        guard !recent.contains(where: { $0.trouble == trouble && $0.path == path && $0.segment == segment }) else {
            return
        }
        notes.append(StructureNote(trouble: trouble, segment: segment, path: path, offset: offset))
    }

    // MARK: - Header

    private mutating func judgeDelimiters(_ oddities: Message.Oddities) {
        let offset = message.header.field(2).bytes.startIndex
        if oddities.contains(.assumedDelimiters) { add(.delimitersAssumed, 1, "MSH[1]-2", offset) }
        if oddities.contains(.irregularDelimiters) { add(.delimitersIrregular, 1, "MSH[1]-2", offset) }
        if oddities.contains(.earlyTruncationCharacter) { add(.truncationCharacter, 1, "MSH[1]-2", offset) }
    }

    private mutating func judgeHeader() {
        let header = message.header
        for number in [9, 10, 11, 12] where !header.field(number).hasValue {
            add(.headerField, 1, "MSH[1]-" + String(number), header.field(number).bytes.startIndex)
        }
        let control = header.field(10)
        if control.bytes.count > Limits.controlIDBytes {
            add(.headerField, 1, "MSH[1]-10", control.bytes.startIndex)
        }
        if message.declaredCharset == .unsupported {
            add(.unknownCharset, 1, "MSH[1]-18", header.field(18).bytes.startIndex)
        }
    }

    private mutating func judgeCharset() {
        let misread = message.firstMisreadAccent
        let foreign = [message.firstUndecodableByte, message.firstUTF8Sequence, message.firstMixedSequence, misread]
        if let offset = foreign.lazy.compactMap({ $0 }).first { add(.undecodable, offset) }
        if misread == nil, let offset = message.firstWindowsByte { add(.windowsBytes, offset) }
    }

    /// A trouble of which only the byte is known.
    private mutating func add(_ trouble: StructureTrouble, _ offset: Int) {
        let number = message.segments.firstIndex { $0.bytes.endIndex > offset }
        add(trouble, (number ?? -1) + 1, message.path(ofByte: offset), offset)
    }

    // MARK: - Between segments

    /// The bytes between two segments: one end, and perhaps blank lines and blanks.
    private mutating func judgeGap(_ range: Range<Int>, _ number: Int, _ firstEnd: inout ArraySlice<UInt8>?) {
        let bytes = message.bytes[range]
        guard let first = bytes.first else { return }
        let isPair = first == 0x0D && bytes.dropFirst().first == 0x0A
        let end = bytes.prefix(isPair ? 2 : 1)
        if let firstEnd {
            if !firstEnd.elementsEqual(end) {
                add(.mixedSegmentEnds, number, "segment " + String(number), range.lowerBound)
            }
        } else {
            firstEnd = end
            if end.count > 1 || first == 0x0A {
                add(.segmentEnd, number, "segment " + String(number), range.lowerBound)
            }
        }
        let rest = bytes.dropFirst(end.count)
        if rest.contains(where: { $0 == 0x0D || $0 == 0x0A }) {
            add(.blankLine, number, "segment " + String(number), rest.startIndex)
        } else if !rest.isEmpty {
            add(.leadingBlanks, number, "segment " + String(number), rest.startIndex)
        }
    }

    private mutating func judgeTail(from end: Int, _ number: Int) {
        let tail = message.bytes[end...]
        guard let first = tail.first else {
            return add(.missingEnd, number, "segment " + String(number), end)
        }
        if first != 0x0D, first != 0x0A { add(.missingEnd, number, "segment " + String(number), end) }
        let isLineEnd = { (byte: UInt8) in byte == 0x0D || byte == 0x0A || byte == 0x20 }
        if let offset = tail.firstIndex(where: { !isLineEnd($0) }) {
            add(.trailingPadding, number, "segment " + String(number), offset)
        }
    }

    private mutating func judgeCut(_ oddities: Message.Oddities, _ number: Int, _ end: Int) {
        guard message.withWire({ CutMessage.isCut(message, $0, oddities) }) else { return }
        add(.cutShort, number, message.path(ofByte: max(end - 1, 0)), end)
    }

    // MARK: - Segments

    private mutating func judge(_ segment: Segment, _ number: Int) {
        guard let name = segment.name else {
            add(.segmentName, number, "segment " + String(number), segment.bytes.startIndex)
            return
        }
        names[name, default: 0] += 1
        let place = name.description + "[" + String(names[name] ?? 1) + "]"
        if name == .msh, number > 1 { add(.secondHeader, number, place, segment.bytes.startIndex) }
        let marks = message.dialect.delimiters
        if let inside = segment.bytes.withUnsafeBufferPointer({ HeaderInside.place(in: $0, marks) }) {
            add(.secondHeader, number, place, segment.bytes.startIndex + inside)
        }
        if segment.bytes.count == 3 { add(.emptySegment, number, place, segment.bytes.startIndex) }
        if name.followsHeader, hasPatient { add(.headerLost, number, place, segment.bytes.startIndex) }
        judgeOrder(name, number, place, segment.bytes.startIndex)
        if !name.isHeader, let inside = placeOfSegment(name, number) {
            add(.segmentInside, number, place, inside)
        }
        judgeFields(segment, name, number, place)
    }

    private func placeOfSegment(_ name: SegmentName, _ number: Int) -> Int? {
        message.withWire { wire in
            let segment = message.ranges[number - 1]
            fields.fill(segment, name, in: wire)
            return fields.placeOfSegment(in: wire, segment)
        }
    }

    /// Results need an order before them and orders a patient: the standard's order of segments.
    private mutating func judgeOrder(_ name: SegmentName, _ number: Int, _ place: String, _ offset: Int) {
        guard message.header.field(9).component(1).equals("ORU") else { return }
        switch name {
        case .pid:
            hasPatient = true
            hasOrder = false
        case .orc, .obr:
            if !hasPatient { add(.orphanResult, number, place, offset) }
            if name == .obr { hasOrder = true }
        case .obx, .spm:
            if !hasOrder { add(.orphanResult, number, place, offset) }
        default: break
        }
    }

    private mutating func judgeFields(_ segment: Segment, _ name: SegmentName, _ number: Int, _ place: String) {
        let delimiters = segment.dialect.delimiters
        var field = name.isHeader ? 1 : 0
        var start = segment.bytes.startIndex
        var width = FieldWidth(delimiters)
        var escapeEnd = start
        var said: Set<StructureTrouble> = []
        for offset in segment.bytes.indices.dropFirst(3) {
            let byte = segment.bytes[offset]
            if byte == delimiters.field {
                judge(width, segment.bytes[start..<offset], number, (place, field), said)
                field += 1
                start = offset + 1
                width.clear()
                if !said.isEmpty { said.removeAll(keepingCapacity: true) }
                continue
            }
            // MSH-2 is made of delimiters.
            if name.isHeader, field == 2 { continue }
            width.take(byte)
            if byte < 0x20 {
                guard let trouble = StructureLint.trouble(control: byte), said.insert(trouble).inserted else {
                    continue
                }
                add(trouble, number, place + "-" + String(field), offset)
            } else if byte == delimiters.escape, byte != 0, offset >= escapeEnd {
                let (trouble, end) = escape(at: offset, in: segment)
                escapeEnd = end
                guard let trouble, said.insert(trouble).inserted else { continue }
                add(trouble, number, place + "-" + String(field), offset)
            } else if byte >= 0xC2, steers(segment, offset), said.insert(.controlCharacter).inserted {
                add(.controlCharacter, number, place + "-" + String(field), offset)
            }
        }
        judge(width, segment.bytes[start...], number, (place, field), said)
    }

    /// What only the whole field shows: how wide it is, and what its escapes stand for, which readers judge as they do what stands
    /// there itself.
    private mutating func judge(
        _ width: FieldWidth, _ bytes: ArraySlice<UInt8>, _ number: Int, _ field: (place: String, number: Int),
        _ said: Set<StructureTrouble>
    ) {
        // The name before the first separator is no field.
        guard field.number > 0 else { return }
        let escape = message.dialect.delimiters.escape
        let isEscaped = escape != 0 && bytes.contains(escape)
        guard width.isTooWide || isEscaped else { return }
        let path = field.place + "-" + String(field.number)
        if width.isTooWide { add(.wideField, number, path, bytes.startIndex) }
        guard isEscaped else { return }
        var problems: TextProblems = []
        _ = Part(bytes, message.dialect).decodedText(&problems)
        var found: [StructureTrouble] = []
        if problems.contains(.forbiddenControl) { found.append(.forbiddenControl) }
        if problems.contains(.control) { found.append(.controlCharacter) }
        if problems.contains(.invalidBytes) { found.append(.undecodable) }
        for trouble in found where !said.contains(trouble) { add(trouble, number, path, bytes.startIndex) }
    }

    /// Whether a character that steers unseen begins at `offset`.
    private func steers(_ segment: Segment, _ offset: Int) -> Bool {
        guard message.dialect.charset == .utf8 else { return false }
        func byte(_ offset: Int) -> UInt8 { offset < segment.bytes.endIndex ? segment.bytes[offset] : 0 }
        return SteeringCharacters.scalar(byte(offset), byte(offset + 1), byte(offset + 2)) != nil
    }

    private static func trouble(control byte: UInt8) -> StructureTrouble? {
        switch byte {
        case 0x09: nil
        case 0x00, 0x0B: .forbiddenControl
        default: .controlCharacter
        }
    }

    /// What is wrong with the escape that begins at `offset`, and just past where the next one can begin.
    private mutating func escape(at offset: Int, in segment: Segment) -> (trouble: StructureTrouble?, end: Int) {
        let delimiters = segment.dialect.delimiters
        let last = min(segment.bytes.endIndex, offset + 1 + Unescaping.longest)
        var end = offset + 1
        while end < last, segment.bytes[end] != delimiters.escape, segment.bytes[end] != delimiters.field { end += 1 }
        looks += end - offset
        guard end < last, segment.bytes[end] == delimiters.escape else { return (.openEscape, offset + 1) }
        let body = segment.bytes[(offset + 1)..<end]
        if Unescaping(delimiters, delimiters.escape).knows(body) { return (nil, end + 1) }
        let isSequence = !body.isEmpty && body.count <= 10 && body.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        guard isSequence else { return (.openEscape, end) }
        let first = body.first
        let switches = first == UInt8(ascii: "C") || first == UInt8(ascii: "M")
        return (switches ? .charsetEscape : .unknownEscape, end + 1)
    }
}
