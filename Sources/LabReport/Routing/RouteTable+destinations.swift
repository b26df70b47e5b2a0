extension RouteTable {
    /// Where `report` goes, and why; what goes nowhere, and why. What no route names goes nowhere.
    ///
    /// In `production`, training and debugging messages go nowhere. A correction or cancellation goes also to whoever got
    /// an `earlier` version, whatever the routes say now.
    package func destinations(
        for report: Report, production: Bool = true, earlier: [EarlierDelivery] = []
    ) -> RoutingOutcome {
        var outcome = RoutingOutcome()
        if production, report.processing != .production {
            outcome.dropped.append(Drop(reason: .notProduction))
            return outcome
        }
        let matched = match(report)
        var territory: ReportTerritory?
        for (index, route) in routes.enumerated() where route.kinds.contains(.reports) {
            let results = matched.results[index]
            if results.isEmpty {
                outcome.dropped.append(Drop(route: route.id, reason: matched.refusals[index] ?? .noSuchCode))
            } else if let refusal = route.refusal(of: report.consent) {
                outcome.dropped.append(Drop(route: route.id, reason: refusal))
            } else if let rule = route.territory {
                let place = territory ?? ReportTerritory(of: report)
                territory = place
                send(results, along: route, place.regions(under: rule), &outcome)
            } else {
                let reason = RoutingReason.matched(codes: route.codes, basis: nil, region: nil)
                add(results, along: route, to: route.to, reason, &outcome)
            }
        }
        if report.action != .new { inform(earlier, of: report, &outcome) }
        explainUnsent(report, matched, &outcome)
        return outcome
    }

    /// Which results each route asks for.
    struct Matches {
        /// For each route, the results it asks for.
        var results: [[Int]]
        /// For each route, why it does not ask for the results that have its codes; the last reason before asking.
        var refusals: [RoutingReason?]
        /// For each result, why no route asks for it; nil where one does.
        var unasked: [RoutingReason?]
    }

    private func match(_ report: Report) -> Matches {
        var matches = Matches(
            results: Array(repeating: [], count: routes.count),
            refusals: Array(repeating: nil, count: routes.count), unasked: [])
        matches.unasked.reserveCapacity(report.results.count)
        for (position, result) in report.results.enumerated() {
            let code = result.code.loinc
            let named = code.flatMap { byCode[$0] } ?? []
            var unasked: RoutingReason? = code == nil ? .withoutLOINC : .codeNotRouted
            if !named.isEmpty || !anyCode.isEmpty {
                unasked = .meaningNotRouted
                let meaning = ResultMeaning(of: result)
                for list in [named, anyCode] {
                    for index in list {
                        if let refusal = refusal(of: result, meaning, in: report, along: index) {
                            matches.refusals[index] = RouteTable.further(refusal, matches.refusals[index])
                            unasked = unasked.map { RouteTable.further(RouteTable.forResult(refusal), $0) }
                        } else {
                            matches.results[index].append(position)
                            unasked = nil
                        }
                    }
                }
            }
            matches.unasked.append(unasked)
        }
        return matches
    }

    /// Why the route at `index`, which names the result's code, does not ask for it; nil where it does.
    private func refusal(
        of result: Observation, _ meaning: ResultMeaning, in report: Report, along index: Int
    ) -> RoutingReason? {
        if isWithheld(result, of: report, along: index) { return .codeOnly }
        if let wanted = routes[index].results, !wanted.contains(meaning) { return .noSuchMeaning }
        if let wanted = routes[index].statuses, !wanted.contains(ResultStatus(code: result.status)) {
            return .noSuchStatus
        }
        return nil
    }

    /// A result of a disease notified under a code, on a route that names the person.
    private func isWithheld(_ result: Observation, of report: Report, along index: Int) -> Bool {
        guard isIdentifying[index] else { return false }
        return CodeOnlyDisease.concerns(result.code, panel: report.orders.element(at: result.orderIndex)?.panel)
    }

    /// Of two reasons the one that came nearer to sending.
    private static func further(_ one: RoutingReason, _ other: RoutingReason?) -> RoutingReason {
        guard let other else { return one }
        return rank(one) >= rank(other) ? one : other
    }

    private static func rank(_ reason: RoutingReason) -> Int {
        switch reason {
        case .codeOnly: 3
        case .noSuchStatus, .statusNotRouted: 2
        case .noSuchMeaning, .meaningNotRouted: 1
        default: 0
        }
    }

    /// What a route's reason is called where a result is meant.
    private static func forResult(_ reason: RoutingReason) -> RoutingReason {
        switch reason {
        case .noSuchStatus: .statusNotRouted
        case .noSuchMeaning: .meaningNotRouted
        default: reason
        }
    }

    private func send(
        _ results: [Int], along route: Route,
        _ regions: (found: [(region: Region, basis: RoutingReason.Basis)], problems: [TerritoryProblem]),
        _ outcome: inout RoutingOutcome
    ) {
        for problem in regions.problems {
            outcome.dropped.append(Drop(route: route.id, reason: .territory(problem)))
            if let finding = problem.finding, !outcome.findings.contains(finding) { outcome.findings.append(finding) }
        }
        for (region, basis) in regions.found {
            guard let recipient = route.recipient(in: region) else { continue }
            guard route.regions?.contains(region.code) ?? true else {
                outcome.dropped.append(
                    Drop(
                        route: route.id, recipient: route.isRegional ? recipient : nil,
                        reason: .otherRegion(region, basis)))
                continue
            }
            let reason = RoutingReason.matched(codes: route.codes, basis: basis, region: region)
            add(results, along: route, to: recipient, reason, &outcome)
        }
    }

    /// One destination for each recipient: results under the same profile are joined; another profile comes too late.
    private func add(
        _ results: [Int], along route: Route, to recipient: String, _ reason: RoutingReason,
        _ outcome: inout RoutingOutcome
    ) {
        guard let known = outcome.destinations.firstIndex(where: { $0.recipient == recipient }) else {
            outcome.destinations.append(
                Destination(
                    recipient: recipient, route: route.id, profile: route.profile, resultIndexes: results,
                    receiptDueMinutes: route.receiptDueMinutes, retentionDays: route.retentionDays, reason: reason))
            return
        }
        var destination = outcome.destinations[known]
        guard destination.profile == route.profile else {
            outcome.dropped.append(
                Drop(route: route.id, recipient: recipient, reason: .takenBy(route: destination.route)))
            return
        }
        destination.resultIndexes = Set(destination.resultIndexes).union(results).sorted()
        destination.receiptDueMinutes = min(destination.receiptDueMinutes, route.receiptDueMinutes)
        destination.retentionDays = min(destination.retentionDays, route.retentionDays)
        outcome.destinations[known] = destination
    }

    /// Those who got an earlier version get this one, with all results whose codes their route names, whatever they mean
    /// now: a positive result that turns negative must reach whoever was told of the positive one.
    private func inform(_ earlier: [EarlierDelivery], of report: Report, _ outcome: inout RoutingOutcome) {
        for delivery in earlier {
            guard profile(delivery.profile) != nil else {
                outcome.findings.append(.earlierProfileGone)
                continue
            }
            let route = routes.firstIndex { $0.id == delivery.route }
            let results = report.results.indices.filter { position in
                let result = report.results[position]
                return route.map { matches($0, code: result.code.loinc) && !isWithheld(result, of: report, along: $0) }
                    ?? false
            }
            if let known = outcome.destinations.firstIndex(where: { $0.recipient == delivery.recipient }) {
                guard outcome.destinations[known].profile == delivery.profile else { continue }
                let joined = Set(outcome.destinations[known].resultIndexes).union(results)
                outcome.destinations[known].resultIndexes = joined.sorted()
            } else {
                outcome.destinations.append(
                    Destination(
                        recipient: delivery.recipient, route: delivery.route, profile: delivery.profile,
                        resultIndexes: results, receiptDueMinutes: route.map { routes[$0].receiptDueMinutes } ?? 240,
                        retentionDays: route.map { routes[$0].retentionDays } ?? 10, reason: .earlierVersion))
            }
        }
    }

    private func explainUnsent(_ report: Report, _ matched: Matches, _ outcome: inout RoutingOutcome) {
        var sent = Array(repeating: false, count: report.results.count)
        for destination in outcome.destinations {
            for index in destination.resultIndexes { sent[index] = true }
        }
        for (index, isSent) in sent.enumerated() where !isSent {
            outcome.dropped.append(Drop(resultIndex: index, reason: matched.unasked[index] ?? .routesDropped))
        }
        if outcome.destinations.isEmpty, outcome.findings.isEmpty { outcome.findings.append(.reachesNobody) }
    }
}

extension Route {
    /// Why what the patient said keeps the route shut; nil where it does not.
    fileprivate func refusal(of consent: Report.Consent?) -> RoutingReason? {
        switch self.consent {
        case nil: nil
        case .given: consent == .given ? nil : consent == .objected ? .objection : .noConsent
        case .notObjected: consent == .objected ? .objection : nil
        }
    }
}
