/// The form of UCUM's units (case sensitive): terms of prefixes and symbols with exponents, joined by `.` and `/`, in brackets
/// perhaps, with annotations in braces (`10*9/L`, `mmol/L{total}`, `m[IU]/mL`).
///
/// Its symbols in letters are known; of those in square brackets only the form is looked at, since there are hundreds.
enum UCUMForm {
    private static let longest = 100

    /// Whether `text` is one.
    static func isUnit(_ text: String) -> Bool {
        if usual.contains(text) { return true }
        guard text.utf8.count <= longest else { return false }
        // Of what is written in ASCII only; nothing else has a place in it.
        return text.withBytes { bytes in
            guard !bytes.isEmpty, bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return false }
            var scan = UCUMScan(bytes)
            return scan.mainTerm()
        }
    }

    /// Of UCUM's form, and meant otherwise: laboratories write giga and tera per litre so, and capitals for grams and litres, where UCUM
    /// reads gauss, tesla, megagauss and megalitres.
    static func isMistaken(_ text: String) -> Bool { mistaken.contains(text) }

    private static let mistaken: ShortCodes = [
        "G/L", "G/l", "T/L", "T/l", "MG/L", "MG/l", "MG/dL", "G/dL", "MG/ML", "PG/ML", "PG/mL", "G/ML", "U/ML", "G",
        "MG", "PG",
    ]

    /// What most results have: these are asked for with every result that is written.
    private static let usual: ShortCodes = [
        "1", "%", "g/L", "g/dL", "mg/L", "mg/dL", "ug/L", "ng/mL", "pg/mL", "mmol/L", "umol/L", "nmol/L", "pmol/L",
        "U/L", "[IU]/L", "[IU]/mL", "10*9/L", "10*12/L", "fL", "pg", "L/L", "mm/h", "s", "mL/min", "{Ct}", "{copies}",
    ]

    /// Symbols that take a prefix.
    static let metric: ShortCodes = [
        "m", "s", "g", "rad", "K", "C", "cd", "mol", "sr", "Hz", "N", "Pa", "J", "W", "A", "V", "F", "Ohm", "S", "Wb",
        "Cel", "T", "H", "lm", "lx", "Bq", "Gy", "Sv", "gon", "l", "L", "ar", "t", "bar", "u", "eV", "pc", "gf", "Np",
        "B", "Ky", "G", "Mx", "Oe", "Gb", "Lmb", "ph", "sb", "P", "St", "Gal", "dyn", "erg", "Bi", "R", "RAD", "REM",
        "Ci", "kat", "U", "st", "bit", "By", "Bd", "eq", "osm", "cal", "cal_m", "cal_IT", "cal_th", "mho", "tex", "g%",
    ]

    /// Symbols that stand alone.
    static let plain: ShortCodes = [
        "%", "deg", "'", "''", "min", "h", "d", "wk", "mo", "mo_s", "mo_j", "mo_g", "a", "a_t", "a_j",
        "a_g", "AU", "atm", "att", "circ", "sph", "b", "bit_s",
    ]

    /// Those of one letter; `da`, `Ki`, `Mi`, `Gi` and `Ti` have two.
    static let prefixes: ShortCodes = [
        "Y", "Z", "E", "P", "T", "G", "M", "k", "h", "d", "c", "m", "u", "n", "p", "f", "a", "z", "y",
    ]
    static let longPrefixes: ShortCodes = ["da", "Ki", "Mi", "Gi", "Ti"]
}

/// One pass over the bytes of a unit.
private struct UCUMScan {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var depth = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    /// The whole of it.
    mutating func mainTerm() -> Bool { term() && position == bytes.count }

    /// `/`, perhaps, and what is joined by `.` and `/`.
    private mutating func term() -> Bool {
        _ = take(UInt8(ascii: "/"))
        repeat {
            guard component() else { return false }
        } while take(UInt8(ascii: ".")) || take(UInt8(ascii: "/"))
        return true
    }

    private mutating func component() -> Bool {
        if take(UInt8(ascii: "(")) {
            depth += 1
            guard depth < 8, term(), take(UInt8(ascii: ")")) else { return false }
            depth -= 1
            return true
        }
        let start = position
        guard let symbol = symbol() else { return position == start && annotation() }
        guard symbol == .number || exponent() else { return false }
        return next != UInt8(ascii: "{") || annotation()
    }

    /// `{copies}`: anything but braces.
    private mutating func annotation() -> Bool {
        guard take(UInt8(ascii: "{")) else { return false }
        while let byte = next, byte != UInt8(ascii: "}"), byte != UInt8(ascii: "{") { position += 1 }
        return take(UInt8(ascii: "}"))
    }

    private enum Kind { case number, unit }

    /// A number, or a symbol with a prefix or without; nil for anything else.
    private mutating func symbol() -> Kind? {
        let start = position
        while let byte = next, ASCIIDigit.isDigit(byte) { position += 1 }
        if position > start {
            // `10*` and `10^` are symbols; any other number is a factor.
            let isTen = bytes[start..<position].elementsEqual("10".utf8)
            return isTen && (take(UInt8(ascii: "*")) || take(UInt8(ascii: "^"))) ? .unit : .number
        }
        while let byte = next, UCUMScan.isLetter(byte) { position += 1 }
        let letters = position
        guard next == UInt8(ascii: "[") else { return isSymbol(start..<letters) ? .unit : nil }
        position += 1
        while let byte = next, byte != UInt8(ascii: "]"), byte != UInt8(ascii: "["), byte != UInt8(ascii: "{") {
            position += 1
        }
        guard position > letters + 1, take(UInt8(ascii: "]")) else { return nil }
        // `[iU]`, `k[iU]`; `m[Hg]`, `B[SPL]` and `cal_[15]` are symbols that begin with letters.
        return letters == start || isPrefix(start..<letters) || isStem(start..<letters) ? .unit : nil
    }

    private mutating func exponent() -> Bool {
        guard let sign = next, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") || ASCIIDigit.isDigit(sign) else {
            return true
        }
        if !ASCIIDigit.isDigit(sign) { position += 1 }
        let start = position
        while let byte = next, ASCIIDigit.isDigit(byte) { position += 1 }
        return position > start
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "%")
            || byte == UInt8(ascii: "'")
    }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    }

    private func isSymbol(_ range: Range<Int>) -> Bool {
        guard !range.isEmpty, range.count <= 8 else { return false }
        let whole = text(range)
        if UCUMForm.metric.contains(whole) || UCUMForm.plain.contains(whole) { return true }
        return splits(range).contains { isPrefix($0.prefix) && UCUMForm.metric.contains(text($0.rest)) }
    }

    /// Letters that stand before brackets in symbols, with a prefix perhaps.
    private func isStem(_ range: Range<Int>) -> Bool {
        func isKnown(_ range: Range<Int>) -> Bool { ["m", "B", "cal_"].contains(text(range)) }
        return isKnown(range) || splits(range).contains { isPrefix($0.prefix) && isKnown($0.rest) }
    }

    private func splits(_ range: Range<Int>) -> [(prefix: Range<Int>, rest: Range<Int>)] {
        (1...2).filter { $0 < range.count }.map { length in
            let middle = range.lowerBound + length
            return (range.lowerBound..<middle, middle..<range.upperBound)
        }
    }

    private func isPrefix(_ range: Range<Int>) -> Bool {
        range.count == 1
            ? UCUMForm.prefixes.contains(text(range)) : range.count == 2 && UCUMForm.longPrefixes.contains(text(range))
    }
}
