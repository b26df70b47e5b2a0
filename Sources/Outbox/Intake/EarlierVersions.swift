/// What joins a report to its earlier versions, as keyed hashes.
struct VersionTrace: Sendable, Hashable {
    /// This version replaces or cancels one that went out.
    var isCorrection: Bool
    /// What each order is filed under, nil where it has no number.
    var orders: [Order?]
    /// For each result its order and what it is about.
    var results: [Result]
    /// This version takes all of its orders back.
    var isCancellation = false

    /// A laboratory files an analysis under a number, and often several of one patient under one.
    struct Order: Sendable, Hashable {
        /// Sending facility and number: what every version surely says.
        var filler: [UInt8]
        /// Laboratory, number and what was ordered: the report itself, and the root of its identifiers. Empty for what went out
        /// before it was told apart.
        var root: [UInt8]
    }

    struct Result: Sendable, Hashable {
        var order: Int
        var code: UInt32
        /// It is of a disease notified under a code. Asked of corrections only.
        var isCodeOnly = false
    }

    /// The results of each order, in their order; none for one that has none.
    var resultsByOrder: [Order: [Int]] {
        var places: [Order: [Int]] = [:]
        for case let order? in orders where places[order] == nil { places[order] = [] }
        for index in results.indices where orders.indices.contains(results[index].order) {
            if let order = orders[results[index].order] { places[order, default: []].append(index) }
        }
        return places
    }

    /// Every filler number, once.
    var distinctFillers: [[UInt8]] {
        var seen: Set<[UInt8]> = []
        return orders.compactMap { $0?.filler }.filter { seen.insert($0).inserted }
    }

    /// Whether it takes back what several of `earlier` may be: it names none of those that went out under its number.
    func isUnclear(_ earlier: [VersionKey]) -> Bool {
        guard isCancellation else { return false }
        let roots = VersionTrace.roots(of: earlier)
        let named = ordersByFiller
        return distinctFillers.contains { filler in
            guard let sent = roots[filler], sent.count > 1 else { return false }
            return !(named[filler] ?? []).contains { sent.contains(orders[$0]?.root ?? []) }
        }
    }

    /// What went out under each number.
    private static func roots(of earlier: [VersionKey]) -> [[UInt8]: Set<[UInt8]>] {
        var roots: [[UInt8]: Set<[UInt8]>] = [:]
        for version in earlier { roots[version.filler, default: []].insert(version.root) }
        return roots
    }

    /// The places of the orders of each number.
    private var ordersByFiller: [[UInt8]: [Int]] {
        var places: [[UInt8]: [Int]] = [:]
        for index in orders.indices {
            if let filler = orders[index]?.filler { places[filler, default: []].append(index) }
        }
        return places
    }

    /// The same with the orders that are versions of what went out as `earlier` filed as that was.
    ///
    /// Where nothing went out under the order's own root, what went out under its number is meant if that is one thing only: a
    /// withdrawal may name neither the laboratory nor the panel as the first version did.
    func joined(to earlier: [VersionKey]) -> VersionTrace {
        guard isCorrection else { return self }
        var joined = self
        let sent = VersionTrace.roots(of: earlier)
        for (filler, own) in ordersByFiller {
            guard let roots = sent[filler], roots.count == 1, let root = roots.first,
                !own.contains(where: { orders[$0]?.root == root })
            else { continue }
            for index in own { joined.orders[index]?.root = root }
        }
        return joined
    }
}

/// A correction or cancellation goes to every recipient of the earlier version, whatever the routes say now, and to new
/// ones: whoever got a result learns that it was wrong, even when what is right does not concern them any more.
enum EarlierVersions {
    /// The deliveries of a correction, whose trace was joined: those of the routes, and what went out before of its orders.
    ///
    /// A recipient gets the results it would get now and those it got before. One that no route names any more gets them
    /// under the profile it had then. An order of which it had results and none is left is taken back there, or it would go on
    /// believing them. A result that is now seen to be of a disease notified under a code goes to nobody who is told names,
    /// whatever went before.
    static func destinations(
        routed: [PlannedDelivery], trace: VersionTrace, earlier: [VersionKey], terms: (_ route: String) -> RouteTerms,
        namesPersons: (_ profile: String) -> Bool
    ) -> [PlannedDelivery] {
        guard trace.isCorrection else { return routed }
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
        for index in delivery.results where trace.results.indices.contains(index) {
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
                keys.append(
                    VersionKey(
                        filler: order.filler, root: order.root, recipient: delivery.recipient, route: delivery.route,
                        profile: delivery.profile, codes: sent.sorted()))
            }
        }
        return keys
    }
}
