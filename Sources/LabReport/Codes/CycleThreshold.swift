/// The threshold cycle that many laboratories write behind what they found: `POSITIF (Ct 23,4)`.
enum CycleThreshold {
    /// What stands before it; nil where the text does not end so, and with nothing else.
    static func head(of text: String) -> String? {
        var rest = text.utf8[...]
        trim(&rest)
        let isClosed = rest.last == UInt8(ascii: ")")
        if isClosed { rest.removeLast() }
        trim(&rest)
        guard takesNumber(&rest) else { return nil }
        trim(&rest)
        if rest.last == UInt8(ascii: "=") || rest.last == UInt8(ascii: ":") { rest.removeLast() }
        trim(&rest)
        guard let second = rest.popLast(), let first = rest.popLast(), first & 0xDF == UInt8(ascii: "C"),
            second & 0xDF == UInt8(ascii: "T") || second & 0xDF == UInt8(ascii: "Q")
        else { return nil }
        if isClosed {
            trim(&rest)
            guard rest.popLast() == UInt8(ascii: "(") else { return nil }
        } else {
            guard let before = rest.popLast(), before == 0x20 || before == UInt8(ascii: ",") else { return nil }
        }
        trim(&rest)
        if rest.last == UInt8(ascii: ",") { rest.removeLast() }
        // Signs that do not count in a word might say that it does not hold.
        let isWord = rest.allSatisfy { byte in
            byte >= 0x80 || byte == 0x20 || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }
        return isWord ? String(decoding: rest, as: UTF8.self) : nil
    }

    /// Two digits, and perhaps two more behind a point or a comma.
    private static func takesNumber(_ rest: inout Substring.UTF8View) -> Bool {
        let number = rest.reversed().prefix {
            ASCIIDigit.isDigit($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ",")
        }
        let parts = number.reversed().split(omittingEmptySubsequences: false) { !ASCIIDigit.isDigit($0) }
        guard (1...2).contains(parts.count), (1...2).contains(parts[0].count),
            parts.dropFirst().allSatisfy({ (1...2).contains($0.count) })
        else { return false }
        rest.removeLast(number.count)
        return true
    }

    private static func trim(_ rest: inout Substring.UTF8View) {
        while rest.last == 0x20 { rest.removeLast() }
    }
}
