import HL7

/// What other programs did to a text before it came here, as far as the text shows it.
enum TextDamage {
    /// The replacement character stands where a letter was.
    case characterLost
    /// Each accented letter became two characters.
    case encodedTwice

    /// What happened to `text`; nil for nearly every one.
    init?(_ text: String) {
        let found = text.withBytes { TextDamage.find(in: $0) }
        guard let found else { return nil }
        self = found
    }

    /// The rule that says so.
    var rule: Rule {
        switch self {
        case .characterLost: .characterLost
        case .encodedTwice: .textEncodedTwice
        }
    }

    private static func find(in text: UnsafeBufferPointer<UInt8>) -> TextDamage? {
        var place = ByteScan.highByte(in: text, from: 0)
        if place == text.count { return nil }
        if Charset.bytesEncodedTwice(in: text) != nil { return .encodedTwice }
        // U+FFFD is EF BF BD.
        while place + 2 < text.count {
            place += ByteScan.firstIndex(of: 0xEF, in: UnsafeBufferPointer(rebasing: text[place...]))
            if place + 2 < text.count, text[place + 1] == 0xBF, text[place + 2] == 0xBD { return .characterLost }
            place += 1
        }
        return nil
    }
}
