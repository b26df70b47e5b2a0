/// Acts of the French nomenclature of medical biology (NABM) that look for a disease notified under a code.
///
/// Of HIV: 0388 to 0390 and 0392 (orders of 25 May 1994 and 5 November 2003, decision of 19 October 2010), 0393 to 0396 (without
/// a prescription, decision of UNCAM of 2024), 4122 (its viral load, order of 13 October 1997). Of hepatitis B: 4500, what
/// laboratories charge for its three markers; for 4501 to 4503 beside it, and 0322, the surface antigen alone before them, no
/// text was at hand. 4715, immunity after a vaccine, is none.
enum CodeOnlyActs {
    private static let acts: ShortCodes = [
        "322", "388", "389", "390", "392", "393", "394", "395", "396", "4122", "4500", "4501", "4502", "4503",
    ]
    /// The end of the nomenclature's OID, 1.2.250.1.215.300.2, without its points.
    private static let endOfOID = "1225012153002".utf8

    /// Whether one of the code's halves is one, under a system that says that it is the nomenclature's: laboratories number their own
    /// tests alike.
    static func name(_ code: Coded) -> Bool {
        isOne(code.code, code.system) || isOne(code.localCode, code.localSystem)
    }

    private static func isOne(_ code: String?, _ system: String?) -> Bool {
        guard let code, let system, !CodeOnlyDiagnoses.others.contains(system) else { return false }
        let digits = code.utf8.drop { $0 <= 0x20 || $0 == UInt8(ascii: "0") }
        guard (3...8).contains(digits.count), let end = digits.lastIndex(where: { $0 > 0x20 }) else { return false }
        return acts.contains(String(decoding: digits[...end], as: UTF8.self)) && isNomenclature(system)
    }

    /// `NABM`, `NABM-2026`, `https://smt.esante.gouv.fr/terminologie-nabm`, the OID.
    private static func isNomenclature(_ system: String) -> Bool {
        let letters = system.utf8.map { $0 & 0xDF }
        for start in letters.indices.dropLast(3) where letters[start..<(start + 4)].elementsEqual("NABM".utf8) {
            return true
        }
        return system.utf8.filter { ASCIIDigit.isDigit($0) }.suffix(endOfOID.count).elementsEqual(endOfOID)
    }
}
