/// A rule that reports are held to: its stable id, how much it matters, what it says and what to do about it.
///
/// The texts are constants: nothing of a report can ever be part of them.
public struct Rule: Hashable, Sendable {
    /// Stable id, such as `nir-key`; what settings and statistics name it by.
    public let id: String
    /// How much it matters unless settings say otherwise.
    public let severity: Finding.Severity
    /// The condition that an HL7 answer gives for it (table 0357).
    public let condition: Int
    /// Settings cannot change the severity: without this the report could not be read or sent at all.
    public let isFixed: Bool
    /// What is wrong and what to do, in French.
    public let french: String
    /// The same in English.
    public let english: String

    /// A rule of a reader; its texts are constants.
    package init(
        _ id: String, _ severity: Finding.Severity, _ condition: Int, fixed: Bool = false, french: String,
        english: String
    ) {
        self.id = id
        self.severity = severity
        self.condition = condition
        isFixed = fixed
        self.french = french
        self.english = english
    }

    /// A finding of this rule at `path`.
    package func finding(at path: String, _ overrides: [String: Finding.Severity]) -> Finding {
        let chosen = isFixed || overrides.isEmpty ? severity : overrides[id] ?? severity
        return Finding(rule: id, severity: chosen, path: path, french: french, english: english)
    }

    /// Every rule, in the order of the documentation.
    public static let all: [Rule] = file + form + header + structure + values + report + formats

    /// The rule of that id.
    public static func named(_ id: String) -> Rule? { all.first { $0.id == id } }
}
