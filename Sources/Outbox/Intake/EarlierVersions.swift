/// A correction or cancellation goes to every recipient of the earlier version, whatever the routes say now, and to new
/// ones: whoever got a result learns that it was wrong, even when what is right does not concern them any more.
enum EarlierVersions {
    /// The deliveries of a report of which `earlier` versions went out, whose trace was joined to them: those of the routes, and
    /// what went out before of its orders.
    ///
    /// A recipient gets the results it would get now and those it got before. One that no route names any more gets them
    /// under the profile it had then. An order of which it had results and none is left is taken back there, or it would go on
    /// believing them. A result that is now seen to be of a disease notified under a code goes to nobody who is told names,
    /// whatever went before.
    static func destinations(
        routed: [PlannedDelivery], trace: VersionTrace, earlier: [VersionKey], terms: (_ route: String) -> RouteTerms,
        namesPersons: (_ profile: String) -> Bool
    ) -> [PlannedDelivery] {
        guard !earlier.isEmpty else { return routed }
        var planned = routed
        let results = trace.resultsByOrder
        var places: [String: Int] = [:]
        for (place, delivery) in planned.enumerated() where places[delivery.recipient] == nil {
            places[delivery.recipient] = place
        }
        // What is joined to each, sorted once: a report may have thousands of orders, each with an earlier version.
        var joined: [Int: Set<Int>] = [:]
        for version in earlier {
            let codes = Set(version.codes)
            guard let own = results[version.order] else { continue }
            let place = places[version.recipient]
            let isNamed = namesPersons(place.map { planned[$0].profile } ?? version.profile)
            let again = own.filter {
                codes.contains(trace.results[$0].code) && !(isNamed && trace.results[$0].isCodeOnly)
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
        guard trace.isCorrection else { return planned }
        for place in planned.indices {
            planned[place].takenBack = takenBack(from: planned[place], trace: trace, earlier: earlier)
        }
        return planned
    }

    /// The orders of this version of which the recipient had results and gets none, each once.
    private static func takenBack(
        from delivery: PlannedDelivery, trace: VersionTrace, earlier: [VersionKey]
    ) -> [Int] {
        let had = Set(earlier.lazy.filter { $0.recipient == delivery.recipient && !$0.codes.isEmpty }.map(\.order))
        guard !had.isEmpty else { return [] }
        var told = Set<VersionTrace.Order>()
        // What a route wants for it under another profile stands, though one profile a report is all that it gets.
        for index in delivery.results + delivery.outranked where trace.results.indices.contains(index) {
            let order = trace.results[index].order
            if trace.orders.indices.contains(order), let order = trace.orders[order] { told.insert(order) }
        }
        return trace.orders.indices.filter { index in
            guard let order = trace.orders[index], had.contains(order) else { return false }
            return told.insert(order).inserted
        }
    }

    /// What later versions have to know of these deliveries.
    static func keys(of planned: [PlannedDelivery], trace: VersionTrace) -> [VersionKey] {
        var keys: [VersionKey] = []
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
                    profile: delivery.profile, codes: sent.sorted(), patient: trace.patient)
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
