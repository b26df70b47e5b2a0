import Exchange
import LabReport

/// Decides what is taken and what held, and where it goes, by what was taken before.
struct ReportDecider {
    /// Which of these fingerprints belong to reports that were taken before.
    let taken: ([[UInt8]]) throws -> Set<[UInt8]>
    /// Which of these messages and numbers were taken before, and what is known of them.
    let earlier: ([Int64]) throws -> [Int64: Int64]
    /// What went out under a filler number before.
    let versions: ([UInt8]) throws -> [VersionKey]
    /// The same of one order alone: a number that thousands of patients share has thousands.
    let versionsOfOrder: (VersionTrace.Order) throws -> [VersionKey]
    /// How many versions lie under a filler number, up to a limit.
    let versionCount: (_ filler: [UInt8], _ most: Int) throws -> Int
    /// Under which of these numbers anything went out before.
    let used: ([[UInt8]]) throws -> Set<[UInt8]>

    /// By what an outbox has taken.
    init(_ store: OutboxStore) {
        taken = { try store.takenFingerprints(among: $0) }
        earlier = { try store.earlier(among: $0) }
        versions = { try store.versions(ofFiller: $0) }
        versionsOfOrder = { try store.versions(ofFiller: $0.filler, root: $0.root) }
        versionCount = { try store.versionCount(ofFiller: $0, atMost: $1) }
        used = { try store.usedFillers(among: $0) }
    }

    /// By what is said of one file alone.
    init(of memory: FileMemory) {
        taken = { try memory.taken(among: $0) }
        earlier = { try memory.earlier(among: $0) }
        versions = { try memory.versions(ofFiller: $0) }
        versionsOfOrder = { try memory.versions(of: $0) }
        versionCount = { try memory.versionCount(ofFiller: $0, atMost: $1) }
        used = { try memory.usedFillers(among: $0) }
    }

    /// By what is said of files alone, and by what an outbox has taken before them.
    init(of memory: FileMemory, behind store: OutboxStore) {
        let alone = ReportDecider(of: memory)
        taken = { try alone.taken($0).union(store.takenFingerprints(among: $0)) }
        earlier = { try store.earlier(among: $0).merging(alone.earlier($0)) { $1 } }
        versions = { try store.versions(ofFiller: $0) + alone.versions($0) }
        versionsOfOrder = {
            try store.versions(ofFiller: $0.filler, root: $0.root) + alone.versionsOfOrder($0)
        }
        versionCount = { try store.versionCount(ofFiller: $0, atMost: $1) + alone.versionCount($0, $1) }
        used = { try store.usedFillers(among: $0).union(alone.used($0)) }
    }

    /// Taken or held, in the order of the file: a duplicate within the batch counts as one, and a correction sees what the
    /// batch says before it. Gives besides what the batch adds to what is remembered.
    func decide(
        _ appraisals: [Appraisal], _ routes: RoutePlan, at: Int64
    ) throws -> (entries: [IntakeBatch.Entry], earlier: [Int64: Int64]) {
        let candidates = appraisals.flatMap(\.parts).filter { $0.report != nil }.map(\.fingerprint)
        var taken = try self.taken(candidates)
        var earlier = EarlierReports(try self.earlier(appraisals.flatMap(\.earlierKeys)))
        var fresh = try FreshVersions(self, appraisals)
        var entries: [IntakeBatch.Entry] = []
        for appraisal in appraisals {
            var takenNow: [Appraisal.ValidReport] = []
            for (number, part) in appraisal.parts.enumerated() {
                var entry = IntakeBatch.Entry(
                    ordinal: appraisal.ordinal, part: number, fingerprint: part.fingerprint, place: .none,
                    verdict: .held(rule: part.findings.first { $0.severity == .error }?.rule ?? ""),
                    findings: part.findings, isWhole: appraisal.isWhole)
                if let report = part.report {
                    if taken.contains(part.fingerprint) {
                        entry.hold(for: IntakeFindings.duplicate)
                    } else if earlier.isOtherContent(appraisal.known) {
                        entry.hold(for: DuplicateKeys.otherContent)
                    } else {
                        let isAgain = earlier.isNumberAgain(report)
                        if isAgain, let finding = try earlier.overtaking(report, self.earlier) {
                            entry.hold(for: finding)
                        } else {
                            try decide(report, routes, isAgain: isAgain, &fresh, &entry)
                        }
                        if isAgain { entry.findings.append(DuplicateKeys.numberAgain) }
                    }
                    entry.name(by: part.naming, but: part.findings)
                    if entry.isTaken { takenNow.append(report) }
                }
                if entry.isTaken { taken.insert(part.fingerprint) }
                entries.append(entry)
            }
            earlier.take(appraisal.known, takenNow, readAt: at)
        }
        return (entries, earlier.added)
    }

    /// What went out before under the numbers of this version: of a new report only of what may be its own orders, since a number may
    /// be used for thousands. Nothing is asked where it can be seen that nothing did.
    private func sent(_ trace: VersionTrace, _ fresh: FreshVersions) throws -> VersionTrace.Earlier {
        guard !trace.isCorrection else { return try corrected(trace, fresh) }
        var earlier = VersionTrace.Earlier()
        for order in trace.ownOrders where fresh.isUsed(order.filler) {
            earlier.sent += try versionsOfOrder(order)
            earlier.sent += fresh[order]
        }
        return earlier
    }

    /// Versions under one number beyond which a correction asks for its own orders only: no order of anybody's has as many, unless
    /// it names them.
    static let mostOfNumber = 1_024

    /// What a correction may be about: all that went out under its numbers, where a number has not got out of hand.
    private func corrected(_ trace: VersionTrace, _ fresh: FreshVersions) throws -> VersionTrace.Earlier {
        var isCrowded = false
        let own = trace.ownOrders
        var earlier = try trace.earlier { key in
            let inBatch = fresh[key]
            let most = ReportDecider.mostOfNumber
            guard try inBatch.count + versionCount(key, most + 1) > most else { return try versions(key) + inBatch }
            isCrowded = true
            var found: [VersionKey] = []
            for order in own.map({ VersionTrace.Order(filler: key, root: $0.root) }) {
                found += try versionsOfOrder(order)
                found += fresh[order]
            }
            return found
        }
        earlier.isCrowded = isCrowded
        return earlier
    }

    /// What of it this version follows, that is in no other patient's name. A correction follows what it corrects; what only comes
    /// again, as a final result behind a preliminary one, follows the very order of the very patient, as long as its profile is there.
    private func followed(
        _ trace: VersionTrace, _ sent: [VersionKey], _ met: [[UInt8]: VersionTrace.Met], isAgain: Bool,
        _ routes: RoutePlan
    ) -> [VersionKey] {
        if trace.isCorrection {
            let others = Set(met.values.flatMap(\.others))
            return others.isEmpty ? sent : sent.filter { !others.contains($0) }
        }
        guard isAgain, !sent.isEmpty else { return [] }
        let own = Set(trace.orders.compactMap { $0 })
        let same = Set(met.values.flatMap(\.same))
        return sent.filter { version in
            same.contains(version) && own.contains(version.order) && routes.profile(version.profile) != nil
        }
    }

    /// Where a report that may be taken goes, or why it is held all the same. `isAgain`: one of its numbers came before. `fresh` is
    /// what went out under a number in this batch, before it is in the database.
    func decide(
        _ report: Appraisal.ValidReport, _ routes: RoutePlan, isAgain: Bool, _ fresh: inout FreshVersions,
        _ entry: inout IntakeBatch.Entry
    ) throws {
        let sent = try sent(report.trace, fresh)
        let met = report.trace.met(sent.sent)
        let apart = report.trace.apart(from: met)
        let earlier = followed(apart, sent.sent, met, isAgain: isAgain, routes)
        if report.isTerritoryUnclear {
            guard !earlier.isEmpty else { return }
            for index in entry.findings.indices where entry.findings[index].isOfTerritory {
                entry.findings[index].severity = .warning
            }
        }
        if apart.isCorrection, VersionTrace.isOfAnother(met) || sent.isCrowded && sent.sent.isEmpty {
            return entry.hold(for: IntakeFindings.versionOfAnother)
        }
        let trace = apart.joined(to: earlier)
        // Sent as one more order it would take nothing back, and nobody would know.
        if trace.isUnclear(earlier) || trace.isCancellation && sent.isDoubtful {
            return entry.hold(for: IntakeFindings.versionUnclear)
        }
        let planned = EarlierVersions.destinations(
            routed: report.routed, trace: trace, earlier: earlier, terms: { routes.terms(of: $0) },
            namesPersons: { routes.profile($0)?.isIdentifying ?? true })
        if EarlierVersions.isStanding(planned, trace: trace, earlier: earlier) {
            entry.findings.append(IntakeFindings.versionPartial)
        }
        guard !planned.isEmpty else {
            // What went out under the number is followed wherever it can be told which of it is meant.
            let orders = Set(trace.orders)
            let isTold = earlier.isEmpty || earlier.contains { orders.contains($0.order) }
            return entry.hold(for: isTold ? IntakeFindings.noDestination : IntakeFindings.versionUnclear)
        }
        guard planned.allSatisfy({ routes.profile($0.profile) != nil }) else {
            return entry.hold(for: IntakeFindings.earlierProfileGone)
        }
        let routed = Set(report.routed.lazy.map(\.recipient))
        if report.hasObjection, !planned.allSatisfy({ routed.contains($0.recipient) }) {
            entry.findings.append(IntakeFindings.versionObjection)
        }
        // Nobody by the routes alone, but somebody has to learn of the correction.
        entry.findings.removeAll { $0.rule == IntakeFindings.noRouteRule }
        let versions = EarlierVersions.keys(of: planned, trace: trace)
        fresh.add(versions)
        let roots = ReportRoots(
            of: trace.orders, otherwise: report.identifier, formerly: report.formerIdentifier,
            unnumbered: report.unnumbered)
        entry.verdict = .taken(roots: roots, deliveries: planned, versions: versions)
    }
}

/// What went out under a number in one batch, before it is in the database.
struct FreshVersions {
    private var versions: [[UInt8]: [VersionKey]] = [:]
    private var ofOrder: [VersionTrace.Order: [VersionKey]] = [:]
    /// The numbers of new reports of the batch under which anything went out before: most are seen for the first time, and are
    /// looked for together.
    private let used: Set<[UInt8]>

    init(_ decider: ReportDecider, _ appraisals: [Appraisal]) throws {
        used = try decider.used(
            appraisals.flatMap(\.parts).compactMap(\.report).filter { !$0.trace.isCorrection }
                .flatMap(\.trace.distinctFillers))
    }

    /// Whether anything went out under the number of a new report.
    func isUsed(_ filler: [UInt8]) -> Bool { used.contains(filler) || versions[filler] != nil }

    subscript(_ filler: [UInt8]) -> [VersionKey] { versions[filler] ?? [] }

    subscript(_ order: VersionTrace.Order) -> [VersionKey] { ofOrder[order] ?? [] }

    mutating func add(_ all: [VersionKey]) {
        for version in all {
            versions[version.filler, default: []].append(version)
            ofOrder[version.order, default: []].append(version)
        }
    }
}
