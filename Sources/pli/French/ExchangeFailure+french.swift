import Exchange

extension ExchangeFailure {
    /// What it was, where in it, which rule, in French.
    var french: String {
        switch self {
        case .malformed(let what, ExchangeFailure.whole, let rule): "\(French.of(what)) : \(French.of(rule))"
        case .malformed(let what, let member, let rule): "\(French.of(what)) : \(member) : \(French.of(rule))"
        case .pastLimit(let what, let limit): "\(French.of(what)) : plus que la limite de \(limit)"
        case .unsigned(let what, let reason): "\(French.of(what)) : signature : \(French.of(reason))"
        case .wrongSigner(let what): "\(French.of(what)) : signé par un autre que celui qui y est nommé"
        case .wrongFingerprint(let id):
            "note de clés de \(id) : ce ne sont pas les clés de signature que dit l'annuaire"
        case .keys(let rule): "note de clés : \(rule.french)"
        case .directory(let rule): "annuaire : \(rule.french)"
        case .parcel(let rule): "pli : \(rule.french)"
        case .receipt(let rule): "accusé de réception : \(rule.french)"
        case .notSealed(let offset): "corps scellé : pas un en-tête age v1 à l'octet \(offset)"
        case .binding: "corps ouvert : une ligne ne dit pas qu'elle vient de ce pli"
        }
    }

    /// One of each that says no more than a number, which is `French.anyNumber`: others carry them as text.
    static let examples: [ExchangeFailure] = {
        var all: [ExchangeFailure] = [.notSealed(offset: French.anyNumber), .binding]
        all += KeysRule.allCases.map(ExchangeFailure.keys)
        all += DirectoryRule.allCases.map(ExchangeFailure.directory)
        all += ParcelRule.allCases.map(ExchangeFailure.parcel)
        all += ReceiptRule.allCases.map(ExchangeFailure.receipt)
        return all
    }()
}

extension KeysRule {
    /// What is wrong, in French.
    var french: String {
        switch self {
        case .lowerNumber: "plus ancienne que celle déjà connue"
        case .sameNumberOtherText:
            "deux notes portent le même numéro : un ancien dossier de données a été remis, ou deux agents servent un participant ; en arrêter un"
        case .brokenPrevious: "elle ne suit pas celle d'avant"
        case .expired: "toutes ses clés de scellement ont expiré"
        case .ahead: "datée en avance sur notre horloge"
        case .numberJump: "son numéro saute trop loin"
        }
    }
}

extension DirectoryRule {
    /// What is wrong, in French.
    var french: String {
        switch self {
        case .tooFewHolders: "trop peu de détenteurs de clés racines l'ont signé"
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
        case .beyondRegistrar: "le registraire change ce que seuls les détenteurs des clés racines peuvent changer"
        case .wrongBase: "il ne repose pas sur la dernière version signée par les racines"
        case .needsBase: "version du registraire : il manque la version sur laquelle elle repose"
        }
    }
}

extension ParcelRule {
    /// What is wrong and, where something can be done, what, in French.
    var french: String {
        switch self {
        case .notASender: "l'annuaire ne connaît pas son expéditeur comme tel"
        case .senderNotActive: "son expéditeur est retiré ou révoqué"
        case .senderSuspended: "son expéditeur est suspendu : il attend que ce soit levé, ou son délai"
        case .notAnAuthority: "l'annuaire ne connaît pas son destinataire comme autorité"
        case .recipientNotActive: "son destinataire est suspendu, retiré ou révoqué"
        case .kindNotAllowed: "ce genre de pli n'est pas pris"
        case .expired: "son délai est passé : renvoyer ce qu'il contient dans un nouveau pli"
        case .createdAhead: "il est daté en avance sur l'horloge : régler l'horloge"
        case .directoryAhead:
            "il cite un annuaire plus récent que celui connu : le prendre, ou demander à l'exploitant du relais"
        case .keysAhead: "il cite des clés que son destinataire n'a pas publiées"
        case .notForMe: "il est pour quelqu'un d'autre"
        case .liesTooLong: "son délai dépasse ce que l'annuaire permet à ce genre de pli"
        }
    }
}

extension ReceiptRule {
    /// What is wrong and, where something can be done, what, in French.
    var french: String {
        switch self {
        case .otherParcel: "il concerne un autre pli, expéditeur ou destinataire"
        case .otherManifest: "il concerne un autre manifeste"
        case .otherBody: "il concerne un autre corps scellé"
        case .recipientNotAllowed: "l'annuaire ne permet pas à son signataire d'accuser réception"
        case .outOfTime: "il est daté en avance sur l'horloge, ou d'avant la création du pli"
        case .directoryAhead:
            "il cite un annuaire plus récent que celui connu : le prendre, ou demander à l'exploitant du relais"
        }
    }
}
