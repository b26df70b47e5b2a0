package import HL7

/// What an HL7 answer says of findings: MSA-1, and an ERR for each.
package enum HL7Answer {
    /// `AA` when nothing is held, `AR` when the message is none that this receiver handles, else `AE`.
    package static func code(for findings: [Finding]) -> AcknowledgmentWriter.Code {
        let errors = findings.filter { $0.severity == .error }
        if errors.isEmpty { return .accept }
        let isRefused = errors.contains { finding in
            switch Rule.named(finding.rule)?.condition {
            case 200, 201, 202, 203: true
            default: finding.rule == Rule.noHeader.id || finding.rule == Rule.fieldSeparator.id
            }
        }
        return isRefused ? .reject : .error
    }

    /// One ERR for each finding, errors first, at most `limit`; in French or in English.
    package static func problems(
        for findings: [Finding], inFrench: Bool = true, limit: Int = 20
    ) -> [AcknowledgmentWriter.Problem] {
        let sorted = findings.filter { $0.severity == .error } + findings.filter { $0.severity == .warning }
        return sorted.prefix(limit).map { finding in
            AcknowledgmentWriter.Problem(
                path: try? FieldPath(finding.path), condition: Rule.named(finding.rule)?.condition ?? 207,
                isWarning: finding.severity == .warning, text: inFrench ? finding.french : finding.english)
        }
    }
}
