extension Charset {
    /// The bytes that were taken for characters of ISO 8859-1 or Windows-1252, where a text is UTF-8 that was written as
    /// UTF-8 again (`Ã©` for `é`); nil for any other text, which is nearly every one.
    ///
    /// All that is not ASCII in it must be such bytes, and one of them begin a letter or sign of French text: `É` before a
    /// no-break space looks like a letter of UTF-8, too, and is none.
    package static func bytesEncodedTwice(in text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        let first = ByteScan.highByte(in: text, from: 0)
        // The usual accented letter has an ASCII letter behind it, or the end. Lead bytes of UTF-8 were `À` to `ô`.
        guard first + 2 < text.count, text[first] == 0xC3, text[first + 2] >= 0x80 else { return nil }
        var bytes: [UInt8] = []
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            guard let byte = byte(takenFor: scalar.value) else { return nil }
            bytes.append(byte)
        }
        guard UTF8Check.firstFault(in: bytes[...]) == nil,
            Charset.windows1252.firstMixedSequence(in: bytes[...]) != nil
        else { return nil }
        return bytes
    }

    private static func byte(takenFor point: UInt32) -> UInt8? {
        // Also the control characters of ISO 8859-1.
        if let byte = UInt8(exactly: point) { return byte }
        let place = CharsetTables.windows1252.prefix(0x20).firstIndex { UInt32($0) == point }
        return place.map { UInt8(0x80 + $0) }
    }
}
