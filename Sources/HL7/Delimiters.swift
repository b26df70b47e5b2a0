/// The characters that a message splits itself with (MSH-1 and MSH-2).
public struct Delimiters: Hashable, Sendable {
    /// MSH-1, usually `|`.
    public var field: UInt8
    /// First of MSH-2, usually `^`.
    public var component: UInt8
    /// Second of MSH-2, usually `~`.
    public var repetition: UInt8
    /// Third of MSH-2, usually `\`; 0 where the sender has none.
    public var escape: UInt8
    /// Fourth of MSH-2, usually `&`.
    public var subcomponent: UInt8
    /// Fifth of MSH-2, usually `#`: marks a truncated value. 0 where the sender has none.
    public var truncation: UInt8

    /// Delimiters known to be usable.
    package init(
        field: UInt8, component: UInt8, repetition: UInt8, escape: UInt8, subcomponent: UInt8, truncation: UInt8
    ) {
        self.field = field
        self.component = component
        self.repetition = repetition
        self.escape = escape
        self.subcomponent = subcomponent
        self.truncation = truncation
    }

    /// `|^~\&`
    public static let standard = Delimiters(
        field: UInt8(ascii: "|"), component: UInt8(ascii: "^"), repetition: UInt8(ascii: "~"),
        escape: UInt8(ascii: "\\"), subcomponent: UInt8(ascii: "&"), truncation: 0)

    /// What MSH-2 is like.
    enum Form: Sendable {
        /// Four characters, or five.
        case regular
        /// A known slip of senders that leaves no doubt what was meant.
        case irregular
        /// Unusable: the standard's characters are assumed so that a person can still look at the message.
        case assumed
    }

    /// The delimiters that an MSH segment declares.
    static func declared(in header: ArraySlice<UInt8>) throws(HL7Failure) -> (delimiters: Delimiters, form: Form) {
        let start = header.startIndex
        guard header.count > 3 else { throw HL7Failure.fieldSeparator }
        let field = header[start + 3]
        guard isSeparator(field) else { throw HL7Failure.fieldSeparator }
        let isUsual =
            field == UInt8(ascii: "|") && header.count > 8 && header[start + 4] == UInt8(ascii: "^")
            && header[start + 5] == UInt8(ascii: "~") && header[start + 6] == UInt8(ascii: "\\")
            && header[start + 7] == UInt8(ascii: "&") && header[start + 8] == UInt8(ascii: "|")
        if isUsual { return (.standard, .regular) }
        let rest = header[(start + 4)...]
        let characters = Array(rest.prefix { $0 != field }.prefix(7))

        var standard = Delimiters.standard
        standard.field = field
        switch characters.count {
        case 4, 5:
            let truncation = characters.count == 5 ? characters[4] : 0
            if characters.count == 5, characters[2] == characters[3],
                areUsable(Array(characters[0...2]) + [truncation], field)
            {
                // `^~\\&`: the backslash was doubled by someone who copied the line out of a program.
                let delimiters = Delimiters(
                    field: field, component: characters[0], repetition: characters[1], escape: characters[2],
                    subcomponent: truncation, truncation: 0)
                return (delimiters, .irregular)
            }
            guard areUsable(characters, field) else { return (standard, .assumed) }
            let delimiters = Delimiters(
                field: field, component: characters[0], repetition: characters[1], escape: characters[2],
                subcomponent: characters[3], truncation: truncation)
            return (delimiters, .regular)
        case 3 where characters[2] == UInt8(ascii: "&"):
            // `^~&`: the backslash was lost on the way; `&` is nobody's escape character.
            guard areUsable(characters, field) else { return (standard, .assumed) }
            let delimiters = Delimiters(
                field: field, component: characters[0], repetition: characters[1], escape: 0,
                subcomponent: characters[2], truncation: 0)
            return (delimiters, .irregular)
        default:
            return (standard, .assumed)
        }
    }

    /// Visible ASCII that is neither letter nor digit.
    private static func isSeparator(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            false
        default: (0x21...0x7E).contains(byte)
        }
    }

    private static func areUsable(_ characters: [UInt8], _ field: UInt8) -> Bool {
        for (position, character) in characters.enumerated() {
            guard isSeparator(character), character != field, !characters[..<position].contains(character) else {
                return false
            }
        }
        return true
    }
}

/// How the bytes of one message are to be understood: its delimiters and its character set.
public struct Dialect: Hashable, Sendable {
    /// MSH-1 and MSH-2.
    public var delimiters: Delimiters
    /// MSH-18, or the receiver's setting.
    public var charset: Charset

    /// Delimiters and a character set.
    public init(delimiters: Delimiters = .standard, charset: Charset = .utf8) {
        self.delimiters = delimiters
        self.charset = charset
    }
}
