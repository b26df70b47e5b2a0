/// The first line of a message that nobody can read, because something stands before its `MSH` or in it: it is no part of the
/// message before, which is whole.
///
/// Whoever takes a line of a text for one takes half a message for a whole one. A line is one only where the delimiters follow that
/// no text has unescaped, and nothing stands before them that a segment which was cut, or a text, may end with.
enum SpoiltHeader {
    /// Bytes of a line that show whether it is one.
    static let lineBytes = 40
    /// Bytes that may stand before the name.
    private static let mostBefore = 16

    /// Whether `line` begins one, in a file where the fields of the message before are separated by `separator`.
    static func begins(_ line: UnsafeBufferPointer<UInt8>, _ separator: UInt8) -> Bool {
        var start = 0
        while start < min(line.count, mostBefore) {
            if let end = endOfName(line, start), declares(line, end, separator) { return true }
            if isWide(line, start) { return true }
            guard !line[start].isAlphanumeric, line[start] != 0x0D, line[start] != 0x0A else { return false }
            start += 1
        }
        return false
    }

    /// The delimiters may stand behind one letter too many.
    private static func declares(_ line: UnsafeBufferPointer<UInt8>, _ end: Int, _ separator: UInt8) -> Bool {
        for place in end...min(end + 1, line.count) where place < line.count {
            let isOwn = line[place] == separator || line[place] == UInt8(ascii: "|")
            if isOwn, HeaderInside.declaresDelimiters(line, place) { return true }
        }
        return false
    }

    /// Behind `MSH` at `start`, in capitals, small or fullwidth letters, with blanks between them.
    private static func endOfName(_ line: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
        let letters: InlineArray<3, UInt8> = [UInt8(ascii: "m"), UInt8(ascii: "s"), UInt8(ascii: "h")]
        var place = start
        for position in 0..<3 {
            while position > 0, place < line.count, line[place] == 0x20 || line[place] == 0x09 { place += 1 }
            guard place < line.count else { return nil }
            if line[place] | 0x20 == letters[position] {
                place += 1
            } else if place + 2 < line.count, line[place] == 0xEF, line[place + 1] == 0xBC || line[place + 1] == 0xBD,
                (line[place + 2] & 0x1F) == letters[position] & 0x1F
            {
                place += 3
            } else {
                return nil
            }
        }
        return place
    }

    /// `MSH` in UTF-16 of either byte order, whose zeros before the first letter are no part of the line.
    private static func isWide(_ line: UnsafeBufferPointer<UInt8>, _ start: Int) -> Bool {
        guard start + 6 < line.count, line[start] == UInt8(ascii: "M"), line[start + 2] == UInt8(ascii: "S") else {
            return false
        }
        return line[start + 1] == 0 && line[start + 3] == 0 && line[start + 4] == UInt8(ascii: "H")
            && line[start + 5] == 0
    }
}
