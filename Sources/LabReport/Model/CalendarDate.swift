/// A day of the proleptic Gregorian calendar, as far as it is known: a year, a month of it, or a day.
///
/// Reports hold a dozen: each is four bytes.
public struct CalendarDate: Hashable, Sendable, CustomStringConvertible {
    private let yearNumber: Int16
    /// 0 where not known.
    private let monthNumber: Int8
    private let dayNumber: Int8

    /// 1 to 9999.
    public var year: Int { Int(yearNumber) }
    /// 1 to 12, or nil when only the year is known.
    public var month: Int? { monthNumber == 0 ? nil : Int(monthNumber) }
    /// 1 to the month's last day, or nil when only the month is known.
    public var day: Int? { dayNumber == 0 ? nil : Int(dayNumber) }

    /// A real day, month or year; nil when the calendar has no such day.
    public init?(year: Int, month: Int? = nil, day: Int? = nil) {
        guard (1...9999).contains(year) else { return nil }
        if let month {
            guard (1...12).contains(month) else { return nil }
            if let day, !(1...CalendarDate.daysIn(month: month, of: year)).contains(day) { return nil }
        } else if day != nil {
            return nil
        }
        yearNumber = Int16(truncatingIfNeeded: year)
        monthNumber = Int8(truncatingIfNeeded: month ?? 0)
        dayNumber = Int8(truncatingIfNeeded: day ?? 0)
    }

    /// A real day; nil when the calendar has no such day.
    init?(year: Int, monthOfYear month: Int, dayOfMonth day: Int) {
        guard year >= 1, year <= 9999, month >= 1, month <= 12, day >= 1,
            day <= 28 || day <= CalendarDate.daysIn(month: month, of: year)
        else { return nil }
        yearNumber = Int16(truncatingIfNeeded: year)
        monthNumber = Int8(truncatingIfNeeded: month)
        dayNumber = Int8(truncatingIfNeeded: day)
    }

    /// Parts of a birth date identify: the description says only how much of the date is known.
    public var description: String { day != nil ? "‹date›" : month != nil ? "‹month›" : "‹year›" }

    /// ISO 8601 as FHIR writes it: `2026-11-23`, `2026-11` or `2026`.
    public var iso: String {
        var text = CalendarDate.padded(year, to: 4)
        if let month { text += "-" + CalendarDate.padded(month, to: 2) }
        if let day { text += "-" + CalendarDate.padded(day, to: 2) }
        return text
    }

    /// Days since 1970-01-01, taking the first day of what is known.
    public var firstDayNumber: Int { CalendarDate.dayNumber(year: year, month: month ?? 1, day: day ?? 1) }

    /// Days since 1970-01-01 of the last day of what is known.
    public var lastDayNumber: Int {
        let lastMonth = month ?? 12
        return CalendarDate.dayNumber(
            year: year, month: lastMonth, day: day ?? CalendarDate.daysIn(month: lastMonth, of: year))
    }

    /// All that can be meant by this date lies before all that can be meant by `other`.
    @inline(__always)
    func isBefore(_ other: CalendarDate) -> Bool {
        // No month has 32 days: an unknown day compares as the month's last one, or first one, without asking which that is.
        rank(monthNumber == 0 ? 12 : monthNumber, dayNumber == 0 ? 31 : dayNumber)
            < other.rank(max(other.monthNumber, 1), max(other.dayNumber, 1))
    }

    @inline(__always)
    private func rank(_ month: Int8, _ day: Int8) -> Int32 {
        Int32(yearNumber) << 16 | Int32(month) << 8 | Int32(day)
    }

    /// Whole years from this day to `reference`, nil before birth. A partial date counts from its first day.
    public func age(on reference: CalendarDate) -> Int? {
        let months = (reference.month ?? 1) - (month ?? 1)
        let notYet = months < 0 || (months == 0 && (reference.day ?? 1) < (day ?? 1))
        let years = reference.year - year - (notYet ? 1 : 0)
        return years >= 0 ? years : nil
    }

    /// The ages that somebody may have on `reference` who was born on this day, as far as both are known; nil before birth.
    func ages(on reference: CalendarDate) -> ClosedRange<Int>? {
        // Who was born and whose day it is were both there: only days that lie in this order can be meant.
        guard !reference.isBefore(self), let oldest = first.age(on: reference.last) else { return nil }
        return (last.age(on: reference.first) ?? 0)...oldest
    }

    /// The first day that can be meant.
    private var first: CalendarDate { CalendarDate(year: year, month: month ?? 1, day: day ?? 1) ?? self }

    /// The last day that can be meant.
    private var last: CalendarDate {
        let month = month ?? 12
        return CalendarDate(year: year, month: month, day: day ?? CalendarDate.daysIn(month: month, of: year)) ?? self
    }

    /// The day that lies `number` days after 1970-01-01; nil outside the years 1 to 9999.
    public init?(dayNumber number: Int) {
        guard number > -800_000, number < 3_000_000 else { return nil }
        let shifted = number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        self.init(year: year, month: month, day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    /// Days since 1970-01-01 of a day known to be real.
    static func dayNumber(year: Int, month: Int, day: Int) -> Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    static func daysIn(month: Int, of year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        default: 31
        }
    }

    static func padded(_ number: Int, to width: Int) -> String {
        var digits = String(number)
        while digits.utf8.count < width { digits = "0" + digits }
        return digits
    }
}
