/// Findings while a message is read: bounded, each place and rule once, and what has no room counted.
package struct FindingLog: Sendable {
    /// More than this of one report help nobody.
    static let limit = 100

    private var kept: [Finding] = []
    /// How many are kept; the first error is kept beside them, whatever stood before it.
    private let room: Int
    private var leftOut = 0
    /// One of them is an error, and what is read is not what was taken: it is held.
    package private(set) var holds = false
    /// What is read was taken before: nothing holds it, and readers build what they would else leave out.
    package let isOfTaken: Bool
    private var hasError = false
    /// How often something was added, also what was known before or did not fit.
    private(set) var additions = 0
    private let overrides: [String: Finding.Severity]

    /// An empty log; `overrides` are severities by rule id.
    package init(overrides: [String: Finding.Severity], room: FindingRoom = FindingRoom()) {
        self.overrides = overrides
        self.room = min(FindingLog.limit, room.left)
        isOfTaken = false
    }

    /// An empty log of a reader.
    package init(_ settings: ReaderSettings, room: FindingRoom = FindingRoom()) {
        overrides = settings.overrides
        self.room = min(FindingLog.limit, room.left)
        isOfTaken = settings.readsTaken
    }

    /// What was found, in order; where some of it had no room, the last one says how much.
    package var findings: [Finding] { leftOut == 0 ? kept : kept + [Rule.moreFindings(leftOut, overrides)] }

    /// How many are kept.
    var count: Int { kept.count }

    /// Notes that `rule` is broken at `path`.
    package mutating func add(_ rule: Rule, at path: String) {
        additions += 1
        let isFull = kept.count >= room
        if isFull, hasError {
            leftOut += 1
            return
        }
        let finding = rule.finding(at: path, overrides)
        if finding.severity == .error {
            hasError = true
            holds = !isOfTaken
        } else if isFull {
            leftOut += 1
            return
        }
        guard !kept.contains(finding) else { return }
        kept.append(finding)
    }
}
