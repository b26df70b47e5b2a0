import Exchange

extension CommandFailure {
    /// A rule of what is exchanged that does not hold: what, where, and what to do.
    init(_ failure: ExchangeFailure) {
        let english: String
        switch failure {
        case .directory(let rule): english = "directory: \(rule.english)"
        case .keys(let rule): english = "keys note: \(rule.english)"
        default: english = failure.description
        }
        self.init(exitCode: .refused, french: failure.french, english: english, hint: failure.remedy)
    }
}

extension ExchangeFailure {
    /// What is wrong and where, in French; never the value.
    var french: String {
        switch self {
        case .malformed(let what, let member, _):
            "\(ExchangeFailure.name(of: what)) : \(member) n'a pas la forme attendue"
        case .pastLimit(let what, let limit): "\(ExchangeFailure.name(of: what)) : plus que la limite de \(limit)"
        case .unsigned(let what, _): "\(ExchangeFailure.name(of: what)) : une signature manque ou n'est pas bonne"
        case .wrongSigner(let what): "\(ExchangeFailure.name(of: what)) : signé par un autre que celui qui est nommé"
        case .wrongFingerprint(let id): "clés de \(id) : ce ne sont pas celles que l'annuaire nomme"
        case .keys(let rule): "fiche de clés : \(rule.french)"
        case .directory(let rule): "annuaire : \(rule.french)"
        case .parcel(let rule): "pli refusé (\(rule.rawValue))"
        case .receipt(let rule): "accusé de réception refusé (\(rule.rawValue))"
        case .notSealed(let offset): "ce corps n'est pas scellé (octet \(offset))"
        case .binding: "une ligne du contenu ne vient pas de ce pli"
        }
    }

    /// What to do, where it is not plain.
    var remedy: CommandFailure.Said? {
        switch self {
        case .directory(let rule): rule.remedy
        case .keys, .wrongFingerprint:
            .init(
                french: "appelez ce participant à un numéro que vous connaissez",
                english: "call that participant by a number you know")
        case .malformed(_, _, let rule): .init(french: "règle : \(rule)", english: "the rule: \(rule)")
        default: nil
        }
    }

    private static func name(of what: String) -> String {
        switch what {
        case "directory": "annuaire"
        case "participant": "participant"
        case "root": "détenteur de racine"
        case "registrar": "registraire"
        case "keys note": "fiche de clés"
        case "sealing key": "clé de scellement"
        case "manifest": "manifeste"
        case "receipt": "accusé de réception"
        case "retention": "durée de conservation"
        default: what
        }
    }
}

extension KeysRule {
    var french: String {
        switch self {
        case .lowerNumber: "plus ancienne que celle déjà connue"
        case .sameNumberOtherText: "deux fiches différentes portent le même numéro"
        case .brokenPrevious: "elle ne suit pas celle d'avant"
        case .expired: "toutes ses clés de scellement ont expiré"
        case .ahead: "datée en avance sur notre horloge"
        case .numberJump: "son numéro saute trop loin"
        }
    }

    var english: String {
        switch self {
        case .lowerNumber: "older than the one known already"
        case .sameNumberOtherText: "two notes have the same number"
        case .brokenPrevious: "it does not follow the one before"
        case .expired: "all its sealing keys have expired"
        case .ahead: "dated ahead of our clock"
        case .numberJump: "its number jumps too far"
        }
    }
}

extension DirectoryRule {
    var french: String {
        switch self {
        case .tooFewHolders: "trop peu de détenteurs de racines l'ont signé"
        case .olderVersion: "une version plus récente est déjà connue"
        case .versionGap: "ce n'est pas la version suivante"
        case .brokenPrevious: "il ne suit pas la version d'avant"
        case .fork: "deux annuaires différents portent ce numéro de version"
        case .expired: "il a expiré"
        case .notYetIssued: "il est daté en avance sur l'horloge"
        case .uselessPins: "les empreintes épinglées ne peuvent pas servir"
        case .vanished: "un participant de la version d'avant a disparu"
        case .roleChanged: "un participant a changé de rôle"
        case .revivedKey: "une clé révoquée y est de nouveau admise"
        case .beyondRegistrar: "le registraire change ce que seules les racines peuvent changer"
        case .wrongBase: "il ne repose pas sur la dernière version signée par les racines"
        case .needsBase: "version du registraire : il manque la version sur laquelle elle repose"
        }
    }

    var english: String {
        switch self {
        case .tooFewHolders: "too few root holders signed it"
        case .olderVersion: "a newer version is known already"
        case .versionGap: "it is not the next version"
        case .brokenPrevious: "it does not follow the version before"
        case .fork: "two directories have this version's number"
        case .expired: "it has expired"
        case .notYetIssued: "it is dated ahead of the clock"
        case .uselessPins: "the pinned fingerprints cannot serve"
        case .vanished: "a participant of the version before is missing"
        case .roleChanged: "a participant has another role"
        case .revivedKey: "a key that was revoked counts again"
        case .beyondRegistrar: "the registrar changes what only the root holders may"
        case .wrongBase: "it does not stand on the newest version that the roots signed"
        case .needsBase: "a registrar's version, without the one that it stands on"
        }
    }

    var remedy: CommandFailure.Said? {
        switch self {
        case .tooFewHolders:
            .init(
                french: "d'autres détenteurs signent (pli directory sign) ; pour d'autres racines, les anciens aussi",
                english: "further holders sign (pli directory sign); for other roots, the old ones too")
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
