import HL7

/// From when and until when a repetition holds: an address, a name, an identifier, a contact.
extension ReportBuilder {
    /// Whether the address in these components (XAD) holds when the message is written: XAD-13 and XAD-14, or the range in XAD-12.
    func holdsAddress(_ parts: PartList) -> Bool { holds(validity(parts, range: 12, 13, 14)) }

    /// The same of a name (XPN): XPN-12 and XPN-13, or the range in XPN-10.
    func holdsName(_ parts: PartList) -> Bool { holds(validity(parts, range: 10, 12, 13)) }

    /// The same of a telephone number or a mail address (XTN): XTN-13 and XTN-14.
    func holdsContact(_ parts: PartList) -> Bool { holds(validity(parts, 13, 14)) }

    /// The same of what a CON says: CON-15 and CON-16.
    func holdsConsent() -> Bool {
        if fields[15].isEmpty, fields[16].isEmpty { return true }
        return holds(Validity(start: day(component(first(fields[15]), 1)), end: day(component(first(fields[16]), 1))))
    }

    /// Whether it holds when the message is written.
    func holds(_ validity: Validity) -> Bool { validity == .always || validity.holds(on: report.sentAt?.date) }

    /// What two components say, or a range (DR) where these say nothing. A date that is none says nothing: what is meant to hold is
    /// not left out for a slip beside it.
    func validity(_ parts: PartList, range: Int? = nil, _ start: Int, _ end: Int) -> Validity {
        var validity = Validity(start: day(parts[start]), end: day(parts[end]))
        guard let range else { return validity }
        if validity.start == nil { validity.start = day(wire.subcomponent(parts[range], 1)) }
        if validity.end == nil { validity.end = day(wire.subcomponent(parts[range], 2)) }
        return validity
    }

    private func day(_ part: PartRange) -> CalendarDate? {
        guard !part.isEmpty, case .time(let time) = timeReading(part) else { return nil }
        return time.date
    }
}
