public import HL7

/// What a site says about its messages where they do not say it themselves.
public struct ReaderSettings: Sendable {
    /// The character set where MSH-18 is empty.
    public var defaultCharset: Charset
    /// The site's legal time: the offset of times that carry none. It wins over `utcOffsetMinutes`.
    public var zone: SiteZone?
    /// The offset from UTC of times that carry none and whose message (MSH-7) carries none; nil leaves them without.
    public var utcOffsetMinutes: Int?
    /// Severities that differ from the rules' own, by rule id.
    public var overrides: [String: Finding.Severity]

    /// What is read was taken before: the report is built whatever is found in it, as long as one can be. Intake judged it then,
    /// and a rule of a later version holds it no longer (decision 50).
    package var readsTaken = false

    /// Settings of a site.
    public init(
        defaultCharset: Charset = .utf8, utcOffsetMinutes: Int? = nil, overrides: [String: Finding.Severity] = [:],
        zone: SiteZone? = nil
    ) {
        self.defaultCharset = defaultCharset
        self.utcOffsetMinutes = utcOffsetMinutes
        self.overrides = overrides
        self.zone = zone
    }
}
