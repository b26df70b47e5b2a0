package import Exchange

/// What is asked of an incident: which time, and when somebody learnt of it.
package struct IncidentRequest: Sendable {
    package let window: IncidentWindow
    /// The deadlines of notifications start here.
    package let knownAt: UTCTime
    package let now: UTCTime

    /// Reads times as a command line gives them; what is left out is now.
    package init(from: String, to: String?, known: String?) throws(RelayFailure) {
        try self.init(from: from, to: to, known: known, now: SystemClock.now())
    }

    init(from: String, to: String?, known: String?, now: UTCTime) throws(RelayFailure) {
        let begin = IncidentWindow.time(from, isEnd: false)
        let end = to.map { IncidentWindow.time($0, isEnd: true) } ?? now
        let known = known.map { IncidentWindow.time($0, isEnd: false) } ?? now
        guard let begin, let end, let known, let window = IncidentWindow(from: begin, to: end) else {
            throw .configuration([
                "--from: times like 2026-11-23T10:00:00Z or days like 2026-11-23 are expected, --from before --to"
            ])
        }
        guard known <= now else {
            throw .configuration(["--known: a time that has passed is expected: the deadlines start there"])
        }
        self.window = window
        knownAt = known
        self.now = now
    }
}
