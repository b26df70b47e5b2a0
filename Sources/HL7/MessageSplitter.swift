/// Cuts a file into messages. Bytes are pushed in pieces of any size; the result does not depend on how they were cut.
///
/// A message begins where a line begins with `MSH` and a character that is no letter or digit, and ends at the next
/// such line, at a batch segment (FHS, BHS, BTS, FTS), at the end block of an MLLP frame or at the end of the file. Whatever
/// else stands between is handed out as held, so that messages and held pieces together account for everything that was
/// read, but blanks. Memory is bounded by `Limits.messageBytes` and the size of one push, whatever the input.
public struct MessageSplitter: Sendable {
    private enum State {
        /// Only blanks since the last piece.
        case between
        /// Inside a message, an envelope segment, or bytes that are no message.
        case message, envelope, foreign(HeldPiece.Reason)
    }

    private var buffer: [UInt8] = []
    /// Offset in the file of `buffer[0]`.
    private var base = 0
    /// Next byte to look at.
    private var cursor = 0
    /// Where the piece in progress begins.
    private var start = 0
    /// Just past the last line of the piece in progress that was not blank.
    private var contentEnd = 0
    /// Nothing but blanks between the last line end and `cursor`.
    private var isAtLineStart = true
    private var state = State.between
    /// The piece in progress where it is foreign: its beginning, and how much was let go since.
    private var foreignBeginning: [UInt8] = []
    private var foreignOffset = 0
    private var foreignLength = 0
    private var ordinal = 0
    /// What stood before the next line since the last line end, and after the message in progress.
    private var before: Message.Oddities = []
    private var after: Message.Oddities = []
    /// An MLLP start block came last, or among the blanks before the next line.
    private var isBehindStartBlock = false
    private var hasStartBlock = false
    /// The message in progress stands behind a start block, and an end block was behind it.
    private var isFramed = false
    private var isFrameEnded = false
    /// Blanks within the message in progress that were let go.
    private var droppedBlanks = 0
    /// Where those end that are kept, and whether there were more since the last line.
    private var keptEnd = 0
    private var isPastKept = false
    /// What stood before the message in progress.
    private var lead: Message.Oddities = []
    private var counts = BatchCounts()

    /// A splitter at the beginning of a file.
    public init() {}

    /// Takes the next bytes of the file and appends to `pieces` what they complete.
    public mutating func push(_ bytes: ArraySlice<UInt8>, into pieces: inout [Piece]) {
        buffer += bytes
        scan(isEnd: false, &pieces)
        boundMemory()
    }

    /// Takes the next bytes of the file and appends to `pieces` what they complete.
    public mutating func push(_ bytes: [UInt8], into pieces: inout [Piece]) {
        push(bytes[...], into: &pieces)
    }

    /// Says that the file has ended, and appends the last pieces. The splitter is then ready for another file.
    public mutating func finish(into pieces: inout [Piece]) {
        scan(isEnd: true, &pieces)
        if !isAtLineStart { contentEnd = buffer.count }
        if counts.isOpen { after.insert(.unfinishedBatch) }
        close(&pieces)
        if counts.isOpen { pieces.append(.notice(BatchNotice(problem: .unfinished, offset: base + buffer.count))) }
        if ordinal == 0, !counts.hasEnvelope, base + buffer.count > 0 {
            ordinal = 1
            let piece = HeldPiece(
                reason: .empty, beginning: Array(buffer.prefix(Limits.heldBytes)), length: base + buffer.count,
                offset: 0, ordinal: 1)
            pieces.append(.held(piece))
        }
        self = MessageSplitter()
    }

    // MARK: - Lines

    private mutating func scan(isEnd: Bool, _ pieces: inout [Piece]) {
        while cursor < buffer.count {
            // Lines of what an archive holds mean nothing before it is unpacked.
            guard isAtLineStart, !isArchive else {
                isAtLineStart = false
                guard skipLine(isEnd: isEnd, &pieces) else { return }
                continue
            }
            let byte = buffer[cursor]
            let available = buffer.count - cursor
            if byte == 0x1C, case .message = state, !isFrameEnded {
                guard available > 1 || isEnd else { return }
                if isEndBlock(at: cursor) {
                    endFrame(at: cursor)
                    continue
                }
            }
            if MessageSplitter.isBlank(byte) {
                note(blank: byte)
                cursor += 1
                keepBlanks()
                // Blanks inside a piece are kept until it is known that it goes on: not for ever.
                if cursor - contentEnd > Limits.blankBytes, !isUnended { close(&pieces) }
                continue
            }
            dropBlanks()
            if byte == 0xEF, !isEnd, available < 3 { return }
            if available >= 3, byte == 0xEF, buffer[cursor + 1] == 0xBB, buffer[cursor + 2] == 0xBF {
                before.insert(.byteOrderMark)
                cursor += 3
                keepBlanks()
                continue
            }
            let needed = isBetween || isFrameEnded ? 4 : SpoiltHeader.lineBytes
            if available < needed, !isEnd, isBetween || isFrameEnded || MessageSplitter.mayBeginHeader(byte) { return }
            beginLine(&pieces)
        }
        dropBlanks()
    }

    /// Decides what the line whose first visible byte is at `cursor` belongs to.
    private mutating func beginLine(_ pieces: inout [Piece]) {
        let available = buffer.count - cursor
        let isNamed = available == 3 || (available > 3 && !buffer[cursor + 3].isAlphanumeric)
        var name = isNamed ? SegmentName(buffer[cursor], buffer[cursor + 1], buffer[cursor + 2]) : nil
        if !isBetween, name.map({ isWord($0) }) ?? false { name = nil }
        switch name {
        case .some(.msh):
            close(&pieces)
            lead = before
            isFramed = hasStartBlock
            begin(.message)
        case .some(.fhs), .some(.bhs), .some(.bts), .some(.fts):
            close(&pieces)
            begin(.envelope)
        default:
            if isFrameEnded {
                // A segment, and no other frame: what was taken for the end of this one stands in the middle of its message.
                let isSegment = name != nil && available > 3 && buffer[cursor + 3] == buffer[start + 3]
                if isSegment, !hasStartBlock { after.insert(.brokenFrame) }
                close(&pieces)
            } else if isSpoiltHeader {
                close(&pieces)
            } else if hasStartBlock, isUnended {
                // Another frame began, and this is none of its message.
                lead.insert(.brokenFrame)
            }
            if isBetween { begin(.foreign(MessageSplitter.reason(for: buffer[cursor...].prefix(4)))) }
        }
        isAtLineStart = false
        isBehindStartBlock = false
        hasStartBlock = false
        before = []
        after = []
    }

    /// A line of a message that only begins with what is the name of a segment between messages: MSH is a hormone as well, and
    /// who cut the message there would take half of its results.
    private func isWord(_ name: SegmentName) -> Bool {
        guard case .message = state, cursor + 3 < buffer.count, buffer[cursor + 3] != buffer[start + 3] else {
            return false
        }
        // What stands behind a word; another separator is a header's that is spoilt, and no part of the message before.
        switch buffer[cursor + 3] {
        case 0x09, 0x20, UInt8(ascii: ":"), UInt8(ascii: ";"), UInt8(ascii: ","), UInt8(ascii: "."), UInt8(ascii: "="),
            UInt8(ascii: "-"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "/"):
            break
        default: return false
        }
        guard name == .msh || name == .fhs || name == .bhs || name == .bts || name == .fts else { return false }
        return !buffer.withUnsafeBufferPointer { HeaderInside.declaresDelimiters($0, cursor + 3) }
    }

    /// The header of a message that cannot be read, and no part of the one before it.
    private var isSpoiltHeader: Bool {
        guard case .message = state, start + 3 < cursor else { return false }
        let end = min(buffer.count, cursor + SpoiltHeader.lineBytes)
        let separator = buffer[start + 3]
        return buffer.withUnsafeBufferPointer {
            SpoiltHeader.begins(UnsafeBufferPointer(rebasing: $0[cursor..<end]), separator)
        }
    }

    /// Blanks and padding around messages are no part of them, and worth a note.
    private mutating func note(blank byte: UInt8) {
        let isSecond = isBehindStartBlock
        isBehindStartBlock = byte == 0x0B
        switch byte {
        case 0x0D, 0x0A: before = []
        case 0x0B:
            hasStartBlock = true
            if isSecond { before.insert(.framedTwice) }
        case 0x20, 0x09: before.insert(.leadingBlanks)
        case 0x00, 0x1A:
            if case .message = state { after.insert(.trailingPadding) } else { before.insert(.leadingBlanks) }
        default: break
        }
    }

    /// Whether the FS at `place` ends a frame: a line end follows, another frame, or nothing.
    private func isEndBlock(at place: Int) -> Bool {
        place + 1 == buffer.count || [0x0D, 0x0A, 0x0B].contains(buffer[place + 1])
    }

    /// The end block of a frame at `place`: what comes behind it is no part of the message.
    private mutating func endFrame(at place: Int) {
        cursor = place + 1
        if !isAtLineStart { contentEnd = cursor }
        isAtLineStart = true
        isFrameEnded = true
        isBehindStartBlock = false
        hasStartBlock = false
        let isWhole = isFramed && cursor < buffer.count && buffer[cursor] == 0x0D
        if !isWhole { after.insert(.trailingPadding) }
    }

    /// Inside a message that no end block has ended.
    private var isUnended: Bool {
        if case .message = state { !isFrameEnded } else { false }
    }

    /// Of blanks inside a message so many are kept, up to `cursor` as long as they are no more.
    private mutating func keepBlanks() {
        if !isPastKept, cursor <= contentEnd + Limits.blankBytes { keptEnd = cursor } else { isPastKept = true }
    }

    /// The others say nothing, and the message may go on behind them.
    private mutating func dropBlanks() {
        guard isPastKept, isUnended, isAtLineStart, cursor > keptEnd else { return }
        buffer.removeSubrange(keptEnd..<cursor)
        droppedBlanks += cursor - keptEnd
        cursor = keptEnd
    }

    private var isBetween: Bool {
        if case .between = state { true } else { false }
    }

    /// The file itself is an archive, and not a message file with such bytes in it.
    private var isArchive: Bool {
        if case .foreign(.compressed) = state { ordinal == 0 && !counts.hasEnvelope } else { false }
    }

    private mutating func begin(_ next: State) {
        state = next
        start = cursor
        contentEnd = cursor
        if !foreignBeginning.isEmpty { foreignBeginning = [] }
        foreignOffset = base + cursor
        foreignLength = 0
    }

    /// Passes over the rest of a line, to just past its end; false where bytes to come say whether it ends there.
    private mutating func skipLine(isEnd: Bool, _ pieces: inout [Piece]) -> Bool {
        let from = cursor
        let end: Int
        switch state {
        case .message:
            // Lines that only go on with the message say nothing, but that what stood before them is inside it.
            end = buffer.withUnsafeBufferPointer { ByteScan.halt(in: $0, from: from) }
        case .foreign where !isArchive:
            end = buffer.withUnsafeBufferPointer { MessageSplitter.lineEndOrFrame(in: $0, from: from) }
        default: end = buffer.withUnsafeBufferPointer { ByteScan.lineEnd(in: $0, from: from) }
        }
        guard end < buffer.count else {
            cursor = buffer.count
            return true
        }
        if buffer[end] == 0x1C {
            guard end + 1 < buffer.count || isEnd else {
                cursor = end
                return false
            }
            endFrame(at: end)
            return true
        }
        // A frame begins wherever its start block stands.
        cursor = buffer[end] == 0x0B ? end : end + 1
        contentEnd = cursor
        (keptEnd, isPastKept) = (cursor, false)
        isAtLineStart = true
        if case .envelope = state {
            // No envelope segment is that long: what follows its name is not one.
            if contentEnd - start > Limits.heldBytes { state = .foreign(.notHL7) } else { close(&pieces) }
        }
        return true
    }

    /// Where the first CR, LF or start block lies at or after `start`; the count of `bytes` where there is none.
    private static func lineEndOrFrame(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var position = start
        while position < bytes.count, bytes[position] != 0x0D, bytes[position] != 0x0A, bytes[position] != 0x0B {
            position += 1
        }
        return position
    }

    // MARK: - Pieces

    /// Hands out the piece in progress.
    private mutating func close(_ pieces: inout [Piece]) {
        switch state {
        case .between: break
        case .message where contentEnd - start > Limits.messageBytes: closeForeign(.tooLarge, &pieces)
        case .message:
            ordinal += 1
            counts.messages += 1
            var end = contentEnd
            // The LF of a CRLF came in as a blank of the next line.
            if end < cursor, end > start, buffer[end - 1] == 0x0D, buffer[end] == 0x0A { end += 1 }
            let offset = base + start
            if isFramed, !isFrameEnded { after.insert(.brokenFrame) }
            let piece = MessagePiece(
                bytes: message(upTo: end), offset: offset, ordinal: ordinal, surroundings: lead.union(after))
            pieces.append(.message(piece))
        case .envelope where contentEnd - start > Limits.heldBytes: closeForeign(.notHL7, &pieces)
        case .envelope:
            for problem in counts.take(buffer[start..<contentEnd]) {
                pieces.append(.notice(BatchNotice(problem: problem, offset: base + start)))
            }
        case .foreign(let reason): closeForeign(reason, &pieces)
        }
        state = .between
        (isFramed, isFrameEnded) = (false, false)
        start = cursor
        contentEnd = cursor
        base += droppedBlanks
        droppedBlanks = 0
    }

    /// The bytes of the message in progress. A long one is handed over with its memory: a copy would be as long.
    private mutating func message(upTo end: Int) -> [UInt8] {
        guard start == 0, end > Limits.heldBytes else { return Array(buffer[start..<end]) }
        let rest = Array(buffer[end...])
        buffer.removeSubrange(end...)
        let bytes = buffer
        buffer = rest
        base += end
        cursor -= end
        return bytes
    }

    private mutating func closeForeign(_ reason: HeldPiece.Reason, _ pieces: inout [Piece]) {
        ordinal += 1
        // A message too large is still one that the batch's trailer counts.
        if reason == .tooLarge { counts.messages += 1 }
        keepForeign(upTo: contentEnd)
        let piece = HeldPiece(
            reason: reason, beginning: foreignBeginning, length: foreignLength + droppedBlanks, offset: foreignOffset,
            ordinal: ordinal)
        pieces.append(.held(piece))
        foreignBeginning = []
    }

    /// Counts the foreign bytes up to `end` and lets them go, but for the beginning that is shown.
    private mutating func keepForeign(upTo end: Int) {
        guard end > start else { return }
        let room = Limits.heldBytes - foreignBeginning.count
        if room > 0 { foreignBeginning += buffer[start..<end].prefix(room) }
        foreignLength += end - start
        start = end
    }

    /// Lets go of the bytes that no piece needs any more, and gives up pieces past their limit.
    private mutating func boundMemory() {
        let end = isAtLineStart ? contentEnd : cursor
        switch state {
        case .message where end - start > Limits.messageBytes: state = .foreign(.tooLarge)
        case .envelope where end - start > Limits.heldBytes: state = .foreign(.notHL7)
        default: break
        }
        if case .foreign = state { keepForeign(upTo: end) }
        let used = isBetween ? cursor : start
        guard used > 0 else { return }
        buffer.removeSubrange(0..<used)
        base += used
        cursor -= used
        start = max(start - used, 0)
        contentEnd = max(contentEnd - used, 0)
        keptEnd = max(keptEnd - used, 0)
    }

    // MARK: - Bytes

    /// What may stand before a segment name without meaning anything: blanks, line ends, MLLP bytes, padding.
    private static func isBlank(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x09, 0x0D, 0x0A, 0x0B, 0x1C, 0x00, 0x1A: true
        default: false
        }
    }

    /// A header, or one that was spoilt, by something before it as well.
    private static func mayBeginHeader(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "M") || byte == UInt8(ascii: "F") || byte == UInt8(ascii: "B") || byte == UInt8(ascii: "m")
            || !byte.isAlphanumeric
    }

    /// What a file that begins with `head` most likely is.
    private static func reason(for head: ArraySlice<UInt8>) -> HeldPiece.Reason {
        let bytes = Array(head.prefix(4))
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { return .utf16 }
        if bytes.starts(with: [0x4D, 0x00, 0x53, 0x00]) || bytes.starts(with: [0x4D, 0x00, 0x53]) { return .utf16 }
        if archives.contains(where: { bytes.starts(with: $0) }) { return .compressed }
        if bytes.starts(with: "BZh".utf8), let level = bytes.last, (0x31...0x39).contains(level) { return .compressed }
        if bytes.first == UInt8(ascii: "<") { return .xml }
        return .notHL7
    }

    /// How gzip, zip (also empty or in parts), xz, 7z, zstd and RAR begin.
    private static let archives: [[UInt8]] = [
        [0x1F, 0x8B], [0x50, 0x4B, 0x03, 0x04], [0x50, 0x4B, 0x05, 0x06], [0x50, 0x4B, 0x07, 0x08],
        [0xFD, 0x37, 0x7A, 0x58], [0x37, 0x7A, 0xBC, 0xAF], [0x28, 0xB5, 0x2F, 0xFD], [0x52, 0x61, 0x72, 0x21],
    ]
}
