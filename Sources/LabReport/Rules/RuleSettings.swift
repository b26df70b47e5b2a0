/// What rules need to know beside the report.
public struct RuleSettings: Sendable {
    /// Severities that differ from the rules' own, by rule id. Rules that are `isFixed` keep theirs.
    public var overrides: [String: Finding.Severity]
    /// Real reports go out. Elsewhere test identities pass and wrong keys of identities are warnings.
    public var production: Bool
    /// Today at the laboratory.
    public var today: CalendarDate
    /// The FINESS that the sender may speak for, as the directory lists them; nil when nobody has said. An
    /// empty list lets no report claim a FINESS, and asks for none.
    public var allowedFINESS: [String]?
    /// What the sender's own codes mean.
    public var codes: CodeTable

    /// Settings of one sender on one day.
    public init(
        overrides: [String: Finding.Severity] = [:], production: Bool, today: CalendarDate,
        allowedFINESS: [String]? = nil, codes: CodeTable = CodeTable()
    ) {
        self.codes = codes
        self.overrides = overrides
        self.production = production
        self.today = today
        self.allowedFINESS = allowedFINESS
    }
}

/// The name that DESIGN's contract gives to the same thing.
public typealias RuleContext = RuleSettings
