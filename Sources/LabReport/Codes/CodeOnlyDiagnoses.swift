/// Codes of ICD-10 (CIM-10) that name a disease notified under a code: HIV infection, acute or chronic hepatitis B, their carriers.
enum CodeOnlyDiagnoses {
    /// Categories, of which every subdivision counts.
    private static let categories: ShortCodes = ["B16", "B20", "B21", "B22", "B23", "B24", "R75", "Z21"]
    /// Subcategories, without the point.
    private static let subcategories: ShortCodes = ["B180", "B181", "Z225"]

    /// ICD-10 as tables, standards and the French name it.
    private static let systems: ShortCodes = [
        "I10", "ICD10", "ICD-10", "CIM10", "CIM-10", "2.16.840.1.113883.6.3", "urn:oid:2.16.840.1.113883.6.3",
        "http://hl7.org/fhir/sid/icd-10",
    ]

    /// Whether one of the code's halves is one.
    static func name(_ code: Coded) -> Bool {
        isOne(code.code, code.system) || isOne(code.localCode, code.localSystem)
    }

    private static func isOne(_ code: String?, _ system: String?) -> Bool {
        guard let code, let system, systems.contains(system) else { return false }
        // `B16.9`, `B169` and `b16.9` are one code.
        let plain = code.utf8.lazy.filter { $0 != UInt8(ascii: ".") && $0 != 0x20 }.prefix(4).map { byte in
            (0x61...0x7A).contains(byte) ? byte & 0xDF : byte
        }
        let start = String(decoding: Array(plain), as: UTF8.self)
        return categories.contains(String(start.prefix(3))) || subcategories.contains(start)
    }
}
