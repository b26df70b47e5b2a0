/// Where a report goes, what goes nowhere, and why.
package struct RoutingOutcome: Equatable, Sendable {
    /// One for each recipient, in the order of the routes.
    package var destinations: [Destination] = []
    /// Each route that sends nothing, and each result that nobody gets.
    package var dropped: [Drop] = []
    /// What someone has to look at: a territory that cannot be told, a report that reaches nobody.
    package var findings: [Finding] = []
    /// The first result in words of its own that a recipient's profile does not let through.
    package var unsentText: Int?
    /// The first result whose reference range a recipient's profile does not let through.
    package var unsentRange: Int?
    /// The first result that a route does not take because nobody can tell what it means.
    package var unclearMeaning: Int?

    /// All that someone has to look at, with the severities of `rules`, named as the report's source names its places.
    package func findings(at places: ReportPlaces, _ rules: ReportRules) -> [Finding] {
        if findings.isEmpty, unsentText == nil, unsentRange == nil, unclearMeaning == nil { return [] }
        let text = unsentText.map { Rule.textNotSent.finding(at: places.result($0, "5"), rules.overrides) }
        let range = unsentRange.map { Rule.rangeNotSent.finding(at: places.result($0, "7"), rules.overrides) }
        let meaning = unclearMeaning.map { Rule.meaningUnclear.finding(at: places.result($0, "5"), rules.overrides) }
        return (findings + [text, range, meaning].compactMap { $0 }).map { places.located($0) }
    }
}

/// One recipient of a report.
package struct Destination: Equatable, Sendable {
    /// The participant's id.
    package var recipient: String
    /// The route's id: the first one, where several lead to the same recipient.
    package var route: String
    /// The profile's id.
    package var profile: String
    /// Which results, by their position in the report, ascending. Empty only where an earlier version is withdrawn.
    package var resultIndexes: [Int]
    /// Minutes until a receipt is due: the shortest of the routes.
    package var receiptDueMinutes: Int
    /// Days of retention: the shortest of the routes.
    package var retentionDays: Int
    /// Why.
    package var reason: RoutingReason
    /// Results that a further route wants for it under another profile: they are not sent.
    package var outranked: [Int] = []
}

extension Destination {
    /// Somebody whom no route names, and who got an earlier version under that profile.
    package init(
        ofEarlierVersion recipient: String, route: String, profile: String, receiptDueMinutes: Int, retentionDays: Int
    ) {
        self.init(
            recipient: recipient, route: route, profile: profile, resultIndexes: [],
            receiptDueMinutes: receiptDueMinutes, retentionDays: retentionDays, reason: .earlierVersion)
    }
}

/// Something that is not sent.
package struct Drop: Equatable, Sendable {
    /// The result that nobody gets; nil where a route is meant.
    package var resultIndex: Int?
    /// The route that sends nothing, or not this; nil where a result is meant.
    package var route: String?
    /// The recipient that it would have been for, where known.
    package var recipient: String?
    /// Why.
    package var reason: RoutingReason
}

/// A recipient of an earlier version of the report, who must learn of the new one.
package struct EarlierDelivery: Hashable, Sendable {
    /// The participant's id.
    package var recipient: String
    /// The route that led there.
    package var route: String
    /// The profile under which it went.
    package var profile: String

    /// As the journal remembers it.
    package init(recipient: String, route: String, profile: String) {
        self.recipient = recipient
        self.route = route
        self.profile = profile
    }
}
