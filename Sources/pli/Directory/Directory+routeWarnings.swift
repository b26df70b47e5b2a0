import Exchange
import LabReport
import StrictJSON

/// What whoever signs a directory should know of its routes before: neither keeps it from being signed.
extension Directory {
    var warningsOfRoutes: [CommandFailure.Said] { warningsOfRecipients + warningsOfOutranked }

    /// Recipients of routes that no authority of the directory can be; `ars-{region}` is met by any region's.
    private var warningsOfRecipients: [CommandFailure.Said] {
        let authorities = participants.filter { $0.role == .authority }
        return Set(routes.compactMap { $0["to"]?.string }).sorted().compactMap { recipient in
            let meant = authorities.filter { authority in
                guard let brace = recipient.firstIndex(of: "{") else { return authority.id.text == recipient }
                return authority.id.text.hasPrefix(recipient[..<brace])
            }
            guard !meant.contains(where: { $0.status == .active }) else { return nil }
            guard let first = meant.first else {
                return .init(
                    french: "attention : une route va à \(recipient), qui n'est pas une autorité de l'annuaire",
                    english: "mind: a route goes to \(recipient), which is no authority of the directory")
            }
            return .init(
                french:
                    "attention : une route va à \(recipient), que l'annuaire dit \(first.status.french) : ce qui est pour lui "
                    + "attendra ; demandez à qui a signé ce changement",
                english:
                    "mind: a route goes to \(recipient), which the directory says is \(first.status.rawValue): what is for it will "
                    + "wait; ask whoever signed that change")
        }
    }

    /// One report has one profile for one recipient: whoever signs should know that the second route sends nothing of it.
    private var warningsOfOutranked: [CommandFailure.Said] {
        guard let table = try? RouteTable(routes: routes, profiles: profiles) else { return [] }
        let pairs = table.outranking
        var said = pairs.prefix(Directory.shownPairs).map { first, second in
            CommandFailure.Said(
                french:
                    "attention : les routes \(first.id) et \(second.id) mènent au même destinataire sous deux profils : d'un compte "
                    + "rendu que les deux veulent, il reçoit ce que veut \(first.id), la première, et rien par \(second.id)",
                english:
                    "mind: routes \(first.id) and \(second.id) lead to the same recipient under two profiles: of a report that both "
                    + "want it gets what \(first.id), the first, wants, and nothing by \(second.id)")
        }
        if pairs.count > Directory.shownPairs {
            let more = pairs.count - Directory.shownPairs
            said.append(
                .init(french: "et \(more) autre(s) paire(s) de routes", english: "and \(more) more pair(s) of routes"))
        }
        return said
    }

    private static let shownPairs = 10
}
