/// Dates and times as people and spreadsheets write them: ISO 8601 (`2026-11-23`, `2026-11-23T09:30:00+01:00`), French
/// (`23/11/2026`, `23/11/2026 09:30`, `23.11.2026 9h30`) and HL7's digits (`202611230930`).
///
/// A year has four digits: of `23/11/26` nobody knows the century.
enum CSVTime {
    /// The moment that `text` says; nil where it says none.
    static func read(_ text: String) -> ReportTime? {
        let bytes = Array(text.utf8)
        if bytes.count <= 30, case .time(let time) = HL7Time.read(bytes[...]), bytes.allSatisfy(isCompact) {
            return time
        }
        var scan = Scan(bytes: bytes[...])
        guard bytes.count <= 40, let date = scan.date() else { return nil }
        if scan.bytes.isEmpty { return ReportTime(date: date) }
        guard scan.passToTime(), let second = scan.clock() else { return nil }
        scan.blanks()
        let offset = scan.offset()
        guard scan.bytes.isEmpty else { return nil }
        return ReportTime(date: date, secondOfDay: second, offsetMinutes: offset)
    }

    /// The day, month or year that `text` says, and no time of day.
    static func date(_ text: String) -> CalendarDate? {
        guard let time = read(text), time.secondOfDay == nil else { return nil }
        return time.date
    }

    private static func isCompact(_ byte: UInt8) -> Bool {
        ASCIIDigit.isDigit(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }
}

/// Takes numbers and marks from the front.
private struct Scan {
    var bytes: ArraySlice<UInt8>

    mutating func blanks() { bytes = bytes.drop { $0 == 0x20 } }

    /// One to `most` digits.
    mutating func number(_ most: Int) -> (value: Int, width: Int)? {
        var value = 0
        var width = 0
        while width < most, let first = bytes.first, let digit = ASCIIDigit.value(first) {
            value = value * 10 + Int(digit)
            width += 1
            bytes = bytes.dropFirst()
        }
        return width > 0 ? (value, width) : nil
    }

    mutating func take(_ mark: UInt8) -> Bool {
        guard bytes.first == mark else { return false }
        bytes = bytes.dropFirst()
        return true
    }

    mutating func date() -> CalendarDate? {
        guard let first = number(4), let mark = bytes.first else { return nil }
        let isISO = first.width == 4
        guard isISO ? mark == UInt8(ascii: "-") || mark == UInt8(ascii: "/") : isFrenchMark(mark) else { return nil }
        bytes = bytes.dropFirst()
        guard let second = number(2) else { return nil }
        if isISO {
            guard take(mark) else { return CalendarDate(year: first.value, month: second.value) }
            guard let day = number(2) else { return nil }
            return CalendarDate(year: first.value, month: second.value, day: day.value)
        }
        guard first.width <= 2, take(mark), let year = number(4), year.width == 4 else { return nil }
        return CalendarDate(year: year.value, month: second.value, day: first.value)
    }

    private func isFrenchMark(_ mark: UInt8) -> Bool {
        mark == UInt8(ascii: "/") || mark == UInt8(ascii: ".") || mark == UInt8(ascii: "-")
    }

    /// `T`, blanks, or `à`.
    mutating func passToTime() -> Bool {
        if take(UInt8(ascii: "T")) { return true }
        guard bytes.first == 0x20 else { return false }
        blanks()
        if bytes.starts(with: [0xC3, 0xA0]) {
            bytes = bytes.dropFirst(2)
            blanks()
        }
        return true
    }

    /// `09:30`, `09:30:15`, `09:30:15.250`, `9h30`, `9h`.
    mutating func clock() -> Int? {
        guard let hours = number(2), hours.value < 24 else { return nil }
        if take(UInt8(ascii: "h")) || take(UInt8(ascii: "H")) {
            let minutes = number(2)
            guard (minutes?.value ?? 0) < 60 else { return nil }
            return hours.value * 3600 + (minutes?.value ?? 0) * 60
        }
        guard take(UInt8(ascii: ":")), let minutes = number(2), minutes.width == 2, minutes.value < 60 else {
            return nil
        }
        var seconds = 0
        if take(UInt8(ascii: ":")) {
            guard let read = number(2), read.width == 2, read.value < 60 else { return nil }
            seconds = read.value
            if take(UInt8(ascii: ".")) {
                guard number(9) != nil else { return nil }
            }
        }
        return hours.value * 3600 + minutes.value * 60 + seconds
    }

    /// `Z`, `+01:00`, `+0100`, `+01`; nil, taking nothing, where there is none.
    mutating func offset() -> Int? {
        if take(UInt8(ascii: "Z")) { return 0 }
        let before = bytes
        guard let sign = bytes.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return nil }
        bytes = bytes.dropFirst()
        guard let hours = number(2), hours.width == 2 else {
            bytes = before
            return nil
        }
        _ = take(UInt8(ascii: ":"))
        let minutes = number(2)
        guard (minutes?.value ?? 0) < 60, minutes.map({ $0.width == 2 }) ?? true else {
            bytes = before
            return nil
        }
        let offset = hours.value * 60 + (minutes?.value ?? 0)
        return sign == UInt8(ascii: "-") ? -offset : offset
    }
}
