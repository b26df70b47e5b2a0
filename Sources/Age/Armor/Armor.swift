/// The text form of an age file: strict PEM (RFC 7468, figure 3) with the label `AGE ENCRYPTED FILE`.
///
/// Lines of 64 columns, the last one shorter or equal and padded, no headers, no empty line. Lines may end in LF or CRLF,
/// and there may be white space before and behind the whole; nothing else is accepted.
enum Armor {
    static let begin = [UInt8]("-----BEGIN AGE ENCRYPTED FILE-----".utf8)
    static let end = [UInt8]("-----END AGE ENCRYPTED FILE-----".utf8)
    /// Characters of a full line, and the bytes they stand for.
    static let columns = 64
    static let lineBytes = 48

    /// What counts as white space around the armor.
    static func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || (9...13).contains(byte) }
}

/// How a file to open is written.
public enum AgeEncoding: Sendable {
    /// The first bytes tell.
    case detected
    /// Binary: armor is no age file.
    case binary
    /// Armored: anything else is an armor failure.
    case armored
}
