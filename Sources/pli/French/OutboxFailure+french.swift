import Durable
import Exchange
import Outbox

extension OutboxFailure {
    /// What the laboratory's side could not do, where, and what to do, in French.
    var french: String {
        switch self {
        case .configuration(let mistakes):
            "la configuration est à corriger : " + mistakes.map { French.of($0) }.joined(separator: " ; ")
        case .unreadable(let failure): "le fichier ne peut pas être lu : \(failure.frenchReason)"
        case .empty: "le fichier est vide"
        case .blank:
            "le fichier ne contient que des octets nuls ou des blancs : son écriture a été interrompue ou son disque était plein ; "
                + "l'exporter de nouveau"
        case .noReports:
            "le fichier ne contient aucun compte rendu dans un format lu (HL7 v2, HPRIM, CSV, FHIR, CDA) : vérifier son "
                + "format"
        case .compressed: "le fichier est compressé : le décompresser, puis le redéposer"
        case .utf16: "le fichier a été enregistré en UTF-16 : l'enregistrer en UTF-8, puis le redéposer"
        case .watchFolder: frenchOfFolder ?? "le dossier surveillé ne peut pas être utilisé"
        case .changedWhileReading:
            "le fichier a changé pendant la lecture : le renvoyer quand personne n'y écrit"
        case .busy:
            "un autre outbox utilise ce dossier de données : l'arrêter, ou mettre le fichier dans son dossier surveillé"
        case .databaseInUse: "une autre commande pli tient la base de l'outbox : réessayer"
        case .store(let code):
            "la base de l'outbox a échoué (SQLite \(code)) : \(StoreFault(code: code).french)"
        case .noRoomForRun(let code):
            "ce qu'il faut retenir d'autant de comptes rendus ne tient pas dans le dossier des fichiers temporaires (SQLite \(code)) : y "
                + "libérer de la place, ou nommer un autre dossier dans SQLITE_TMPDIR"
        case .notDurable:
            "SQLite ne confirme pas ses écritures (synchronous n'est pas FULL, ou journal_mode pas WAL) : refus de démarrer"
        case .inconsistent(let rule):
            "la base de l'outbox enfreint sa propre règle (\(French.of(rule))) : arrêter et la restaurer"
        case .databaseMissing:
            "outbox.sqlite manque ou est vide à côté des autres fichiers de l'outbox : le remettre, ou la dernière copie du dossier de "
                + "données entier ; ne rien effacer ; s'il n'y en a pas, commencer par un dossier vide en gardant identifier.key"
        case .dataFolderMissing:
            "le dossier de données manque ou est vide, et des fichiers qui y ont été pris sont dans le dossier surveillé (taken) : son "
                + "disque est-il monté ? Le monter, ou remettre la dernière copie du dossier ; seulement s'il est perdu pour de bon, "
                + "déplacer ailleurs les fichiers de taken et recommencer"
        case .dataFolderAway:
            "le dossier de données manque : son disque est-il monté ? Le monter, ou remettre le dossier à sa place ; rien n'est pris "
                + "d'ici là"
        case .dataFolderOther:
            "un autre dossier a été mis à la place du dossier de données : rien n'y est écrit ; s'assurer que c'est le plus récent, puis "
                + "redémarrer"
        case .databaseOld(let last):
            "outbox.sqlite est plus ancien que les fichiers à côté : remettre le plus récent ; s'il n'y en a pas, déplacer ailleurs "
                + "last-segment et les segments au-delà de \(last) de journal et quarantine, et exporter de nouveau les jours depuis"
        case .noteDamaged:
            "last-segment est abîmé : le remettre depuis la copie d'où vient outbox.sqlite ; si outbox.sqlite est la plus récente qui ait "
                + "existé, déplacer last-segment ailleurs, et il sera réécrit"
        case .databaseFormer:
            "outbox.sqlite vient d'une version antérieure de Pli : démarrer une fois le pli outbox de cette version, qui la met à jour"
        case .databaseLater:
            "outbox.sqlite vient d'une version de Pli plus récente que celle-ci : utiliser cette version-là"
        case .identifierKeyMissing:
            "identifier.key manque dans le dossier de données : le remettre depuis une copie ; avec une autre clé, aucune correction "
                + "ne rejoindrait ce qu'elle corrige"
        case .identifierKeyOther:
            "identifier.key n'est pas la clé qui a nommé les comptes rendus d'outbox.sqlite : remettre celle-là depuis une copie de ce "
                + "dossier de données ; avec une autre, aucune correction ne rejoindrait ce qu'elle corrige"
        case .identifierKeyDamaged:
            "identifier.key est abîmé, comme le laisse une coupure de courant : le remettre depuis une copie de ce dossier de données ; "
                + "avec une autre clé, aucune correction ne rejoindrait ce qu'elle corrige ; seulement si rien n'a jamais été pris ici, "
                + "l'enlever et démarrer pli outbox, qui en fait une autre"
        case .damagedSegment(let number):
            "le segment \(number) est abîmé (le fichier .seg de ce numéro dans journal ou quarantine) : arrêter, remettre la dernière "
                + "copie du dossier de données entier, puis lancer pli doctor ; sans copie, ce qui y était et n'est pas remis est perdu : "
                + "garder le fichier, et exporter de nouveau les jours depuis"
        case .unreadableReport(let segment, let record):
            "l'enregistrement \(record) du segment \(segment) ne se relit plus comme un compte rendu : demander de l'aide"
        case .routes(let reason):
            "les routes ou les profils de l'annuaire ne peuvent pas être appliqués : \(French.of(reason))"
        case .notEntitled:
            "l'annuaire ne donne pas ce participant comme expéditeur : demander aux détenteurs des clés racines, ou au registraire"
        case .notActive(.suspended):
            "l'annuaire dit ce participant suspendu : rien n'est pris jusqu'à ce qu'il soit de nouveau actif ; demander aux détenteurs "
                + "des clés racines, ou au registraire"
        case .notActive(let status):
            "l'annuaire dit ce participant \(status.french) : plus rien n'est pris ; demander aux détenteurs des clés racines"
        case .keysNotPublished:
            "il n'a pas encore publié ses clés de scellement : lui demander de lancer une fois pli inbox --publish-keys"
        case .fileNotRouted(let recipient):
            "aucune route de l'annuaire ne laisse ce participant envoyer des fichiers à \(recipient) : ce qui contient des "
                + "comptes rendus part sans --to, selon les routes"
        case .fileStopped(let id):
            "ce fichier a déjà été pris, et son pli \(id) n'est pas arrivé : pli outbox resend, ou pli outbox abandon puis le "
                + "renvoyer"
        case .holdsReports:
            "le fichier contient des comptes rendus ou des messages de laboratoire, qui ne partent que selon les routes et "
                + "les profils de l'annuaire : "
                + "l'envoyer sans --to"
        }
    }

    /// One of each that says no more than numbers, each of them `French.anyNumber`: log lines carry them as text.
    static let examples: [OutboxFailure] = {
        let number = Int64(French.anyNumber)
        return [
            .empty, .blank, .noReports, .compressed, .utf16, .changedWhileReading, .busy, .databaseInUse,
            .store(code: Int32(number)), .noRoomForRun(code: Int32(number)), .notDurable,
            .databaseMissing, .dataFolderMissing, .dataFolderAway, .dataFolderOther, .noteDamaged, .databaseFormer,
            .databaseLater, .identifierKeyMissing, .identifierKeyOther,
            .identifierKeyDamaged,
            .databaseOld(lastSegment: number),
            .damagedSegment(number: number), .unreadableReport(segment: number, record: number), .notEntitled,
            .notActive(.suspended), .notActive(.retired), .notActive(.revoked), .keysNotPublished, .holdsReports,
        ]
    }()
}
