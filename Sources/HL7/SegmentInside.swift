/// A segment inside another one, whose end was lost: a field ends with its name, and its number, or what it says that happens, fills
/// the next one. No field of the standard says that.
struct SegmentInside {
    private let bytes: UnsafeBufferPointer<UInt8>
    /// Where each field starts, counted from the message's beginning, and how many of these are good.
    private let starts: UnsafePointer<Int32>
    private let count: Int
    private let offset: Int

    init(_ bytes: UnsafeBufferPointer<UInt8>, _ starts: UnsafePointer<Int32>, _ count: Int, _ offset: Int) {
        self.bytes = bytes
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
            let name = SegmentName(bytes[end - 3], bytes[end - 2], bytes[end - 1])
        else { return false }
        let first = field(number - 1)
        switch name {
        case .pid, .nte: return !isWord(nameEndingAt: end) && isNumber(first)
        case .obr, .obx, .spm: return isNumber(first)
        case .orc: return first.count == 2 && areCapitals(first)
        // A flask (FLACON) and a control (CON) have numbers, too: what the patient said is a word of its own behind ten fields.
        case .con:
            let said = field(number + 9)
            return !isWord(nameEndingAt: end) && isNumber(first) && (1...5).contains(said.count) && areLetters(said)
        // Its number may be missing; what becomes of it (table 0287) and the part that somebody took stand behind that.
        case .prt:
            let isAction = SegmentInside.actions.contains { field(number).elementsEqual($0.utf8) }
            return isAction && !isWord(nameEndingAt: end) && !field(number + 2).isEmpty
        default: return false
        }
    }

    private static let actions = ["AD", "CH", "CO", "DE", "LI", "UC", "UN", "UP"]

    /// Words end so, too (CHARENTE before a department, RAPID): behind a capital it is a name only where the field holds no more.
    private func isWord(nameEndingAt end: Int) -> Bool {
        let isCapital = bytes[end - 4] >= UInt8(ascii: "A") && bytes[end - 4] <= UInt8(ascii: "Z")
        return isCapital && bytes[end - 5] != bytes[end]
    }

    private func isNumber(_ field: UnsafeBufferPointer<UInt8>) -> Bool {
        (1...4).contains(field.count) && field.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    }

    private func areCapitals(_ field: UnsafeBufferPointer<UInt8>) -> Bool {
        field.allSatisfy { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") }
    }

    private func areLetters(_ field: UnsafeBufferPointer<UInt8>) -> Bool {
        field.allSatisfy { $0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z") }
    }
}
