/// Base64 as age writes it: standard alphabet, no padding, no white space, unused bits zero.
enum StrictBase64 {
    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count * 4 + 2) / 3)
        bytes.withUnsafeBytes { encode($0, into: &text) }
        return text
    }

    /// Appends what stands for `bytes`.
    static func encode(_ bytes: UnsafeRawBufferPointer, into text: inout [UInt8]) {
        withUnsafeTemporaryAllocation(byteCount: (bytes.count + 2) / 3 * 4, alignment: 1) { buffer in
            let written = alphabet.withUnsafeBufferPointer { encode(bytes, into: buffer, $0) }
            text.append(contentsOf: buffer[..<written])
        }
    }

    /// nil when the text is not what `encode` would write.
    static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        let isDecoded = text.withUnsafeBytes { decode($0, into: &bytes) }
        return isDecoded ? bytes : nil
    }

    /// Appends what `text` stands for; false when it is not what `encode` would write.
    static func decode(_ text: UnsafeRawBufferPointer, into bytes: inout [UInt8]) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: text.count + 1, alignment: 1) { buffer in
            guard let written = values.withUnsafeBufferPointer({ decode(text, into: buffer, $0) }) else { return false }
            bytes.append(contentsOf: buffer[..<written])
            return true
        }
    }

    private static let alphabet = [UInt8]("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The value of each character; negative, and so is every group with it, when it is none of the alphabet.
    private static let values: [Int] = {
        var values = [Int](repeating: -1, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = value }
        return values
    }()

    private static func encode(
        _ bytes: UnsafeRawBufferPointer, into text: UnsafeMutableRawBufferPointer,
        _ alphabet: UnsafeBufferPointer<UInt8>
    ) -> Int {
        var index = 0
        var written = 0
        while index + 3 <= bytes.count {
            let group = Int(bytes[index]) << 16 | Int(bytes[index + 1]) << 8 | Int(bytes[index + 2])
            text[written] = alphabet[group >> 18]
            text[written + 1] = alphabet[group >> 12 & 63]
            text[written + 2] = alphabet[group >> 6 & 63]
            text[written + 3] = alphabet[group & 63]
            index += 3
            written += 4
        }
        let rest = bytes.count - index
        if rest == 0 { return written }
        let group = Int(bytes[index]) << 16 | (rest == 2 ? Int(bytes[index + 1]) << 8 : 0)
        text[written] = alphabet[group >> 18]
        text[written + 1] = alphabet[group >> 12 & 63]
        if rest == 2 { text[written + 2] = alphabet[group >> 6 & 63] }
        return written + rest + 1
    }

    private static func decode(
        _ text: UnsafeRawBufferPointer, into bytes: UnsafeMutableRawBufferPointer, _ values: UnsafeBufferPointer<Int>
    ) -> Int? {
        var index = 0
        var written = 0
        while index + 4 <= text.count {
            let high = values[Int(text[index])] << 18 | values[Int(text[index + 1])] << 12
            let group = high | values[Int(text[index + 2])] << 6 | values[Int(text[index + 3])]
            guard group >= 0 else { return nil }
            bytes[written] = UInt8(truncatingIfNeeded: group >> 16)
            bytes[written + 1] = UInt8(truncatingIfNeeded: group >> 8)
            bytes[written + 2] = UInt8(truncatingIfNeeded: group)
            index += 4
            written += 3
        }
        let rest = text.count - index
        if rest == 0 { return written }
        guard rest > 1 else { return nil }
        let high = values[Int(text[index])] << 18 | values[Int(text[index + 1])] << 12
        let group = high | (rest == 3 ? values[Int(text[index + 2])] << 6 : 0)
        // The bits beyond the last whole byte are zero.
        guard group >= 0, group & (rest == 3 ? 0xff : 0xffff) == 0 else { return nil }
        bytes[written] = UInt8(truncatingIfNeeded: group >> 16)
        if rest == 3 { bytes[written + 1] = UInt8(truncatingIfNeeded: group >> 8) }
        return written + rest - 1
    }
}
