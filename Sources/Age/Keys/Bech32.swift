/// Bech32 (BIP 173) without its limit of 90 characters, as age uses it: one case, check characters, no spare bits.
///
/// Identities pass through here: what held their bytes on the way is overwritten.
enum Bech32 {
    /// `prefix`, `1`, data and check characters, all in lower case.
    static func encode(prefix: String, _ bytes: some Collection<UInt8>) -> String {
        String(decoding: characters(prefix: prefix, bytes, alphabet: alphabet), as: UTF8.self)
    }

    /// The same in upper case; `prefix` is given in lower case. Of a secret, to be overwritten by whoever asked.
    static func encodeUpper(prefix: String, _ bytes: some Collection<UInt8>) -> [UInt8] {
        characters(prefix: prefix.uppercasedASCII, bytes, alphabet: upperAlphabet)
    }

    private static func characters(
        prefix: String, _ bytes: some Collection<UInt8>, alphabet: [UInt8]
    ) -> [UInt8] {
        var values = fiveBitGroups(of: bytes)
        defer { values.wipe() }
        var state = Checksum(prefix: Array(prefix.utf8).map { (65...90).contains($0) ? $0 + 32 : $0 })
        for value in values { state.take(value) }
        for _ in 0..<6 { state.take(0) }
        let check = state.value ^ 1
        for index in 0..<6 { values.append(UInt8(check >> (5 * (5 - index)) & 31)) }
        var text: [UInt8] = []
        text.reserveCapacity(prefix.utf8.count + 1 + values.count)
        text += prefix.utf8
        text.append(UInt8(ascii: "1"))
        for value in values { text.append(alphabet[Int(value)]) }
        return text
    }

    /// Text in both cases, with spare bits or wrong check characters is refused.
    static func decode(_ text: String) throws(Fault) -> Decoded {
        try decode(text.utf8)
    }

    /// The same for the bytes of a text.
    static func decode(_ text: some Collection<UInt8>) throws(Fault) -> Decoded {
        guard text.count <= AgeLimits.maxKeyCharacters else { throw .notBech32 }
        var characters = Array(text)
        defer { characters.wipe() }
        guard characters.allSatisfy({ (33...126).contains($0) }) else { throw .notBech32 }
        let hasUpper = characters.contains { (65...90).contains($0) }
        let hasLower = characters.contains { (97...122).contains($0) }
        guard !(hasUpper && hasLower) else { throw .notBech32 }
        for index in characters.indices where (65...90).contains(characters[index]) { characters[index] += 32 }
        guard let separator = characters.lastIndex(of: UInt8(ascii: "1")), separator >= 1,
            characters.count - separator > 6
        else { throw .notBech32 }
        let prefix = Array(characters[..<separator])
        var state = Checksum(prefix: prefix)
        for index in (separator + 1)..<characters.count {
            let value = values[Int(characters[index])]
            guard value < 32 else { throw .notBech32 }
            characters[index] = value
            state.take(value)
        }
        guard state.value == 1 else { throw .checksum }
        guard let bytes = bytes(of: characters[(separator + 1)...].dropLast(6)) else { throw .notBech32 }
        return Decoded(prefix: String(decoding: prefix, as: UTF8.self), isUpper: hasUpper, bytes: bytes)
    }

    struct Decoded {
        /// In lower case.
        let prefix: String
        /// The text was in upper case.
        let isUpper: Bool
        var bytes: [UInt8]
    }

    enum Fault: Error {
        case notBech32
        case checksum
    }

    private static let alphabet = [UInt8]("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
    private static let upperAlphabet = [UInt8]("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L".utf8)

    /// The group of each lower-case character; 255 where it is none.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    private struct Checksum {
        var value: UInt32 = 1
        private static let generator: [UInt32] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3]

        init(prefix: [UInt8]) {
            for character in prefix { take(character >> 5) }
            take(0)
            for character in prefix { take(character & 31) }
        }

        mutating func take(_ group: UInt8) {
            let top = value >> 25
            value = (value & 0x1ff_ffff) << 5 ^ UInt32(group)
            for bit in 0..<5 where top >> bit & 1 == 1 { value ^= Checksum.generator[bit] }
        }
    }

    private static func fiveBitGroups(of bytes: some Collection<UInt8>) -> [UInt8] {
        var groups: [UInt8] = []
        groups.reserveCapacity((bytes.count * 8 + 4) / 5 + 6)
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
        bytes.reserveCapacity(groups.count * 5 / 8)
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

extension String {
    fileprivate var uppercasedASCII: String {
        String(decoding: utf8.map { (97...122).contains($0) ? $0 - 32 : $0 }, as: UTF8.self)
    }
}

extension AgeFailure.KeyFault {
    init(_ fault: Bech32.Fault) {
        switch fault {
        case .notBech32: self = .notBech32
        case .checksum: self = .checksum
        }
    }
}
