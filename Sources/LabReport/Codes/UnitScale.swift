/// How much a unit of mass, substance or activity is: what a code and a label must have in common, however they are written.
///
/// Only what everybody writes alike is understood (`mg/dL`, `µmol/l`, `kUI/L`, `mg/mmol`); of any other unit nothing is said.
struct UnitScale: Equatable {
    private enum Kind: Equatable {
        case gram
        case mole
        case unit
        case litre
    }

    private let kind: Kind
    private let divisor: Kind
    private let exponent: Int

    /// Whether two names of a unit say amounts that cannot be the same: `g/L` beside `mg/L`, or `mmol/L`.
    static func isContradicted(_ unit: Coded) -> Bool {
        guard unit.text != nil || unit.localCode != nil || unit.localText != nil else { return false }
        let scales = [unit.code, unit.text, unit.localCode, unit.localText].compactMap { $0.flatMap { UnitScale($0) } }
        return scales.contains { $0 != scales[0] }
    }

    /// Nil of what is none of these.
    init?(_ text: String) {
        guard text.utf8.count <= 16 else { return nil }
        // `G/L` is 10*9/L, which no letter case tells from grams once it is gone.
        if text.utf8.first == UInt8(ascii: "G") { return nil }
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count == 2, let top = UnitScale.half(Array(parts[0])), let bottom = UnitScale.half(Array(parts[1])),
            top.kind != .litre, bottom.kind != .unit
        else { return nil }
        (kind, divisor, exponent) = (top.kind, bottom.kind, top.exponent - bottom.exponent)
    }

    /// A prefix and what it is of.
    private static func half(_ bytes: [UInt8]) -> (kind: Kind, exponent: Int)? {
        var letters: [UInt8] = []
        for byte in bytes where byte != 0x20 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): letters.append(byte | 0x20)
            // The micro sign, and the letter of Greek: what leads each says nothing.
            case 0xC2, 0xCE: continue
            case 0xB5, 0xBC: letters.append(UInt8(ascii: "u"))
            case UInt8(ascii: "["), UInt8(ascii: "]"): continue
            default: letters.append(byte)
            }
        }
        for (name, kind) in bases where letters.reversed().starts(with: name.utf8.reversed()) {
            let prefix = letters.dropLast(name.utf8.count)
            for (mark, exponent) in prefixes where prefix.elementsEqual(mark.utf8) { return (kind, exponent) }
        }
        return nil
    }

    // Longer names first: `mol` ends as `l` does.
    private static let bases: [(String, Kind)] = [
        ("mol", .mole), ("ui", .unit), ("iu", .unit), ("u", .unit), ("g", .gram), ("l", .litre),
    ]
    private static let prefixes: [(String, Int)] = [
        ("", 0), ("k", 3), ("d", -1), ("c", -2), ("m", -3), ("u", -6), ("mc", -6), ("n", -9), ("p", -12), ("f", -15),
    ]
}
