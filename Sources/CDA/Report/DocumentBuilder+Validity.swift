import LabReport

/// What holds when the document is written, of what a patient has several of.
extension DocumentBuilder {
    /// Whether `element` holds on the document's day, by the interval inside it of that name.
    func holds(_ element: XMLElement, _ interval: String) -> Bool {
        guard let interval = element.first(interval) else { return true }
        let validity = Validity(start: day(interval.first("low")), end: day(interval.first("high")))
        return validity.holds(on: report.sentAt?.date)
    }

    /// A date that is none says nothing.
    private func day(_ element: XMLElement?) -> CalendarDate? {
        guard let text = element?.attribute("value"), case .time(let time) = HL7Time.read(Array(text.utf8)[...])
        else { return nil }
        return time.date
    }

    /// The telephone numbers and mail addresses that are not said to be bad and hold; that others are left out is told.
    mutating func current(_ elements: [XMLElement]) -> [XMLElement] {
        elements.filter { element in
            if !DocumentBuilder.uses(element).contains("BAD"), holds(element, "useablePeriod") { return true }
            noteOnce(.contactNotValid, element)
            return false
        }
    }

    /// The best of several addresses to find a person by: the home, then any, then one that has ended, never a bad or a passing one.
    mutating func readHome(_ elements: [XMLElement]) {
        var best: (rank: Int, address: Address, element: XMLElement)?
        var bad: XMLElement?
        for element in elements {
            guard let address = address(element) else { continue }
            let uses = DocumentBuilder.uses(element)
            if uses.contains("BAD") || uses.contains("TMP") {
                bad = element
                continue
            }
            let rank = (uses.contains("HP") || uses.contains("H") ? 0 : 1) + (holds(element, "useablePeriod") ? 0 : 2)
            guard rank < best?.rank ?? Int.max else { continue }
            best = (rank, address, element)
        }
        report.patient.address = best?.address
        if let best {
            if best.rank >= 2 { note(.addressNotValid, best.element) }
        } else if let bad {
            note(.addressNotValid, bad)
        }
    }

    private static func uses(_ element: XMLElement) -> [String] {
        (element.attribute("use") ?? "").utf8.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
    }
}
