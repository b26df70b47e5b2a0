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
        /// Of the rules.
        let findings: [Finding]
        /// Of the routes.
        let routeFindings: [Finding]
        /// The rules hold it, whatever the routes say.
        let isHeldByRules: Bool
        let routing: RoutingOutcome?
    }

    func judge(_ item: ReportStream.Item, _ kind: ReportFile.Kind) -> Judged {
        var room = FindingRoom()
        return Judged(item: item, kind: kind, judgements: item.outcomes.map { judge($0, &room) })
    }

    private func judge(_ outcome: ReadOutcome, _ room: inout FindingRoom) -> Judgement? {
        guard var report = outcome.report else { return nil }
        let findings = rules.admit(&report, places: outcome.places, room: &room)
        let isHeldByRules = findings.contains { $0.severity == .error }
        let routing = routes?.destinations(for: report, production: production)
        return Judgement(
            report: report, findings: findings,
            routeFindings: routing?.findings(at: outcome.places, rules) ?? [], isHeldByRules: isHeldByRules,
            routing: routing)
    }
}
