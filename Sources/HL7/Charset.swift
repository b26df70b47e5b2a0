/// The character sets in which messages arrive.
public enum Charset: UInt8, Hashable, Sendable, CaseIterable {
    /// Seven bits.
    case ascii
    /// Unicode.
    case utf8
    /// ISO 8859-1.
    case latin1
    /// ISO 8859-15, usual in French hospitals.
    case latin9
    /// What many senders of "8859/1" really write.
    case windows1252
    /// DOS.
    case cp850

    /// What MSH-18 said of itself.
    public enum Declaration: Hashable, Sendable {
        /// Nothing: the receiver's setting applies.
        case none
        /// A set known here.
        case known(Charset)
        /// A set not known here: the text cannot be trusted.
        case unsupported
    }

    /// The set that `name` means, in HL7's spelling (`8859/15`, `UNICODE UTF-8`) or a usual one; nil when unknown.
    public init?(name: some Sequence<UInt8>) {
        var key: [UInt8] = []
        for byte in name {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): key.append(byte - 32)
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): key.append(byte)
            case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "/"): continue
            default: return nil
            }
            guard key.count <= 16 else { return nil }
        }
        switch String(decoding: key, as: UTF8.self) {
        case "UNICODEUTF8", "UTF8", "UNICODE": self = .utf8
        case "ASCII", "USASCII", "ISOIR6": self = .ascii
        case "88591", "ISO88591", "LATIN1", "ISOIR100": self = .latin1
        case "885915", "ISO885915", "LATIN9": self = .latin9
        case "WINDOWS1252", "CP1252", "1252", "ANSI": self = .windows1252
        case "CP850", "IBM850", "850": self = .cp850
        default: return nil
        }
    }

    /// The same of a buffer: what nearly all that declare a set declare is known without a look at the others.
    init?(declared name: UnsafeBufferPointer<UInt8>) {
        let usual: StaticString = "UNICODE UTF-8"
        if let base = name.baseAddress, name.count == usual.utf8CodeUnitCount,
            ByteScan.areEqual(base, usual.utf8Start, name.count)
        {
            self = .utf8
        } else {
            self.init(name: name)
        }
    }

    /// Where the first byte lies that this set cannot hold; nil when all of `bytes` can be decoded.
    public func firstFault(in bytes: ArraySlice<UInt8>) -> Int? {
        switch self {
        case .ascii: return bytes.firstIndex { $0 >= 0x80 }
        case .utf8: return UTF8Check.firstFault(in: bytes)
        case .cp850: return nil
        case .latin1, .latin9, .windows1252: return bytes.firstIndex { $0 >= 0x80 && $0 < 0xA0 && codePoint($0) == 0 }
        }
    }

    /// Text of `bytes`; what the set does not have becomes U+FFFD.
    package func text(of bytes: [UInt8]) -> String { decode(bytes[...]).text }

    /// Where the first byte lies that only Windows-1252 has, in a text said to be ISO 8859-1 or -15; nil when none does.
    ///
    /// These sets have control characters there that no text holds: whoever writes them declares one set and means the
    /// other. They are read as Windows-1252, so that `œ` and `’` are what they were.
    public func firstWindowsByte(in bytes: ArraySlice<UInt8>) -> Int? {
        guard self == .latin1 || self == .latin9 else { return nil }
        return bytes.firstIndex { $0 >= 0x80 && $0 < 0xA0 }
    }

    /// Where the first byte above 0x7F lies when all of them together are valid UTF-8, in a text said to be in a
    /// single-byte set; nil when they are not, or there are none.
    ///
    /// No text in such a set looks like UTF-8 by chance: `Ã©` is always an `é` that was declared wrongly.
    public func firstUTF8Sequence(in bytes: ArraySlice<UInt8>) -> Int? {
        switch self {
        case .utf8, .ascii: return nil
        case .latin1, .latin9, .windows1252, .cp850:
            guard let first = bytes.firstIndex(where: { $0 >= 0x80 }) else { return nil }
            return UTF8Check.firstFault(in: bytes[first...]) == nil ? first : nil
        }
    }

    /// Where the first letter or sign of French text lies that is written in UTF-8, in a text that is not UTF-8 as a whole and
    /// would be read in a single-byte set; nil where there is none.
    ///
    /// A lead byte of these is `Â`, `Ã`, `Å` or a frame of DOS, behind which no text has a sign or a letter of the upper half:
    /// other sequences that UTF-8 allows do stand in such texts, as `É` before a no-break space. And no French text ends with
    /// `Ã`: that is an accented letter of UTF-8 of which the second byte was cut off.
    package func firstMixedSequence(in bytes: ArraySlice<UInt8>) -> Int? {
        guard self != .utf8, self != .ascii else { return nil }
        let end = bytes.endIndex
        var position = bytes.startIndex
        while position < end {
            switch bytes[position] {
            case 0xC2, 0xC3, 0xC5:
                if position + 1 < end, bytes[position + 1] & 0xC0 == 0x80 { return position }
                if bytes[position] == 0xC3, position + 1 == end || Charset.endsText(bytes[position + 1]) {
                    return position
                }
            case 0xE2:
                if position + 2 < end, bytes[position + 1] == 0x80 || bytes[position + 1] == 0x82,
                    bytes[position + 2] & 0xC0 == 0x80
                {
                    return position
                }
            default: break
            }
            position += 1
        }
        return nil
    }

    /// What stands behind the last letter of a field of HL7, HPRIM or a table.
    private static func endsText(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "|"), UInt8(ascii: "~"), UInt8(ascii: "^"), UInt8(ascii: "&"), UInt8(ascii: ";"), 0x09, 0x0A,
            0x0D, UInt8(ascii: "\""):
            true
        default: false
        }
    }

    /// Text of `bytes`, which hold at least one byte above 0x7F, and whether a byte had to be replaced.
    func decode(_ bytes: ArraySlice<UInt8>) -> (text: String, isFaithful: Bool) {
        if self == .utf8 {
            let text = String(decoding: bytes, as: UTF8.self)
            return (text, UTF8Check.firstFault(in: bytes) == nil)
        }
        // The text's length first, as it may be megabytes long: no code point of these sets takes more than three bytes.
        var length = 0
        var isFaithful = true
        for byte in bytes {
            let point = codePoint(byte)
            if point == 0, byte != 0 { isFaithful = false }
            length += point < 0x80 && (point != 0 || byte == 0) ? 1 : point >= 0x80 && point < 0x800 ? 2 : 3
        }
        let text = String(unsafeUninitializedCapacity: length) { place in
            var written = 0
            for byte in bytes {
                let found = codePoint(byte)
                let point = found == 0 && byte != 0 ? 0xFFFD : found
                written = Charset.write(point, to: place, at: written)
            }
            return written
        }
        return (text, isFaithful)
    }

    /// Writes a code point below U+10000 as UTF-8, at `written`; the place behind it.
    private static func write(_ point: UInt32, to place: UnsafeMutableBufferPointer<UInt8>, at written: Int) -> Int {
        if point < 0x80 {
            place[written] = UInt8(truncatingIfNeeded: point)
            return written + 1
        }
        let last = UInt8(truncatingIfNeeded: 0x80 | point & 0x3F)
        if point < 0x800 {
            place[written] = UInt8(truncatingIfNeeded: 0xC0 | point >> 6)
            place[written + 1] = last
            return written + 2
        }
        place[written] = UInt8(truncatingIfNeeded: 0xE0 | point >> 12)
        place[written + 1] = UInt8(truncatingIfNeeded: 0x80 | point >> 6 & 0x3F)
        place[written + 2] = last
        return written + 3
    }

    /// Bytes of `text`; characters that the set lacks become `?`.
    public func encode(_ text: String) -> [UInt8] {
        if self == .utf8 { return Array(text.utf8) }
        return text.unicodeScalars.map { scalar in
            if scalar.value < 0x80 { return UInt8(scalar.value) }
            let own: ClosedRange<UInt8> = self == .latin1 || self == .latin9 ? 0xA0...0xFF : 0x80...0xFF
            return own.first { codePoint($0) == scalar.value } ?? UInt8(ascii: "?")
        }
    }

    /// The code point of `byte` in a single-byte set; 0 where it has none.
    private func codePoint(_ byte: UInt8) -> UInt32 {
        if byte < 0x80 { return UInt32(byte) }
        // 0x80 to 0x9F are control characters in these sets; see `firstWindowsByte`.
        if byte < 0xA0, self == .latin1 || self == .latin9 {
            return UInt32(CharsetTables.windows1252[Int(byte) - 0x80])
        }
        switch self {
        case .ascii, .utf8: return 0
        case .latin1: return UInt32(byte)
        case .latin9: return UInt32(CharsetTables.latin9[Int(byte) - 0x80])
        case .windows1252: return UInt32(CharsetTables.windows1252[Int(byte) - 0x80])
        case .cp850: return UInt32(CharsetTables.cp850[Int(byte) - 0x80])
        }
    }
}
