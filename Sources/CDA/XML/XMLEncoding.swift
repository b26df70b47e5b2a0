/// The encodings of a document: those in which every ASCII character is the ASCII byte.
enum XMLEncoding: Sendable {
    case utf8, ascii, latin1, latin9, windows1252

    /// The encoding that a declaration names; nil when it is not supported.
    init?(name: ArraySlice<UInt8>) {
        switch String(decoding: name.map { XMLCharacter.uppercased($0) }, as: UTF8.self) {
        case "UTF-8", "UTF8": self = .utf8
        case "US-ASCII", "ASCII": self = .ascii
        case "ISO-8859-1", "ISO_8859-1", "LATIN1", "ISO-LATIN-1": self = .latin1
        case "ISO-8859-15", "ISO_8859-15", "LATIN-9": self = .latin9
        case "WINDOWS-1252", "CP1252": self = .windows1252
        default: return nil
        }
    }

    /// The code point of `byte`, which is above 0x7F; nil where a single-byte set has none, and for UTF-8.
    func codePoint(_ byte: UInt8) -> UInt32? {
        switch self {
        case .utf8, .ascii: return nil
        case .latin1: return UInt32(byte)
        case .latin9: return XMLEncoding.latin9Differences[byte] ?? UInt32(byte)
        case .windows1252:
            guard byte < 0xA0 else { return UInt32(byte) }
            let point = XMLEncoding.windows1252Controls[Int(byte) - 0x80]
            return point == 0 ? nil : UInt32(point)
        }
    }

    /// The eight places in which ISO 8859-15 differs from ISO 8859-1.
    private static let latin9Differences: [UInt8: UInt32] = [
        0xA4: 0x20AC, 0xA6: 0x160, 0xA8: 0x161, 0xB4: 0x17D, 0xB8: 0x17E, 0xBC: 0x152, 0xBD: 0x153, 0xBE: 0x178,
    ]

    /// Windows-1252 from 0x80 to 0x9F; 0 where it has no character.
    private static let windows1252Controls: [UInt16] = [
        0x20AC, 0, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021, 0x2C6, 0x2030, 0x160, 0x2039, 0x152, 0, 0x17D, 0,
        0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x2DC, 0x2122, 0x161, 0x203A, 0x153, 0, 0x17E, 0x178,
    ]
}
