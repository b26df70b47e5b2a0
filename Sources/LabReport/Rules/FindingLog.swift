/// Findings while a message is read: bounded, and each place and rule once.
package struct FindingLog: Sendable {
    /// More than this of one report help nobody.
    static let limit = 100

    /// What was found, in order.
    package private(set) var findings: [Finding] = []
    /// One of them is an error, and what is read is not what was taken: it is held.
    package private(set) var holds = false
    /// What is read was taken before: nothing holds it, and readers build what they would else leave out.
    package let isOfTaken: Bool
    private var hasError = false
    /// How often something was added, also what was known before or did not fit.
    private(set) var additions = 0
    private var isFull = false
    private let overrides: [String: Finding.Severity]

    /// An empty log; `overrides` are severities by rule id.
    package init(overrides: [String: Finding.Severity]) {
        self.overrides = overrides
        isOfTaken = false
    }

    /// An empty log of a reader.
    package init(_ settings: ReaderSettings) {
        overrides = settings.overrides
        isOfTaken = settings.readsTaken
    }

    /// Notes that `rule` is broken at `path`.
    package mutating func add(_ rule: Rule, at path: String) {
        additions += 1
        if isFull, hasError { return }
        let finding = rule.finding(at: path, overrides)
        if finding.severity == .error {
            hasError = true
            holds = !isOfTaken
        } else if isFull {
            return
        }
        guard !findings.contains(finding) else { return }
        findings.append(finding)
        if findings.count == FindingLog.limit {
            isFull = true
            findings.append(Rule.moreFindings.finding(at: "MSH", overrides))
        }
    }
}
