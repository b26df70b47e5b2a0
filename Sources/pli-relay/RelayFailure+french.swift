import Relay

extension RelayFailure {
    /// What keeps the relay from starting, in French.
    var french: String {
        switch self {
        case .directory:
            "annuaire : aucune version ne peut être prise de directory.file : vérifiez le fichier, le seuil et les "
                + "empreintes ; la raison est ci-dessous"
        default: "arrêt sur erreur, voir ci-dessous"
        }
    }
}
