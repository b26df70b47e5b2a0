/// The legal time of a laboratory's site: gives times without offset the one that was in force there.
///
/// Only the zones of French territory. The rules of summer time are those in force since 1996 (European Union) and 2007
/// (Saint-Pierre-et-Miquelon, which follows its neighbours); earlier times take the same rules.
public enum SiteZone: String, Hashable, Sendable, CaseIterable {
    /// Mainland France, Corsica, Monaco.
    case paris = "Europe/Paris"
    /// Guadeloupe, Saint-Barthélemy, Saint-Martin.
    case guadeloupe = "America/Guadeloupe"
    /// Martinique.
    case martinique = "America/Martinique"
    /// Guyane.
    case cayenne = "America/Cayenne"
    /// La Réunion.
    case reunion = "Indian/Reunion"
    /// Mayotte.
    case mayotte = "Indian/Mayotte"
    /// Saint-Pierre-et-Miquelon.
    case miquelon = "America/Miquelon"
    /// Nouvelle-Calédonie.
    case noumea = "Pacific/Noumea"
    /// Wallis-et-Futuna.
    case wallis = "Pacific/Wallis"
    /// Society Islands, Tuamotu, Austral Islands.
    case tahiti = "Pacific/Tahiti"
    /// Marquesas.
    case marquesas = "Pacific/Marquesas"
    /// Gambier.
    case gambier = "Pacific/Gambier"
    /// Coordinated universal time.
    case utc = "UTC"

    /// What a local time is in the zone.
    public enum Reading: Hashable, Sendable {
        /// The offset in force, in minutes east of UTC.
        case offset(Int)
        /// The hour in which clocks go back: it comes twice; the offset of the first time is given.
        case twice(Int)
        /// The hour in which clocks go forward: there is no such time; the offset before the change is given.
        case never(Int)

        /// Minutes east of UTC.
        public var minutes: Int {
            switch self {
            case .offset(let minutes), .twice(let minutes), .never(let minutes): minutes
            }
        }
    }

    /// The zone of the department or collectivity of that code (`75`, `2A`, `974`, …): the mainland's for all others.
    public init(department code: String) {
        switch code {
        case "971", "977", "978": self = .guadeloupe
        case "972": self = .martinique
        case "973": self = .cayenne
        case "974", "984": self = .reunion
        case "975": self = .miquelon
        case "976": self = .mayotte
        case "986": self = .wallis
        case "987": self = .tahiti
        case "988": self = .noumea
        default: self = .paris
        }
    }

    /// Minutes east of UTC in winter, or all year.
    var standardMinutes: Int {
        switch self {
        case .paris: 60
        case .guadeloupe, .martinique: -240
        case .cayenne, .miquelon: -180
        case .reunion: 240
        case .mayotte: 180
        case .noumea: 660
        case .wallis: 720
        case .tahiti: -600
        case .marquesas: -570
        case .gambier: -540
        case .utc: 0
        }
    }

    /// The offsets of its year, summer's first.
    var possibleMinutes: [Int] { [standardMinutes + 60, standardMinutes] }

    /// The local second at which summer time begins and ends, counted from 1970-01-01, in winter time.
    private func summer(of year: Int) -> (begins: Int, ends: Int)? {
        switch self {
        case .paris:
            // 01:00 UTC on the last Sundays of March and October.
            let begins = SiteZone.sunday(onOrBefore: CalendarDate.dayNumber(year: year, month: 3, day: 31))
            let ends = SiteZone.sunday(onOrBefore: CalendarDate.dayNumber(year: year, month: 10, day: 31))
            return (begins * 86_400 + 7_200, ends * 86_400 + 7_200)
        case .miquelon:
            // 02:00 winter time on the second Sunday of March, 02:00 summer time on the first Sunday of November.
            let begins = SiteZone.sunday(onOrBefore: CalendarDate.dayNumber(year: year, month: 3, day: 14))
            let ends = SiteZone.sunday(onOrBefore: CalendarDate.dayNumber(year: year, month: 11, day: 7))
            return (begins * 86_400 + 7_200, ends * 86_400 + 3_600)
        default: return nil
        }
    }

    /// The last Sunday up to that day; 1970-01-01 was a Thursday.
    private static func sunday(onOrBefore day: Int) -> Int { day - ((day + 4) % 7 + 7) % 7 }

    /// What `secondOfDay` on `date` is here; a date that is not a full one is taken at its first day.
    public func reading(of date: CalendarDate, secondOfDay: Int) -> Reading {
        let winter = standardMinutes
        guard let summer = summer(of: date.year) else { return .offset(winter) }
        let clock = date.firstDayNumber * 86_400 + secondOfDay
        if clock >= summer.begins, clock < summer.begins + 3_600 { return .never(winter) }
        if clock >= summer.ends, clock < summer.ends + 3_600 { return .twice(winter + 60) }
        return .offset(clock >= summer.begins && clock < summer.ends ? winter + 60 : winter)
    }
}
