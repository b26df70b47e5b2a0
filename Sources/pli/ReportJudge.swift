import LabReport
import Outbox

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
        /// The rules hold it, whatever the routes say.
        let isHeldByRules: Bool
        let routing: RoutingOutcome?
    }

    func judge(_ item: ReportStream.Item, _ kind: ReportFile.Kind) -> Judged {
        Judged(item: item, kind: kind, judgements: item.outcomes.map { judge($0) })
    }

    /// As intake has it: a report that reaches nobody is held. A correction may reach who had the version before, which only
    /// the outbox knows; one that is no production reaches nobody for that reason alone.
    private func found(_ report: Report, _ routing: RoutingOutcome, _ places: ReportPlaces) -> [Finding] {
        let findings = routing.findings(at: places, rules)
        guard routing.destinations.isEmpty, report.action == .new,
            !routing.dropped.contains(where: { $0.reason == .notProduction })
        else { return findings }
        return findings.filter { $0.rule != IntakeFindings.noRouteRule }
            + [places.located(IntakeFindings.noDestination)]
    }

    private func judge(_ outcome: ReadOutcome) -> Judgement? {
        guard var report = outcome.report else { return nil }
        var findings = rules.admit(&report, places: outcome.places)
        let isHeldByRules = findings.contains { $0.severity == .error }
        let routing = routes?.destinations(for: report, production: production)
        findings += routing.map { found(report, $0, outcome.places) } ?? []
        return Judgement(report: report, findings: findings, isHeldByRules: isHeldByRules, routing: routing)
    }
}
