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
    /// The kind and what it needs; printable ASCII, never empty.
    var arguments: [[UInt8]]
    /// The body, decoded.
    var body: [UInt8]
    /// Where in the header it begins, for failures; no part of its value.
    var offset = 0

    init(arguments: [[UInt8]], body: [UInt8], offset: Int = 0) {
        self.arguments = arguments
        self.body = body
        self.offset = offset
    }

    /// A stanza of `type` with further arguments.
    init(type: String, _ arguments: [[UInt8]], body: [UInt8]) {
        self.init(arguments: [Array(type.utf8)] + arguments, body: body)
    }

    static func == (one: AgeStanza, other: AgeStanza) -> Bool {
        one.arguments == other.arguments && one.body == other.body
    }

    /// The first argument.
    var type: String { arguments.first.map { String(decoding: $0, as: UTF8.self) } ?? "" }

    func isOf(type: String) -> Bool { arguments.first?.elementsEqual(type.utf8) == true }

    /// The failure of a stanza that is malformed in this way.
    func failure(_ fault: AgeFailure.HeaderFault) -> AgeFailure { .header(fault, offset: offset) }

    static let prefix = [UInt8]("->".utf8)
    /// Characters of a full body line.
    static let columns = 64

    func encode(into text: inout [UInt8]) {
        text += AgeStanza.prefix
        for argument in arguments {
            text.append(UInt8(ascii: " "))
            text += argument
        }
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
