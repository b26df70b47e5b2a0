/// Bech32 (BIP 173) without its limit of 90 characters, as age uses it: one case, check characters, no spare bits.
enum Bech32 {
    /// `prefix`, `1`, data and check characters, all in lower case.
    static func encode(prefix: String, _ bytes: [UInt8]) -> String {
        var values = fiveBitGroups(of: bytes)
        let check = polymod(expanded(Array(prefix.utf8)) + values + [0, 0, 0, 0, 0, 0]) ^ 1
        for index in 0..<6 { values.append(UInt8(check >> (5 * (5 - index)) & 31)) }
        return prefix + "1" + String(decoding: values.map { alphabet[Int($0)] }, as: UTF8.self)
    }

    /// Text in both cases, with spare bits or wrong check characters is refused.
    static func decode(_ text: String) throws(Fault) -> Decoded {
        var characters = Array(text.utf8)
        guard characters.count <= 2048, characters.allSatisfy({ (33...126).contains($0) }) else { throw .notBech32 }
        let hasUpper = characters.contains { (65...90).contains($0) }
        let hasLower = characters.contains { (97...122).contains($0) }
        guard !(hasUpper && hasLower) else { throw .notBech32 }
        if hasUpper { characters = characters.map { (65...90).contains($0) ? $0 + 32 : $0 } }
        guard let separator = characters.lastIndex(of: UInt8(ascii: "1")), separator >= 1,
            characters.count - separator > 6
        else { throw .notBech32 }
        let prefix = Array(characters[..<separator])
        var values: [UInt8] = []
        for character in characters[(separator + 1)...] {
            guard let value = alphabet.firstIndex(of: character) else { throw .notBech32 }
            values.append(UInt8(value))
        }
        guard polymod(expanded(prefix) + values) == 1 else { throw .checksum }
        guard let bytes = bytes(of: values.dropLast(6)) else { throw .notBech32 }
        return Decoded(prefix: String(decoding: prefix, as: UTF8.self), isUpper: hasUpper, bytes: bytes)
    }

    struct Decoded {
        /// In lower case.
        let prefix: String
        /// The text was in upper case.
        let isUpper: Bool
        let bytes: [UInt8]
    }

    enum Fault: Error {
        case notBech32
        case checksum
    }

    private static let alphabet = [UInt8]("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)

    private static func polymod(_ values: [UInt8]) -> UInt32 {
        let generator: [UInt32] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3]
        var check: UInt32 = 1
        for value in values {
            let top = check >> 25
            check = (check & 0x1ff_ffff) << 5 ^ UInt32(value)
            for bit in 0..<5 where top >> bit & 1 == 1 { check ^= generator[bit] }
        }
        return check
    }

    private static func expanded(_ prefix: [UInt8]) -> [UInt8] {
        prefix.map { $0 >> 5 } + [0] + prefix.map { $0 & 31 }
    }

    private static func fiveBitGroups(of bytes: [UInt8]) -> [UInt8] {
        var groups: [UInt8] = []
        var bits = 0
        var held = 0
        for byte in bytes {
            held = (held << 8 | Int(byte)) & 0xfff
            bits += 8
            while bits >= 5 {
                bits -= 5
                groups.append(UInt8(held >> bits & 31))
            }
        }
        if bits > 0 { groups.append(UInt8(held << (5 - bits) & 31)) }
        return groups
    }

    /// nil when a whole group is spare or a spare bit is set.
    private static func bytes(of groups: ArraySlice<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var bits = 0
        var held = 0
        for group in groups {
            held = (held << 5 | Int(group)) & 0xfff
            bits += 5
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(held >> bits & 255))
            }
        }
        guard bits < 5, held & ((1 << bits) - 1) == 0 else { return nil }
        return bytes
    }
}
