import Age

extension AgeFailure {
    /// What is wrong and where, in French.
    var french: String {
        switch self {
        case .header(let fault, let offset): "\(fault.french) (octet \(offset))"
        case .headerMAC(let offset): "l'en-tête a été modifié après le scellement (octet \(offset))"
        case .armor(let fault, let offset): "\(fault.french) (octet \(offset) du texte)"
        case .noIdentityMatched: "aucune clé ne convient : le fichier est scellé pour quelqu'un d'autre"
        case .wrongPassphrase: "ce n'est pas la phrase de passe du fichier"
        case .payload(let fault, let offset): "\(fault.french) (octet \(offset) du contenu)"
        case .recipient(let fault): "pas une clé de scellement (age1…) : \(fault.french)"
        case .identity(let fault): "pas une clé secrète (AGE-SECRET-KEY-…) : \(fault.french)"
        case .identityFile(0, let fault): "le fichier entier : \(fault.french)"
        case .identityFile(let line, let fault): "ligne \(line) : \(fault.french)"
        case .identityFileSealed: "le fichier de clé est scellé par une phrase de passe"
        case .wrongNumberOfKeys: "il faut une clé au moins, \(AgeLimits.maxStanzas) au plus"
        case .mixedRecipients: "les clés post-quantiques (age1pq1…) et classiques (age1…) ne se mélangent pas"
        case .unusablePassphrase: "la phrase de passe est vide ou trop longue"
        case .range: "hors du texte"
        case .finished: "le fichier est déjà fini"
        case .reading: "la lecture a échoué"
        case .cryptography: "la bibliothèque de cryptographie a échoué"
        }
    }
}

extension AgeFailure.HeaderFault {
    var french: String {
        switch self {
        case .version: "ce n'est pas un fichier age v1"
        case .line: "une ligne de l'en-tête est mal formée"
        case .base64: "le base64 n'est pas canonique"
        case .truncated: "le fichier s'arrête dans son en-tête"
        case .tooLong: "l'en-tête dépasse 64 Kio"
        case .tooManyStanzas: "l'en-tête nomme plus de 40 clés de scellement"
        case .scryptNotAlone: "la phrase de passe n'est pas seule"
        case .stanza: "la part d'une clé de scellement est mal formée"
        case .lowOrder: "la part d'une clé de scellement est d'ordre faible"
        case .workFactor: "la phrase de passe demande plus de calcul que permis"
        }
    }
}

extension AgeFailure.ArmorFault {
    var french: String {
        switch self {
        case .begin: "le texte ne commence pas par sa ligne BEGIN"
        case .line: "une ligne du texte est mal formée"
        case .base64: "le base64 du texte n'est pas canonique"
        case .end: "le texte ne finit pas par sa ligne END"
        case .truncated: "le texte est coupé"
        case .trailingData: "il y a quelque chose après la ligne END"
        case .tooMuchSpace: "il y a trop de blancs autour du texte"
        case .notSeekable: "un fichier en texte s'ouvre depuis son début"
        }
    }
}

extension AgeFailure.PayloadFault {
    var french: String {
        switch self {
        case .notAuthentic: "un morceau n'est pas authentique"
        case .truncated: "le fichier est coupé"
        case .emptyLastChunk: "le dernier morceau est vide"
        case .trailingData: "il y a quelque chose après le dernier morceau"
        }
    }
}

extension AgeFailure.KeyFault {
    var french: String {
        switch self {
        case .notBech32: "ce n'est pas du Bech32"
        case .checksum: "les caractères de contrôle ne correspondent pas"
        case .kind: "une clé d'un autre genre"
        case .length: "de longueur fausse"
        case .value: "pas une clé utilisable"
        case .noIdentity: "aucune clé secrète dedans, ou plus de 128 Kio"
        case .noRecipient: "aucune clé de scellement dedans, ou plus de 128 Kio"
        }
    }
}
