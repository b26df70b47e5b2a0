/// Orders that a message cancels together without listing a result of them.
///
/// Nothing of such an order is told but its name, and each has one: it is a report of its own (decision 44). One without number
/// could not be told by its name, and stays with the first order.
package enum UnlistedOrders {
    /// Reports of their own that one message may become: each of them costs a look at the whole message.
    static let most = 1_000

    /// The same outcomes, each with what it keeps of its cancelled orders, and behind all of them those that are reports of
    /// their own: what waits knows its report by its place among the outcomes.
    package static func apart(_ outcomes: [ReadOutcome]) -> [ReadOutcome] {
        // Nearly all have none: a list that is put together would be a copy of it.
        guard outcomes.contains(where: { $0.report.map(mayBeApart) ?? false }) else { return outcomes }
        var kept = outcomes
        var further: [ReadOutcome] = []
        for place in outcomes.indices {
            guard let report = outcomes[place].report else { continue }
            let places = outcomes[place].places
            let groups = groups(of: report)
            guard !groups.isEmpty else { continue }
            guard further.count + groups.count <= most else {
                // The report stays whole for what waits since before; intake holds it for the finding.
                kept[place].findings.append(places.located(Rule.tooManyCancelled.finding(at: "ORC-1", [:])))
                continue
            }
            kept[place].names = nil
            let moved = Set(groups.joined())
            let rest = CancelledOrders.part(of: report, places) { !moved.contains($0) }
            kept[place].report = rest.report
            kept[place].places = rest.places
            further += groups.map { group in
                var outcome = part(group, of: report, places)
                outcome.apartFrom = place
                return outcome
            }
        }
        return further.isEmpty ? kept : kept + further
    }

    /// What an order is called by.
    private struct Name: Hashable {
        let number: String
        let panel: String?

        init?(_ order: Order) {
            guard let number = order.fillerNumber else { return nil }
            self.number = number.text
            panel = CancelledOrders.panel(order)
        }
    }

    /// Only a cancellation of several orders becomes several reports.
    private static func mayBeApart(_ report: Report) -> Bool {
        report.inPlace { $0.pointee.action == .cancel && $0.pointee.orders.count > 1 }
    }

    /// The orders of a cancellation of several that are reports of their own; those of one name are one report.
    private static func groups(of report: Report) -> [[Int]] {
        guard mayBeApart(report) else { return [] }
        let listed = Set(report.results.lazy.map { $0.orderIndex })
        let staying = Set(listed.compactMap { report.orders.element(at: $0).flatMap { Name($0) } })
        var groups: [[Int]] = []
        var known: [Name: Int] = [:]
        for index in report.orders.indices where !listed.contains(index) {
            guard let name = Name(report.orders[index]), !staying.contains(name) else { continue }
            if let group = known[name] {
                groups[group].append(index)
            } else {
                known[name] = groups.count
                groups.append([index])
            }
        }
        // Where none lists a result, the first one stays where it was.
        return listed.isEmpty ? Array(groups.dropFirst()) : groups
    }

    /// These orders of `report`, of which nothing was found.
    private static func part(_ indexes: [Int], of report: Report, _ places: ReportPlaces) -> ReadOutcome {
        var part = report
        var found = places
        var specimens: [Int: Int] = [:]
        part.orders = []
        part.specimens = []
        part.results = []
        found.orders = []
        found.results = []
        for index in indexes {
            var order = report.orders[index]
            let specimen = order.specimenIndex.flatMap { report.specimens.indices.contains($0) ? $0 : nil }
            if let specimen, specimens[specimen] == nil {
                specimens[specimen] = part.specimens.count
                part.specimens.append(report.specimens[specimen])
            }
            order.specimenIndex = specimen.flatMap { specimens[$0] }
            part.orders.append(order)
            found.orders.append(places.number(ofOrder: index))
        }
        found.keepSpecimens(specimens)
        return ReadOutcome(report: part, findings: [], places: found)
    }
}
