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

    private static func read(_ bytes: UnsafeBufferPointer<UInt8>) -> Reading {
        var text = bytes[...]
        while text.first == 0x20 { text = text.dropFirst() }
        while text.last == 0x20 { text = text.dropLast() }
        if text.isEmpty || text.elementsEqual([0x22, 0x22]) { return .nothing }
        var reader = DigitReader(text: text)
        guard let time = reader.time(), reader.text.isEmpty else { return .fault }
        return .time(time)
    }
}

/// Takes numbers of a fixed width from the front.
private struct DigitReader {
    var text: Slice<UnsafeBufferPointer<UInt8>>

    init(text: Slice<UnsafeBufferPointer<UInt8>>) {
        self.text = text
    }

    /// The number of the next `width` digits; nil, taking nothing, when they are not there.
    mutating func number(_ width: Int) -> Int? {
        guard text.count >= width else { return nil }
        var value = 0
        for byte in text.prefix(width) {
            guard let digit = ASCIIDigit.value(byte) else { return nil }
            value = value * 10 + Int(digit)
        }
        text = text.dropFirst(width)
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
            if seconds != nil, text.first == UInt8(ascii: ".") {
                text = text.dropFirst()
                guard let first = text.first, ASCIIDigit.isDigit(first) else { return nil }
                text = text.drop(while: ASCIIDigit.isDigit)
            }
            second = hour * 3600 + (minute ?? 0) * 60 + (seconds ?? 0)
        }
        guard let sign = text.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else {
            return ReportTime(date: date, secondOfDay: second)
        }
        text = text.dropFirst()
        guard let hours = number(2), let minutes = number(2), minutes < 60 else { return nil }
        let offset = (hours * 60 + minutes) * (sign == UInt8(ascii: "-") ? -1 : 1)
        // An offset beside a date alone says nothing about the day: it is let go, but it must be one.
        guard (-840...840).contains(offset) else { return nil }
        return ReportTime(date: date, secondOfDay: second, offsetMinutes: second == nil ? nil : offset)
    }
}
