import Exchange

extension ExchangeFailure {
    /// What it was, where in it, which rule, in French.
    var french: String {
        switch self {
        case .malformed(let what, let member, let rule):
            "\(French.of(what)) : \(member == "(whole)" ? "" : member + " : ")\(French.of(rule))"
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
    /// What is wrong and what to do, in French.
    var french: String {
        switch self {
        case .lowerNumber:
            "une note de numéro plus haut est connue : d'anciennes clés sont servies ; demander à l'exploitant du relais"
        case .sameNumberOtherText: "une autre note de même numéro est connue : appeler le participant"
        case .brokenPrevious: "elle ne suit pas la note connue avant : appeler le participant"
        case .expired: "toutes ses clés de scellement ont expiré : le participant doit en publier"
        }
    }
}

extension DirectoryRule {
    /// What is wrong and what to do, in French.
    var french: String {
        switch self {
        case .tooFewHolders:
            "moins de détenteurs de racine épinglés l'ont signé que demandé : il en faut davantage"
        case .olderVersion:
            "une version plus récente est connue : retour en arrière ; demander à l'exploitant du relais"
        case .versionGap: "ce n'est pas la version qui suit celle connue : prendre d'abord celles entre les deux"
        case .brokenPrevious: "il ne suit pas la version connue avant : demander aux détenteurs des clés racines"
        case .fork: "un autre annuaire de même version est connu : demander aux détenteurs des clés racines"
        case .expired: "il a expiré : demander aux détenteurs des clés racines la version suivante"
        case .notYetIssued: "il est daté en avance sur l'horloge : régler l'horloge"
        case .uselessPins:
            "ces empreintes épinglées ne peuvent pas tenir : le seuil va de 1 au nombre d'empreintes, chacune une fois"
        }
    }
}

extension ParcelRule {
    /// What is wrong and, where something can be done, what, in French.
    var french: String {
        switch self {
        case .notASender: "l'annuaire ne connaît pas son expéditeur comme tel"
        case .senderNotActive: "son expéditeur est suspendu, retiré ou révoqué"
        case .notAnAuthority: "l'annuaire ne connaît pas son destinataire comme autorité"
        case .recipientNotActive: "son destinataire est suspendu, retiré ou révoqué"
        case .kindNotAllowed: "ce genre de pli n'est pas pris"
        case .expired: "son délai est passé : renvoyer ce qu'il contient dans un nouveau pli"
        case .createdAhead: "il est daté en avance sur l'horloge : régler l'horloge"
        case .directoryAhead:
            "il cite un annuaire plus récent que celui connu : le prendre, ou demander à l'exploitant du relais"
        case .keysAhead: "il cite des clés que son destinataire n'a pas publiées"
        case .notForMe: "il est pour quelqu'un d'autre"
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
