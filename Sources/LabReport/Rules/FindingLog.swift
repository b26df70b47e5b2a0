/// Findings while a message is read: bounded, and each place and rule once.
struct FindingLog: Sendable {
    /// More than this of one report help nobody.
    static let limit = 100

    private(set) var findings: [Finding] = []
    private(set) var hasError = false
    private var isFull = false
    private let overrides: [String: Finding.Severity]

    init(overrides: [String: Finding.Severity]) {
        self.overrides = overrides
    }

    mutating func add(_ rule: Rule, at path: String) {
        if isFull, hasError { return }
        let finding = rule.finding(at: path, overrides)
        if finding.severity == .error { hasError = true } else if isFull { return }
        guard !findings.contains(finding) else { return }
        findings.append(finding)
        if findings.count == FindingLog.limit {
            isFull = true
            findings.append(Rule.moreFindings.finding(at: "MSH", overrides))
        }
    }
}
