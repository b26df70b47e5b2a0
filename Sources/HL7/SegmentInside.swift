/// A segment inside another one, whose end was lost: a field ends with its name, and its number, or what it says that happens, fills
/// the next one, or that is empty and those behind it are filled as that segment's are. No field of the standard says that.
struct SegmentInside {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let marks: Delimiters
    /// Where each field starts, counted from the message's beginning, and how many of these are good.
    private let starts: UnsafePointer<Int32>
    private let count: Int
    private let offset: Int

    init(
        _ bytes: UnsafeBufferPointer<UInt8>, _ marks: Delimiters, _ starts: UnsafePointer<Int32>, _ count: Int,
        _ offset: Int
    ) {
        self.bytes = bytes
        self.marks = marks
        self.starts = starts
        self.count = count
        self.offset = offset
    }

    /// Where its name begins; nil where there is none.
    var place: Int? {
        guard count > 1 else { return nil }
        // Widths first: most fields are too short for a name, or stand before one that is too long for its number.
        let last = Int32(truncatingIfNeeded: offset + bytes.count + 1)
        var (before, here) = (starts[0], starts[1])
        var number = 1
        while number < count {
            number &+= 1
            let next = number < count ? starts[number] : last
            if next &- here <= 5, here &- before >= 4 {
                let end = Int(here &- 1) &- offset
                if SegmentInside.endsName(bytes[end - 1]), isSegment(nameEndingAt: end, number) { return end - 3 }
            }
            (before, here) = (here, next)
        }
        return nil
    }

    /// Whether a field, or another line than one that begins with it, ends at `end` with a name that is looked for.
    static func isName(before end: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard end >= 4, end <= bytes.count, bytes[end - 4] != 0x0D, bytes[end - 4] != 0x0A,
            let name = SegmentName(bytes[end - 3], bytes[end - 2], bytes[end - 1])
        else { return false }
        switch name {
        case .pid, .nte, .obr, .obx, .spm, .orc, .con, .prt: return true
        default: return false
        }
    }

    /// The names that are looked for end so.
    private static func endsName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "X"), UInt8(ascii: "R"), UInt8(ascii: "E"), UInt8(ascii: "M"), UInt8(ascii: "D"),
            UInt8(ascii: "C"), UInt8(ascii: "N"), UInt8(ascii: "T"):
            true
        default: false
        }
    }

    /// The place of the separator before the field at `number` from 0, or that of the segment's end behind the last one.
    private func separator(_ number: Int) -> Int {
        number < count ? Int(starts[number]) - 1 - offset : bytes.count
    }

    /// The field at `number` from 0.
    private func field(_ number: Int) -> UnsafeBufferPointer<UInt8> {
        let (start, end) = (separator(number) + 1, separator(number + 1))
        guard number < count, start < end, end <= bytes.count else { return UnsafeBufferPointer(start: nil, count: 0) }
        return UnsafeBufferPointer(rebasing: bytes[start..<end])
    }

    /// `end` is the place of the separator behind the name; the field at `number - 1` follows it.
    private func isSegment(nameEndingAt end: Int, _ number: Int) -> Bool {
        guard end >= 7, separator(number) < bytes.count,
            let name = SegmentName(bytes[end - 3], bytes[end - 2], bytes[end - 1]), !isQuotation(nameEndingAt: end)
        else { return false }
        let first = field(number - 1)
        guard isNumber(first) || first.isEmpty || name == .orc || name == .prt else { return false }
        switch name {
        case .pid: return isNumber(first) && !isBehindCapital(end) || isPatient(number)
        case .nte: return isNote(nameEndingAt: end, number)
        case .obr: return isNumber(first) || isOrder(number)
        case .obx: return isNumber(first) || isResult(number)
        case .spm: return isNumber(first) || !isName(ofTestEndingAt: number) && holdsComponents(field(number + 2))
        case .orc:
            // Pork (PORC) is looked for, too.
            if first.isEmpty {
                return !isBehindCapital(end) && !isPork(end) && !isName(ofTestEndingAt: number) && isNumbered(number)
            }
            return first.count == 2 && areCapitals(first)
        // A flask (FLACON) and a control (CON) have numbers, too: what the patient said is a word of its own behind ten fields.
        case .con:
            let said = field(number + 9)
            let isLike = (1...5).contains(said.count) && areLetters(said)
            return isLike && (!isWord(nameEndingAt: end) || isNumber(first) && !isOfSpecimen)
        // Its number may be missing; what becomes of it (table 0287) and the part that somebody took stand behind that.
        case .prt:
            let isAction = SegmentInside.actions.contains { field(number).elementsEqual($0.utf8) }
            return isAction && !isWord(nameEndingAt: end) && !field(number + 2).isEmpty
        default: return false
        }
    }

    private static let actions = ["AD", "CH", "CO", "DE", "LI", "UC", "UN", "UP"]

    // MARK: - What segments hold behind their numbers

    /// PID: a number, and a name in parts, or one in a word before a birth date. RAPID stands before numbers, too.
    private func isPatient(_ number: Int) -> Bool {
        let name = field(number + 3)
        guard !field(number + 1).isEmpty, !isName(ofTestEndingAt: number), holdsLetters(name, 2) else { return false }
        return holdsComponents(name) || (8...).contains(field(number + 5).prefix(while: isDigit).count)
    }

    /// NTE: its source is a letter, and its text no code. Words end as its name does (CHARENTE, ABSENTE) and stand before numbers.
    private func isNote(nameEndingAt end: Int, _ number: Int) -> Bool {
        let (first, source, text) = (field(number - 1), field(number), field(number + 1))
        if isNumber(first), !isBehindCapital(end) { return true }
        let isLike =
            source.count <= 1 && areCapitals(source) && !holdsComponents(text)
            && holdsLetters(text, isWord(nameEndingAt: end) ? 4 : 2)
        return isLike && (!isWord(nameEndingAt: end) || isNumber(first) && !isName(ofTestEndingAt: number))
    }

    /// OBR and ORC: one of the order's numbers is there.
    private func isNumbered(_ number: Int) -> Bool { !field(number).isEmpty || !field(number + 1).isEmpty }

    private func isOrder(_ number: Int) -> Bool { isNumbered(number) && holdsComponents(field(number + 2)) }

    /// OBX: a type of value, and what was looked for.
    private func isResult(_ number: Int) -> Bool {
        SegmentInside.types.contains { field(number).elementsEqual($0.utf8) } && !field(number + 1).isEmpty
    }

    private static let types = [
        "NM", "ST", "TX", "FT", "CE", "CWE", "CNE", "CF", "SN", "DT", "TM", "TS", "DTM", "ED", "RP", "CX", "EI",
    ]

    // MARK: - What is no segment

    /// A segment that was agreed between two parties may name others: by itself, or behind a blank.
    private func isQuotation(nameEndingAt end: Int) -> Bool {
        guard bytes[0] == UInt8(ascii: "Z") else { return false }
        let before = bytes[end - 4]
        return before <= 0x20 || before == marks.field || before == marks.component || before == marks.repetition
            || before == marks.subcomponent
    }

    private func isBehindCapital(_ end: Int) -> Bool { isCapital(bytes[end - 4]) && bytes[end - 5] != bytes[end] }

    /// The whole field, in what was ordered or found.
    private func isPork(_ end: Int) -> Bool {
        bytes[0] == UInt8(ascii: "O") && bytes[1] == UInt8(ascii: "B") && bytes[end - 4] == UInt8(ascii: "P")
            && bytes[end - 5] == bytes[end]
    }

    /// Words end so, too: behind two letters or more, of which the last is a capital, it may be one. Those that end as NTE does have
    /// a vowel before it.
    private func isWord(nameEndingAt end: Int) -> Bool {
        guard isBehindCapital(end), isLetter(bytes[end - 5]) else { return false }
        if bytes[end - 1] != UInt8(ascii: "E") { return true }
        switch bytes[end - 4] {
        case UInt8(ascii: "A"), UInt8(ascii: "E"), UInt8(ascii: "I"), UInt8(ascii: "O"), UInt8(ascii: "U"): return true
        default: return false
        }
    }

    /// OBX, OBR, SPM, SAC: what they are about lay in flasks.
    private var isOfSpecimen: Bool { bytes[0] == UInt8(ascii: "O") || bytes[0] == UInt8(ascii: "S") }

    /// Whether the name ends OBX-3, behind which no result ends: `number` is that of the field behind it.
    private func isName(ofTestEndingAt number: Int) -> Bool {
        number == 4 && bytes[0] == UInt8(ascii: "O") && bytes[1] == UInt8(ascii: "B") && bytes[2] == UInt8(ascii: "X")
    }

    private func holdsComponents(_ field: UnsafeBufferPointer<UInt8>) -> Bool { field.contains(marks.component) }

    private func holdsLetters(_ field: UnsafeBufferPointer<UInt8>, _ most: Int) -> Bool {
        var found = 0
        for byte in field where isLetter(byte) || byte > 0x7F {
            found += 1
            if found == most { return true }
        }
        return false
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    private func isCapital(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") }

    private func isLetter(_ byte: UInt8) -> Bool { isCapital(byte & 0xDF) }

    private func isNumber(_ field: UnsafeBufferPointer<UInt8>) -> Bool {
        (1...4).contains(field.count) && field.allSatisfy(isDigit)
    }

    private func areCapitals(_ field: UnsafeBufferPointer<UInt8>) -> Bool { field.allSatisfy(isCapital) }

    private func areLetters(_ field: UnsafeBufferPointer<UInt8>) -> Bool { field.allSatisfy(isLetter) }
}
