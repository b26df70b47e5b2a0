/// RFC 4648 base64 with padding, canonical only: one text for each run of bytes.
package enum StrictBase64 {
    private static let alphabet = [UInt8]("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let pad = UInt8(ascii: "=")

    /// The text of `bytes`.
    package static func encode(_ bytes: [UInt8]) -> String {
        let length = (bytes.count + 2) / 3 * 4
        return String(unsafeUninitializedCapacity: length) { text in
            var (at, place) = (0, 0)
            while at < bytes.count {
                let present = min(3, bytes.count - at)
                var group = UInt32(bytes[at]) << 16
                if present > 1 { group |= UInt32(bytes[at + 1]) << 8 }
                if present > 2 { group |= UInt32(bytes[at + 2]) }
                for index in 0..<4 {
                    text[place + index] = index <= present ? alphabet[Int(group >> UInt32(18 - 6 * index)) & 63] : pad
                }
                at += 3
                place += 4
            }
            return length
        }
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
        let digits = text.count - padding
        // One digit alone cannot be: it would be six bits of a byte.
        guard digits % 4 != 1 else { return nil }
        var isCanonical = true
        let bytes = text.withUnsafeBufferPointer { text in
            [UInt8](unsafeUninitializedCapacity: digits * 3 / 4) { bytes, count in
                count = digits * 3 / 4
                // Values have six bits: the two above are set by what is no digit.
                var strange: UInt32 = 0
                for group in 0..<digits / 4 {
                    var bits: UInt32 = 0
                    for index in 0..<4 {
                        let value = values[Int(text[group * 4 + index])]
                        strange |= UInt32(value)
                        bits = bits << 6 | UInt32(value & 63)
                    }
                    bytes[group * 3] = UInt8(truncatingIfNeeded: bits >> 16)
                    bytes[group * 3 + 1] = UInt8(truncatingIfNeeded: bits >> 8)
                    bytes[group * 3 + 2] = UInt8(truncatingIfNeeded: bits)
                }
                var bits: UInt32 = 0
                for index in digits / 4 * 4..<digits {
                    let value = values[Int(text[index])]
                    strange |= UInt32(value)
                    bits = bits << 6 | UInt32(value & 63)
                }
                // The bits that padding leaves over must be zero, or two texts would mean the same bytes.
                switch digits % 4 {
                case 2:
                    bytes[count - 1] = UInt8(truncatingIfNeeded: bits >> 4)
                    isCanonical = bits & 0xF == 0
                case 3:
                    bytes[count - 2] = UInt8(truncatingIfNeeded: bits >> 10)
                    bytes[count - 1] = UInt8(truncatingIfNeeded: bits >> 2)
                    isCanonical = bits & 0x3 == 0
                default: break
                }
                if strange & ~63 != 0 { isCanonical = false }
            }
        }
        return isCanonical ? bytes : nil
    }

    /// What each byte means as a digit; 255 where it is none.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, digit) in alphabet.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }()
}
