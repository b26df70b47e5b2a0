/// A time to the minute, UTC, written `2026-11-23T10:00Z` and in no other way: a leaf must not tell who did what when
/// to the second. Years 1970 to 9999.
package struct LogMinute: Comparable, Hashable, Sendable, CustomStringConvertible {
    /// Minutes since 1970-01-01T00:00Z.
    package let minutesSinceEpoch: Int64

    private static let minutesInDay: Int64 = 1_440
    /// Days of a common year before each month, and of the whole year.
    private static let daysBefore: [Int64] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365]

    /// The minute that holds a second; one outside the years 1970 to 9999 becomes the nearest one inside.
    package init(secondsSinceEpoch: Int64) {
        let last = LogMinute.days(beforeYear: 10_000) * LogMinute.minutesInDay - 1
        minutesSinceEpoch = min(max(secondsSinceEpoch, 0) / 60, last)
    }

    /// Reads exactly the form `2026-11-23T10:00Z` of a real day.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 17 else { return nil }
        func number(_ range: Range<Int>) -> Int64 {
            bytes[range].reduce(0) { $0 * 10 + Int64($1) - 48 }
        }
        let year = number(0..<4)
        let month = number(5..<7)
        guard (1970...9999).contains(year), (1...12).contains(month) else { return nil }
        let days = LogMinute.days(beforeYear: year) + LogMinute.days(before: Int(month), of: year) + number(8..<10) - 1
        let (time, overflow) = (number(11..<13) * 60 + number(14..<16)).addingReportingOverflow(
            days * LogMinute.minutesInDay)
        guard !overflow, time >= 0 else { return nil }
        minutesSinceEpoch = time
        // Separators, other characters than digits, and days, hours and minutes past their end are refused here.
        guard self.text.utf8.elementsEqual(bytes) else { return nil }
    }

    /// The one form.
    package var text: String {
        let days = minutesSinceEpoch / LogMinute.minutesInDay
        let ofDay = minutesSinceEpoch % LogMinute.minutesInDay
        // At most twenty years too early, since no year has more than 366 days.
        var year = 1970 + days / 366
        while LogMinute.days(beforeYear: year + 1) <= days { year += 1 }
        let ofYear = days - LogMinute.days(beforeYear: year)
        var month = 12
        while month > 1, LogMinute.days(before: month, of: year) > ofYear { month -= 1 }
        let day = ofYear - LogMinute.days(before: month, of: year) + 1
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(year)-\(two(Int64(month)))-\(two(day))T\(two(ofDay / 60)):\(two(ofDay % 60))Z"
    }

    package var description: String { text }

    package static func < (left: LogMinute, right: LogMinute) -> Bool {
        left.minutesSinceEpoch < right.minutesSinceEpoch
    }

    private static func days(beforeYear year: Int64) -> Int64 {
        func leapDays(_ year: Int64) -> Int64 { year / 4 - year / 100 + year / 400 }
        return (year - 1970) * 365 + leapDays(year - 1) - leapDays(1969)
    }

    private static func days(before month: Int, of year: Int64) -> Int64 {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return daysBefore[month - 1] + (isLeap && month > 2 ? 1 : 0)
    }
}
