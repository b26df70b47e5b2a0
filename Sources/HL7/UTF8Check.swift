/// Strict UTF-8: no overlong form, no surrogate, nothing past U+10FFFF.
enum UTF8Check {
    /// The index of the first byte of the first sequence that is not valid; nil when all are.
    static func firstFault(in bytes: ArraySlice<UInt8>) -> Int? {
        let start = bytes.startIndex
        return bytes.withUnsafeBufferPointer { buffer in firstFault(in: buffer) }.map { start + $0 }
    }

    /// The same of a buffer, counted from its beginning.
    static func firstFault(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var position = 0
        while position < bytes.count {
            let lead = bytes[position]
            if lead < 0x80 {
                position = ByteScan.highByte(in: bytes, from: position + 1)
                continue
            }
            // Most of what is not ASCII in French text has two bytes.
            if lead >= 0xC2, lead < 0xE0, position + 1 < bytes.count, bytes[position + 1] & 0xC0 == 0x80 {
                position += 2
                continue
            }
            let length: Int
            var second: ClosedRange<UInt8> = 0x80...0xBF
            switch lead {
            case 0xC2...0xDF: length = 2
            case 0xE0: (length, second) = (3, 0xA0...0xBF)
            case 0xED: (length, second) = (3, 0x80...0x9F)
            case 0xE1...0xEF: length = 3
            case 0xF0: (length, second) = (4, 0x90...0xBF)
            case 0xF4: (length, second) = (4, 0x80...0x8F)
            case 0xF1...0xF3: length = 4
            default: return position
            }
            guard position + length <= bytes.count, second.contains(bytes[position + 1]) else { return position }
            for offset in 2..<max(length, 2) where bytes[position + offset] & 0xC0 != 0x80 { return position }
            position += length
        }
        return nil
    }
}
