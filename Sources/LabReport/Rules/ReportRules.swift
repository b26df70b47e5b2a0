/// Holds a report to the rules that do not depend on the format it came in.
///
/// Severities: whoever and whatever cannot be told (patient, results, laboratory and its number) is an error. A wrong
/// key of a NIR or INS is an error in production and a warning elsewhere. A wrong key of RPPS, FINESS or ADELI is a
/// warning, because official examples and real senders have them; `RuleSettings.overrides` makes it an error where a
/// site wants so. Checks of French identifiers apply where French identifiers are.
public struct ReportRules: Sendable {
    /// Shared by copies: a check begins with one.
    private let terms: Terms

    private final class Terms: Sendable {
        let settings: RuleSettings
        let allowedFINESS: Set<String>?
        let overrides: [String: Finding.Severity]
        let tomorrow: CalendarDate

        init(_ settings: RuleSettings) {
            self.settings = settings
            allowedFINESS = settings.allowedFINESS.map { Set($0) }
            tomorrow = CalendarDate(dayNumber: settings.today.lastDayNumber + 1) ?? settings.today
            var overrides = settings.overrides
            for rule in RuleSeverities.holding where overrides[rule] == nil { overrides[rule] = .error }
            if !settings.production {
                for rule in [Rule.nirKey, .insKey] where overrides[rule.id] == nil { overrides[rule.id] = .warning }
            }
            self.overrides = overrides
        }
    }

    /// Rules under `settings`.
    public init(_ settings: RuleSettings) {
        terms = Terms(settings)
    }

    var settings: RuleSettings {
        _read { yield terms.settings }
    }
    var allowedFINESS: Set<String>? { terms.allowedFINESS }
    /// The settings' severities, and those of a site that is not in production.
    var overrides: [String: Finding.Severity] { terms.overrides }
    /// The day after today: what lies beyond it is in the future whatever the time zone.
    var tomorrow: CalendarDate { terms.tomorrow }

    /// What is wrong with `report`. An error means that it is held.
    public static func check(
        _ report: Report, context: RuleSettings, places: ReportPlaces = ReportPlaces()
    ) -> [Finding] {
        ReportRules(context).check(report, places: places)
    }

    /// What is wrong with `report`. An error means that it is held.
    public func check(_ report: Report, places: ReportPlaces = ReportPlaces()) -> [Finding] {
        var room = FindingRoom()
        return check(report, places: places, &room)
    }

    private func check(_ report: Report, places: ReportPlaces, _ room: inout FindingRoom) -> [Finding] {
        let log = withUnsafePointer(to: places) { places in
            var check = ReportCheck(rules: self, places: places, room: room)
            report.inPlace { check.run($0) }
            return check.log
        }
        room.take(log.count)
        let findings = log.findings
        return findings.isEmpty ? [] : findings.map { places.located($0) }
    }

    /// Takes out of `report` what must not go further (an INS that is not qualified), gives its local codes their standard
    /// ones, then checks it.
    public func admit(_ report: inout Report, places: ReportPlaces = ReportPlaces()) -> [Finding] {
        var room = FindingRoom()
        return admit(&report, places: places, room: &room)
    }

    /// The same of one report of a message, of whose reports no more is noted than there is room for.
    package func admit(_ report: inout Report, places: ReportPlaces, room: inout FindingRoom) -> [Finding] {
        // Asked before anything is changed: a report that others hold, too, is copied when it is.
        let isDropped = report.inPlace { INSQualification.isMissing(in: $0) }
        guard isDropped else { return admitWhole(&report, places, &room) }
        var places = places
        // A test identity is one also where it is not qualified.
        if places.fictitious == nil, report.patient.ins.map(INSAuthority.isFictitious) == true {
            places.fictitious = places.naming.name(places.patient("3[" + String(places.ins ?? 1) + "].4"))
        }
        _ = INSQualification.apply(to: &report.patient)
        let path = places.patient("3[" + String(places.ins ?? 1) + "]")
        let finding = places.located(Rule.insUnqualified.finding(at: path, settings.overrides))
        return [finding] + admitWhole(&report, places, &room)
    }

    /// The same of a report that may go further as it is.
    private func admitWhole(_ report: inout Report, _ places: ReportPlaces, _ room: inout FindingRoom) -> [Finding] {
        settings.codes.apply(to: &report)
        let action = judgeAction(of: &report)
        let unobtained = UnobtainedResults.clear(in: &report)
        var findings = check(report, places: places, &room)
        if !unobtained.isEmpty {
            room.take(unobtained.count)
            findings.insert(
                contentsOf: unobtained.map { said in
                    places.located(Rule.detailDropped.finding(at: places.result(said.index, said.field), overrides))
                }, at: 0)
        }
        guard let action else { return findings }
        return [places.located(action.finding(at: "ORC-1", overrides))] + findings
    }
}

extension ReportRules {
    /// Admits the report of `outcome`, if it has one, and gives everything that was noticed of it: by the reader and here.
    public func judge(_ outcome: inout ReadOutcome) -> [Finding] {
        var room = FindingRoom()
        return judge(&outcome, room: &room)
    }

    /// The same of one of a message's outcomes, of all of which no more is noted than there is room for.
    package func judge(_ outcome: inout ReadOutcome, room: inout FindingRoom) -> [Finding] {
        guard var report = outcome.report.take() else { return weighed(outcome.findings) }
        let found = admit(&report, places: outcome.places, room: &room)
        outcome.report = report
        return found.isEmpty ? weighed(outcome.findings) : weighed(outcome.findings) + found
    }

    /// What a reader noted, with the severity that intake gives it.
    public func weighed(_ findings: [Finding]) -> [Finding] {
        guard findings.contains(where: { RuleSeverities.noted.contains($0.rule) }) else { return findings }
        return findings.map { finding in
            var weighed = finding
            if RuleSeverities.noted.contains(finding.rule) {
                weighed.severity = overrides[finding.rule] ?? finding.severity
            }
            return weighed
        }
    }

    /// Holds what a report does to earlier ones against what its results say. HL7's reader settles that by itself; tables,
    /// HPRIM and FHIR say it in a word that may be another.
    private func judgeAction(of report: inout Report) -> Rule? {
        let (rule, isCorrection) = report.inPlace { content -> (Rule?, Bool) in
            let results = content.pointee.results
            switch content.pointee.action {
            case .new:
                var isChanged = false
                for index in results.indices where results[index].status != "F" {
                    if ReportRules.withdrawn.contains(results[index].status) { return (.withdrawalAsNew, false) }
                    if results[index].status == "C" { isChanged = true }
                }
                return isChanged ? (.actionUnclear, true) : (nil, false)
            case .replace:
                let isWithdrawn = results.indices.allSatisfy { ReportRules.withdrawn.contains(results[$0].status) }
                return (!results.isEmpty && isWithdrawn ? .actionMismatch : nil, false)
            case .cancel:
                let isCancelled = results.indices.allSatisfy { CancelledOrders.isWithdrawn(results[$0]) }
                return (isCancelled ? nil : .actionMismatch, false)
            }
        }
        if isCorrection { report.action = .replace }
        return rule
    }

    private static let withdrawn: ShortCodes = ["D", "W"]
}
