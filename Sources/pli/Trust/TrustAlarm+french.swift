import Courier

extension TrustAlarm {
    /// What is wrong and what to do, in French.
    var french: String {
        switch self {
        case .noDirectory, .expiredDirectory, .directoryAheadOfClock, .oldDirectory, .forkedDirectory,
            .brokenDirectoryChain, .otherDirectory, .forgedDirectory, .overreachingDirectory, .lossyDirectory,
            .wrongPins,
            .frozenDirectory:
            directoryFrench
        case .unknownParticipant, .wrongKeys, .forgedKeysNote, .oldKeysNote, .forkedKeysNote, .brokenKeysChain,
            .expiredKeysNote, .keysNoteAheadOfClock, .keysNumberJump, .classicalKeys:
            keysFrench
        case .otherLog, .shrankLog, .forkedLog, .frozenLog, .brokenLog, .unloggedParcel, .unloggedReceipt:
            logFrench
        }
    }

    private var directoryFrench: String {
        switch self {
        case .noDirectory: "aucun annuaire connu : renseignez directory.file, ou laissez le relais être joint une fois"
        case .expiredDirectory(let version):
            "l'annuaire \(version) a expiré et le relais n'en a pas de plus récent : appelez les détenteurs de racines"
        case .directoryAheadOfClock(let version):
            "l'annuaire \(version) est daté en avance sur l'horloge de cette machine : réglez-la"
        case .oldDirectory(let served, let known):
            "le relais sert l'annuaire \(served) alors que le \(known) est connu ici : il est revenu en arrière, "
                + "appelez son exploitant"
        case .forkedDirectory(let version):
            "deux annuaires portent la version \(version) : comparez-les avec les détenteurs de racines avant toute chose"
        case .brokenDirectoryChain(let version):
            "l'annuaire \(version) ne suit pas celui qui est connu ici : appelez les détenteurs de racines"
        case .otherDirectory(let asked, let served):
            "l'annuaire \(asked) était demandé, le \(served) est venu : appelez l'exploitant du relais"
        case .forgedDirectory:
            "un annuaire que les détenteurs de racines n'ont pas signé : appelez-les, ainsi que l'exploitant du relais"
        case .overreachingDirectory(let version):
            "l'annuaire \(version) du registraire change ce que seules les racines peuvent changer : sa clé est peut-être "
                + "volée, prévenez-les"
        case .lossyDirectory(let version, _):
            "l'annuaire \(version) enfreint une règle qui lie aussi ses signataires : appelez les détenteurs de racines"
        case .wrongPins:
            "l'annuaire gardé ici ne se vérifie pas avec directory.roots : corrigez les empreintes ou restaurez le dossier"
        case .frozenDirectory(let quoted, let known):
            "l'annuaire \(quoted) est cité, mais le relais ne montre rien après le \(known) : il montre un état ancien"
        default: ""
        }
    }

    private var keysFrench: String {
        switch self {
        case .unknownParticipant(let id): "l'annuaire ne connaît pas \(id)"
        case .wrongKeys(let id):
            "les clés offertes pour \(id) ne sont pas celles de l'annuaire : ne les utilisez pas, appelez \(id)"
        case .forgedKeysNote(let id): "la fiche de clés de \(id) n'est pas signée comme il se doit : appelez \(id)"
        case .oldKeysNote(let id):
            "une fiche de clés de \(id) plus ancienne que la nôtre est servie : appelez l'exploitant du relais"
        case .forkedKeysNote(let id): "deux fiches de clés de \(id) portent le même numéro : appelez \(id)"
        case .brokenKeysChain(let id): "la fiche de clés de \(id) ne suit pas celle qui est connue : appelez \(id)"
        case .expiredKeysNote(let id): "les clés de scellement de \(id) ont expiré : il doit en publier de nouvelles"
        case .keysNoteAheadOfClock(let id):
            "la fiche de clés de \(id) est datée en avance sur notre horloge : réglez-la, ou appelez \(id)"
        case .keysNumberJump(let id):
            "le numéro de la fiche de clés de \(id) saute trop loin : appelez \(id), sa clé est peut-être volée"
        case .classicalKeys(let id):
            "l'annuaire exige des clés post-quantiques et \(id) n'en offre qu'une classique : il doit en publier une autre"
        default: ""
        }
    }

    private var logFrench: String {
        switch self {
        case .otherLog: "le registre n'est pas signé par la clé connue ici : appelez l'exploitant du relais"
        case .shrankLog(let seen, let present):
            "le registre avait \(seen) feuilles et n'en montre que \(present) : il est revenu en arrière"
        case .forkedLog(let size):
            "le registre montre deux arbres de \(size) feuilles : gardez log/checkpoint comme preuve, prévenez les autres"
        case .frozenLog(let quoted, let known):
            "le registre est cité à \(quoted) feuilles, le relais n'en montre que \(known) : il montre un état ancien"
        case .brokenLog: "le registre du relais ne se vérifie pas : appelez son exploitant"
        case .unloggedParcel(let id): "le relais n'a pas de preuve d'avoir pris le pli \(id) : appelez son exploitant"
        case .unloggedReceipt(let id):
            "le relais montre un accusé du pli \(id) que son registre n'a pas : l'accusé compte, appelez son exploitant"
        default: ""
        }
    }
}
