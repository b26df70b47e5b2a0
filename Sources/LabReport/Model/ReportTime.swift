/// A moment as a laboratory wrote it: a date, perhaps a time of day, perhaps an offset from UTC.
///
/// HL7 lets each part be absent. Nothing is invented: a time without offset keeps none until the site's zone is applied.
public struct ReportTime: Hashable, Sendable, CustomStringConvertible {
    /// The day, month or year.
    public let date: CalendarDate
    /// `unknown` where not known.
    private let second: Int32
    private let offset: Int32
    private static let unknown: Int32 = -100_000

    /// Seconds since midnight, 0 to 86,399; nil when only the date is known.
    public var secondOfDay: Int? { second == ReportTime.unknown ? nil : Int(second) }
    /// Minutes east of UTC, −840 to 840; nil when the sender gave none.
    public var offsetMinutes: Int? { offset == ReportTime.unknown ? nil : Int(offset) }

    /// Nothing that a zone could add: no time of day, or one with its offset.
    var isComplete: Bool { second == ReportTime.unknown || offset != ReportTime.unknown }

    /// Nil when the parts are out of range or a time of day comes without a full date.
    public init?(date: CalendarDate, secondOfDay: Int? = nil, offsetMinutes: Int? = nil) {
        if let secondOfDay {
            guard date.day != nil, (0..<86_400).contains(secondOfDay) else { return nil }
        } else if offsetMinutes != nil {
            return nil
        }
        if let offsetMinutes, !(-840...840).contains(offsetMinutes) { return nil }
        self.date = date
        second = secondOfDay.map { Int32(truncatingIfNeeded: $0) } ?? ReportTime.unknown
        offset = offsetMinutes.map { Int32(truncatingIfNeeded: $0) } ?? ReportTime.unknown
    }

    /// Parts that are known to be in range.
    init(_ date: CalendarDate, second: Int) {
        self.date = date
        self.second = Int32(truncatingIfNeeded: second)
        offset = ReportTime.unknown
    }

    /// The same with an offset.
    init(_ date: CalendarDate, second: Int, offset: Int) {
        self.date = date
        self.second = Int32(truncatingIfNeeded: second)
        self.offset = Int32(truncatingIfNeeded: offset)
    }

    /// A date alone.
    init(_ date: CalendarDate) {
        self.date = date
        second = ReportTime.unknown
        offset = ReportTime.unknown
    }

    /// How much is known, never the moment.
    public var description: String { secondOfDay == nil ? "‹date›" : "‹time›" }

    /// The same moment with `minutes` as its offset where the sender gave none.
    public func assuming(offsetMinutes minutes: Int) -> ReportTime {
        guard secondOfDay != nil, offsetMinutes == nil else { return self }
        return ReportTime(date: date, secondOfDay: secondOfDay, offsetMinutes: minutes) ?? self
    }

    /// ISO 8601 as FHIR writes it. A time of day without offset cannot be written in FHIR: only its date is given.
    public var iso: String {
        guard let secondOfDay, let offsetMinutes else { return date.iso }
        let clock = [secondOfDay / 3600, secondOfDay / 60 % 60, secondOfDay % 60]
            .map { CalendarDate.padded($0, to: 2) }
        let size = offsetMinutes < 0 ? -offsetMinutes : offsetMinutes
        let zone = CalendarDate.padded(size / 60, to: 2) + ":" + CalendarDate.padded(size % 60, to: 2)
        return date.iso + "T" + clock[0] + ":" + clock[1] + ":" + clock[2] + (offsetMinutes < 0 ? "-" : "+") + zone
    }

    /// Seconds since 1970-01-01T00:00:00Z of the earliest moment this can mean (offset taken as UTC when absent).
    public var earliestSecond: Int {
        date.firstDayNumber * 86_400 + (secondOfDay ?? 0) - (offsetMinutes ?? 0) * 60
    }
}
