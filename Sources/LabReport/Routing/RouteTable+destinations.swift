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
        // Routes are looked at in their place: a copy of one costs more than asking it.
        for index in routes.indices where isForReports[index] {
            if matched.results[index].isEmpty {
                outcome.dropped.append(Drop(route: routes[index].id, reason: matched.refusals[index] ?? .noSuchCode))
            } else if let refusal = routes[index].refusal(of: report.consent) {
                outcome.dropped.append(Drop(route: routes[index].id, reason: refusal))
            } else if let rule = routes[index].territory {
                let place = territory ?? ReportTerritory(of: report)
                territory = place
                send(matched.results[index], along: index, place.regions(under: rule), &outcome)
            } else {
                let reason = RoutingReason.matched(codes: routes[index].codes, basis: nil, region: nil)
                add(matched.results[index], along: index, to: routes[index].to, reason, &outcome)
            }
        }
        if report.action != .new { inform(earlier, of: report, &outcome) }
        explainUnsent(report, matched, &outcome)
        if report.action != .cancel {
            outcome.unsentText = unsentText(of: report, outcome.destinations)
            outcome.unsentRange = unsentRange(of: report, outcome.destinations)
            outcome.unclearMeaning = matched.unclearMeaning
        }
        return outcome
    }

    /// The first result that somebody gets without its reference range, for what stands in that. Few profiles list ranges, and
    /// where none does no range is looked at.
    private func unsentRange(of report: Report, _ destinations: [Destination]) -> Int? {
        guard !withBareRanges.isEmpty else { return nil }
        let bare = destinations.filter { withBareRanges.contains($0.profile) }
        guard !bare.isEmpty else { return nil }
        let indexes = Set(bare.flatMap { $0.resultIndexes }).sorted()
        return report.inPlace { content in
            indexes.first { index in
                guard let range = content.pointee.results.element(at: index)?.range, !range.isEmpty else {
                    return false
                }
                return !RangeForm.isRange(range)
            }
        }
    }

    /// The first result in words that somebody gets without them. Most reports have none, and pay for one look at each value.
    private func unsentText(of report: Report, _ destinations: [Destination]) -> Int? {
        let inWords = report.inPlace { content in
            content.pointee.results.indices.filter { content.pointee.results[$0].isInWords }
        }
        guard !inWords.isEmpty else { return nil }
        let words = Set(inWords)
        return destinations.compactMap { destination in
            guard let profile = profile(destination.profile), profile.keeps(.resultValue), !profile.keeps(.resultText)
            else { return nil }
            return destination.resultIndexes.first { words.contains($0) }
        }.min()
    }

    /// Which results each route asks for.
    struct Matches {
        /// For each route, the results it asks for.
        var results: [[Int]]
        /// By route, why it does not ask for the results that have its codes; the last reason before asking.
        var refusals: [Int: RoutingReason] = [:]
        /// The results that no route asks for, in order, and why.
        var unasked: [(result: Int, reason: RoutingReason)] = []
        /// Results whose meaning a route that names their code asks for, and cannot be told; and whether it is a number.
        var unclear: [(result: Int, order: Int, isNumber: Bool)] = []
        /// Orders of which a result with a code that a route names has a meaning, some of them more than once.
        var clearOrders: [Int] = []

        fileprivate mutating func add(clear order: Int) {
            if clearOrders.last != order { clearOrders.append(order) }
        }

        /// The first result that misses a route for that. A number beside a result that says what was found is a detail of it, such as
        /// a threshold cycle.
        var unclearMeaning: Int? {
            if unclear.isEmpty { return nil }
            let clear = Set(clearOrders)
            return unclear.first { !$0.isNumber || !clear.contains($0.order) }?.result
        }
    }

    private func match(_ report: Report) -> Matches {
        var matches = Matches(results: Array(repeating: [], count: routes.count))
        report.inPlace { content in
            for position in content.pointee.results.indices {
                if let reason = match(content, position, &matches) { matches.unasked.append((position, reason)) }
            }
        }
        return matches
    }

    /// Looks at the routes for one result, in its place; why none asks for it, nil where one does.
    private func match(
        _ report: UnsafePointer<ReportContent>, _ position: Int, _ matches: inout Matches
    ) -> RoutingReason? {
        let code = report.pointee.results[position].code.loinc
        let named = code.flatMap { byCode[$0] } ?? []
        if named.isEmpty, anyCode.isEmpty { return code == nil ? .withoutLOINC : .codeNotRouted }
        let meaning = ResultMeaning(of: report.pointee.results[position])
        var unasked: RoutingReason? = .meaningNotRouted
        var isCodeOnly: Bool?
        var isUnclear = false
        for place in 0..<(named.count + anyCode.count) {
            let index = place < named.count ? named[place] : anyCode[place - named.count]
            // Asked once, and only for a route that names the person.
            if isIdentifying[index], isCodeOnly == nil { isCodeOnly = RouteTable.concernsCodeOnly(report, position) }
            let isWithheld = isIdentifying[index] && isCodeOnly == true
            if let refusal = refusal(
                of: report.pointee.results[position].status, meaning, isWithheld: isWithheld, along: index)
            {
                if refusal == .noSuchMeaning, meaning == .other { isUnclear = isUnclear || place < named.count }
                matches.refusals[index] = RouteTable.further(refusal, matches.refusals[index])
                unasked = unasked.map { RouteTable.further(RouteTable.forResult(refusal), $0) }
            } else {
                matches.results[index].append(position)
                unasked = nil
            }
        }
        if meaning != .other, !named.isEmpty { matches.add(clear: report.pointee.results[position].orderIndex) }
        if isUnclear { RouteTable.noteUnclear(report.pointee.results[position], position, &matches) }
        return unasked
    }

    /// What was withdrawn, awaited or not found out, or says nothing at all, has no meaning to tell.
    private static func noteUnclear(_ result: Observation, _ position: Int, _ matches: inout Matches) {
        switch ResultStatus(code: result.status) {
        case .final, .preliminary, .corrected: break
        case .withdrawn, .unavailable: return
        }
        let isNumber: Bool
        switch result.value {
        case nil: return
        case .coded: isNumber = false
        case .text(let text): isNumber = TextForm.isResult(text.text) && !TextForm.areCrosses(text.text)
        case .number, .structured, .time: isNumber = true
        }
        matches.unclear.append((position, result.orderIndex, isNumber))
    }

    /// Why the route at `index`, which names the result's code, does not ask for it; nil where it does.
    private func refusal(
        of status: String, _ meaning: ResultMeaning, isWithheld: Bool, along index: Int
    ) -> RoutingReason? {
        if isWithheld { return .codeOnly }
        if let wanted = routes[index].results, !wanted.contains(meaning) { return .noSuchMeaning }
        if let wanted = routes[index].statuses, !wanted.contains(ResultStatus(code: status)) {
            return .noSuchStatus
        }
        return nil
    }

    /// A result of a disease notified under a code, on a route that names the person.
    private func isWithheld(_ position: Int, of report: Report, along index: Int) -> Bool {
        isIdentifying[index] && RouteTable.isOfCodeOnlyDisease(position, of: report)
    }

    /// Whether the result at `position` is of a disease notified under a code: it goes to nobody who is told names.
    package static func isOfCodeOnlyDisease(_ position: Int, of report: Report) -> Bool {
        report.inPlace { concernsCodeOnly($0, position) }
    }

    private static func concernsCodeOnly(_ report: UnsafePointer<ReportContent>, _ position: Int) -> Bool {
        let index = report.pointee.results[position].orderIndex
        guard report.pointee.orders.indices.contains(index) else {
            return CodeOnlyDisease.concerns(report.pointee.results[position], panel: nil, specimen: nil)
        }
        var specimen: Coded?
        if let place = report.pointee.orders[index].specimenIndex, report.pointee.specimens.indices.contains(place) {
            specimen = report.pointee.specimens[place].type
        }
        return CodeOnlyDisease.concerns(
            report.pointee.results[position], panel: report.pointee.orders[index].panel, specimen: specimen)
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
        _ results: [Int], along index: Int,
        _ regions: (found: [(region: Region, basis: RoutingReason.Basis)], problems: [TerritoryProblem]),
        _ outcome: inout RoutingOutcome
    ) {
        for problem in regions.problems {
            outcome.dropped.append(Drop(route: routes[index].id, reason: .territory(problem)))
            if let finding = problem.finding, !outcome.findings.contains(finding) { outcome.findings.append(finding) }
        }
        for (region, basis) in regions.found {
            guard let recipient = routes[index].recipient(in: region) else { continue }
            guard routes[index].regions?.contains(region.code) ?? true else {
                outcome.dropped.append(
                    Drop(
                        route: routes[index].id, recipient: routes[index].isRegional ? recipient : nil,
                        reason: .otherRegion(region, basis)))
                continue
            }
            let reason = RoutingReason.matched(codes: routes[index].codes, basis: basis, region: region)
            add(results, along: index, to: recipient, reason, &outcome)
        }
    }

    /// One destination for each recipient: results under the same profile are joined; another profile comes too late.
    private func add(
        _ results: [Int], along index: Int, to recipient: String, _ reason: RoutingReason,
        _ outcome: inout RoutingOutcome
    ) {
        guard let known = outcome.destinations.firstIndex(where: { $0.recipient == recipient }) else {
            outcome.destinations.append(
                Destination(
                    recipient: recipient, route: routes[index].id, profile: routes[index].profile,
                    resultIndexes: results, receiptDueMinutes: routes[index].receiptDueMinutes,
                    retentionDays: routes[index].retentionDays, reason: reason))
            return
        }
        let route = routes[index]
        var destination = outcome.destinations[known]
        guard destination.profile == route.profile else {
            outcome.dropped.append(
                Drop(route: route.id, recipient: recipient, reason: .takenBy(route: destination.route)))
            outcome.destinations[known].outranked = Set(destination.outranked).union(results).sorted()
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
                return route.map {
                    matches($0, code: result.code.loinc) && !isWithheld(position, of: report, along: $0)
                }
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
        let count = report.results.count
        // Nearly always somebody gets all of it.
        if outcome.destinations.contains(where: { $0.resultIndexes.count == count }) { return }
        var sent = Array(repeating: false, count: count)
        for destination in outcome.destinations {
            for index in destination.resultIndexes { sent[index] = true }
        }
        var unasked = matched.unasked[...]
        for (index, isSent) in sent.enumerated() where !isSent {
            unasked = unasked.drop { $0.result < index }
            let reason = unasked.first.flatMap { $0.result == index ? $0.reason : nil }
            outcome.dropped.append(Drop(resultIndex: index, reason: reason ?? .routesDropped))
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
