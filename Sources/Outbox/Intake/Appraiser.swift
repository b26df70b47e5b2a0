import LabReport

/// Judges messages one by one: reads, checks, routes. A pure function of the message, the directory and the site: many run
/// at once.
struct Appraiser: Sendable {
    let routes: RoutePlan
    let rules: ReportRules
    let reading: ReadingSettings
    let production: Bool
    let pseudonyms: Pseudonyms
    private let memories = ReadingMemories()

    init(
        routes: RoutePlan, rules: ReportRules, reading: ReadingSettings, production: Bool, pseudonyms: Pseudonyms
    ) {
        self.routes = routes
        self.rules = rules
        self.reading = reading
        self.production = production
        self.pseudonyms = pseudonyms
    }

    func appraise(_ piece: IntakePiece) -> Appraisal {
        switch piece.content {
        case .foreign(let held):
            return Appraisal(
                ordinal: piece.ordinal, bytes: held.beginning, isWhole: false,
                parts: [
                    Appraisal.Part(
                        fingerprint: pseudonyms.fingerprint(of: held.beginning, part: 0), findings: [held.finding])
                ])
        case .message(let message):
            return appraise(message, ordinal: piece.ordinal)
        }
    }

    /// A message that was kept is judged as one that comes.
    func appraise(_ message: SourceMessage, ordinal: Int) -> Appraisal {
        let (outcomes, scope) = memories.lend { memory in
            let outcomes = ReportReading.outcomes(of: message, reading, rules, memory)
            return (outcomes, ReportReading.scope(of: message.bytes, memory))
        }
        return Appraisal(
            ordinal: ordinal, bytes: message.bytes, known: known(outcomes, scope, message.bytes),
            parts: parts(of: message.bytes, outcomes))
    }

    /// Rows of a table and documents of one file may share a message's id: it says which report they are with their numbers only.
    private func known(
        _ outcomes: [ReadOutcome], _ scope: DuplicateKeys.Scope, _ bytes: [UInt8]
    ) -> EarlierMessage? {
        let reports = outcomes.compactMap(\.report)
        let key: [String]? =
            switch scope {
            case .message: DuplicateKeys.message(of: reports)
            case .report: DuplicateKeys.sharing(reports)
            case .nothing: nil
            }
        guard let key else { return nil }
        return EarlierMessage(key: pseudonyms.earlier(key), content: pseudonyms.content(bytes))
    }

    private func parts(of bytes: [UInt8], _ outcomes: [ReadOutcome]) -> [Appraisal.Part] {
        let isHeld = outcomes.map { $0.findings.contains { $0.severity == .error } }
        let anyHeld = isHeld.contains(true)
        let fingerprints = pseudonyms.fingerprints(of: bytes, parts: outcomes.count)
        return outcomes.indices.map { index in
            var part = Appraisal.Part(
                fingerprint: fingerprints[index], findings: outcomes[index].findings)
            let places = outcomes[index].places
            if places.naming != .hl7 { part.naming = places.naming }
            guard let report = outcomes[index].report, !isHeld[index] else {
                if !isHeld[index] { part.findings.append(places.located(IntakeFindings.unreadable)) }
                return part
            }
            // A line that broke in one patient's part may have made the other's.
            guard !anyHeld else {
                part.findings.append(places.located(IntakeFindings.otherPatientHeld))
                return part
            }
            let outcome = routes.table.destinations(for: report, production: production)
            let found = outcome.findings(at: places, rules)
            part.findings += found
            let errors = found.filter { $0.severity == .error }
            let isTerritoryUnclear = report.action == .cancel && errors.allSatisfy(\.isOfTerritory)
            if errors.isEmpty || isTerritoryUnclear {
                part.report = ReportNaming(pseudonyms: pseudonyms).valid(
                    report, fingerprint: part.fingerprint, part: index, outcome)
                part.report?.isTerritoryUnclear = !errors.isEmpty
            }
            return part
        }
    }
}
