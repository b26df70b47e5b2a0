import HL7

/// A NIR among numbers of which nobody says that it is one: however it is written, and without its key.
///
/// Local numbers may go where no NIR may, so that whatever is a NIR must be found. Plain local numbers must stay local: of
/// thirteen digits only those are taken that begin as numbers of persons do, with a month of the calendar and a place and
/// rank that exist; about one in thirty numbers that mean nothing does. Numbers of fifteen digits tell by their key.
package enum NIRForm {
    /// The 13 or 15 characters of the NIR that `text` is; nil where it is none.
    package static func number(in text: String) -> String? {
        // Most numbers that are asked about are a laboratory's own, and shorter.
        guard (13...longest).contains(text.utf8.count) else { return nil }
        if let plain = plainForm(of: text) { return number(in: plain) }
        return text.withBytes { bytes in
            guard hasEnough(bytes) else { return nil }
            if NIR.fault(in: text) == nil { return text }
            return number(in: bytes, isLabelled: false) ?? labelled(in: bytes)
        }
    }

    /// Thirteen digits, or twelve and the letter of Corsica: with fewer it is none, however it is written.
    private static func hasEnough(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var digits = 0
        for byte in bytes { digits += ASCIIDigit.isDigit(byte) ? 1 : 0 }
        return digits >= 13 || digits == 12 && bytes.contains(where: isCorsican)
    }

    /// Fifteen characters, a label and separators of three bytes each.
    private static let longest = 80

    /// The same with the digits, letters and marks of a keyboard in the place of wide ones (U+FF01 to U+FF5E, and the blank U+3000);
    /// nil where there is none of these.
    private static func plainForm(of text: String) -> String? {
        guard text.withBytes({ ByteScan.highByte(in: $0, from: 0) < $0.count }) else { return nil }
        var plain = String.UnicodeScalarView()
        var isOther = false
        for scalar in text.unicodeScalars {
            let value = scalar.value
            let found = value == 0x3000 ? 0x20 : (0xFF01...0xFF5E).contains(value) ? value - 0xFEE0 : value
            isOther = isOther || found != value
            plain.append(Unicode.Scalar(found) ?? scalar)
        }
        return isOther ? String(plain) : nil
    }

    /// A NIR behind a label, however it is written, or with its key before more: `NIR 1 70 01 …`, `170017501100197-1`.
    private static func labelled(in bytes: UnsafeBufferPointer<UInt8>) -> String? {
        behindLabel(in: bytes) ?? keyed(in: bytes)
    }

    /// Whether a telephone or a mail address is made of a NIR: it has one with its key in it, or the name of the mailbox is one as people
    /// write it. Thirteen digits that nothing else tells from a telephone are a telephone, and so is what stands behind a `+`.
    static func isContact(_ text: String) -> Bool {
        // Most are shorter than a NIR, or have fewer digits.
        guard text.utf8.count >= 13 else { return false }
        if let plain = plainForm(of: text) { return isContact(plain) }
        return text.withBytes { bytes in
            guard hasEnough(bytes), let first = bytes.firstIndex(where: ASCIIDigit.isDigit) else { return false }
            let isInternational = first > 0 && bytes[first - 1] == UInt8(ascii: "+")
            var start = 0
            if isInternational, bytes[first...].starts(with: "33".utf8) {
                start = bytes[first...].firstIndex { !ASCIIDigit.isDigit($0) } ?? bytes.count
            }
            if keyed(in: UnsafeBufferPointer(rebasing: bytes[start...])) != nil { return true }
            let end = bytes.firstIndex(of: UInt8(ascii: "@")) ?? bytes.count
            guard !isInternational, end <= longest else { return false }
            let box = UnsafeBufferPointer(rebasing: bytes[..<end])
            let isCorsica = box.contains(where: isCorsican)
            if behindLabel(in: box) != nil { return true }
            return number(in: box, isLabelled: false) { $0 || $1 == 15 || isCorsica } != nil
        }
    }

    /// Fifteen characters with the right key, with no digit at their sides.
    private static func keyed(in bytes: UnsafeBufferPointer<UInt8>) -> String? {
        for start in 0..<max(0, bytes.count - 14) where start == 0 || !ASCIIDigit.isDigit(bytes[start - 1]) {
            let end = start + 15
            if end < bytes.count, ASCIIDigit.isDigit(bytes[end]) { continue }
            // In Corsica a letter stands in the seventh place.
            guard
                (start..<end).allSatisfy({
                    ASCIIDigit.isDigit(bytes[$0]) || $0 == start + 6 && isCorsican(bytes[$0])
                })
            else { continue }
            let number = bytes[start..<end].map { $0 >= UInt8(ascii: "a") ? $0 - 0x20 : $0 }
            if NIR.fault(in: number) == nil { return String(decoding: number, as: UTF8.self) }
        }
        return nil
    }

    /// What stands behind letters and marks: the rest of it is digits in the groups of a NIR, or has its key; behind a label that says so
    /// it may have none.
    private static func behindLabel(in bytes: UnsafeBufferPointer<UInt8>) -> String? {
        guard let start = bytes.firstIndex(where: { ASCIIDigit.isDigit($0) }), start > 0 else { return nil }
        let letters = bytes[..<start].compactMap { byte -> UInt8? in
            let capital = byte & 0xDF
            return (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(capital) ? capital : nil
        }
        let isLabelled = labels.contains(String(decoding: letters, as: UTF8.self))
        return number(in: UnsafeBufferPointer(rebasing: bytes[start...]), isLabelled: isLabelled) { isWritten, count in
            isLabelled || isWritten || count == 15
        }
    }

    private static let labels: ShortCodes = [
        "NIR", "NSS", "NUMSS", "SS", "NSECU", "SECU", "INS", "INSNIR", "NIA", "INSNIA",
    ]

    /// Whether nothing but thirteen plain digits says that `text` is one: it may be a laboratory's own number as well. Such a
    /// number identifies at the laboratory; to whoever may not have the NIR it is not passed on, and nowhere as somebody's NIR.
    static func isGuess(_ text: String) -> Bool {
        if let plain = plainForm(of: text) { return isGuess(plain) }
        return text.utf8.count == 13 && text.utf8.allSatisfy(ASCIIDigit.isDigit)
    }

    /// What has a NIR's form among local numbers; nil where it is a local number.
    package static func amongLocal(_ text: String) -> NIRAmongLocal? {
        guard let number = number(in: text) else { return nil }
        return isGuess(text) ? .guess : .sure(number)
    }

    private static func number(
        in bytes: UnsafeBufferPointer<UInt8>, isLabelled: Bool,
        where isTaken: (_ isWritten: Bool, _ count: Int) -> Bool = { _, _ in true }
    ) -> String? {
        // Most of those that are long enough are told by a letter.
        guard bytes.allSatisfy({ ASCIIDigit.isDigit($0) || separates($0) || isCorsican($0) }) else { return nil }
        var compact: [UInt8] = []
        compact.reserveCapacity(15)
        var isGrouped = true
        var groups = 1
        var wasSeparator = false
        for byte in bytes {
            if separates(byte) {
                if !wasSeparator, !compact.isEmpty {
                    groups += 1
                    isGrouped = isGrouped && ends.contains(compact.count)
                }
                wasSeparator = true
                continue
            }
            wasSeparator = false
            guard compact.count < 15 else { return nil }
            compact.append(byte >= UInt8(ascii: "a") ? byte - 0x20 : byte)
        }
        let isWritten = groups > 2 && isGrouped
        guard isTaken(isWritten, compact.count), isNIR(compact, isWritten: isWritten || isLabelled) else { return nil }
        return String(decoding: compact, as: UTF8.self)
    }

    /// Where the groups end in which people write it: sex, year, month, department, place, rank, key.
    private static let ends: Set<Int> = [1, 3, 5, 7, 10, 13, 15]

    private static func isNIR(_ compact: [UInt8], isWritten: Bool) -> Bool {
        switch compact.count {
        case 15:
            // In the groups of a NIR a wrong key is a typing error.
            return NIR.fault(in: compact) == nil
                || isWritten && NIR.key(of: compact[..<13]) != nil && ASCIIDigit.values(compact[13...]) != nil
        case 13:
            guard NIR.key(of: compact) != nil else { return false }
            return isWritten || !ASCIIDigit.isDigit(compact[6]) || isPlausible(compact)
        default: return false
        }
    }

    /// Nothing but its digits says that it is one.
    private static func isPlausible(_ compact: [UInt8]) -> Bool {
        let sex = compact[0] - ASCIIDigit.zero
        let department = number(compact[5..<7])
        return (sex <= 2 || sex >= 7) && (1...12).contains(number(compact[3..<5])) && department > 0
            && number(compact[7..<10]) > 0 && number(compact[10..<13]) > 0
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int {
        digits.reduce(0) { $0 * 10 + Int($1 - ASCIIDigit.zero) }
    }

    /// Blanks, also those of two and three bytes that do not break a line, and the marks that people put between groups.
    private static func separates(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x09, 0xC2, 0xA0, 0xE2, 0x80, 0xAF, 0x87...0x8A: true
        // Hyphens and dashes, U+2010 to U+2014.
        case 0x90...0x94: true
        case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "_"), UInt8(ascii: ":"): true
        case UInt8(ascii: ","), UInt8(ascii: "("), UInt8(ascii: ")"): true
        default: false
        }
    }

    private static func isCorsican(_ byte: UInt8) -> Bool {
        byte | 0x20 == UInt8(ascii: "a") || byte | 0x20 == UInt8(ascii: "b")
    }
}

/// What a number among local ones is that has the form of a NIR.
package enum NIRAmongLocal: Hashable, Sendable {
    /// This NIR: its key is right, or it stands in a NIR's groups.
    case sure(String)
    /// It may be one, and may be a local number.
    case guess
}

extension NIRAmongLocal? {
    /// Whether it surely is one; nil where it has not the form.
    var isSure: Bool? { map { $0 != .guess } }
}
