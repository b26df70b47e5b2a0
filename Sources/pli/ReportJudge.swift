import LabReport

/// What the rules and the routes say of what was read: a pure function of it, so that many are asked at once.
struct ReportJudge: Sendable {
    let rules: ReportRules
    let routes: RouteTable?
    let production: Bool

    /// What was read, with a judgement for each of its outcomes; nil for one that is held already.
    struct Judged: Sendable {
        let item: ReportStream.Item
        let kind: ReportFile.Kind
        let judgements: [Judgement?]
    }

    struct Judgement: Sendable {
        /// As it would go on.
        let report: Report
        /// Of the rules, then of the routes.
        let findings: [Finding]
        let routing: RoutingOutcome?
    }

    func judge(_ item: ReportStream.Item, _ kind: ReportFile.Kind) -> Judged {
        Judged(item: item, kind: kind, judgements: item.outcomes.map { judge($0) })
    }

    private func judge(_ outcome: ReadOutcome) -> Judgement? {
        guard var report = outcome.report else { return nil }
        var findings = rules.admit(&report, places: outcome.places)
        let routing = routes?.destinations(for: report, production: production)
        findings += routing?.findings ?? []
        return Judgement(report: report, findings: findings, routing: routing)
    }
}
