/// The sender's name for a parcel: a UUID of version 7 in its lower-case text form.
package struct ParcelID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// `xxxxxxxx-xxxx-7xxx-[89ab]xxx-xxxxxxxxxxxx`.
    package let text: String

    /// Checks the form; upper case, braces and other versions are refused.
    package init(_ text: String) throws(ExchangeFailure) {
        let bytes = Array(text.utf8)
        guard bytes.count == 36, ParcelID.isVersion7(bytes) else {
            throw .malformed(what: "parcel id", member: ExchangeFailure.whole, rule: "a lower-case UUID of version 7")
        }
        self.text = text
    }

    /// Builds an id from a time and ten random bytes, of which 74 bits are used.
    package init(millisecondsSinceEpoch: Int64, random: [UInt8]) throws(ExchangeFailure) {
        guard random.count == 10, (0..<(1 << 48)).contains(millisecondsSinceEpoch) else {
            throw .malformed(what: "parcel id", member: "random", rule: "10 random bytes and a time of 48 bits")
        }
        var bytes = (0..<6).map { UInt8(truncatingIfNeeded: millisecondsSinceEpoch >> (40 - 8 * Int64($0))) }
        bytes += random
        bytes[6] = 0x70 | (bytes[6] & 0x0f)
        bytes[8] = 0x80 | (bytes[8] & 0x3f)
        var text: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
            text.append(Hex.digit(byte >> 4))
            text.append(Hex.digit(byte & 0x0f))
        }
        self.text = String(decoding: text, as: UTF8.self)
    }

    /// Builds an id from a time in whole seconds and ten random bytes.
    package init(time: UTCTime, random: [UInt8]) throws(ExchangeFailure) {
        try self.init(millisecondsSinceEpoch: time.secondsSinceEpoch * 1000, random: random)
    }

    package var description: String { text }

    package static func < (left: ParcelID, right: ParcelID) -> Bool { left.text < right.text }

    private static func isVersion7(_ bytes: [UInt8]) -> Bool {
        for (index, byte) in bytes.enumerated() {
            switch index {
            case 8, 13, 18, 23: guard byte == UInt8(ascii: "-") else { return false }
            case 14: guard byte == UInt8(ascii: "7") else { return false }
            case 19: guard "89ab".utf8.contains(byte) else { return false }
            default: guard Hex.value(byte) != nil else { return false }
            }
        }
        return true
    }
}
