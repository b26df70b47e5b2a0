/// Applies the escapes of a text. No escape is shorter than what it stands for, so that the room of the text is enough.
struct Unescaping {
    private let delimiters: Delimiters
    private let escape: UInt8

    /// Without an `escape` character (0) nothing is one.
    init(_ delimiters: Delimiters, _ escape: UInt8) {
        self.delimiters = delimiters
        self.escape = escape
    }

    /// Bytes looked at for the end of an escape: hexadecimal ones may be long.
    static let longest = 4096

    /// Writes `bytes` with escapes applied, still in the message's character set; how many bytes that are.
    func run(
        _ bytes: UnsafeBufferPointer<UInt8>, into place: UnsafeMutableBufferPointer<UInt8>,
        _ problems: inout TextProblems
    ) -> Int {
        var written = 0
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            guard byte == escape, escape != 0 else {
                place[written] = byte
                written += 1
                position += 1
                continue
            }
            guard let end = end(of: position, in: bytes) else {
                problems.insert(.unknownEscape)
                place[written] = byte
                written += 1
                position += 1
                continue
            }
            let body = UnsafeBufferPointer(rebasing: bytes[(position + 1)..<end])
            if let next = write(body, into: place, at: written) {
                written = next
                position = end + 1
                continue
            }
            let switches = body.first == UInt8(ascii: "C") || body.first == UInt8(ascii: "M")
            problems.insert(switches ? .charsetEscape : .unknownEscape)
            // The closing character may open the next escape when this one was none.
            let stop = Unescaping.isSequence(body) ? end + 1 : end
            for kept in position..<stop {
                place[written] = bytes[kept]
                written += 1
            }
            position = stop
        }
        return written
    }

    /// Where the escape that begins at `position` ends; nil where it does not.
    private func end(of position: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var end = position + 1
        let last = min(bytes.count, end + Unescaping.longest)
        while end < last, bytes[end] != escape { end += 1 }
        return end < last ? end : nil
    }

    /// Of the form of an escape, though unknown.
    private static func isSequence(_ body: UnsafeBufferPointer<UInt8>) -> Bool {
        !body.isEmpty && body.count <= 10 && body.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    /// Writes what stands between two escape characters means, at `written`; the place behind it. Nil when it means nothing here.
    func write(
        _ body: UnsafeBufferPointer<UInt8>, into place: UnsafeMutableBufferPointer<UInt8>, at written: Int
    ) -> Int? {
        guard let first = body.first else { return nil }
        if body.count == 1 {
            guard let mark = mark(first) else { return nil }
            place[written] = mark
            return written + 1
        }
        if first == UInt8(ascii: "X") { return Unescaping.write(hexadecimal: body, into: place, at: written) }
        guard body.count == 3, first == UInt8(ascii: "."), body[1] == UInt8(ascii: "b"), body[2] == UInt8(ascii: "r")
        else { return nil }
        place[written] = 0x0A
        return written + 1
    }

    /// Whether what stands between two escape characters means something here.
    func knows(_ body: ArraySlice<UInt8>) -> Bool {
        body.withUnsafeBufferPointer { body in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: body.count + 1) { place in
                place.initialize(repeating: 0)
                return write(body, into: place, at: 0) != nil
            }
        }
    }

    private func mark(_ letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "F"): delimiters.field
        case UInt8(ascii: "S"): delimiters.component
        case UInt8(ascii: "R"): delimiters.repetition
        case UInt8(ascii: "T"): delimiters.subcomponent
        case UInt8(ascii: "E"): delimiters.escape
        case UInt8(ascii: "P") where delimiters.truncation != 0: delimiters.truncation
        default: nil
        }
    }

    /// The bytes that the digits behind `X` spell.
    private static func write(
        hexadecimal body: UnsafeBufferPointer<UInt8>, into place: UnsafeMutableBufferPointer<UInt8>, at written: Int
    ) -> Int? {
        guard body.count % 2 == 1 else { return nil }
        var next = written
        var position = 1
        while position < body.count {
            guard let high = value(ofDigit: body[position]), let low = value(ofDigit: body[position + 1]) else {
                return nil
            }
            place[next] = high << 4 | low
            next += 1
            position += 2
        }
        return next
    }

    /// What a hexadecimal digit is worth.
    private static func value(ofDigit digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
