/// Completes times that carry no offset: with the message's own (MSH-7), or the site's legal time.
///
/// HL7 lets MSH-7 give the offset for the whole message. A site that knows its zone knows more: where the message's
/// offset is the zone's, a summer specimen in a winter message gets the summer's.
struct TimeFrame: Sendable, Hashable {
    private var zone: SiteZone?
    private var minutes: Int?

    /// What `settings` say alone: how MSH-7 itself is completed.
    init(_ settings: ReaderSettings) {
        zone = settings.zone
        minutes = settings.zone == nil ? settings.utcOffsetMinutes : nil
    }

    /// What holds in a message whose MSH-7, as written, is `sent`.
    init(_ settings: ReaderSettings, sent: ReportTime?) {
        self.init(settings)
        guard let sent, let second = sent.secondOfDay, let offset = sent.offsetMinutes else { return }
        if let zone, zone.reading(of: sent.date, secondOfDay: second).minutes == offset { return }
        zone = nil
        minutes = offset
    }

    /// `time` with its offset, and whether there was no such time (clocks had gone forward).
    func complete(_ time: ReportTime) -> (time: ReportTime, isGap: Bool) {
        guard let second = time.secondOfDay, time.offsetMinutes == nil else { return (time, false) }
        if let zone {
            let reading = zone.reading(of: time.date, secondOfDay: second)
            if case .never = reading { return (time.assuming(offsetMinutes: reading.minutes), true) }
            return (time.assuming(offsetMinutes: reading.minutes), false)
        }
        return (minutes.map { time.assuming(offsetMinutes: $0) } ?? time, false)
    }
}
