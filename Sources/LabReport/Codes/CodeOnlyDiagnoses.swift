/// Codes of ICD-10 (CIM-10) that name a disease notified under a code: HIV infection, acute or chronic hepatitis B, their carriers.
enum CodeOnlyDiagnoses {
    /// Categories, of which every subdivision counts.
    private static let categories: ShortCodes = ["B16", "B20", "B21", "B22", "B23", "B24", "R75", "Z21"]
    /// Subcategories, without the point: also delta infection of a carrier, dementia, pregnancy, contact, screening and
    /// counselling. A family's history is none.
    private static let subcategories: ShortCodes = [
        "B170", "B180", "B181", "F024", "O987", "Z114", "Z206", "Z225", "Z717",
    ]

    /// Whether what was found is one, also where no system, or only a laboratory's own, says of what its code is: held back for
    /// nothing, a result reaches those who are told no name; sent for nothing, a name is out.
    static func isFound(_ found: Coded) -> Bool {
        name(found) || isUnsaid(found.code, found.system) || isUnsaid(found.localCode, found.localSystem)
    }

    /// Whether a text is such a code and nothing else, whatever blanks stand around it.
    static func isWritten(_ text: String) -> Bool {
        let bytes = text.utf8.drop { $0 <= 0x20 }
        guard let end = bytes.lastIndex(where: { $0 > 0x20 }) else { return false }
        return isUnsaid(String(decoding: bytes[...end], as: UTF8.self), nil)
    }

    /// The form of ICD-10 alone: `B24`, `B24.0`, `b240`, `B24+0`.
    private static func isUnsaid(_ code: String?, _ system: String?) -> Bool {
        guard let code, (3...7).contains(code.utf8.count), canBeOne(code), isListed(code) else { return false }
        let letters = folded(code)
        let hasForm =
            letters.count <= 5 && letters.dropFirst().allSatisfy(ASCIIDigit.isDigit)
            && code.utf8.allSatisfy { folded($0) != nil || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "+") }
        guard hasForm else { return false }
        return system.map { !isOfOthers($0) } ?? true
    }

    /// A standard that has codes of the same form, or of another one: not a laboratory's own.
    private static func isOfOthers(_ system: String) -> Bool {
        if CodeSystem.isLOINC(system) || CodeSystem.isSNOMED(system) { return true }
        let name = folded(system)
        for start in ["I9", "I10P", "ICD9", "CIM9", "ICD11", "CIM11", "ICDO", "CIMO", "ATC", "UCUM", "HL7"]
        where name.starts(with: start.utf8) { return true }
        return others9And11.contains { name.suffix($0.utf8.count).elementsEqual($0.utf8) }
    }

    /// The ends of the OIDs and URIs of ICD-9, folded, and of ICD-11.
    private static let others9And11 = [
        "21684011138836103", "21684011138836104", "SIDICD9CM", "SIDICD9", "SIDICD11",
    ]

    /// What nearly every code is of.
    static let others: ShortCodes = [
        "LN", "SCT", "L", "http://loinc.org", "http://snomed.info/sct", "2.16.840.1.113883.6.1",
        "2.16.840.1.113883.6.96",
    ]

    /// Whether one of the code's halves is one.
    static func name(_ code: Coded) -> Bool {
        isOne(code.code, code.system) || isOne(code.localCode, code.localSystem)
    }

    private static func isOne(_ code: String?, _ system: String?) -> Bool {
        guard let code, let system, !others.contains(system), canBeOne(code) else { return false }
        return isListed(code) && isICD10(system)
    }

    /// `B16.9`, `B169` and `b16.9` are one code.
    private static func isListed(_ code: String) -> Bool {
        let start = String(decoding: Array(folded(code).prefix(4)), as: UTF8.self)
        return categories.contains(String(start.prefix(3))) || subcategories.contains(start)
    }

    /// Of the chapters that these are in, as far as the first character says.
    private static func canBeOne(_ code: String) -> Bool {
        for byte in code.utf8 {
            guard let letter = folded(byte) else { continue }
            return letter == UInt8(ascii: "B") || letter == UInt8(ascii: "F") || letter == UInt8(ascii: "O")
                || letter == UInt8(ascii: "R") || letter == UInt8(ascii: "Z")
        }
        return false
    }

    /// ICD-10, of whatever country, as tables, standards and the French name it: `I10`, `CIM-10-FR`, `urn:oid:…`.
    private static func isICD10(_ system: String) -> Bool {
        let name = folded(system)
        if name.elementsEqual("I10".utf8) || name.elementsEqual("I10C".utf8) { return true }
        if name.suffix(15).elementsEqual("216840111388363".utf8) { return true }
        if name.suffix(16).elementsEqual("2168401113883690".utf8) { return true }
        for start in name.indices.dropLast(4) {
            let part = name[start..<(start + 5)]
            if part.elementsEqual("ICD10".utf8) || part.elementsEqual("CIM10".utf8) { return true }
        }
        return false
    }

    /// Its letters and digits, in capitals.
    private static func folded(_ text: String) -> [UInt8] { text.utf8.compactMap { folded($0) } }

    private static func folded(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39, 0x41...0x5A: return byte
        case 0x61...0x7A: return byte & 0xDF
        default: return nil
        }
    }
}
