import HL7

/// Cuts a file into JSON documents, one a line or spread over many: each ends where its outermost brace does.
///
/// Other bytes between documents are handed out as held, to the end of their line. Memory is bounded by
/// `Limits.messageBytes` and the size of one push.
struct JSONSplitter: Sendable {
    private enum State {
        case between
        case document
        case foreign(SourceHoldBuilder)
        /// A document past the limit: passed over to its end.
        case tooLarge(SourceHoldBuilder)
    }

    private var state = State.between
    private var document: [UInt8] = []
    private var documentOffset = 0
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    private var offset = 0
    private var ordinal = 0

    mutating func push(_ bytes: ArraySlice<UInt8>, into pieces: inout [SourcePiece]) {
        var start = bytes.startIndex
        for position in bytes.indices {
            let byte = bytes[position]
            switch state {
            case .between:
                if JSONSplitter.isBlank(byte) || (offset + position - bytes.startIndex < 3 && isMark(byte)) { continue }
                start = position
                documentOffset = offset + (position - bytes.startIndex)
                if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
                    state = .document
                    depth = 1
                } else {
                    state = .foreign(
                        SourceHoldBuilder(
                            .fhirJSON, at: "byte " + String(documentOffset), offset: documentOffset))
                }
            case .document, .tooLarge:
                guard step(byte) else { continue }
                keep(bytes[start...position])
                close(&pieces)
            case .foreign:
                guard byte == 0x0A else { continue }
                keep(bytes[start...position])
                close(&pieces)
            }
        }
        if case .between = state {} else { keep(bytes[start...]) }
        offset += bytes.count
    }

    mutating func finish(into pieces: inout [SourcePiece]) {
        close(&pieces)
        if ordinal == 0 {
            pieces.append(SourceHoldBuilder(.emptyFile, at: "Bundle", offset: 0).piece(ordinal: 1))
        }
        self = JSONSplitter()
    }

    /// Follows the document; true at its end.
    private mutating func step(_ byte: UInt8) -> Bool {
        if isInString {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInString = false
            }
            return false
        }
        switch byte {
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
        default: break
        }
        return depth == 0
    }

    private mutating func keep(_ bytes: ArraySlice<UInt8>) {
        switch state {
        case .between: return
        case .foreign(var builder):
            builder.add(bytes)
            state = .foreign(builder)
        case .tooLarge(var builder):
            builder.add(bytes)
            state = .tooLarge(builder)
        case .document:
            document += bytes
            guard document.count > Limits.messageBytes else { return }
            var builder = SourceHoldBuilder(.messageTooLarge, at: "Bundle", offset: documentOffset)
            builder.add(document[...])
            document = []
            state = .tooLarge(builder)
        }
    }

    private mutating func close(_ pieces: inout [SourcePiece]) {
        switch state {
        case .between: return
        case .document:
            ordinal += 1
            pieces.append(
                .message(
                    SourceMessage(bytes: document, offset: documentOffset, length: document.count, ordinal: ordinal)))
        case .foreign(let builder), .tooLarge(let builder):
            ordinal += 1
            pieces.append(builder.piece(ordinal: ordinal))
        }
        document = []
        (depth, isInString, isEscaped) = (0, false, false)
        state = .between
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D || byte == 0x00
    }

    /// A byte of a byte order mark.
    private func isMark(_ byte: UInt8) -> Bool { byte == 0xEF || byte == 0xBB || byte == 0xBF }
}
