import ArgumentParser
import HL7
import LabReport

/// What a laboratory's site says about its files where they do not say it themselves.
struct SiteOptions: ParsableArguments {
    @Option(
        name: .long,
        help: .both(
            "Heure légale des heures sans décalage.",
            "Legal time of times that give no offset: Europe/Paris, Indian/Reunion, …")
    )
    var zone = SiteZone.paris.rawValue
    @Option(
        name: .long,
        help: .both(
            "Décalage fixe d'UTC, en minutes, à la place de --zone.",
            "Fixed offset from UTC, in minutes, in the place of --zone.")
    )
    var utcOffsetMinutes: Int?
    @OptionGroup var charset: CharsetOption

    func validate() throws {
        guard (-840...840).contains(utcOffsetMinutes ?? 0) else {
            throw ValidationError(.both("--utc-offset-minutes : de -840 à 840", "--utc-offset-minutes: -840 to 840"))
        }
        guard SiteZone(rawValue: zone) != nil else {
            let names = SiteZone.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError(.both("--zone : l'un de \(names)", "--zone: one of \(names)"))
        }
    }

    /// For the readers.
    var settings: ReaderSettings {
        ReaderSettings(
            defaultCharset: charset.value, utcOffsetMinutes: utcOffsetMinutes,
            zone: utcOffsetMinutes == nil ? SiteZone(rawValue: zone) : nil)
    }
}
