import HL7

/// Cuts a file into JSON documents, one a line or spread over many: each ends where its outermost brace does, or where a line
/// shows that it was broken and another begins. What one line lost takes none behind it along.
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
    private var place = JSONPlace()
    /// The beginning of a line that may be another document's, from its brace on; none of the document's yet.
    private var beginning: [UInt8] = []
    private var beginningOffset = 0
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
                open(byte, at: offset + (position - bytes.startIndex))
            case .document, .tooLarge:
                if byte == UInt8(ascii: "{"), place.isAtLineOfObject, beginning.isEmpty {
                    keep(bytes[start..<position])
                    beginningOffset = offset + (position - bytes.startIndex)
                    start = position
                } else if beginning.isEmpty {
                    guard place.step(byte) else { continue }
                    keep(bytes[start...position])
                    close(&pieces)
                    continue
                }
                beginning.append(byte)
                if decide(&pieces) { start = position + 1 }
            case .foreign:
                guard byte == 0x0A else { continue }
                keep(bytes[start...position])
                close(&pieces)
            }
        }
        if case .between = state {} else if beginning.isEmpty { keep(bytes[start...]) }
        offset += bytes.count
    }

    mutating func finish(into pieces: inout [SourcePiece]) {
        keep(beginning[...])
        close(&pieces)
        if ordinal == 0 {
            pieces.append(SourceHoldBuilder(.emptyFile, at: "Bundle", offset: 0).piece(ordinal: 1))
        }
        self = JSONSplitter()
    }

    private mutating func open(_ byte: UInt8, at offset: Int) {
        documentOffset = offset
        if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
            state = .document
            _ = place.step(byte)
        } else {
            state = .foreign(SourceHoldBuilder(.fhirJSON, at: "byte " + String(offset), offset: offset))
        }
    }

    /// Gives the beginning of a line to the document that it is of; false while that cannot be said. It holds no document's end.
    private mutating func decide(_ pieces: inout [SourcePiece]) -> Bool {
        guard let isAnother = place.isAnother(beginning) else { return false }
        let line = beginning
        if isAnother {
            beginning = []
            close(&pieces)
            documentOffset = beginningOffset
            state = .document
        }
        beginning = []
        for byte in line { _ = place.step(byte) }
        keep(line[...])
        return true
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
        place = JSONPlace()
        state = .between
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D || byte == 0x00
    }

    /// A byte of a byte order mark.
    private func isMark(_ byte: UInt8) -> Bool { byte == 0xEF || byte == 0xBB || byte == 0xBF }
}
