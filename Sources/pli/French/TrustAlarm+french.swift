import Courier
import Exchange

extension TrustAlarm {
    /// What raised it and what to do, in French.
    var french: String { frenchOfDirectory ?? frenchOfKeys ?? frenchOfLog }

    private var frenchOfDirectory: String? {
        switch self {
        case .noDirectory:
            "aucun annuaire n'est connu : renseigner directory.file, ou laisser joindre le relais une fois"
        case .expiredDirectory(let version):
            "l'annuaire \(version) a expiré et aucun plus récent n'est servi : demander aux détenteurs des clés racines"
        case .directoryAheadOfClock(let version):
            "l'annuaire \(version) est daté en avance sur l'horloge de cette machine : régler l'horloge"
        case .oldDirectory(let served, let known):
            "le relais sert l'annuaire \(served), mais \(known) est connu ici : retour en arrière ; demander à son exploitant"
        case .forkedDirectory(let version):
            "deux annuaires de version \(version) : les comparer avec les détenteurs des clés racines avant toute chose"
        case .brokenDirectoryChain(let version):
            "l'annuaire \(version) ne suit pas celui connu ici : demander aux détenteurs des clés racines"
        case .otherDirectory(let asked, let served):
            "l'annuaire \(asked) était demandé et \(served) est venu : demander à l'exploitant du relais"
        case .forgedDirectory(let reason):
            "un annuaire que les détenteurs des clés racines n'ont pas signé (\(TrustAlarm.french(of: reason))) : leur demander, "
                + "et à l'exploitant du relais"
        case .overreachingDirectory(let version):
            "l'annuaire \(version) du registraire change ce que seuls les détenteurs des clés racines peuvent changer : sa clé "
                + "est peut-être volée, les prévenir"
        case .lossyDirectory(let version, let rule):
            "l'annuaire \(version) enfreint une règle qui lie aussi ses signataires (\(TrustAlarm.french(of: rule))) : "
                + "demander aux détenteurs des clés racines"
        case .wrongPins:
            "l'annuaire gardé ici ne se vérifie pas avec directory.roots : corriger les empreintes ou restaurer les fichiers de trust/directory"
        case .frozenDirectory(let quoted, let known):
            "l'annuaire \(quoted) est cité, mais le relais ne sert rien après \(known) : il montre un ancien état"
        case .unknownParticipant(let id): "l'annuaire ne connaît pas \(id)"
        case .inactiveParticipant(let id, .suspended):
            "l'annuaire dit \(id) suspendu : ce qui est pour lui attend qu'il soit de nouveau actif ; demander aux détenteurs des "
                + "clés racines"
        case .inactiveParticipant(let id, let status):
            "l'annuaire dit \(id) \(status.french) : demander aux détenteurs des clés racines qui prend sa place"
        case .otherRole(let id):
            "l'annuaire ne donne pas \(id) comme autorité : demander aux détenteurs des clés racines"
        default: nil
        }
    }

    private var frenchOfKeys: String? {
        switch self {
        case .wrongKeys(let id):
            "les clés offertes pour \(id) ne sont pas celles que dit l'annuaire : ne pas s'en servir, appeler \(id)"
        case .forgedKeysNote(let id): "la note de clés de \(id) n'est pas signée comme il faut : appeler \(id)"
        case .oldKeysNote(let id):
            "une note de clés de \(id) plus ancienne que celle connue ici est servie : demander à l'exploitant du relais"
        case .forkedKeysNote(let id):
            "deux notes de clés de \(id) avec un même numéro : ses clés sont peut-être en d'autres mains, ou un ancien dossier a été remis ; appeler \(id)"
        case .brokenKeysChain(let id): "la note de clés de \(id) ne suit pas celle connue ici : appeler \(id)"
        case .expiredKeysNote(let id): "les clés de scellement de \(id) ont expiré : il doit en publier d'autres"
        case .keysNoteAheadOfClock(let id):
            "la note de clés de \(id) est datée en avance sur l'horloge de cette machine : régler l'horloge, ou appeler \(id)"
        case .keysNumberJump(let id):
            "le numéro de la note de clés de \(id) saute trop loin : appeler \(id), dont la clé de signature est peut-être "
                + "volée"
        case .classicalKeys(let id):
            "l'annuaire exige des clés post-quantiques et \(id) en offre une classique : il doit en publier une autre"
        case .unusableKeys(let id):
            "rien ne peut être scellé aux clés de scellement de \(id) : il doit en publier une autre (pli key rotate)"
        default: nil
        }
    }

    private var frenchOfLog: String {
        switch self {
        case .otherLog:
            "le registre n'est pas signé par la clé connue ici : demander à l'exploitant du relais, qui doit dire pourquoi "
                + "par un autre moyen"
        case .shrankLog(let seen, let present):
            "le registre avait \(seen) feuilles et en montre \(present) : retour en arrière ; garder trust/log/checkpoint comme "
                + "preuve"
        case .forkedLog(let size):
            "le registre montre deux arbres de \(size) feuilles : garder trust/log/checkpoint et la note concernée comme preuve, "
                + "prévenir les autres"
        case .frozenLog(let quoted, let known):
            "le registre est cité à \(quoted) feuilles, mais le relais nous en montre \(known) : il montre un ancien état"
        case .brokenLog(let reason):
            "le registre du relais ne se vérifie pas : \(French.of(reason)) ; demander à son exploitant"
        case .unloggedParcel(let id):
            "le relais n'a pas de preuve que son registre porte l'acceptation du pli \(id) : demander à son exploitant"
        case .unloggedReceipt(let id):
            "l'accusé du pli \(id) n'est pas au registre là où le relais le dit : demander à son exploitant"
        default: French.of(description)
        }
    }

    private static func french(of reason: String) -> String {
        DirectoryRule(rawValue: reason)?.french ?? French.of(reason)
    }

    /// One of each that says no more than numbers and names, each of them `French.anyNumber`: others carry them as text.
    static let examples: [TrustAlarm] = {
        let number = Int64(French.anyNumber)
        let plain: [TrustAlarm] = [
            .noDirectory, .expiredDirectory(version: number), .directoryAheadOfClock(version: number),
            .oldDirectory(served: number, known: number), .forkedDirectory(version: number),
            .brokenDirectoryChain(version: number), .otherDirectory(asked: number, served: number), .wrongPins,
            .frozenDirectory(quoted: number, known: number), .otherLog, .shrankLog(seen: number, present: number),
            .forkedLog(size: number), .frozenLog(quoted: number, known: number),
            .overreachingDirectory(version: number),
        ]
        guard let id = try? ParticipantID(String(French.anyNumber)) else { return plain }
        let aboutKeys: [TrustAlarm] = [
            .unknownParticipant(id), .inactiveParticipant(id, .suspended), .inactiveParticipant(id, .retired),
            .inactiveParticipant(id, .revoked), .otherRole(id), .wrongKeys(id), .forgedKeysNote(id), .oldKeysNote(id),
            .forkedKeysNote(id),
            .brokenKeysChain(id), .expiredKeysNote(id), .keysNoteAheadOfClock(id), .keysNumberJump(id),
            .classicalKeys(id), .unusableKeys(id),
        ]
        return plain + aboutKeys
    }()
}
