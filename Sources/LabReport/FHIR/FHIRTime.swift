import StrictJSON

/// Dates and times as FHIR writes them.
enum FHIRTime {
    /// Appends the moment as a JSON string.
    static func append(_ time: ReportTime, to bytes: inout GrowingBytes) {
        guard let second = time.secondOfDay, let offset = time.offsetMinutes, let month = time.date.month,
            let day = time.date.day
        else { return appendQuoted(time.date, to: &bytes) }
        // Nearly every one is of this form: its digits are put where they stand.
        bytes.append(upTo: 27) { place in
            place[0] = UInt8(ascii: "\"")
            put(time.date.year / 100, place + 1)
            put(time.date.year, place + 3)
            place[5] = UInt8(ascii: "-")
            put(month, place + 6)
            place[8] = UInt8(ascii: "-")
            put(day, place + 9)
            place[11] = UInt8(ascii: "T")
            put(second / 3_600, place + 12)
            place[14] = UInt8(ascii: ":")
            put(second / 60 % 60, place + 15)
            place[17] = UInt8(ascii: ":")
            put(second % 60, place + 18)
            place[20] = offset < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+")
            put(abs(offset) / 60, place + 21)
            place[23] = UInt8(ascii: ":")
            put(abs(offset) % 60, place + 24)
            place[26] = UInt8(ascii: "\"")
            return 27
        }
    }

    /// The last two digits of `number`.
    @inline(__always)
    private static func put(_ number: Int, _ place: UnsafeMutablePointer<UInt8>) {
        let two = UInt32(truncatingIfNeeded: number) % 100
        place[0] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: two / 10)
        place[1] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: two % 10)
    }

    /// Whether `append` writes a FHIR `instant`: to the second, with its offset.
    static func isInstant(_ time: ReportTime) -> Bool { time.secondOfDay != nil && time.offsetMinutes != nil }

    /// Appends the day, month or year as a JSON string.
    static func appendQuoted(_ date: CalendarDate, to bytes: inout GrowingBytes) {
        bytes.append(UInt8(ascii: "\""))
        append(date, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Appends the time of day as a JSON string.
    static func appendQuoted(secondOfDay second: Int, to bytes: inout GrowingBytes) {
        bytes.append(UInt8(ascii: "\""))
        append(secondOfDay: second, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Appends a moment without offset as a JSON string: `2026-11-23T09:30:00`, which is no FHIR dateTime.
    static func appendLocal(_ time: ReportTime, to bytes: inout GrowingBytes) {
        bytes.append(UInt8(ascii: "\""))
        append(time.date, to: &bytes)
        if let second = time.secondOfDay {
            bytes.append(UInt8(ascii: "T"))
            append(secondOfDay: second, to: &bytes)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    static func append(_ date: CalendarDate, to bytes: inout GrowingBytes) {
        bytes.append(twoDigits: date.year / 100)
        bytes.append(twoDigits: date.year % 100)
        guard let month = date.month else { return }
        bytes.append(UInt8(ascii: "-"), twoDigits: month)
        guard let day = date.day else { return }
        bytes.append(UInt8(ascii: "-"), twoDigits: day)
    }

    static func append(secondOfDay second: Int, to bytes: inout GrowingBytes) {
        bytes.append(twoDigits: second / 3600)
        bytes.append(UInt8(ascii: ":"), twoDigits: second / 60 % 60)
        bytes.append(UInt8(ascii: ":"), twoDigits: second % 60)
    }

    /// Reads what `append` writes, without quotes: nothing more, nothing else.
    static func time(_ text: String) -> ReportTime? {
        let bytes = Array(text.utf8)
        guard let mark = bytes.firstIndex(of: UInt8(ascii: "T")) else {
            return date(text).flatMap { ReportTime(date: $0) }
        }
        let zone = bytes[(mark + 1)...].dropFirst(8)
        guard let date = date(bytes[..<mark]), zone.count == 6,
            let second = secondOfDay(bytes[(mark + 1)...].prefix(8)),
            let sign = zone.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
            zone[zone.startIndex + 3] == UInt8(ascii: ":"), let hours = number(zone.dropFirst().prefix(2)),
            let minutes = number(zone.suffix(2)), minutes < 60
        else { return nil }
        let offset = hours * 60 + minutes
        // «-00:00» is never written: it would come back as «+00:00».
        if sign == UInt8(ascii: "-"), offset == 0 { return nil }
        return ReportTime(
            date: date, secondOfDay: second, offsetMinutes: sign == UInt8(ascii: "-") ? -offset : offset)
    }

    /// Reads what `appendLocal` writes of a moment with a time of day.
    static func localTime(_ text: String) -> ReportTime? {
        let bytes = Array(text.utf8)
        guard let mark = bytes.firstIndex(of: UInt8(ascii: "T")), let date = date(bytes[..<mark]),
            let second = secondOfDay(bytes[(mark + 1)...])
        else { return nil }
        return ReportTime(date: date, secondOfDay: second)
    }

    /// A day, month or year.
    static func date(_ text: String) -> CalendarDate? {
        date(Array(text.utf8)[...])
    }

    private static func date(_ bytes: ArraySlice<UInt8>) -> CalendarDate? {
        let parts = bytes.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count <= 3, parts[0].count == 4, let year = number(parts[0]) else { return nil }
        var rest: [Int] = []
        for part in parts.dropFirst() {
            guard part.count == 2, let value = number(part) else { return nil }
            rest.append(value)
        }
        return CalendarDate(year: year, month: rest.first, day: rest.count > 1 ? rest[1] : nil)
    }

    /// A time of day to the second.
    static func secondOfDay(_ bytes: ArraySlice<UInt8>) -> Int? {
        let parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ $0.count == 2 }), let hours = number(parts[0]), hours < 24,
            let minutes = number(parts[1]), minutes < 60, let seconds = number(parts[2]), seconds < 60
        else { return nil }
        return hours * 3600 + minutes * 60 + seconds
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        var number = 0
        for digit in digits {
            guard let value = ASCIIDigit.value(digit) else { return nil }
            number = number * 10 + Int(value)
        }
        return digits.isEmpty ? nil : number
    }
}
