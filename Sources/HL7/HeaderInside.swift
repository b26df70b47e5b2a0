/// Another message's header at the end of a segment that has no end.
package enum HeaderInside {
    /// Where in `bytes`, behind their first one, stands `MSH` with the field and component delimiters of the message; nil when it
    /// stands nowhere.
    package static func place(in bytes: UnsafeBufferPointer<UInt8>, _ delimiters: Delimiters) -> Int? {
        let header: InlineArray<5, UInt8> = [
            UInt8(ascii: "M"), UInt8(ascii: "S"), UInt8(ascii: "H"), delimiters.field, delimiters.component,
        ]
        var start = 1
        while start + header.count <= bytes.count {
            var length = 0
            while length < header.count, bytes[start + length] == header[length] { length += 1 }
            if length == header.count { return start }
            start += 1
        }
        return nil
    }
}
