/// A time to the second, always UTC, written `2026-11-23T10:00:00Z` and in no other way. Years 1970 to 9999.
package struct UTCTime: Comparable, Hashable, Sendable, CustomStringConvertible {
    /// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    package var secondsSinceEpoch: Int64

    /// The last second that has a text.
    package static let last: Int64 = 253_402_300_799

    /// A time; one outside the years 1970 to 9999 becomes the nearest one inside.
    package init(secondsSinceEpoch: Int64) {
        self.secondsSinceEpoch = min(max(secondsSinceEpoch, 0), UTCTime.last)
    }

    /// Reads exactly the form `2026-11-23T10:00:00Z` of a real day; 24:00 and leap seconds are refused.
    package init(_ text: String) throws(ExchangeFailure) {
        let failure = ExchangeFailure.malformed(
            what: "time", member: ExchangeFailure.whole, rule: "like 2026-11-23T10:00:00Z")
        let bytes = Array(text.utf8)
        guard bytes.count == 20, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            bytes[19] == UInt8(ascii: "Z"),
            let year = UTCTime.number(bytes[0..<4]), let month = UTCTime.number(bytes[5..<7]),
            let day = UTCTime.number(bytes[8..<10]), let hour = UTCTime.number(bytes[11..<13]),
            let minute = UTCTime.number(bytes[14..<16]), let second = UTCTime.number(bytes[17..<19]),
            year >= 1970, (1...12).contains(month), hour < 24, minute < 60, second < 60
        else { throw failure }
        let days = UTCTime.dayNumber(year: year, month: month, day: day)
        guard day >= 1, UTCTime.civil(dayNumber: days) == (year, month, day) else { throw failure }
        secondsSinceEpoch = days * 86_400 + hour * 3_600 + minute * 60 + second
    }

    /// The one form.
    package var text: String {
        let seconds = min(max(secondsSinceEpoch, 0), UTCTime.last)
        let (year, month, day) = UTCTime.civil(dayNumber: seconds / 86_400)
        let ofDay = seconds % 86_400
        var bytes: [UInt8] = []
        UTCTime.write(year, digits: 4, then: "-", into: &bytes)
        UTCTime.write(month, digits: 2, then: "-", into: &bytes)
        UTCTime.write(day, digits: 2, then: "T", into: &bytes)
        UTCTime.write(ofDay / 3_600, digits: 2, then: ":", into: &bytes)
        UTCTime.write(ofDay % 3_600 / 60, digits: 2, then: ":", into: &bytes)
        UTCTime.write(ofDay % 60, digits: 2, then: "Z", into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    package var description: String { text }

    /// This time and `seconds` more; it stays within the years 1970 to 9999.
    package func adding(seconds: Int64) -> UTCTime {
        let (sum, overflow) = secondsSinceEpoch.addingReportingOverflow(seconds)
        return UTCTime(secondsSinceEpoch: overflow ? (seconds < 0 ? 0 : UTCTime.last) : sum)
    }

    package static func < (left: UTCTime, right: UTCTime) -> Bool {
        left.secondsSinceEpoch < right.secondsSinceEpoch
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        var number: Int64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            number = number * 10 + Int64(digit - UInt8(ascii: "0"))
        }
        return number
    }

    private static func write(_ number: Int64, digits: Int, then separator: Unicode.Scalar, into bytes: inout [UInt8]) {
        var power: Int64 = 1
        for _ in 1..<digits { power *= 10 }
        while power > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(number / power % 10))
            power /= 10
        }
        bytes.append(UInt8(ascii: separator))
    }

    /// Days since 1970-01-01 (H. Hinnant's civil calendar algorithm; years begin in March so that leap days come last).
    private static func dayNumber(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func civil(dayNumber: Int64) -> (Int64, Int64, Int64) {
        let shifted = dayNumber + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}
