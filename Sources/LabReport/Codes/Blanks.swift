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
}
