import Courier

extension CourierFailure {
    /// What happened between here and the relay, or inside a parcel, in French.
    var french: String {
        switch self {
        case .unreachable(let reason): "le relais est injoignable : \(French.of(reason))"
        case .refused(let problem): "le relais refuse : \(problem.french)"
        case .relayFull(let detail):
            "le relais n'a plus de place : \(detail.map { French.of($0) } ?? "rien n'est perdu, il est redemandé plus tard")"
        case .unexpectedAnswer(let reason): "le relais ne suit pas le protocole : \(French.of(reason))"
        case .trust(let alarm): "alarme \(alarm.label) : \(alarm.french)"
        case .clock(let difference): difference.french
        case .sealedKeyFile(let name):
            "le fichier de clé \(name) est scellé par une phrase de passe, qu'un démon ne peut pas demander : l'écrire en "
                + "clair, lisible de lui seul (pli open -o NOUVEAU \(name)), et nommer ce fichier dans keys.sealing"
        case .damagedBody(let reason): "le corps reçu n'est pas celui que décrit son manifeste : \(French.of(reason))"
        case .cannotOpen(let reason): "le corps ne s'ouvre pas : \(French.of(reason))"
        case .binding(let reason): "le contenu n'appartient pas à ce pli : \(French.of(reason))"
        case .invalid(let reason): "le contenu ne se lit pas : \(French.of(reason))"
        case .exchange(let failure): failure.french
        case .disk(let failure): failure.french
        case .ownCertificate(let reason): French.of(reason)
        case .usage(let reason): French.of(reason)
        case .cancelled: "interrompu ; rien n'est perdu"
        }
    }
}
