/// The forms of a patient's fields that are codes or places: what is of another form may hold anything, and stays at the laboratory.
enum PlaceForm {
    /// A letter of table 0001.
    static func isSex(_ text: String) -> Bool {
        text.utf8.count == 1 && text.utf8.allSatisfy { (0x41...0x5A).contains($0 & 0xDF) }
    }

    /// One or two groups of letters and digits, with a digit in it: those of France and of other countries (`75011`, `SW1A 1AA`,
    /// `1234-567`, `L-1009`). A word of more than two letters is none of it. Readers may have taken the blank out.
    static func isPostcode(_ text: String) -> Bool {
        if text.withBytes({ $0.count == 5 && $0.allSatisfy(ASCIIDigit.isDigit) }) { return true }
        let bytes = text.unicodeScalars.map { scalar in
            Territory.isBlank(scalar) ? 0x20 : UInt8(exactly: scalar.value) ?? 0xFF
        }
        guard (3...10).contains(bytes.count), bytes.contains(where: ASCIIDigit.isDigit) else { return false }
        let groups = bytes.split { $0 == 0x20 || $0 == 0x2D }
        if groups.count == 1, isBritish(groups[0]) { return true }
        return groups.count <= 2
            && groups.allSatisfy { group in
                let letters = group.count(where: isLetter)
                let digits = group.count(where: ASCIIDigit.isDigit)
                return group.count <= 7 && letters + digits == group.count && letters <= (digits == 0 ? 2 : 3)
            }
    }

    /// `SW1A1AA`: up to two letters and two digits, perhaps a letter more, then a digit and two letters.
    private static func isBritish(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard (5...7).contains(bytes.count) else { return false }
        let (outward, inward) = (bytes.dropLast(3), bytes.suffix(3))
        let area = outward.prefix(while: isLetter)
        let district = outward.dropFirst(area.count).drop(while: ASCIIDigit.isDigit)
        guard (1...2).contains(area.count), district.count <= 1, district.allSatisfy(isLetter),
            area.count + district.count < outward.count, let sector = inward.first
        else { return false }
        return ASCIIDigit.isDigit(sector) && inward.dropFirst().allSatisfy(isLetter)
    }

    /// The town that is said, where that is one. A postcode before or behind it is left out: it has a field of its own.
    static func town(_ text: String, postcode: String?) -> String? {
        if isTown(text, postcode: postcode) { return text }
        let bytes = text.utf8
        let own = postcode.map { Array($0.withoutBlanks.utf8) } ?? []
        func isCode(_ word: Substring.UTF8View) -> Bool {
            // Another one than in its field contradicts that.
            own.isEmpty
                ? word.count == 5 && word.allSatisfy(ASCIIDigit.isDigit) : own.count >= 4 && word.elementsEqual(own)
        }
        let words = bytes.split(whereSeparator: isBetween)
        guard words.count > 1, let first = words.first, let last = words.last else { return nil }
        let rest: Substring.UTF8View
        if isCode(first) {
            rest = bytes[words[1].startIndex...]
        } else if isCode(last) {
            rest = bytes[..<words[words.count - 2].endIndex]
        } else {
            return nil
        }
        let town = String(decoding: rest, as: UTF8.self)
        return isTown(town, postcode: postcode) ? town : nil
    }

    /// Words of letters; a number only as that of an arrondissement, behind CEDEX, or last, as that of the department of `postcode`.
    private static func isTown(_ text: String, postcode: String?) -> Bool {
        guard (1...60).contains(text.utf8.count) else { return false }
        // Nearly every town is one at a look.
        if text.withBytes({ $0.allSatisfy { isLetter($0) || $0 >= 0x80 || isBetween($0) } }) { return true }
        let words = text.utf8.split(whereSeparator: isBetween)
        var mayHaveNumber = false
        for (place, word) in words.enumerated() {
            let name = word.prefix { !ASCIIDigit.isDigit($0) }
            guard name.allSatisfy({ isLetter($0) || $0 >= 0x80 }) else { return false }
            let isNumbered = isOne(of: numbered, name)
            mayHaveNumber = mayHaveNumber || isNumbered
            let number = word.dropFirst(name.count)
            if number.isEmpty || (name.isEmpty ? mayHaveNumber : isNumbered) && isArrondissement(number) { continue }
            let isLast = place > 0 && place == words.count - 1
            guard isLast, name.isEmpty, isDepartment(number, of: postcode) else { return false }
        }
        return true
    }

    /// `3`, `08`, `3e`, `3ÈME`, `3°`.
    private static func isArrondissement(_ number: Substring.UTF8View) -> Bool {
        let digits = number.prefix(while: ASCIIDigit.isDigit)
        let ending = number.dropFirst(digits.count)
        guard digits.count <= 2, ending.allSatisfy({ isLetter($0) || $0 >= 0x80 }) else { return false }
        return ending.isEmpty || ending.elementsEqual("°".utf8) || isOne(of: ordinals, ending)
    }

    /// `76` behind Rouen, `972` behind a town of Martinique, as their postcodes begin.
    private static func isDepartment(_ number: Substring.UTF8View, of postcode: String?) -> Bool {
        guard let postcode, (2...3).contains(number.count) else { return false }
        return postcode.utf8.count == 5 && postcode.utf8.allSatisfy(ASCIIDigit.isDigit)
            && postcode.utf8.starts(with: number)
    }

    /// A code of two or three letters, or the name of a country.
    static func isCountry(_ text: String) -> Bool {
        if (2...3).contains(text.utf8.count), text.utf8.allSatisfy({ isLetter($0) }) { return true }
        if case .unknown = Country(text) { return false }
        return true
    }

    /// A commune's or country's code at INSEE: five digits, of Corsica with a letter; or a country's of ISO.
    static func isBirthPlace(_ text: String) -> Bool {
        if text.withBytes({ $0.count == 5 && $0.allSatisfy(ASCIIDigit.isDigit) }) { return true }
        if (2...3).contains(text.utf8.count) { return text.utf8.allSatisfy { isLetter($0) } }
        let code = text.withoutBlanks
        guard code.utf8.count == 5 else { return false }
        return code.utf8.enumerated().allSatisfy { place, byte in
            ASCIIDigit.isDigit(byte) || (place == 1 && (byte & 0xDF == 0x41 || byte & 0xDF == 0x42))
        }
    }

    /// A band of ages as a profile makes it.
    static func isAgeBand(_ text: String) -> Bool {
        (2...7).contains(text.utf8.count)
            && text.utf8.allSatisfy { ASCIIDigit.isDigit($0) || $0 == 0x2D || $0 == UInt8(ascii: "+") }
    }

    /// What has a number behind it: arrondissements, business delivery, districts of towns abroad.
    private static let numbered = [
        "PARIS", "LYON", "MARSEILLE", "CEDEX", "DEFENSE", "BRUXELLES", "DUBLIN", "GENEVE", "PRAGUE", "PRAHA", "WIEN",
        "ZURICH",
    ]
    private static let ordinals = ["E", "EME", "IEME", "ER", "ERE", "ND"]

    private static func isOne(of names: [String], _ word: Substring.UTF8View) -> Bool {
        let folded = FoldedName(String(decoding: word, as: UTF8.self)).bytes
        return names.contains { folded.elementsEqual($0.utf8) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & 0xDF) }

    /// Blanks, and the signs that stand in names of towns, or that programs put there.
    private static func isBetween(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, UInt8(ascii: "-"), UInt8(ascii: "'"), UInt8(ascii: "."), UInt8(ascii: "("), UInt8(ascii: ")"),
            UInt8(ascii: "/"), UInt8(ascii: ","), UInt8(ascii: "`"), UInt8(ascii: "\""), UInt8(ascii: "*"),
            UInt8(ascii: "&"), UInt8(ascii: "_"), UInt8(ascii: "["), UInt8(ascii: "]"):
            true
        default: false
        }
    }
}
