/// What joins a report to its earlier versions, as keyed hashes.
struct VersionTrace: Sendable, Hashable {
    /// This version replaces or cancels one that went out.
    var isCorrection: Bool
    /// The filler number of each order, nil where it has none.
    var fillers: [[UInt8]?]
    /// For each result its order and what it is about.
    var results: [Result]

    struct Result: Sendable, Hashable {
        var order: Int
        var code: UInt32
    }

    /// Every filler number, once.
    var distinctFillers: [[UInt8]] {
        var seen: Set<[UInt8]> = []
        return fillers.compactMap { $0 }.filter { seen.insert($0).inserted }
    }
}

/// A correction or cancellation goes to every recipient of the earlier version, whatever the routes say now, and to new
/// ones: whoever got a result learns that it was wrong, even when what is right does not concern them any more.
enum EarlierVersions {
    /// The deliveries of a correction: those of the routes, and what went out before under its filler numbers.
    ///
    /// A recipient gets the results it would get now and those it got before. One that no route names any more gets them
    /// under the profile it had then; where none of its results is left, the report goes without results.
    static func destinations(
        routed: [PlannedDelivery], trace: VersionTrace, earlier: [VersionKey], terms: (_ route: String) -> RouteTerms
    ) -> [PlannedDelivery] {
        guard trace.isCorrection else { return routed }
        var planned = routed
        for version in earlier {
            let codes = Set(version.codes)
            let orders = trace.fillers.indices.filter { trace.fillers[$0] == version.filler }
            let again = trace.results.indices.filter {
                orders.contains(trace.results[$0].order) && codes.contains(trace.results[$0].code)
            }
            if let place = planned.firstIndex(where: { $0.recipient == version.recipient }) {
                planned[place].results = Set(planned[place].results).union(again).sorted()
            } else {
                planned.append(
                    PlannedDelivery(
                        recipient: version.recipient, route: version.route, profile: version.profile, results: again,
                        terms: terms(version.route)))
            }
        }
        return planned
    }

    /// What later versions have to know of these deliveries.
    static func keys(of planned: [PlannedDelivery], trace: VersionTrace) -> [VersionKey] {
        var keys: [VersionKey] = []
        for delivery in planned {
            var codes: [[UInt8]: Set<UInt32>] = [:]
            for index in delivery.results where trace.results.indices.contains(index) {
                let result = trace.results[index]
                guard trace.fillers.indices.contains(result.order), let filler = trace.fillers[result.order]
                else { continue }
                codes[filler, default: []].insert(result.code)
            }
            if delivery.results.isEmpty {
                for filler in trace.distinctFillers { codes[filler] = [] }
            }
            for filler in trace.distinctFillers {
                guard let sent = codes[filler] else { continue }
                keys.append(
                    VersionKey(
                        filler: filler, recipient: delivery.recipient, route: delivery.route, profile: delivery.profile,
                        codes: sent.sorted()))
            }
        }
        return keys
    }
}
