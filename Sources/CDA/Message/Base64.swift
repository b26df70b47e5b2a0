/// Base64 as messages carry it (RFC 4648): one alphabet, no bits beyond the last byte, nothing after the padding.
///
/// What carriers put in between is passed over: blanks, line ends, and HL7's escapes for them (`\.br\`, `\X0D\`, `\X0A\`,
/// `\X0D0A\`). Padding may be missing, as it is in official examples; a length that no padding explains is an error.
package enum Base64 {
    /// The bytes; nil for what is not base64.
    package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(text.count / 4 * 3)
        var pending: UInt32 = 0
        var count = 0
        var padding = 0
        var rest = Array(text)[...]
        while let byte = rest.first {
            if byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A {
                rest = rest.dropFirst()
            } else if byte == UInt8(ascii: "\\") {
                guard let escape = lineBreaks.first(where: { rest.starts(with: $0.utf8) }) else { return nil }
                rest = rest.dropFirst(escape.utf8.count)
            } else if byte == UInt8(ascii: "=") {
                padding += 1
                rest = rest.dropFirst()
            } else {
                guard padding == 0, let value = value(byte) else { return nil }
                pending = pending << 6 | value
                count += 1
                rest = rest.dropFirst()
                if count % 4 == 0 {
                    result.append(UInt8(truncatingIfNeeded: pending >> 16))
                    result.append(UInt8(truncatingIfNeeded: pending >> 8))
                    result.append(UInt8(truncatingIfNeeded: pending))
                    pending = 0
                }
            }
        }
        switch count % 4 {
        case 0: return padding == 0 ? result : nil
        case 2 where pending & 0xF == 0 && (padding == 0 || padding == 2):
            return result + [UInt8(truncatingIfNeeded: pending >> 4)]
        case 3 where pending & 0x3 == 0 && padding <= 1:
            return result + [UInt8(truncatingIfNeeded: pending >> 10), UInt8(truncatingIfNeeded: pending >> 2)]
        default: return nil
        }
    }

    private static let lineBreaks = ["\\.br\\", "\\X0D0A\\", "\\X0D\\", "\\X0A\\", "\\X0d0a\\", "\\X0d\\", "\\X0a\\"]

    private static func value(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
