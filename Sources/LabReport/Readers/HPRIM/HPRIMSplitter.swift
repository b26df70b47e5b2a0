import HL7

/// Cuts a file into HPRIM messages: each from its H segment to its L segment, or to the next H where L is missing.
///
/// Whatever else stands between is handed out as held. Memory is bounded by `Limits.messageBytes` and one push.
struct HPRIMSplitter: Sendable {
    private enum State {
        case between
        case message
        case foreign(SourceHoldBuilder)
    }

    private var state = State.between
    /// The line in progress, with its end.
    private var line: [UInt8] = []
    /// The message in progress.
    private var message: [UInt8] = []
    private var messageOffset = 0
    /// Offset in the file of the first byte of `line`.
    private var lineOffset = 0
    private var fieldSeparator = UInt8(ascii: "|")
    private var lastWasCR = false
    private var ordinal = 0
    /// The line in progress is too long to be kept: it goes to the foreign piece as it comes.
    private var isSpilling = false

    mutating func push(_ bytes: ArraySlice<UInt8>, into pieces: inout [SourcePiece]) {
        var rest = bytes
        while let first = rest.first {
            // The LF of a CRLF belongs to the line before.
            if lastWasCR {
                lastWasCR = false
                if first == 0x0A {
                    append([first])
                    rest = rest.dropFirst()
                    endLine(&pieces)
                    continue
                }
                endLine(&pieces)
            }
            guard let end = rest.firstIndex(where: { $0 == 0x0D || $0 == 0x0A }) else {
                append(rest)
                spill(&pieces)
                return
            }
            append(rest[...end])
            if rest[end] == 0x0D { lastWasCR = true } else { endLine(&pieces) }
            rest = rest[(end + 1)...]
            spill(&pieces)
        }
    }

    mutating func finish(into pieces: inout [SourcePiece]) {
        endLine(&pieces)
        closeMessage(&pieces)
        closeForeign(&pieces)
        if ordinal == 0, lineOffset > 0 {
            pieces.append(SourceHoldBuilder(.emptyFile, at: "H-1", offset: 0).piece(ordinal: 1))
        }
        self = HPRIMSplitter()
    }

    private mutating func append(_ bytes: ArraySlice<UInt8>) { line += bytes }

    /// Gives up a message or a line past the limit.
    private mutating func spill(_ pieces: inout [SourcePiece]) {
        guard message.count + line.count > Limits.messageBytes else { return }
        if case .foreign(var builder) = state {
            builder.add(line[...])
            state = .foreign(builder)
        } else {
            var builder = SourceHoldBuilder(
                .messageTooLarge, at: "H-1", offset: message.isEmpty ? lineOffset : messageOffset)
            builder.add(message[...])
            builder.add(line[...])
            state = .foreign(builder)
        }
        lineOffset += line.count
        line.removeAll(keepingCapacity: true)
        message = []
        isSpilling = true
    }

    private mutating func endLine(_ pieces: inout [SourcePiece]) {
        lastWasCR = false
        defer {
            lineOffset += line.count
            line.removeAll(keepingCapacity: true)
        }
        if isSpilling {
            isSpilling = false
            if case .foreign(var builder) = state {
                builder.add(line[...])
                state = .foreign(builder)
            }
            return
        }
        // The line that ends a message may be the one that makes it too long.
        if case .message = state, message.count + line.count > Limits.messageBytes {
            spill(&pieces)
            isSpilling = false
            return
        }
        let visible = HPRIMSplitter.visible(line[...])
        if visible.isEmpty {
            switch state {
            case .between: break
            case .message: message += line
            case .foreign(var builder):
                builder.add(line[...])
                state = .foreign(builder)
            }
            return
        }
        if let delimiters = HPRIMDelimiters.declared(in: visible.prefix(16)) {
            closeMessage(&pieces)
            closeForeign(&pieces)
            fieldSeparator = delimiters.field
            messageOffset = lineOffset
            message = line
            state = .message
            return
        }
        switch state {
        case .message:
            message += line
            if isEnd(visible) { closeMessage(&pieces) }
        case .foreign(var builder):
            builder.add(line[...])
            state = .foreign(builder)
        case .between:
            var builder = SourceHoldBuilder(.notHPRIM, at: "H-1", offset: lineOffset)
            builder.add(line[...])
            state = .foreign(builder)
        }
    }

    /// `L` alone or before a separator.
    private func isEnd(_ line: ArraySlice<UInt8>) -> Bool {
        guard line.first == UInt8(ascii: "L") else { return false }
        guard let second = line.dropFirst().first else { return true }
        return second == fieldSeparator || second == 0x20
    }

    private mutating func closeMessage(_ pieces: inout [SourcePiece]) {
        guard case .message = state else { return }
        ordinal += 1
        pieces.append(
            .message(
                SourceMessage(bytes: message, offset: messageOffset, length: message.count, ordinal: ordinal)))
        message = []
        state = .between
    }

    private mutating func closeForeign(_ pieces: inout [SourcePiece]) {
        guard case .foreign(let builder) = state else { return }
        ordinal += 1
        pieces.append(builder.piece(ordinal: ordinal))
        state = .between
    }

    /// A line without its end, without blanks before it and without frame bytes around it. Blanks at its end are kept: a
    /// continuation may go on behind them.
    static func visible(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var visible = SourceText.unmarked(line.drop(while: isBlank))
        visible = visible.drop(while: isBlank)
        while let last = visible.last, isBlank(last), last != 0x20, last != 0x09 { visible = visible.dropLast() }
        return visible
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x09, 0x0D, 0x0A, 0x0B, 0x1C, 0x00, 0x1A: true
        default: false
        }
    }
}
