package import HL7

/// The separators that an H segment declares: the character after `H`, then component, repetition, escape, subcomponent
/// (`H|~^\&|` usually).
package enum HPRIMDelimiters {
    /// What HPRIM Santé prescribes.
    package static let standard = Delimiters(
        field: UInt8(ascii: "|"), component: UInt8(ascii: "~"), repetition: UInt8(ascii: "^"),
        escape: UInt8(ascii: "\\"), subcomponent: UInt8(ascii: "&"), truncation: 0)

    /// The separators of a line that begins with `H`; nil when it is no HPRIM header.
    package static func declared(in line: ArraySlice<UInt8>) -> Delimiters? {
        guard line.count >= 5, line.first == UInt8(ascii: "H") else { return nil }
        let field = line[line.startIndex + 1]
        let others = Array(line.dropFirst(2).prefix { $0 != field }.prefix(6))
        guard isSeparator(field), others.count == 3 || others.count == 4 else { return nil }
        for (position, byte) in others.enumerated() {
            guard isSeparator(byte), byte != field, !others[..<position].contains(byte) else { return nil }
        }
        return Delimiters(
            field: field, component: others[0], repetition: others[1], escape: others[2],
            subcomponent: others.count == 4 ? others[3] : 0, truncation: 0)
    }

    /// Visible ASCII that is neither letter nor digit.
    private static func isSeparator(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            false
        default: (0x21...0x7E).contains(byte)
        }
    }
}
