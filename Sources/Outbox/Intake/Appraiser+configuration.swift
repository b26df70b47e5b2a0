import Exchange
import LabReport

extension Appraiser {
    /// Who judges as a configuration says, for a sender that speaks for these laboratories.
    init(
        _ configuration: OutboxConfiguration, routes: RoutePlan, finess: [String], codes: CodeTable,
        reading: ReadingSettings, pseudonyms: Pseudonyms
    ) {
        self.init(
            routes: routes,
            rules: ReportRules(
                RuleSettings(
                    overrides: configuration.severities.overrides, production: configuration.production,
                    today: routes.today, allowedFINESS: finess, codes: codes)),
            reading: reading, production: configuration.production, pseudonyms: pseudonyms)
    }
}

extension ReadingSettings {
    /// As a configuration says, with the table of codes of that hash.
    init(_ configuration: OutboxConfiguration, codes: String?) {
        self.init(
            charset: Int(configuration.charset),
            zone: configuration.utcOffsetMinutes == nil ? configuration.zone : nil,
            utcOffsetMinutes: configuration.utcOffsetMinutes ?? 0, codes: codes)
    }

    /// The laboratory's calendar day.
    func today(at now: UTCTime) throws(OutboxFailure) -> CalendarDate {
        guard let today = TimeFrame(site).day(atSecond: now.secondsSinceEpoch) else {
            throw .routes("this machine's clock is not set")
        }
        return today
    }
}
