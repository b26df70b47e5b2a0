/// The forms of a patient's fields that are codes or places: what is of another form may hold anything, and stays at the laboratory.
enum PlaceForm {
    /// A letter of table 0001.
    static func isSex(_ text: String) -> Bool {
        text.utf8.count == 1 && text.utf8.allSatisfy { (0x41...0x5A).contains($0 & 0xDF) }
    }

    /// One or two groups of letters and digits, with a digit in it: those of France and of other countries (`75011`, `SW1A 1AA`,
    /// `1234-567`, `L-1009`). A word of more than two letters is none of it.
    static func isPostcode(_ text: String) -> Bool {
        guard (3...10).contains(text.utf8.count), text.utf8.contains(where: ASCIIDigit.isDigit) else { return false }
        let groups = text.utf8.split { $0 == 0x20 || $0 == 0x2D }
        return groups.count <= 2
            && groups.allSatisfy { group in
                let letters = group.count(where: isLetter)
                let digits = group.count(where: ASCIIDigit.isDigit)
                return group.count <= 7 && letters + digits == group.count && letters <= (digits == 0 ? 2 : 3)
            }
    }

    /// What `text` says of a town, without a postcode before it; nil where it is none: words of letters, a number only as that of
    /// an arrondissement or behind CEDEX.
    static func town(_ text: String) -> String? {
        let town = withoutPostcode(text)
        return isTown(town) ? town : nil
    }

    /// `75011 PARIS` is Paris. A number alone stays what it is.
    private static func withoutPostcode(_ text: String) -> String {
        let digits = text.utf8.prefix(while: ASCIIDigit.isDigit)
        guard digits.count == 5, digits.endIndex < text.utf8.endIndex, text.utf8[digits.endIndex] == 0x20 else {
            return text
        }
        return String(decoding: text.utf8[digits.endIndex...], as: UTF8.self).unpadded
    }

    private static func isTown(_ text: String) -> Bool {
        guard (1...60).contains(text.utf8.count) else { return false }
        var mayHaveNumber = false
        for word in text.utf8.split(whereSeparator: { isBetween($0) }) {
            let digits = word.prefix(while: ASCIIDigit.isDigit)
            if digits.isEmpty {
                guard word.allSatisfy({ isLetter($0) || $0 >= 0x80 }) else { return false }
                mayHaveNumber = mayHaveNumber || numbered.contains { isWord(word, $0) }
            } else {
                guard mayHaveNumber, digits.count <= 2 else { return false }
                let ending = word.dropFirst(digits.count)
                guard ending.isEmpty || ordinals.contains(where: { isWord(ending, $0) }) else { return false }
            }
        }
        return true
    }

    /// A code of two or three letters, or the name of a country.
    static func isCountry(_ text: String) -> Bool {
        if (2...3).contains(text.utf8.count), text.utf8.allSatisfy({ isLetter($0) }) { return true }
        if case .unknown = Country(text) { return false }
        return true
    }

    /// A commune's or country's code at INSEE: five digits, of Corsica with a letter; or a country's of ISO.
    static func isBirthPlace(_ text: String) -> Bool {
        if (2...3).contains(text.utf8.count) { return text.utf8.allSatisfy { isLetter($0) } }
        guard text.utf8.count == 5 else { return false }
        return text.utf8.enumerated().allSatisfy { place, byte in
            ASCIIDigit.isDigit(byte) || (place == 1 && (byte & 0xDF == 0x41 || byte & 0xDF == 0x42))
        }
    }

    /// A band of ages as a profile makes it.
    static func isAgeBand(_ text: String) -> Bool {
        (2...7).contains(text.utf8.count)
            && text.utf8.allSatisfy { ASCIIDigit.isDigit($0) || $0 == 0x2D || $0 == UInt8(ascii: "+") }
    }

    private static let numbered = ["PARIS", "LYON", "MARSEILLE", "CEDEX"]
    private static let ordinals = ["E", "EME", "ER", "ERE", "ND"]

    /// Letters without accents, in capitals.
    private static func isWord(_ word: some Sequence<UInt8>, _ name: String) -> Bool {
        word.elementsEqual(name.utf8) { $0 & 0xDF == $1 }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & 0xDF) }

    /// Blanks, and the signs that stand in names of towns.
    private static func isBetween(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, UInt8(ascii: "-"), UInt8(ascii: "'"), UInt8(ascii: "."), UInt8(ascii: "("), UInt8(ascii: ")"),
            UInt8(ascii: "/"), UInt8(ascii: ","):
            true
        default: false
        }
    }
}
