/// Reads armor pushed in pieces, refusing it at the first line that cannot be.
struct ArmorDecoder: Sendable {
    private var place = Place.leadingSpace
    /// The line that has not ended yet.
    private var line: [UInt8] = []
    /// Where the line begins.
    private var lineStart: Int64 = 0
    /// Bytes of white space before or behind the armor.
    private var spaceBytes = 0
    /// Where the next byte is.
    private(set) var offset: Int64 = 0

    private enum Place {
        case leadingSpace
        case begin
        case body
        /// A short line has come: only the `END` line can follow.
        case end
        case trailingSpace
    }

    /// Appends what whole lines stand for.
    mutating func push(_ input: UnsafeRawBufferPointer, into bytes: inout [UInt8]) throws(AgeFailure) {
        var index = 0
        while index < input.count {
            switch place {
            case .leadingSpace:
                try takeLeadingSpace(input[index])
                // The first byte of the armor is looked at again.
                if case .begin = place { continue }
                index += 1
            case .trailingSpace:
                try takeTrailing(input[index])
                index += 1
            case .body
            where line.isEmpty && input.count - index > Armor.columns
                && input[index + Armor.columns] == UInt8(ascii: "\n"):
                // The common line, taken without being gathered.
                let text = UnsafeRawBufferPointer(rebasing: input[index..<(index + Armor.columns)])
                guard StrictBase64.decode(text, into: &bytes) else {
                    // Padded, not acceptable, or several lines: looked at byte by byte.
                    try take(input[index], into: &bytes)
                    index += 1
                    continue
                }
                index += Armor.columns + 1
                offset += Int64(Armor.columns + 1)
            case .begin, .body, .end:
                try take(input[index], into: &bytes)
                index += 1
            }
        }
    }

    /// The end of the text: the `END` line may lack its newline.
    func finish() throws(AgeFailure) {
        guard place == .trailingSpace else { throw .armor(.truncated, offset: offset) }
    }

    private mutating func takeLeadingSpace(_ byte: UInt8) throws(AgeFailure) {
        guard Armor.isSpace(byte) else {
            place = .begin
            lineStart = offset
            return
        }
        try countSpace()
    }

    private mutating func takeTrailing(_ byte: UInt8) throws(AgeFailure) {
        guard Armor.isSpace(byte) else { throw .armor(.trailingData, offset: offset) }
        try countSpace()
    }

    private mutating func countSpace() throws(AgeFailure) {
        spaceBytes += 1
        guard spaceBytes <= AgeLimits.maxArmorSpaceBytes else { throw .armor(.tooMuchSpace, offset: offset) }
        offset += 1
    }

    private mutating func take(_ byte: UInt8, into bytes: inout [UInt8]) throws(AgeFailure) {
        if line.isEmpty { lineStart = offset }
        guard byte == UInt8(ascii: "\n") else {
            line.append(byte)
            offset += 1
            if place == .begin { return try checkBegin() }
            // Whatever stands behind the dashes is behind the armor.
            if line == Armor.end { return endArmor() }
            let isCarriageReturn = byte == UInt8(ascii: "\r") && line.count == Armor.columns + 1
            guard line.count <= Armor.columns || isCarriageReturn else { throw .armor(.line, offset: lineStart) }
            return
        }
        offset += 1
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        let text = line
        line.removeAll(keepingCapacity: true)
        switch place {
        case .begin:
            guard text == Armor.begin else { throw .armor(.begin, offset: lineStart) }
            place = .body
        default:
            try take(line: text, into: &bytes)
        }
    }

    /// Refuses a first line as soon as it differs.
    private func checkBegin() throws(AgeFailure) {
        let isBegin =
            line.count <= Armor.begin.count
            ? Armor.begin.starts(with: line)
            : line.count == Armor.begin.count + 1 && line.last == UInt8(ascii: "\r")
        guard isBegin else { throw .armor(.begin, offset: lineStart) }
    }

    private mutating func take(line text: [UInt8], into bytes: inout [UInt8]) throws(AgeFailure) {
        guard place == .body else { throw .armor(.end, offset: lineStart) }
        guard !text.isEmpty, text.count <= Armor.columns else { throw .armor(.line, offset: lineStart) }
        guard text.count % 4 == 0 else { throw .armor(.base64, offset: lineStart) }
        let padding = text.suffix(2).count { $0 == UInt8(ascii: "=") }
        guard StrictBase64.decode(text.dropLast(padding), into: &bytes) else {
            throw .armor(.base64, offset: lineStart)
        }
        // 64 columns without padding are a full line, which another may follow.
        if text.count < Armor.columns || padding > 0 { place = .end }
    }

    private mutating func endArmor() {
        place = .trailingSpace
        spaceBytes = 0
        line = []
    }
}

extension StrictBase64 {
    static func decode(_ text: ArraySlice<UInt8>, into bytes: inout [UInt8]) -> Bool {
        text.withUnsafeBytes { decode($0, into: &bytes) }
    }
}
