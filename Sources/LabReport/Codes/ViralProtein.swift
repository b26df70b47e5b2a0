/// Proteins of HIV by which laboratories name the bands of a blot and an antigen: `gp41`, `gp 120`, `p24`.
enum ViralProtein {
    /// Of the envelopes of HIV 1 and 2, by their weight; no other virus that is looked for has one of the same.
    private static let envelopes = [36, 41, 105, 120, 140, 160]

    /// Whether the number that ends at `place` is one's. `p24` alone, without a blank, is one wherever it stands,
    /// but `P24H` and `RESP24`.
    static func ends(at place: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard isLastDigit(place, bytes) else { return false }
        var start = place
        while start > 0, place - start < 3, ASCIIDigit.isDigit(bytes[start - 1]) { start -= 1 }
        guard start > 0, (1...2).contains(place - start) else { return false }
        let weight = bytes[start...place].reduce(0) { $0 * 10 + Int($1 - ASCIIDigit.zero) }
        if weight == 24, bytes[start - 1] & 0xDF == UInt8(ascii: "P") {
            return !areHours(behind: place, bytes) && !isPanel(endingAt: start, bytes)
        }
        guard envelopes.contains(weight) else { return false }
        let name = isSeparator(bytes[start - 1]) ? start - 1 : start
        guard name >= 2, bytes[name - 1] & 0xDF == UInt8(ascii: "P"), bytes[name - 2] & 0xDF == UInt8(ascii: "G")
        else { return false }
        // `AGP` is another protein, and 120 its amount.
        return name == 2 || !isLetter(bytes[name - 3]) || endsWithAnti(bytes[..<(name - 2)])
    }

    /// Whether `24` stands at `place`, apart from the `p` that ends before it. What such a `p` is must be said: it may be phosphorus, of 24
    /// hours.
    static func isCoreNumber(before place: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard place >= 1, isLastDigit(place, bytes), bytes[place] == UInt8(ascii: "4"),
            bytes[place - 1] == UInt8(ascii: "2"), place < 2 || !ASCIIDigit.isDigit(bytes[place - 2])
        else { return false }
        let next = bytes[(place + 1)...].first { !isSeparator($0) }
        return next != UInt8(ascii: "h") && next != UInt8(ascii: "H")
    }

    /// `P24H`: protein or phosphorus of 24 hours.
    private static func areHours(behind place: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let next = place + 1
        guard next < bytes.count, bytes[next] & 0xDF == UInt8(ascii: "H") else { return false }
        return next + 1 == bytes.count || !isLetter(bytes[next + 1])
    }

    /// `RESP24`, `COVP24`: a panel of so many targets, by which laboratories call what looks for respiratory viruses.
    private static func isPanel(endingAt end: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard end >= 4, end == 4 || !isLetter(bytes[end - 5]) else { return false }
        let name = bytes[(end - 4)..<(end - 1)]
        return panels.contains { panel in name.elementsEqual(panel.utf8) { $0 & 0xDF == $1 } }
    }

    private static let panels = ["RES", "COV"]

    private static func isLastDigit(_ place: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        ASCIIDigit.isDigit(bytes[place]) && (place + 1 == bytes.count || !ASCIIDigit.isDigit(bytes[place + 1]))
    }

    private static func isSeparator(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x2D || byte == 0x5F }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & 0xDF) || byte >= 0x80 }

    private static func endsWithAnti(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        bytes.suffix(4).elementsEqual("ANTI".utf8, by: { $0 & 0xDF == $1 })
    }
}
