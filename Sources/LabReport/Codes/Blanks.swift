extension String {
    /// Without the blanks and control characters around it. Those within a local number are a part of it: `24 7` and `247` may
    /// be two people's.
    package var unpadded: String {
        // Nearly all begin and end with what they say.
        if withBytes({ !$0.isEmpty && $0[0] > 0x20 && $0[$0.count - 1] > 0x20 }) { return self }
        let bytes = utf8.drop { $0 <= 0x20 }
        guard let last = bytes.lastIndex(where: { $0 > 0x20 }) else { return "" }
        return String(decoding: bytes[...last], as: UTF8.self)
    }

    /// Without any blank: national numbers, which people write in groups.
    package var withoutBlanks: String {
        guard withBytes({ $0.contains(0x20) }) else { return self }
        return String(decoding: utf8.filter { $0 != 0x20 }, as: UTF8.self)
    }

    /// A structure's or a professional's number, whose register is not known yet: without the blanks by which nine to fourteen
    /// digits are written in groups, as national numbers are (Corsica has a letter). Any other is local, and stays as it is.
    var withoutGroups: String {
        guard withBytes({ $0.contains(0x20) }) else { return self }
        let bare = withoutBlanks
        let isNational = bare.utf8.enumerated().allSatisfy { place, byte in
            ASCIIDigit.isDigit(byte) || place == 1 && (byte == UInt8(ascii: "A") || byte == UInt8(ascii: "B"))
        }
        return isNational && (9...14).contains(bare.utf8.count) ? bare : self
    }
}
