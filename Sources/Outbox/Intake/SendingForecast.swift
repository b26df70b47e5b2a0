package import Durable
package import Exchange
package import LabReport

/// Where reports would go, as the outbox would decide by what went out before, without anything being taken or changed: by what is
/// asked in one run, and by what an outbox has taken where its data folder is at hand.
package final class SendingForecast {
    private let plan: RoutePlan
    private let naming: ReportNaming
    private let memory = FileMemory()
    private let decider: ReportDecider
    private let at: Int64
    private let hasStore: Bool

    /// A report that the rules do not hold, where the routes send it, and what was found in that.
    package struct Candidate {
        let report: Report
        let routing: RoutingOutcome
        let found: [Finding]

        /// Nil where what was found holds it, whatever went out before.
        package init?(_ report: Report, _ routing: RoutingOutcome, found: [Finding]) {
            guard
                found.allSatisfy({ $0.severity != .error || $0.isOfTerritory && report.action == .cancel })
            else { return nil }
            self.report = report
            self.routing = routing
            self.found = found
        }
    }

    /// What the outbox would make of one report.
    package struct Decision: Sendable {
        /// What is found of its sending in the end; an error holds the report.
        package let findings: [Finding]
        /// The routing, with every recipient of an earlier version.
        package let routing: RoutingOutcome
    }

    /// Without a `dataFolder`, or before its outbox took anything, by what is asked in this run alone.
    package init(
        directory: Directory, dataFolder: String?, at now: UTCTime, today: CalendarDate, disk: Disk = .real
    ) throws {
        plan = try RoutePlan(directory: directory, today: today)
        at = now.secondsSinceEpoch
        var store: OutboxStore?
        if let dataFolder {
            try FolderCheck(dataFolder: dataFolder, disk: disk).requireDatabase()
            let path = DataFolder.database(in: dataFolder)
            if try disk.size(of: path) ?? 0 > 0 { store = try OutboxStore(readingFrom: path) }
        }
        hasStore = store != nil
        let needed = try store?.hasFiles() ?? false
        naming = ReportNaming(pseudonyms: try Pseudonyms.looking(into: dataFolder, needed: needed, disk: disk))
        decider = store.map { [memory] in ReportDecider(of: memory, behind: $0) } ?? ReportDecider(of: memory)
    }

    /// Decides about the reports of one message, each with its routing; nil for one that is held already. What it says counts for the
    /// messages behind it, as if they had been taken.
    package func decide(
        _ message: [UInt8], ordinal: Int, _ reports: [Candidate?]
    ) throws -> [Decision?] {
        let fingerprints = naming.pseudonyms.fingerprints(of: message, parts: reports.count)
        let parts = reports.enumerated().map { index, one -> Appraisal.Part in
            var part = Appraisal.Part(fingerprint: fingerprints[index], findings: [])
            guard let one else { return part }
            part.findings = one.found
            part.report = naming.valid(
                one.report, fingerprint: part.fingerprint, part: index, one.routing)
            part.report?.isTerritoryUnclear = one.found.contains { $0.severity == .error }
            return part
        }
        let appraisal = Appraisal(ordinal: ordinal, bytes: message, parts: parts)
        let decided = try decider.decide([appraisal], plan, at: at)
        try memory.add(decided.entries, earlier: decided.earlier)
        return zip(reports, decided.entries).map { one, entry in one.map { decision($0, entry) } }
    }

    private func decision(_ candidate: Candidate, _ entry: IntakeBatch.Entry) -> Decision {
        var routing = candidate.routing
        guard case .taken(_, let planned, _) = entry.verdict else {
            // Without the outbox's memory nobody can say that a correction reaches nobody.
            let isUnknown =
                !hasStore && candidate.report.action != .new && entry.heldRule == IntakeFindings.noRouteRule
            return Decision(findings: isUnknown ? candidate.found : entry.findings, routing: routing)
        }
        let sent = Set(planned.flatMap(\.results))
        routing.dropped.removeAll { drop in drop.resultIndex.map(sent.contains) ?? false }
        routing.destinations = planned.map { delivery in
            var destination =
                routing.destinations.first { $0.recipient == delivery.recipient }
                ?? Destination(
                    ofEarlierVersion: delivery.recipient, route: delivery.route, profile: delivery.profile,
                    receiptDueMinutes: delivery.terms.receiptDueMinutes, retentionDays: delivery.terms.retentionDays)
            destination.resultIndexes = delivery.results
            if candidate.report.action == .cancel || delivery.results.isEmpty {
                destination.reason = .cancellation
            } else if !delivery.takenBack.isEmpty {
                destination.reason = .withdrawal
            }
            return destination
        }
        return Decision(findings: entry.findings, routing: routing)
    }
}
