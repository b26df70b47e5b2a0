/// A correction or cancellation goes to every recipient of the earlier version of what it names, whatever the routes say now, and
/// to new ones: whoever got a result learns that it was wrong, even when what is right does not concern them any more. What
/// it does not name stands (decision 68).
enum EarlierVersions {
    /// The deliveries of a report of which `earlier` versions went out, whose trace was joined to them: those of the routes, and
    /// what went out before of its orders.
    ///
    /// A recipient gets the results it would get now and those it got before, of what this version says. One that no route names
    /// any more gets them under the profile it had then. What is no correction is followed only where it says something else
    /// than the version before: what merely comes again goes where the routes send it. An order is taken back where
    /// it is cancelled whole, and where all that somebody had of it is in this version and none of it goes there. A
    /// result that is now seen to be of a disease notified under a code goes to nobody who is told names, whatever went before.
    static func destinations(
        routed: [PlannedDelivery], trace: VersionTrace, earlier: [VersionKey], terms: (_ route: String) -> RouteTerms,
        namesPersons: (_ profile: String) -> Bool
    ) -> [PlannedDelivery] {
        guard !earlier.isEmpty else { return routed }
        var planned = routed
        let now = Statements(of: trace)
        let before = earlier.lastContents
        var places: [String: Int] = [:]
        for (place, delivery) in planned.enumerated() where places[delivery.recipient] == nil {
            places[delivery.recipient] = place
        }
        // What is joined to each, sorted once: a report may have thousands of orders, each with an earlier version.
        var joined: [Int: Set<Int>] = [:]
        for version in earlier {
            let codes = Set(version.codes)
            guard let own = now.results[version.order] else { continue }
            let place = places[version.recipient]
            let isNamed = namesPersons(place.map { planned[$0].profile } ?? version.profile)
            let again = own.filter { index in
                let result = trace.results[index]
                guard codes.contains(result.code), !(isNamed && result.isCodeOnly) else { return false }
                guard !trace.isCorrection, let said = before[version.sent]?[result.code] else { return true }
                return said != now.contents[version.order]?[result.code]
            }
            if let place {
                joined[place, default: Set(planned[place].results)].formUnion(again)
            } else {
                places[version.recipient] = planned.count
                planned.append(
                    PlannedDelivery(
                        recipient: version.recipient, route: version.route, profile: version.profile, results: again,
                        terms: terms(version.route)))
            }
        }
        for (place, all) in joined { planned[place].results = all.sorted() }
        // What is no correction takes nothing back.
        if trace.isCorrection {
            for place in planned.indices {
                planned[place].takenBack = takenBack(from: planned[place], trace, now, earlier)
            }
        }
        // Nobody gets a report that tells him nothing.
        let further = planned[routed.count...].filter { !$0.results.isEmpty || !$0.takenBack.isEmpty }
        return planned[..<routed.count] + further
    }

    /// What a version says, by its orders.
    private struct Statements {
        var results: [VersionTrace.Order: [Int]]
        var contents: [VersionTrace.Order: [UInt32: UInt32]]

        init(of trace: VersionTrace) {
            results = trace.resultsByOrder
            contents = results.mapValues { trace.contents(of: $0) }
        }
    }

    /// The codes of what the recipient of a delivery had, by the orders that this version names and of which it gets nothing now.
    private static func ungiven(
        _ delivery: PlannedDelivery, _ trace: VersionTrace, _ now: Statements, _ earlier: [VersionKey]
    ) -> [VersionTrace.Order: Set<UInt32>] {
        var had: [VersionTrace.Order: Set<UInt32>] = [:]
        for version in earlier where version.recipient == delivery.recipient && !version.codes.isEmpty {
            guard now.results[version.order] != nil else { continue }
            had[version.order, default: []].formUnion(version.codes)
        }
        guard !had.isEmpty else { return had }
        // What a route wants for it under another profile stands, though one profile a report is all that it gets.
        for index in delivery.results + delivery.outranked where trace.results.indices.contains(index) {
            let order = trace.results[index].order
            if trace.orders.indices.contains(order), let order = trace.orders[order] { had[order] = nil }
        }
        return had
    }

    /// The orders of this version that are taken back from the recipient of a delivery, each once.
    private static func takenBack(
        from delivery: PlannedDelivery, _ trace: VersionTrace, _ now: Statements, _ earlier: [VersionKey]
    ) -> [Int] {
        var had = ungiven(delivery, trace, now, earlier)
        guard !had.isEmpty else { return [] }
        return trace.orders.indices.filter { index in
            guard let order = trace.orders[index], let codes = had.removeValue(forKey: order) else { return false }
            let named = now.contents[order] ?? [:]
            return named.isEmpty ? trace.isCancellation : codes.allSatisfy { named[$0] != nil }
        }
    }

    /// Whether a correction or cancellation of an order leaves somebody all that it had of it: it names none of that, and what
    /// `planned` tells is of something else. Whoever sent it may have meant to take that back.
    static func isStanding(_ planned: [PlannedDelivery], trace: VersionTrace, earlier: [VersionKey]) -> Bool {
        guard trace.isCorrection, !earlier.isEmpty else { return false }
        let now = Statements(of: trace)
        let deliveries = Dictionary(planned.map { ($0.recipient, $0) }) { first, _ in first }
        for recipient in Set(earlier.lazy.map(\.recipient)) {
            let delivery =
                deliveries[recipient]
                ?? PlannedDelivery(recipient: recipient, route: "", profile: "", results: [], terms: .standard)
            var had = ungiven(delivery, trace, now, earlier)
            for index in delivery.takenBack where trace.orders.indices.contains(index) {
                if let order = trace.orders[index] { had[order] = nil }
            }
            if !had.isEmpty { return true }
        }
        return false
    }

    /// What later versions have to know of these deliveries.
    static func keys(of planned: [PlannedDelivery], trace: VersionTrace) -> [VersionKey] {
        var keys: [VersionKey] = []
        let now = Statements(of: trace)
        for delivery in planned {
            var codes: [VersionTrace.Order: Set<UInt32>] = [:]
            for index in delivery.results where trace.results.indices.contains(index) {
                let result = trace.results[index]
                guard trace.orders.indices.contains(result.order), let order = trace.orders[result.order]
                else { continue }
                codes[order, default: []].insert(result.code)
            }
            var written: Set<VersionTrace.Order> = []
            for order in trace.orders.compactMap({ $0 }) where written.insert(order).inserted {
                guard let sent = codes[order] ?? (delivery.results.isEmpty ? [] : nil) else { continue }
                let key = VersionKey(
                    filler: order.filler, root: order.root, recipient: delivery.recipient, route: delivery.route,
                    profile: delivery.profile, codes: sent.sorted(), patient: trace.patient,
                    contents: (now.contents[order] ?? [:]).filter { sent.contains($0.key) })
                keys.append(key)
                if let also = trace.filings[order.filler]?.also {
                    var bySender = key
                    bySender.filler = also
                    keys.append(bySender)
                }
            }
        }
        return keys
    }
}

extension [VersionKey] {
    /// What each recipient was told last of each order, by code; the later ones stand behind.
    fileprivate var lastContents: [VersionKey.Sent: [UInt32: UInt32]] {
        var contents: [VersionKey.Sent: [UInt32: UInt32]] = [:]
        for version in self { contents[version.sent, default: [:]].merge(version.contents) { $1 } }
        return contents
    }
}
