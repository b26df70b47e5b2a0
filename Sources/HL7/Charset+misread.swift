/// Bytes of DOS that are read as ISO 8859 or Windows-1252, and the reverse.
extension Charset {
    /// Where the first byte lies that is a sign or a capital in this set where a French word has an accented letter, and is that
    /// letter in the other set: CP850 for ISO 8859 and Windows-1252, these for CP850. Nil where none is.
    ///
    /// `Zo‚` is DOS's `Zoé`, and `ZoÚ` what DOS makes of `Zoé`. What Windows texts do hold (quotes, dashes, `…`, `œ`, `€`, `™`,
    /// `Š` in capitals), and frames of DOS around words, are no such bytes.
    package func firstMisreadAccent(in bytes: ArraySlice<UInt8>) -> Int? {
        guard self != .utf8, self != .ascii else { return nil }
        let end = bytes.endIndex
        var before: UInt8 = 0
        for position in bytes.indices {
            let byte = bytes[position]
            if byte >= 0x80 {
                let behind = position + 1 < end ? bytes[position + 1] : 0
                let isMisread =
                    self == .cp850
                    ? Charset.isWindowsAccent(byte, before, behind) : Charset.isDOSAccent(byte, before, behind)
                if isMisread { return position }
            }
            before = byte
        }
        return nil
    }

    /// Whether no text of Windows has `byte` between these two.
    private static func isDOSAccent(_ byte: UInt8, _ before: UInt8, _ behind: UInt8) -> Bool {
        switch byte {
        // é
        case 0x82: isLetter(before) || isLetter(behind)
        // â, ä, ê
        case 0x83, 0x84, 0x88: isLetter(before)
        // ç, with which no word ends; behind one, the byte is the mark of a footnote.
        case 0x87: isLetter(before) && isLetter(behind)
        // ë, and è: `Š` belongs to words in capitals.
        case 0x89, 0x8A: isSmallLetter(before) || isLetter(before) && isSmallLetter(behind)
        // ï, î
        case 0x8B, 0x8C: isLetter(before) && isSmallLetter(behind)
        default: false
        }
    }

    /// Whether no text of DOS has `byte` between these two.
    private static func isWindowsAccent(_ byte: UInt8, _ before: UInt8, _ behind: UInt8) -> Bool {
        switch byte {
        // è, é, ê, ë
        case 0xE8...0xEB: isSmallLetter(before) || isLetter(before) && isSmallLetter(behind)
        // È, É: corners of a frame.
        case 0xC8, 0xC9: isLetter(before)
        default: false
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { byte < 0x80 && isSmallLetter(byte | 0x20) }

    private static func isSmallLetter(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "a") < 26 }
}
