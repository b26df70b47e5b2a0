import Exchange

extension ExchangeFailure {
    /// What to do at the command line, where it is not plain.
    var remedy: CommandFailure.Said? {
        switch self {
        case .directory(let rule): rule.remedy
        case .keys, .wrongFingerprint:
            .init(
                french: "appelez ce participant à un numéro que vous connaissez",
                english: "call that participant by a number you know")
        default: nil
        }
    }
}

extension DirectoryRule {
    /// What to do about it with the commands that keep a directory.
    var remedy: CommandFailure.Said? {
        switch self {
        case .tooFewHolders:
            .init(
                french:
                    "comparez les empreintes données à celles des détenteurs ; sinon d'autres détenteurs signent (pli "
                    + "directory sign) ; pour d'autres racines, les anciens aussi",
                english: "compare the fingerprints given with the holders'; else further holders sign (pli directory "
                    + "sign); for other roots, the old ones too")
        case .olderVersion, .notYetIssued:
            .init(french: "vérifiez le fichier et l'horloge", english: "check the file and the clock")
        case .versionGap:
            .init(
                french: "donnez les versions une par une, sans en sauter",
                english: "give the versions one by one, all of them")
        case .brokenPrevious, .fork:
            .init(
                french: "comparez les fichiers avec les détenteurs de racines avant toute chose",
                english: "compare the files with the root holders before anything else")
        case .expired:
            .init(
                french: "pli directory propose commence la suivante, que les détenteurs signent",
                english: "pli directory propose begins the next one, which the holders sign")
        case .uselessPins:
            .init(
                french: "chaque empreinte une fois, et un seuil d'au plus leur nombre",
                english: "each fingerprint once, and a threshold of no more than there are")
        case .vanished:
            .init(
                french: "qui part reste comme retiré ou révoqué : pli directory remove",
                english: "who leaves stays as retired or revoked: pli directory remove")
        case .roleChanged:
            .init(french: "donnez-lui un autre identifiant", english: "give it another id")
        case .revivedKey:
            .init(
                french: "il lui faut une nouvelle clé : pli directory add --id … --key …",
                english: "it needs a new key: pli directory add --id … --key …")
        case .beyondRegistrar:
            .init(
                french: "il ajoute, renouvelle et suspend des émetteurs ; le reste est aux détenteurs de racines",
                english: "it adds, renews and suspends senders; the rest is the root holders'")
        case .wrongBase:
            .init(
                french: "recommencez le brouillon depuis l'annuaire le plus récent",
                english: "begin the draft again from the newest directory")
        case .needsBase:
            .init(
                french: "donnez d'abord celle que les racines ont signée (--previous)",
                english: "give the one that the roots signed first (--previous)")
        }
    }
}
