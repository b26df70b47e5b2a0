import HL7

/// A document that travels inside a result (OBX-2 `ED`): what it is, and its bytes where somebody will read them.
package struct EmbeddedDocument: Sendable, Hashable, CustomStringConvertible {
    /// What a document is, told by its bytes; what the sender called it is not trusted.
    package enum Kind: Sendable, Hashable {
        /// CDA R2 with a structured body (level 2 or 3): its results can be read.
        case structuredCDA
        /// CDA R2 around a PDF, a text or a picture (level 1): no result in it can be read.
        case wrappedCDA
        /// Anything else: PDF, text, picture, another XML.
        case other
        /// Not decodable as what OBX-5.4 says.
        case unreadable
    }

    /// What it is.
    package let kind: Kind
    /// The decoded bytes of a structured CDA document; empty for all others, which nobody reads.
    package let bytes: [UInt8]
    /// Where it stood: `OBX[1]-5`.
    package let path: String
    /// Its status (OBX-11): `F`, `C` for one that replaces another, `D` for one withdrawn.
    package let status: String

    /// Only what it is, never what it says.
    package var description: String { "document(\(bytes.count) bytes)" }

    /// The document in OBX-5 (`data`, type ED).
    init(_ data: Part, status: String, path: String) {
        self.path = path
        self.status = status
        let coded = data.component(5).bytes
        let encoding = data.component(4)
        let isPlain = encoding.equals("A") || encoding.isEmpty && coded.first == UInt8(ascii: "<")
        let decode: (ArraySlice<UInt8>) -> [UInt8]? = { bytes in
            if isPlain { return Array(data.component(5).decodedText.utf8) }
            return encoding.equals("Hex") ? Part.bytes(hexadecimal: bytes) : Base64.decoded(bytes)
        }
        // The first bytes tell whether it is worth decoding the rest, which may be megabytes of PDF.
        let beginning = isPlain ? decode(coded) : decode(coded.prefix(EmbeddedDocument.lookedAt))
        guard let beginning, !beginning.isEmpty else {
            (kind, bytes) = (.unreadable, [])
            return
        }
        guard EmbeddedDocument.isXML(beginning), let all = decode(coded),
            EmbeddedDocument.holds(all.prefix(EmbeddedDocument.rootWithin), "ClinicalDocument")
        else {
            (kind, bytes) = (.other, [])
            return
        }
        let isStructured = EmbeddedDocument.holds(all[...], "structuredBody")
        (kind, bytes) = isStructured ? (.structuredCDA, all) : (.wrappedCDA, [])
    }

    /// Coded bytes looked at first: a multiple of four.
    private static let lookedAt = 64
    /// Comments and processing instructions may stand before the root.
    private static let rootWithin = 64 * 1024

    /// Begins with `<`, perhaps after a byte order mark and blanks.
    private static func isXML(_ bytes: [UInt8]) -> Bool {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = bytes.starts(with: mark) ? bytes.dropFirst(3) : bytes[...]
        return text.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 } == UInt8(ascii: "<")
    }

    /// Whether an element of that name begins or ends somewhere, with or without a prefix.
    private static func holds(_ bytes: ArraySlice<UInt8>, _ name: StaticString) -> Bool {
        name.withUTF8Buffer { name in
            guard let first = name.first, bytes.count > name.count else { return false }
            return bytes.withUnsafeBufferPointer { text in
                for start in 1..<(text.count - name.count + 1) where text[start] == first {
                    let before = text[start - 1]
                    guard before == UInt8(ascii: "<") || before == UInt8(ascii: ":") else { continue }
                    var length = 1
                    while length < name.count, text[start + length] == name[length] { length += 1 }
                    if length == name.count { return true }
                }
                return false
            }
        }
    }
}

/// Base64 as it comes in messages: line ends and blanks inside, padding perhaps lost.
enum Base64 {
    /// Nil when a character is none of base64's, or something follows the padding.
    static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(text.count / 4 * 3 + 3)
        var bits: UInt32 = 0
        var count = 0
        var isPadded = false
        for byte in text {
            let value: UInt32
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = UInt32(byte) - 65
            case UInt8(ascii: "a")...UInt8(ascii: "z"): value = UInt32(byte) - 71
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = UInt32(byte) + 4
            case UInt8(ascii: "+"): value = 62
            case UInt8(ascii: "/"): value = 63
            case UInt8(ascii: "="):
                isPadded = true
                continue
            case 0x20, 0x0A, 0x0D, 0x09: continue
            default: return nil
            }
            if isPadded { return nil }
            bits = bits << 6 | value
            count += 1
            if count == 4 {
                result += [UInt8(bits >> 16 & 0xFF), UInt8(bits >> 8 & 0xFF), UInt8(bits & 0xFF)]
                bits = 0
                count = 0
            }
        }
        switch count {
        case 0: break
        case 2: result.append(UInt8(bits >> 4 & 0xFF))
        case 3: result += [UInt8(bits >> 10 & 0xFF), UInt8(bits >> 2 & 0xFF)]
        default: return nil
        }
        return result
    }
}
