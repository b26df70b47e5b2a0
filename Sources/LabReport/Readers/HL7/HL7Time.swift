import HL7

/// Dates and times of HL7 v2: `YYYY[MM[DD[HH[MM[SS[.S…]]]]]][+ZZZZ]`, as far as they were written.
package enum HL7Time {
    /// What a time field holds.
    package enum Reading: Equatable {
        /// Nothing was sent.
        case nothing
        /// A moment, or a day, a month, a year.
        case time(ReportTime)
        /// Not a date of the calendar, or not in this form.
        case fault
    }

    /// Reads `bytes`; blanks around them do not matter.
    package static func read(_ bytes: ArraySlice<UInt8>) -> Reading {
        bytes.withUnsafeBufferPointer { read($0) }
    }

    /// A day, or a day and time to the second, with or without an offset, and nothing around it: what nearly all senders
    /// write, read in words of eight digits. Nil for everything else, whether it is a time or not.
    static func usual(_ bytes: UnsafeBufferPointer<UInt8>) -> ReportTime? {
        guard let base = bytes.baseAddress, bytes.count == 8 || bytes.count == 14 || bytes.count == 19 else {
            return nil
        }
        let raw = UnsafeRawPointer(base)
        let day = pairs(raw, 0)
        let century = Int(truncatingIfNeeded: day & 0xFF) &* 100
        guard day != unreadable,
            let date = CalendarDate(
                year: century &+ Int(truncatingIfNeeded: day >> 16 & 0xFF),
                monthOfYear: Int(truncatingIfNeeded: day >> 32 & 0xFF),
                dayOfMonth: Int(truncatingIfNeeded: day >> 48))
        else { return nil }
        if bytes.count == 8 { return ReportTime(date) }
        let clock = pairs(raw, 6)
        let (hour, minute) = (Int(truncatingIfNeeded: clock >> 16 & 0xFF), Int(truncatingIfNeeded: clock >> 32 & 0xFF))
        let second = Int(truncatingIfNeeded: clock >> 48)
        guard clock != unreadable, hour < 24, minute < 60, second < 60 else { return nil }
        let time = hour &* 3600 &+ minute &* 60 &+ second
        if bytes.count == 14 { return ReportTime(date, second: time) }
        // The last eight bytes with a digit in the place of the sign: a digit pair that is known, one of nothing, two that count.
        let word = WordScan.word(raw, 11)
        let zone = pairs(word & ~(0xFF << 24) | UInt64(ASCIIDigit.zero) << 24)
        let (hours, minutes) = (Int(truncatingIfNeeded: zone >> 32 & 0xFF), Int(truncatingIfNeeded: zone >> 48))
        guard base[14] == UInt8(ascii: "+") || base[14] == UInt8(ascii: "-"), zone != unreadable, minutes < 60 else {
            return nil
        }
        let offset = hours &* 60 &+ minutes
        guard offset <= 840 else { return nil }
        return ReportTime(date, second: time, offset: base[14] == UInt8(ascii: "-") ? -offset : offset)
    }

    /// No number of two digits.
    private static let unreadable: UInt64 = .max

    /// The numbers that eight digits make, two by two, the first one lowest; `unreadable` when one is no digit.
    @inline(__always)
    private static func pairs(_ bytes: UnsafeRawPointer, _ offset: Int) -> UInt64 {
        pairs(WordScan.word(bytes, offset))
    }

    @inline(__always)
    private static func pairs(_ word: UInt64) -> UInt64 {
        // Each byte is 0x30 to 0x39: its high half is 3, and stays 3 when 6 is added.
        let threes: UInt64 = 0x3030_3030_3030_3030
        guard word & 0xF0F0_F0F0_F0F0_F0F0 == threes,
            (word &+ 0x0606_0606_0606_0606) & 0xF0F0_F0F0_F0F0_F0F0 == threes
        else { return unreadable }
        let ones = word & 0x0F0F_0F0F_0F0F_0F0F
        return (ones &* 10 &+ ones >> 8) & 0x00FF_00FF_00FF_00FF
    }

    /// Whether `bytes`, which hold a time, end or have their offset behind the hour: minutes are none of what is known.
    static func lacksMinutes(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let written = bytes.drop { $0 == 0x20 }
        return written.prefix(while: ASCIIDigit.isDigit).count == 10
    }

    /// Whether `bytes` are a time of day (TM): `HH[MM[SS[.S…]]][+ZZZZ]`.
    static func isClock(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        // As the time of any day.
        guard (2...32).contains(bytes.count), case .time(let time) = read((Array("20000101".utf8) + bytes)[...]) else {
            return false
        }
        return time.secondOfDay != nil
    }

    /// The same of a buffer.
    static func read(_ bytes: UnsafeBufferPointer<UInt8>) -> Reading {
        if let time = usual(bytes) { return .time(time) }
        var start = 0
        var end = bytes.count
        while start < end, bytes[start] == 0x20 { start += 1 }
        while start < end, bytes[end - 1] == 0x20 { end -= 1 }
        if start == end || (end - start == 2 && bytes[start] == 0x22 && bytes[start + 1] == 0x22) { return .nothing }
        var reader = DigitReader(bytes: bytes, position: start, end: end)
        guard let time = reader.time(), reader.position == end else { return .fault }
        return .time(time)
    }
}

/// Takes numbers of a fixed width from the front.
private struct DigitReader {
    let bytes: UnsafeBufferPointer<UInt8>
    var position: Int
    let end: Int

    init(bytes: UnsafeBufferPointer<UInt8>, position: Int, end: Int) {
        self.bytes = bytes
        self.position = position
        self.end = end
    }

    /// The next byte, if there is one.
    private var next: UInt8? { position < end ? bytes[position] : nil }

    /// The number of the next `width` digits; nil, taking nothing, when they are not there.
    private mutating func number(_ width: Int) -> Int? {
        guard end - position >= width else { return nil }
        var value = 0
        for place in position..<(position + width) {
            guard let digit = ASCIIDigit.value(bytes[place]) else { return nil }
            value = value * 10 + Int(digit)
        }
        position += width
        return value
    }

    mutating func time() -> ReportTime? {
        guard let year = number(4) else { return nil }
        let month = number(2)
        let day = month == nil ? nil : number(2)
        guard let date = CalendarDate(year: year, month: month, day: day) else { return nil }
        var second: Int?
        if day != nil, let hour = number(2) {
            let minute = number(2)
            let seconds = minute == nil ? nil : number(2)
            guard hour < 24, (minute ?? 0) < 60, (seconds ?? 0) < 60 else { return nil }
            if seconds != nil, next == UInt8(ascii: ".") {
                position += 1
                guard let first = next, ASCIIDigit.isDigit(first) else { return nil }
                while let digit = next, ASCIIDigit.isDigit(digit) { position += 1 }
            }
            second = hour * 3600 + (minute ?? 0) * 60 + (seconds ?? 0)
        }
        guard let sign = next, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else {
            return ReportTime(date: date, secondOfDay: second)
        }
        position += 1
        guard let hours = number(2), let minutes = number(2), minutes < 60 else { return nil }
        let offset = (hours * 60 + minutes) * (sign == UInt8(ascii: "-") ? -1 : 1)
        // An offset beside a date alone says nothing about the day: it is let go, but it must be one.
        guard (-840...840).contains(offset) else { return nil }
        return ReportTime(date: date, secondOfDay: second, offsetMinutes: second == nil ? nil : offset)
    }
}
