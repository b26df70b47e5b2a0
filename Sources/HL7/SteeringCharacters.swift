/// Characters of UTF-8 that are not seen and change what is: the controls of ISO 6429 (U+0080 to U+009F), which a terminal obeys, and
/// those that turn the direction of writing (U+202A to U+202E, U+2066 to U+2069).
package enum SteeringCharacters {
    /// The one that begins with these bytes; nil where none does. What is not there is 0.
    package static func scalar(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> UInt32? {
        switch (first, second, third) {
        case (0xC2, 0x80...0x9F, _): UInt32(second)
        case (0xE2, 0x80, 0xAA...0xAE): 0x2000 + UInt32(third - 0x80)
        case (0xE2, 0x81, 0xA6...0xA9): 0x2040 + UInt32(third - 0x80)
        default: nil
        }
    }

    /// Whether the character of that number is one.
    package static func contain(_ scalar: UInt32) -> Bool {
        (0x80...0x9F).contains(scalar) || (0x202A...0x202E).contains(scalar) || (0x2066...0x2069).contains(scalar)
    }

    /// Whether one stands in `bytes`, which are UTF-8.
    package static func stand(in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        stand(in: bytes, beginningWith: 0xC2) || stand(in: bytes, beginningWith: 0xE2)
    }

    private static func stand(in bytes: UnsafeBufferPointer<UInt8>, beginningWith lead: UInt8) -> Bool {
        var position = ByteScan.firstIndex(of: lead, in: bytes)
        while position + 1 < bytes.count {
            let third = position + 2 < bytes.count ? bytes[position + 2] : 0
            if scalar(lead, bytes[position + 1], third) != nil { return true }
            position += 1
            position += ByteScan.firstIndex(of: lead, in: UnsafeBufferPointer(rebasing: bytes[position...]))
        }
        return false
    }
}
