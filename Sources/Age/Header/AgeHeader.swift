/// A header's content: what `HeaderParser` reads and `AgeSealer` writes.
struct AgeHeader: Sendable, Equatable {
    /// The wrapped file keys.
    var stanzas: [AgeStanza]
    /// 32 bytes; empty as long as it is not known.
    var mac: [UInt8] = []

    static let versionLine = [UInt8]("age-encryption.org/v1\n".utf8)
    static let macPrefix = [UInt8]("---".utf8)

    /// What the MAC covers: everything to `---`.
    var authenticated: [UInt8] {
        var text = AgeHeader.versionLine
        for stanza in stanzas { stanza.encode(into: &text) }
        text += AgeHeader.macPrefix
        return text
    }

    /// Where the MAC line begins.
    var macOffset: Int { authenticated.count - AgeHeader.macPrefix.count }

    /// The whole header.
    var encoded: [UInt8] {
        authenticated + [UInt8(ascii: " ")] + StrictBase64.encode(mac) + [UInt8(ascii: "\n")]
    }
}

/// One wrapped file key, of whatever kind: a type, arguments, and a body.
struct AgeStanza: Sendable, Equatable {
    /// What stands behind the arrow: its kind and what that needs, of printable ASCII, with single spaces between. Not in
    /// pieces: a header can have ten thousands of them, and only those of known kinds are looked at.
    var line: [UInt8]
    /// The body, decoded.
    var body: [UInt8]
    /// Where in the header it begins, for failures; no part of its value.
    var offset = 0

    init(line: [UInt8], body: [UInt8], offset: Int = 0) {
        self.line = line
        self.body = body
        self.offset = offset
    }

    /// A stanza of `type` with further arguments.
    init(type: String, _ arguments: [[UInt8]], body: [UInt8]) {
        self.init(line: Array(([Array(type.utf8)] + arguments).joined(separator: [AgeStanza.space])), body: body)
    }

    static func == (one: AgeStanza, other: AgeStanza) -> Bool {
        one.line == other.line && one.body == other.body
    }

    /// The kind.
    var type: String { String(decoding: line.prefix { $0 != AgeStanza.space }, as: UTF8.self) }

    func isOf(type: String) -> Bool { line.prefix { $0 != AgeStanza.space }.elementsEqual(type.utf8) }

    /// What stands behind the kind, if that is just so many arguments.
    func arguments(_ count: Int) -> [ArraySlice<UInt8>]? {
        let parts = line.split(separator: AgeStanza.space, maxSplits: count + 1, omittingEmptySubsequences: false)
        return parts.count == count + 1 ? Array(parts.dropFirst()) : nil
    }

    /// The failure of a stanza that is malformed in this way.
    func failure(_ fault: AgeFailure.HeaderFault) -> AgeFailure { .header(fault, offset: offset) }

    static let prefix = [UInt8]("->".utf8)
    static let space = UInt8(ascii: " ")
    /// Characters of a full body line.
    static let columns = 64

    func encode(into text: inout [UInt8]) {
        text += AgeStanza.prefix
        text.append(AgeStanza.space)
        text += line
        text.append(UInt8(ascii: "\n"))
        var rest = StrictBase64.encode(body)[...]
        while rest.count >= AgeStanza.columns {
            text += rest.prefix(AgeStanza.columns)
            text.append(UInt8(ascii: "\n"))
            rest = rest.dropFirst(AgeStanza.columns)
        }
        // A short line ends a body, an empty one if need be.
        text += rest
        text.append(UInt8(ascii: "\n"))
    }
}
