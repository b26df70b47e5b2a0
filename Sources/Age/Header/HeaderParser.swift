/// Reads a header pushed in pieces, refusing it at the first byte that cannot be.
struct HeaderParser: Sendable {
    private var bytes: [UInt8] = []
    private var lineStart = 0
    private var stanzas: [AgeStanza] = []
    /// The last stanza's short line has not come yet.
    private var isInBody = false
    private(set) var header: AgeHeader?

    /// Bytes taken so far; once the header is complete, its length.
    var count: Int { bytes.count }

    /// Types of the stanzas read so far.
    var stanzaTypes: [String] { stanzas.map(\.type) }

    /// Takes bytes up to the end of the header; gives how many. `header` is there once it is complete.
    mutating func push(_ input: UnsafeRawBufferPointer) throws(AgeFailure) -> Int {
        var taken = 0
        while taken < input.count, header == nil {
            let position = bytes.count
            if position < AgeHeader.versionLine.count {
                guard input[taken] == AgeHeader.versionLine[position] else { throw .header(.version, offset: position) }
                bytes.append(input[taken])
                taken += 1
                lineStart = position + 1
                continue
            }
            guard position < AgeLimits.maxHeaderBytes else { throw .header(.tooLong, offset: position) }
            let room = min(input.count - taken, AgeLimits.maxHeaderBytes - position)
            let piece = UnsafeRawBufferPointer(rebasing: input[taken..<(taken + room)])
            let lineEnd = piece.firstIndex(of: UInt8(ascii: "\n"))
            let count = lineEnd.map { $0 + 1 } ?? room
            bytes.append(contentsOf: piece[..<count])
            taken += count
            if lineEnd != nil {
                try take(line: bytes[lineStart..<(bytes.count - 1)])
                lineStart = bytes.count
            }
        }
        return taken
    }

    /// The failure of a file that ends here.
    var truncation: AgeFailure { .header(.truncated, offset: bytes.count) }

    private mutating func take(line: ArraySlice<UInt8>) throws(AgeFailure) {
        if isInBody {
            try take(bodyLine: line)
        } else if line.starts(with: AgeStanza.prefix) {
            try take(argumentLine: line)
        } else if line.starts(with: AgeHeader.macPrefix) {
            try take(macLine: line)
        } else {
            throw .header(.line, offset: line.startIndex)
        }
    }

    private mutating func take(argumentLine line: ArraySlice<UInt8>) throws(AgeFailure) {
        guard stanzas.count < AgeLimits.maxStanzas else { throw .header(.tooManyStanzas, offset: line.startIndex) }
        let text = line.dropFirst(AgeStanza.prefix.count + 1)
        guard line.dropFirst(AgeStanza.prefix.count).first == AgeStanza.space else {
            throw .header(.line, offset: line.startIndex)
        }
        var start = text.startIndex
        for index in text.indices {
            if text[index] == AgeStanza.space {
                guard index > start else { throw .header(.line, offset: start) }
                start = index + 1
            } else {
                guard (33...126).contains(text[index]) else { throw .header(.line, offset: start) }
            }
        }
        guard start < text.endIndex else { throw .header(.line, offset: start) }
        stanzas.append(AgeStanza(line: Array(text), body: [], offset: line.startIndex))
        isInBody = true
    }

    private mutating func take(bodyLine line: ArraySlice<UInt8>) throws(AgeFailure) {
        guard line.count <= AgeStanza.columns else { throw .header(.line, offset: line.startIndex) }
        // Decoded line by line: a full line is 48 bytes exactly, so only the short one can have spare bits.
        guard let decoded = StrictBase64.decode(line) else { throw .header(.base64, offset: line.startIndex) }
        stanzas[stanzas.count - 1].body += decoded
        isInBody = line.count == AgeStanza.columns
    }

    private mutating func take(macLine line: ArraySlice<UInt8>) throws(AgeFailure) {
        let start = line.startIndex + AgeHeader.macPrefix.count
        guard !stanzas.isEmpty, line.count == AgeHeader.macPrefix.count + 1 + 43, line[start] == UInt8(ascii: " ")
        else { throw .header(.line, offset: line.startIndex) }
        guard let mac = StrictBase64.decode(line[(start + 1)...]), mac.count == 32 else {
            throw .header(.base64, offset: start + 1)
        }
        if stanzas.count > 1, let scrypt = stanzas.first(where: { $0.isOf(type: ScryptStanza.type) }) {
            throw scrypt.failure(.scryptNotAlone)
        }
        header = AgeHeader(stanzas: stanzas, mac: mac)
    }
}
