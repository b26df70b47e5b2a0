/// Another message's header inside a segment that lost its end.
package enum HeaderInside {
    /// Where in `bytes`, behind their first one, stands `MSH` with delimiters, the message's own or others; nil when it stands nowhere.
    package static func place(in bytes: UnsafeBufferPointer<UInt8>, _ delimiters: Delimiters) -> Int? {
        var start = 1
        while start + 5 <= bytes.count {
            let rest = UnsafeBufferPointer(rebasing: bytes[start...])
            start += ByteScan.firstIndex(of: UInt8(ascii: "M"), in: rest)
            if start + 5 <= bytes.count, isHeader(bytes, start, delimiters) { return start }
            start += 1
        }
        return nil
    }

    private static func isHeader(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ own: Delimiters) -> Bool {
        guard bytes[start + 1] == UInt8(ascii: "S"), bytes[start + 2] == UInt8(ascii: "H") else { return false }
        if bytes[start + 3] == own.field, bytes[start + 4] == own.component { return true }
        return declaresDelimiters(bytes, start + 3)
    }

    /// Whether a field separator and the characters of MSH-2, all different, stand at `start`.
    package static func declaresDelimiters(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Bool {
        guard start + 5 <= bytes.count else { return false }
        let field = bytes[start]
        guard isMark(field) else { return false }
        var end = start + 1
        while end < bytes.count, end < start + 7, bytes[end] != field {
            guard isMark(bytes[end]) else { return false }
            for earlier in (start + 1)..<end where bytes[earlier] == bytes[end] { return false }
            end += 1
        }
        // Three at least; all of them are there where the field ends.
        return end - start >= 4 && end < bytes.count && bytes[end] == field
    }

    /// A sign that is neither a letter nor a digit, nor a blank or a control character.
    private static func isMark(_ byte: UInt8) -> Bool {
        !byte.isAlphanumeric && byte > 0x20 && byte < 0x7F
    }
}
