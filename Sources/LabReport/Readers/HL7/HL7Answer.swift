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
            default: refused.contains(finding.rule)
            }
        }
        return isRefused ? .reject : .error
    }

    /// Rules that say that the bytes are no message at all, or one whose text cannot be understood.
    private static let refused: Set<String> = [
        Rule.noHeader.id, Rule.fieldSeparator.id, Rule.notHL7.id, Rule.emptyFile.id, Rule.utf16File.id,
        Rule.compressedFile.id, Rule.unsupportedCharset.id,
    ]

    /// What MSH-15 and MSH-16 ask to be answered, one answer a message; nil when the sender wants none.
    ///
    /// Where neither says anything that table 0155 knows (original mode) it is the application's word. In enhanced mode it is the
    /// word that the message is stored safely (`CA`, `CE`, `CR`) where MSH-15 asks for one, else the application's where MSH-16
    /// asks for it.
    package static func code(
        answering message: Message, _ code: AcknowledgmentWriter.Code
    ) -> AcknowledgmentWriter.Code? {
        let commit = message.header.field(15)
        let application = message.header.field(16)
        // Who wrote something else there waits for an answer all the same.
        guard isKnown(commit) || isKnown(application) else { return code }
        if isWanted(commit, code) {
            return switch code {
            case .accept, .commitAccept: .commitAccept
            case .error, .commitError: .commitError
            case .reject, .commitReject: .commitReject
            }
        }
        return isWanted(application, code) ? code : nil
    }

    private static func isKnown(_ condition: Part) -> Bool {
        ["AL", "NE", "ER", "SU"].contains { condition.equals($0) }
    }

    /// Table 0155: always, never, only when something is wrong, only when nothing is.
    private static func isWanted(_ condition: Part, _ code: AcknowledgmentWriter.Code) -> Bool {
        let isGood = code == .accept || code == .commitAccept
        if condition.equals("AL") { return true }
        if condition.equals("ER") { return !isGood }
        if condition.equals("SU") { return isGood }
        return false
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
