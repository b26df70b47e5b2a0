/// Decodes the header of an age v1 file as its bytes arrive, to tell whether a body is sealed. It holds no keys.
///
/// ```
/// age-encryption.org/v1
/// -> mlkem768x25519 <base64>
/// <base64 body, lines of 64 columns, the last one shorter>
/// --- <base64 of the MAC>
/// <payload: 16 bytes of nonce, then chunks>
/// ```
/// Clear text is refused at the first byte that cannot stand there, so that none of it needs to be written. The header is
/// kept in memory, at most 8 KiB of it, for the relay to cut off.
package struct SealedShape: Sendable {
    /// How far the header is.
    package enum Progress: Equatable, Sendable {
        /// All bytes so far can begin an age file.
        case needMore
        /// The header is whole and ends at this length; what follows in the pushed bytes is payload.
        case complete(headerLength: Int)
    }

    /// The fewest bytes that can follow a header: the nonce and one empty chunk's tag.
    package static let payloadBytesMin = 32

    /// The header's bytes so far; the whole header once complete.
    package private(set) var header: [UInt8] = []
    /// Types of the stanzas so far, such as `["mlkem768x25519"]`.
    package private(set) var stanzaTypes: [String] = []
    /// Whether the header is whole.
    package private(set) var isComplete = false

    /// Whether all stanzas so far are sealed to post-quantum keys.
    package var isPostQuantum: Bool { stanzaTypes.allSatisfy { $0 == "mlkem768x25519" } }
    /// Whether one of them is sealed with a password, and so to nobody in particular.
    package var hasPassword: Bool { stanzaTypes.contains("scrypt") }

    private var place = Place.version
    private var column = 0
    private var lastDigit: UInt8 = 0
    private var isMACLine = false
    private var type: [UInt8] = []

    private enum Place {
        case version
        case lineStart
        case type
        case arguments
        case body
        case mac
    }

    /// A decoder that has seen nothing.
    package init() {}

    /// Takes the next bytes. Bytes past the header's end are left alone; after completion nothing is taken any more.
    package mutating func push(_ bytes: some Sequence<UInt8>) throws(ExchangeFailure) -> Progress {
        if isComplete { return .complete(headerLength: header.count) }
        for byte in bytes {
            guard header.count < Limits.sealedHeaderBytes else {
                throw .pastLimit(what: "age header", limit: Int64(Limits.sealedHeaderBytes))
            }
            guard try take(byte) else { throw .notSealed(offset: header.count) }
            header.append(byte)
            if isComplete { return .complete(headerLength: header.count) }
        }
        return .needMore
    }

    private static let version = Array("age-encryption.org/v1\n".utf8)
    private static let newline = UInt8(ascii: "\n")
    private static let space = UInt8(ascii: " ")

    /// Whether `byte` can come next; moves on if it can.
    private mutating func take(_ byte: UInt8) throws(ExchangeFailure) -> Bool {
        switch place {
        case .version: return takeVersion(byte)
        case .lineStart: return try takeLineStart(byte)
        case .type: return takeType(byte)
        case .arguments: return takeArguments(byte)
        case .body: return takeBody(byte)
        case .mac: return takeMAC(byte)
        }
    }

    private mutating func takeVersion(_ byte: UInt8) -> Bool {
        guard byte == SealedShape.version[column] else { return false }
        column += 1
        if column == SealedShape.version.count { start(.lineStart) }
        return true
    }

    /// `-> ` opens a stanza; `--- `, after one stanza or more, the MAC.
    private mutating func takeLineStart(_ byte: UInt8) throws(ExchangeFailure) -> Bool {
        switch (column, byte, isMACLine) {
        case (0, UInt8(ascii: "-"), _):
            isMACLine = false
        case (1, UInt8(ascii: ">"), _):
            guard stanzaTypes.count < Limits.sealedStanzas else {
                throw .pastLimit(what: "age stanzas", limit: Int64(Limits.sealedStanzas))
            }
        case (1, UInt8(ascii: "-"), _):
            guard !stanzaTypes.isEmpty else { return false }
            isMACLine = true
        case (2, SealedShape.space, false):
            type = []
            start(.type)
            return true
        case (2, UInt8(ascii: "-"), true):
            break
        case (3, SealedShape.space, true):
            start(.mac)
            return true
        default:
            return false
        }
        column += 1
        return true
    }

    private mutating func takeType(_ byte: UInt8) -> Bool {
        if byte == SealedShape.space || byte == SealedShape.newline {
            guard !type.isEmpty else { return false }
            stanzaTypes.append(String(decoding: type, as: UTF8.self))
            start(byte == SealedShape.space ? .arguments : .body)
            return true
        }
        type.append(byte)
        return SealedShape.isVisible(byte)
    }

    /// `column` counts the bytes of the argument at hand, which may not be empty.
    private mutating func takeArguments(_ byte: UInt8) -> Bool {
        if byte == SealedShape.space || byte == SealedShape.newline {
            guard column > 0 else { return false }
            start(byte == SealedShape.space ? .arguments : .body)
            return true
        }
        column += 1
        return SealedShape.isVisible(byte)
    }

    private mutating func takeBody(_ byte: UInt8) -> Bool {
        if byte == SealedShape.newline {
            guard column < 64 else {
                start(.body)
                return true
            }
            guard endsCanonically() else { return false }
            start(.lineStart)
            return true
        }
        guard column < 64, let digit = Base64Digit.value(byte) else { return false }
        column += 1
        lastDigit = digit
        return true
    }

    private mutating func takeMAC(_ byte: UInt8) -> Bool {
        if column == 43 {
            isComplete = byte == SealedShape.newline && endsCanonically()
            return isComplete
        }
        guard let digit = Base64Digit.value(byte) else { return false }
        column += 1
        lastDigit = digit
        return true
    }

    /// Unpadded base64: a remainder of one digit is none, and the bits left over are zero.
    private func endsCanonically() -> Bool {
        switch column % 4 {
        case 0: true
        case 2: lastDigit & 0b1111 == 0
        case 3: lastDigit & 0b11 == 0
        default: false
        }
    }

    private mutating func start(_ place: Place) {
        self.place = place
        column = 0
    }

    private static func isVisible(_ byte: UInt8) -> Bool { (33...126).contains(byte) }
}
