import Exchange

extension Problem {
    /// What a relay refuses, and its detail, in French.
    var french: String {
        let about = French.of(detail)
        return detail == title || about == type.french ? type.french : "\(type.french) : \(about)"
    }
}

extension ProblemType {
    /// The title in French.
    var french: String {
        switch self {
        case .malformed: "la requête ne se lit pas"
        case .unauthorized: "il faut un jeton valable"
        case .notEntitled: "ce participant ne peut pas faire cela"
        case .notFound: "rien de tel pour ce participant"
        case .methodNotAllowed: "cette méthode n'est pas connue ici"
        case .conflict: "le même numéro existe avec autre chose"
        case .offsetDiffers: "l'envoi continue à un autre endroit"
        case .tooLarge: "plus grand qu'une limite"
        case .mediaType: "un autre type de contenu est attendu"
        case .uploadVersion: "une autre version de tus est attendue"
        case .preconditionFailed: "le corps est un autre"
        case .rangeMissed: "aucun octet du corps n'est dans cette plage"
        case .badNote: "une note signée enfreint une règle"
        case .notSealed: "le corps n'est pas scellé"
        case .bodyDiffers: "le corps n'est pas celui que décrit son manifeste"
        case .checksumDiffers: "les octets envoyés n'ont pas leur somme de contrôle"
        case .kindNotAllowed: "ce genre de pli n'est pas pris"
        case .unknownRecipient: "le destinataire n'est pas une autorité active"
        case .expired: "le pli est fini : reçu, ou délai passé"
        case .clientCertificate: "il faut un certificat client qui convienne"
        case .pruned: "ces feuilles du registre ne sont plus servies"
        case .clockDiffers: "les horloges diffèrent trop"
        case .directoryAhead: "un annuaire plus récent que celui du relais est cité"
        case .keysAhead: "une note de clés plus récente que celle du relais est citée"
        case .tooMany: "trop de requêtes"
        case .fieldsTooLarge: "les champs d'en-tête sont trop longs"
        case .fault: "le relais a une panne"
        case .unavailable: "le relais n'est pas prêt"
        case .full: "le relais n'a plus de place"
        }
    }
}
