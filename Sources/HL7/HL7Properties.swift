/// What holds for any bytes whatever: checked by the fuzzer, and on its corpus by the tests.
///
/// The first byte of an input says which property the rest is held against.
public enum HL7Properties {
    /// nil when the property holds, else which one does not.
    public static func check(_ input: [UInt8]) -> String? {
        guard let kind = input.first else { return nil }
        let rest = Array(input.dropFirst())
        return switch kind % 3 {
        case 0: file(rest)
        case 1: message(rest)
        default: frames(rest)
        }
    }

    // MARK: - Files

    /// A file is cut alike whole and in pieces, and what was read is what was handed out, blanks and envelopes.
    private static func file(_ bytes: [UInt8]) -> String? {
        func split(_ step: Int) -> [Piece] {
            var splitter = MessageSplitter()
            var pieces: [Piece] = []
            for start in stride(from: 0, to: bytes.count, by: step) {
                splitter.push(bytes[start..<min(bytes.count, start + step)], into: &pieces)
            }
            splitter.finish(into: &pieces)
            return pieces
        }
        let whole = split(max(1, bytes.count))
        guard whole == split(1), whole == split(7) else { return "file in pieces" }
        var taken = 0
        var ordinal = 0
        for piece in whole {
            let range: Range<Int>
            switch piece {
            case .message(let message):
                guard message.offset <= bytes.count, let end = end(of: message.bytes, in: bytes[message.offset...])
                else {
                    return "a message has other bytes than the file"
                }
                range = message.offset..<end
                ordinal += 1
                guard message.ordinal == ordinal else { return "ordinals of messages" }
            case .held(let held):
                range = held.offset..<held.offset + held.length
                guard range.upperBound <= bytes.count, bytes[range].starts(with: held.beginning) else {
                    return "a held piece has other bytes than the file"
                }
                ordinal += 1
                guard held.ordinal == ordinal else { return "ordinals of held pieces" }
            case .notice(let notice):
                guard notice.offset <= bytes.count else { return "a notice lies outside" }
                continue
            }
            guard range.lowerBound >= taken else { return "pieces overlap" }
            guard isNothing(bytes[taken..<range.lowerBound]) else { return "bytes before a piece are lost" }
            taken = range.upperBound
        }
        return isNothing(bytes[taken...]) ? nil : "bytes at the end are lost"
    }

    /// Where `message` ends in the bytes of its file, of which it has all but blanks beyond what is kept of them.
    private static func end(of message: [UInt8], in file: ArraySlice<UInt8>) -> Int? {
        var rest = file
        var run = 0
        for byte in message {
            // So many are kept, and no part of a byte order mark.
            while run > Limits.blankBytes - 3, let next = rest.first, next != byte, isGap(next) {
                rest = rest.dropFirst()
            }
            guard rest.first == byte else { return nil }
            rest = rest.dropFirst()
            run = isGap(byte) ? run + 1 : 0
        }
        return rest.startIndex
    }

    /// Blanks, line ends and the bytes of a byte order mark.
    private static func isGap(_ byte: UInt8) -> Bool {
        isBlank(byte) || [0x0D, 0x0A, 0xEF, 0xBB, 0xBF].contains(byte)
    }

    /// Blanks, padding, and lines of a batch's envelope.
    private static func isNothing(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.split { $0 == 0x0D || $0 == 0x0A }.allSatisfy { line in
            var visible = line.drop { isBlank($0) }
            // A file that was saved twice has two marks.
            while visible.starts(with: mark) { visible = visible.dropFirst(mark.count).drop { isBlank($0) } }
            guard !visible.isEmpty else { return true }
            guard let name = SegmentName(visible.prefix(3)) else { return false }
            return [.fhs, .bhs, .bts, .fts].contains(name)
        }
    }

    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private static func unmarked(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        line.starts(with: mark) ? line.dropFirst(mark.count) : line
    }

    private static func isBlank(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0B, 0x1C, 0x00, 0x1A].contains(byte) }

    // MARK: - Messages

    /// A message is written back from its parts to the same bytes, whatever is asked of it ends, and its answer is a
    /// message.
    private static func message(_ bytes: [UInt8]) -> String? {
        guard let message = try? Message(bytes) else { return nil }
        guard message.bytes == bytes else { return "a message changes its bytes" }
        var end = 0
        var index = FieldIndex()
        for segment in message.segments {
            let range = segment.bytes.startIndex..<segment.bytes.endIndex
            guard range.lowerBound >= end, segment.bytes.elementsEqual(bytes[range]) else { return "segments overlap" }
            let gap = bytes[end..<range.lowerBound]
            guard unmarked(gap).allSatisfy({ isBlank($0) || $0 == 0x0D || $0 == 0x0A }) else {
                return "bytes between segments are lost"
            }
            end = range.upperBound
            index.fill(segment)
            if let broken = fields(of: segment, index) { return broken }
        }
        guard bytes[end...].allSatisfy({ isBlank($0) || $0 == 0x0D || $0 == 0x0A }) else {
            return "bytes behind the last segment are lost"
        }
        for note in StructureLint.notes(on: message) where note.offset > bytes.count { return "a note lies outside" }
        for text in ["MSH-9.1", "PID[*]-3[*].4.2", "OBX[2]-5[2]"] {
            if let path = try? FieldPath(text) { _ = path.evaluate(on: message) }
        }
        return answer(to: message)
    }

    private static func fields(of segment: Segment, _ index: FieldIndex) -> String? {
        let delimiters = segment.dialect.delimiters
        guard let name = segment.name else { return nil }
        let first = name.isHeader ? 2 : 1
        let count = segment.bytes.dropFirst(3).count { $0 == delimiters.field }
        var joined = Array(segment.bytes.prefix(3))
        // Fields far behind are found as the first ones are; asking for all would be quadratic.
        for number in first..<first + min(count, 200) {
            let field = segment.field(number)
            guard field.bytes == index[number].bytes else { return "a field is not where the index has it" }
            joined.append(delimiters.field)
            joined += field.bytes
            if let broken = parts(of: field, delimiters) { return broken }
        }
        guard count > 200 || joined.elementsEqual(segment.bytes) else { return "fields do not join to their segment" }
        return segment.field(first + count).isEmpty ? nil : "a field behind the last one"
    }

    private static func parts(of field: Part, _ delimiters: Delimiters) -> String? {
        func joined(_ parts: PartSequence, _ separator: UInt8) -> [UInt8] {
            var bytes: [UInt8] = []
            for (position, part) in parts.enumerated() {
                if position > 0 { bytes.append(separator) }
                bytes += part.bytes
            }
            return bytes
        }
        guard joined(field.repetitions, delimiters.repetition).elementsEqual(field.bytes) else { return "repetitions" }
        for repetition in field.repetitions.prefix(20) {
            guard joined(repetition.components, delimiters.component).elementsEqual(repetition.bytes) else {
                return "components"
            }
            for component in repetition.components.prefix(20) {
                guard joined(component.subcomponents, delimiters.subcomponent).elementsEqual(component.bytes) else {
                    return "subcomponents"
                }
            }
        }
        return text(of: field.component(1))
    }

    /// Text that is written again is read as the same text.
    private static func text(of part: Part) -> String? {
        var problems: TextProblems = []
        let text = part.decodedText(&problems)
        // A line end is written as a blank, and without an escape character delimiters are, too.
        guard problems.isEmpty, part.dialect.delimiters.escape != 0, !text.utf8.contains(where: { $0 < 0x20 }) else {
            return nil
        }
        // Windows characters in an ISO 8859 set are read, and cannot be written.
        let charset = part.dialect.charset
        guard charset.decode(charset.encode(text)[...]).text == text else { return nil }
        let again = Part(part.dialect.encode(text)[...], part.dialect)
        return again.decodedText == text ? nil : "a text written again is read as another"
    }

    private static func answer(to message: Message) -> String? {
        var answer: [UInt8] = []
        let problem = AcknowledgmentWriter.Problem(path: try? FieldPath("PID-3[2].1"), condition: 101, text: "a|b")
        AcknowledgmentWriter(time: "20261123120000+0100", controlID: "A1")
            .write(.error, answering: message, problems: [problem], into: &answer)
        guard let read = try? Message(answer) else { return "an answer is no message" }
        guard read.segments.count == 3, read.segments[1].name?.description == "MSA" else {
            return "an answer without MSA"
        }
        let control = message.header.field(10)
        let named = read.segments[1].field(2).bytes
        func hasControls(_ bytes: some Sequence<UInt8>) -> Bool { bytes.contains { $0 < 0x20 || $0 == 0x7F } }
        if hasControls(control.bytes) || hasControls(control.decodedText.utf8) {
            return named.isEmpty ? nil : "an answer has a control character of the question"
        }
        guard control.bytes.count > Limits.controlIDBytes || named.elementsEqual(control.bytes) else {
            return "an answer names another message"
        }
        return nil
    }

    // MARK: - Frames

    /// Frames are found alike whole and in pieces, account for no more than was pushed, and come back when wrapped.
    private static func frames(_ bytes: [UInt8]) -> String? {
        func find(_ step: Int) -> [MLLPFrames.Event] {
            var frames = MLLPFrames()
            var events: [MLLPFrames.Event] = []
            for start in stride(from: 0, to: bytes.count, by: step) {
                frames.push(bytes[start..<min(bytes.count, start + step)], into: &events)
            }
            frames.finish(into: &events)
            return events
        }
        let whole = find(max(1, bytes.count))
        guard whole == find(1), whole == find(7) else { return "frames in pieces" }
        var total = 0
        for event in whole {
            switch event {
            case .frame(let content):
                total += content.count
                var again = MLLPFrames()
                var events: [MLLPFrames.Event] = []
                again.push(MLLPFrames.wrap(content)[...], into: &events)
                again.finish(into: &events)
                guard events == [.frame(content)] else { return "a frame wrapped again" }
            case .noise(let length), .tooLarge(let length), .incomplete(let length): total += length
            }
        }
        return total <= bytes.count ? nil : "more was found than pushed"
    }
}
