/// Completes times that carry no offset: with the message's own (HL7 MSH-7, HPRIM H-14), or the site's legal time.
///
/// HL7 lets MSH-7 give the offset for the whole message. A site that knows its zone knows more: where the message's
/// offset is the zone's, a summer specimen in a winter message gets the summer's.
package struct TimeFrame: Sendable, Hashable {
    private var zone: SiteZone?
    private var minutes: Int?
    /// The site's zone, where the message has another offset than it.
    private var siteZone: SiteZone?

    /// What `settings` say alone: how MSH-7 itself is completed.
    package init(_ settings: ReaderSettings) {
        zone = settings.zone
        minutes = settings.zone == nil ? settings.utcOffsetMinutes : nil
    }

    /// What holds in a message whose MSH-7, as written, is `sent`.
    init(_ settings: ReaderSettings, sent: ReportTime?) {
        self.init(settings)
        guard let sent, let second = sent.secondOfDay, let offset = sent.offsetMinutes else { return }
        if let zone, zone.reading(of: sent.date, secondOfDay: second).minutes == offset { return }
        siteZone = zone
        zone = nil
        minutes = offset
    }

    /// Why one cannot be sure of a time without offset.
    enum Doubt {
        /// There was no such time: clocks had gone forward.
        case never
        /// It came twice, before and after clocks went back: the first one is taken, or what the message's own offset makes
        /// of it.
        case twice

        fileprivate init?(_ reading: SiteZone.Reading) {
            switch reading {
            case .never: self = .never
            case .twice: self = .twice
            case .offset: return nil
            }
        }
    }

    /// `time` with its offset, and the rule that tells what is doubtful about that.
    package func complete(_ time: ReportTime) -> (time: ReportTime, doubt: Rule?) {
        let (completed, doubt) = judged(time)
        return (completed, doubt.map { $0 == .never ? .timeGap : .timeUnsure })
    }

    /// `time` with its offset, and what is doubtful about that.
    func judged(_ time: ReportTime) -> (time: ReportTime, doubt: Doubt?) {
        guard let second = time.secondOfDay, time.offsetMinutes == nil else { return (time, nil) }
        if let zone {
            let reading = zone.reading(of: time.date, secondOfDay: second)
            return (time.assuming(offsetMinutes: reading.minutes), Doubt(reading))
        }
        // A system that says UTC of its messages may yet write legal time in their fields.
        let doubt = siteZone.flatMap { Doubt($0.reading(of: time.date, secondOfDay: second)) }
        return (minutes.map { time.assuming(offsetMinutes: $0) } ?? time, doubt)
    }

    /// The calendar day at that instant, counted in seconds from 1970-01-01T00:00:00Z; nil outside the calendar.
    package func day(atSecond second: Int64) -> CalendarDate? {
        func clock(_ minutes: Int) -> (day: Int, second: Int) {
            let local = Int(clamping: second) + minutes * 60
            let day = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
            return (day, local - day * 86_400)
        }
        guard let zone else { return CalendarDate(dayNumber: clock(minutes ?? 0).day) }
        let possible = zone.possibleMinutes.first { minutes in
            let (day, second) = clock(minutes)
            guard let date = CalendarDate(dayNumber: day) else { return false }
            return zone.reading(of: date, secondOfDay: second).minutes == minutes
        }
        // In the hour that comes twice, the second time: winter's.
        return CalendarDate(dayNumber: clock(possible ?? zone.standardMinutes).day)
    }
}
