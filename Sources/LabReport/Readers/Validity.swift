/// From when and until when an address, a name, a number or a contact holds, as far as it is said.
package struct Validity: Hashable, Sendable {
    package var start: CalendarDate?
    package var end: CalendarDate?

    /// Nothing is said.
    package static let always = Validity()

    package init(start: CalendarDate? = nil, end: CalendarDate? = nil) {
        self.start = start
        self.end = end
    }

    /// Whether it holds on the day on which a report was written, or on one that its date may mean. Where nothing says which day that
    /// is, what has an end is over.
    package func holds(on day: CalendarDate?) -> Bool {
        if let end {
            guard let day, !end.isBefore(day) else { return false }
        }
        guard let start, let day else { return true }
        return !day.isBefore(start)
    }
}
