/// RFC 4648 base64 with padding, canonical only: one text for each run of bytes.
package enum StrictBase64 {
    private static let alphabet = [UInt8]("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let pad = UInt8(ascii: "=")

    /// The text of `bytes`.
    package static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var at = 0
        while at < bytes.count {
            let present = min(3, bytes.count - at)
            var group: UInt32 = 0
            for index in 0..<3 {
                group = group << 8 | (index < present ? UInt32(bytes[at + index]) : 0)
            }
            for index in 0..<4 {
                text.append(index <= present ? alphabet[Int(group >> UInt32(18 - 6 * index)) & 63] : pad)
            }
            at += 3
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of `text`; nil where it is not the one text of any bytes.
    package static func decode(_ text: String) -> [UInt8]? {
        decode([UInt8](text.utf8)[...])
    }

    /// The bytes of `text`; nil where it is not the one text of any bytes.
    package static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard text.count.isMultiple(of: 4) else { return nil }
        let padding = text.reversed().prefix { $0 == pad }.count
        guard padding <= 2 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var group: UInt32 = 0
        var digits = 0
        for byte in text.dropLast(padding) {
            guard let digit = value(of: byte) else { return nil }
            group = group << 6 | digit
            digits += 1
            if digits == 4 {
                bytes.append(contentsOf: [UInt8(group >> 16 & 0xFF), UInt8(group >> 8 & 0xFF), UInt8(group & 0xFF)])
                group = 0
                digits = 0
            }
        }
        // The bits that padding leaves over must be zero, or two texts would mean the same bytes.
        switch digits {
        case 0: break
        case 2:
            guard group & 0xF == 0 else { return nil }
            bytes.append(UInt8(group >> 4 & 0xFF))
        case 3:
            guard group & 0x3 == 0 else { return nil }
            bytes.append(contentsOf: [UInt8(group >> 10 & 0xFF), UInt8(group >> 2 & 0xFF)])
        default: return nil
        }
        return bytes
    }

    private static func value(of byte: UInt8) -> UInt32? {
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
