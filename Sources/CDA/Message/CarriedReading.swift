import LabReport

/// Reads the documents of one message.
struct CarriedReading {
    let carried: CarriedDocuments
    let documents: CDAReportReader
    /// Every attachment is one for people: a CDA of level 1, a PDF, a text.
    private(set) var isOnlyCopies = true
    private var isOfTaken: Bool { documents.settings.readsTaken }

    init(carried: CarriedDocuments, documents: CDAReportReader) {
        self.carried = carried
        self.documents = documents
    }

    /// One outcome for each laboratory report; where there is none, one that says why.
    ///
    /// A copy for people beside a report (the French carriers send the level 1 of a report with its level 3) is left out
    /// with a warning. A document that cannot be read holds the message: it may be a report too.
    mutating func outcomes() -> [ReadOutcome] {
        var log = FindingLog(documents.settings)
        guard carried.attachments.count <= Limits.documents || isOfTaken else {
            log.add(.tooManyDocuments, at: carried.attachments[Limits.documents].path)
            return [ReadOutcome(report: nil, findings: carried.findings + log.findings)]
        }
        var reports: [ReadOutcome] = []
        var copies: [Finding] = []
        var faults: [Finding] = []
        for attachment in carried.attachments {
            let outcome = read(attachment)
            let copy = outcome.findings.first { CarriedReading.copyRules.contains($0.rule) }
            if outcome.isHeld, let copy, outcome.findings.allSatisfy({ $0.severity == .warning || $0 == copy }) {
                copies.append(copy)
            } else if outcome.isHeld, outcome.places.results.isEmpty {
                isOnlyCopies = false
                // Of what was taken the others keep their places: what waits knows its report by them.
                if isOfTaken { reports.append(outcome) } else { faults += outcome.findings }
            } else {
                isOnlyCopies = false
                reports.append(outcome)
            }
        }
        if reports.isEmpty || !faults.isEmpty {
            let all = carried.findings + faults + (reports.isEmpty ? copies : [])
            return [ReadOutcome(report: nil, findings: all + reports.flatMap { $0.findings })]
        }
        if carried.hasResults { log.add(.resultsBeside, at: reports.isEmpty ? "OBX" : carried.attachments[0].path) }
        for copy in copies { log.add(.mediaDropped, at: copy.path) }
        reports[0].findings = carried.findings + log.findings + reports[0].findings
        return settled(reports)
    }

    /// The documents of what was taken though each is of a type that is for people today.
    func copies() -> [ReadOutcome] { carried.attachments.map { read($0, isAnyType: true) } }

    /// What is wrong with a document that is only for people.
    private static let copyRules: Set<String> = [Rule.levelOne.id, Rule.documentOnly.id, Rule.notLaboratory.id]

    /// All or none: when one report of the message is held, so are the others.
    private func settled(_ reports: [ReadOutcome]) -> [ReadOutcome] {
        let hasError = reports.contains { $0.isHeld || $0.findings.contains { $0.severity == .error } }
        guard hasError, !isOfTaken else { return reports }
        return reports.map { outcome in
            var held = outcome
            held.report = nil
            if !held.findings.contains(where: { $0.severity == .error }), let rule = Rule.named("other-patient-held") {
                held.findings.append(rule.finding(at: "PID-3", documents.settings.overrides))
            }
            return held
        }
    }

    private func held(_ rule: Rule, _ attachment: CarriedDocuments.Attachment) -> ReadOutcome {
        ReadOutcome(report: nil, findings: [rule.finding(at: attachment.path, documents.settings.overrides)])
    }

    private func read(_ attachment: CarriedDocuments.Attachment, isAnyType: Bool = false) -> ReadOutcome {
        let content = attachment.content
        guard content.contains(where: { !XMLCharacter.isSpace($0) }) else { return held(.documentOnly, attachment) }
        guard attachment.encoding.lowercased() == "base64" else {
            return held(attachment.isXML ? .contentNotEncoded : .documentOnly, attachment)
        }
        guard let bytes = Base64.decode(content) else { return held(.contentNotBase64, attachment) }
        if bytes.starts(with: [0x1F, 0x8B]) || bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
            return held(.contentCompressed, attachment)
        }
        guard CDAReportReader.isXML(bytes) else { return held(.documentOnly, attachment) }
        switch documents.open(bytes, at: attachment.path, frame: carried.frame, isAnyType: isAnyType) {
        case .failure(let finding): return ReadOutcome(report: nil, findings: [finding])
        case .success(var builder):
            builder.read()
            var envelope = EnvelopeMerge(carried: carried, attachment: attachment)
            envelope.apply(to: &builder)
            return builder.outcome
        }
    }
}
