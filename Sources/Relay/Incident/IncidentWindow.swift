package import Exchange

/// The time for which is asked what lay on a relay: both ends count.
package struct IncidentWindow: Sendable, Equatable {
    package let from: UTCTime
    package let to: UTCTime

    /// From one time to a later one, or nothing.
    package init?(from: UTCTime, to: UTCTime) {
        guard from <= to else { return nil }
        self.from = from
        self.to = to
    }

    /// A time like `2026-11-23T10:00:00Z`, or a day like `2026-11-23`: its first second, or its last where `isEnd`.
    static func time(_ text: String, isEnd: Bool) -> UTCTime? {
        let whole = text.utf8.count == 10 ? text + (isEnd ? "T23:59:59Z" : "T00:00:00Z") : text
        return try? UTCTime(whole)
    }

    /// Whether something that lay there from `began` to `ended` (nil: it still does) was there meanwhile.
    func holds(began: UTCTime, ended: UTCTime?) -> Bool {
        began <= to && ended.map { $0 >= from } ?? true
    }
}
