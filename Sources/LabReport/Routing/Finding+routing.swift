extension TerritoryProblem {
    /// What someone has to look at. A postcode to correct holds the report, so that its agency does not miss it for ever.
    /// Living abroad is no mistake, and an address that nobody gave cannot be mended: the drop says so.
    var finding: Finding? {
        switch self {
        case .abroad(.residence), .withoutAgency(.residence), .forces(.residence): nil
        case .absent(.residence): finding(rule: "route-territory-absent", .warning)
        case .absent(.laboratory): finding(rule: "route-territory-absent", .error)
        case .abroad(.laboratory), .withoutAgency(.laboratory), .forces(.laboratory), .unknownPostcode, .unknownCountry:
            finding(rule: "route-territory-unknown", .error)
        case .ambiguous: finding(rule: "route-territory-ambiguous", .error)
        }
    }

    private func finding(rule: String, _ severity: Finding.Severity) -> Finding {
        let path = basis == .residence ? "PID-11" : "MSH-4"
        return Finding(rule: rule, severity: severity, path: path, french: french, english: english)
    }
}

extension Finding {
    /// It says that a route's territory cannot be told.
    package var isOfTerritory: Bool {
        ["route-territory-absent", "route-territory-unknown", "route-territory-ambiguous"].contains(rule)
    }

    /// Nothing is lost silently: a report that no route takes is said to be one.
    static let reachesNobody = Finding(
        rule: "route-none", severity: .warning, path: "results",
        french: "aucun destinataire : aucune route de l'annuaire ne prend ce compte rendu",
        english: "no recipient: no route of the directory takes this report")

    static let earlierProfileGone = Finding(
        rule: "route-earlier-profile", severity: .error, path: "results",
        french: "un destinataire de la version antérieure n'a plus de profil dans l'annuaire : le prévenir autrement",
        english: "a recipient of the earlier version has no profile in the directory any more: tell it by other means")
}
