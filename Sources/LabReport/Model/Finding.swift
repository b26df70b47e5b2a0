/// What is wrong with a report: where, which rule, what to do. Never the value.
public struct Finding: Hashable, Sendable {
    /// How much it matters.
    public enum Severity: String, Hashable, Sendable, Comparable {
        /// The report goes on.
        case warning
        /// The report is held.
        case error

        /// A warning is less than an error.
        public static func < (left: Severity, right: Severity) -> Bool { left == .warning && right == .error }
    }

    /// Stable id of the rule, such as `nir-key`.
    public var rule: String
    /// How much it matters.
    public var severity: Severity
    /// Where: a field path of the source, such as `PID-3[2].1` (format `SEG[n]-field[rep].component`).
    public var path: String
    /// What is wrong and what to do, in French. No value in it.
    public var french: String
    /// The same in English.
    public var english: String

    /// A finding; `french` and `english` are constants of the rule, but for a count of what is not shown.
    public init(rule: String, severity: Severity, path: String, french: String, english: String) {
        self.rule = rule
        self.severity = severity
        self.path = path
        self.french = french
        self.english = english
    }
}
