/// Whether a text is an age recipient as it is written: Bech32 (BIP 173, without its limit of length) of as many bytes as a
/// key of that kind has. It makes no key of it: this target holds none, and the relay has to tell all the same.
enum SealingKeyForm {
    /// What a kind of key begins with, and the bytes that it has.
    private static let kinds: [(prefix: String, bytes: Int)] = [("age1pq", 1_216), ("age", 32)]
    private static let checkCharacters = 6

    /// Whether `key` is one of `age1…` or `age1pq1…`, whole, with the check characters that belong to it.
    static func holds(_ key: String) -> Bool {
        let text = Array(key.utf8)
        guard let kind = kinds.first(where: { key.hasPrefix($0.prefix + "1") }) else { return false }
        let prefix = text[..<kind.prefix.utf8.count]
        let data = text[(prefix.endIndex + 1)...]
        let bits = kind.bytes * 8
        let groups = (bits + 4) / 5
        guard data.count == groups + checkCharacters else { return false }
        var state: UInt32 = 1
        for character in prefix { take(character >> 5, into: &state) }
        take(0, into: &state)
        for character in prefix { take(character & 31, into: &state) }
        for (index, character) in data.enumerated() {
            guard let group = alphabet.firstIndex(of: character) else { return false }
            // The bits that the last byte leaves over are zero.
            if index == groups - 1, group & ((1 << (groups * 5 - bits)) - 1) != 0 { return false }
            take(UInt8(group), into: &state)
        }
        return state == 1
    }

    private static let alphabet = [UInt8]("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
    private static let generator: [UInt32] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3]

    private static func take(_ group: UInt8, into state: inout UInt32) {
        let top = state >> 25
        state = (state & 0x1ff_ffff) << 5 ^ UInt32(group)
        for bit in 0..<5 where top >> bit & 1 == 1 { state ^= generator[bit] }
    }
}

extension KeysNote {
    /// Asks that each of its sealing keys be one by its form: for whoever takes a note from the participant that made it. Those who
    /// read one that was taken before go on with the keys of it that are.
    package func requireSealingKeys() throws(ExchangeFailure) {
        guard sealing.allSatisfy({ SealingKeyForm.holds($0.key) }) else {
            throw .malformed(
                what: KeysNote.what, member: "sealing",
                rule: "whole age1… or age1pq1… keys, as pli keygen prints them, are expected")
        }
    }
}
