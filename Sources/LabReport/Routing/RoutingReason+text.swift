extension RoutingReason {
    /// For people, in French.
    package var french: String {
        switch self {
        case .matched(let codes, let basis, let region):
            "codes demandés" + codes.french + (basis.map { " ; " + $0.french } ?? "") + (region?.french ?? "")
        case .earlierVersion: "ce destinataire a reçu une version antérieure"
        case .cancellation: "annulation : ce qui est retiré, ce destinataire l'a reçu ou une route le demande"
        case .withdrawal: "ce destinataire a reçu une version antérieure, dont une demande lui est retirée (annulation)"
        case .noSuchCode: "aucun résultat n'a un code demandé par cette route"
        case .noSuchMeaning: "aucun résultat n'a la signification demandée par cette route"
        case .noSuchStatus: "aucun résultat n'a l'état demandé par cette route"
        case .codeOnly: "maladie notifiée sous un code : jamais avec un profil qui nomme la personne"
        case .noConsent: "la route exige un consentement que le compte rendu ne porte pas"
        case .objection: "le patient s'est opposé à la transmission"
        case .otherRegion(let region, let basis): basis.french + region.french + " : hors des régions de cette route"
        case .territory(let problem): problem.french
        case .takenBy(let route): "la route \(route), placée avant, sert ce destinataire sous un autre profil"
        case .notProduction: "message de formation ou de test : jamais vers un destinataire réel"
        case .withoutLOINC: "résultat sans code LOINC"
        case .codeNotRouted: "aucune route ne demande ce code"
        case .meaningNotRouted: "aucune route ne demande ce code avec cette signification"
        case .statusNotRouted: "aucune route ne demande ce résultat avec cet état"
        case .routesDropped: "aucune des routes qui demandent ce résultat ne l'envoie"
        }
    }

    /// For people, in English.
    package var english: String {
        switch self {
        case .matched(let codes, let basis, let region):
            "codes asked for" + codes.english + (basis.map { "; " + $0.english } ?? "") + (region?.english ?? "")
        case .earlierVersion: "this recipient got an earlier version"
        case .cancellation: "a cancellation: this recipient got what is taken back, or a route asks for it"
        case .withdrawal: "this recipient got an earlier version, of which an order is taken back (cancellation)"
        case .noSuchCode: "no result has a code that this route asks for"
        case .noSuchMeaning: "no result has the meaning that this route asks for"
        case .noSuchStatus: "no result has the status that this route asks for"
        case .codeOnly: "a disease notified under a code: never under a profile that names the person"
        case .noConsent: "the route wants consent, and the report carries none"
        case .objection: "the patient objected to transmission"
        case .otherRegion(let region, let basis): basis.english + region.english + ": none of this route's regions"
        case .territory(let problem): problem.english
        case .takenBy(let route): "route \(route), which stands before, serves this recipient under another profile"
        case .notProduction: "training or debugging message: never to a real recipient"
        case .withoutLOINC: "result without a LOINC code"
        case .codeNotRouted: "no route asks for this code"
        case .meaningNotRouted: "no route asks for this code with this meaning"
        case .statusNotRouted: "no route asks for this result with this status"
        case .routesDropped: "none of the routes that ask for this result sends it"
        }
    }
}

extension RoutingReason.Basis {
    var french: String {
        switch self {
        case .residence: "domicile du patient"
        case .laboratory: "site du laboratoire"
        }
    }

    var english: String {
        switch self {
        case .residence: "patient's residence"
        case .laboratory: "laboratory's site"
        }
    }
}

extension TerritoryProblem {
    var french: String {
        switch self {
        case .absent(let basis): basis.french + " : pas de code postal"
        case .abroad(let basis): basis.french + " : hors de France"
        case .unknownPostcode(let basis): basis.french + " : code postal inconnu ; le corriger (5 chiffres)"
        case .unknownCountry(let basis):
            basis.french + " : pays inconnu et code postal qui n'est pas français ; écrire le pays (FRA, BEL…)"
        case .ambiguous(let basis):
            basis.french + " : code postal partagé entre deux régions ; écrire le nom complet de la commune"
        case .withoutAgency(let basis): basis.french + " : collectivité sans agence régionale de santé"
        case .forces(let basis): basis.french + " : code postal des armées, qui ne dit pas de lieu"
        }
    }

    var english: String {
        switch self {
        case .absent(let basis): basis.english + ": no postcode"
        case .abroad(let basis): basis.english + ": outside France"
        case .unknownPostcode(let basis): basis.english + ": unknown postcode; correct it (5 digits)"
        case .unknownCountry(let basis):
            basis.english + ": an unknown country, and no French postcode; write the country (FRA, BEL…)"
        case .ambiguous(let basis):
            basis.english + ": the postcode spans two regions; write the town's full name"
        case .withoutAgency(let basis): basis.english + ": an overseas collectivity without a health agency"
        case .forces(let basis): basis.english + ": a postcode of the armed forces, which says no place"
        }
    }
}

extension Region {
    fileprivate var french: String { ", région " + code + " (" + name + ")" }
    fileprivate var english: String { ", region " + code + " (" + name + ")" }
}

extension Route.Codes {
    fileprivate var french: String { words(any: " (tous)", set: " (jeu ", listed: " (liste)") }
    fileprivate var english: String { words(any: " (any)", set: " (set ", listed: " (list)") }

    private func words(any: String, set: String, listed: String) -> String {
        switch self {
        case .any: any
        case .listed(let name?, _): set + name.rawValue + ")"
        case .listed(nil, _): listed
        }
    }
}
