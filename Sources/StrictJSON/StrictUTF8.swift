/// UTF-8 as RFC 3629 defines it: no overlong form, no surrogate, nothing above U+10FFFF.
package enum StrictUTF8 {
    /// Where `bytes` first stops being UTF-8, as an index of the slice; nil where all of it is.
    package static func firstInvalid(in bytes: ArraySlice<UInt8>) -> Int? {
        var at = bytes.startIndex
        while at < bytes.endIndex {
            if bytes[at] < 0x80 {
                at += 1
                continue
            }
            let length = sequenceLength(in: bytes, at: at)
            if length == 0 { return at }
            at += length
        }
        return nil
    }

    /// Length of the sequence of two to four bytes at `at`; 0 where it is not a valid one.
    static func sequenceLength(in bytes: ArraySlice<UInt8>, at: Int) -> Int {
        let first = bytes[at]
        let length: Int
        // The second byte's range is what rules out overlong forms, surrogates and what lies past U+10FFFF.
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch first {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: length = 4
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return 0
        }
        guard bytes.endIndex - at >= length, second.contains(bytes[at + 1]) else { return 0 }
        var next = at + 2
        while next < at + length {
            if bytes[next] & 0xC0 != 0x80 { return 0 }
            next += 1
        }
        return length
    }
}
