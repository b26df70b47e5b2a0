import Durable
import Inbox

extension InboxFailure {
    /// What the authority's side could not do, where, and what to do, in French.
    var french: String {
        switch self {
        case .courier(let failure): failure.french
        case .sink(let failure) where failure.isFull:
            "le dossier de réception est plein : y libérer de la place ; le pli reste au relais et sera repris"
        case .sink(let failure): "dossier de réception : \(failure.french)"
        case .data(let failure) where failure.isFull:
            "le dossier de données de l'inbox est plein : y libérer de la place ; le pli reste au relais et sera repris"
        case .data(let failure): "dossier de données : \(failure.french)"
        case .store(let code):
            "la base de l'inbox a échoué (SQLite \(code)) : \(StoreFault(code: code).french)"
        case .notDurable:
            "SQLite ne confirme pas ses écritures (synchronous n'est pas FULL, ou journal_mode pas WAL) : refus de démarrer"
        case .inconsistent(let rule):
            "l'inbox se contredit (\(French.of(rule))) : l'arrêter et restaurer son dossier de données"
        case .databaseMissing:
            "inbox.sqlite manque ou est vide alors que des plis ont été remis ici : le remettre, ou la dernière copie du dossier de données "
                + "entier ; ne rien effacer ; s'il n'y en a pas, commencer par un dossier de données vide et un dossier de réception vide, "
                + "et voir par l'identifiant de pli si vous avez déjà ce qui revient"
        case .databaseOld(let noted):
            "inbox.sqlite est plus ancien que ce qui a été remis ici (\(noted) plis) : remettre le plus récent ; s'il n'y en a pas, "
                + "déplacer ailleurs last-delivered, et voir par l'identifiant de pli si vous avez déjà ce qui revient"
        case .noteDamaged:
            "last-delivered est abîmé : le remettre depuis la copie d'où vient inbox.sqlite ; si inbox.sqlite est la plus récente qui ait "
                + "existé, déplacer last-delivered ailleurs, et il sera réécrit"
        case .databaseLater:
            "inbox.sqlite vient d'une version de Pli plus récente que celle-ci : utiliser cette version-là"
        case .busy: "un autre inbox utilise ce dossier de données : l'arrêter d'abord"
        case .databaseInUse: "un autre programme tient la base de l'inbox : réessayer"
        case .forgedManifest(let failure):
            "un manifeste que l'expéditeur nommé n'a pas signé comme il faut (\(failure.french)) : demander à "
                + "l'exploitant du relais"
        case .otherManifest:
            "le relais montre un autre manifeste sous le numéro d'un pli : demander à son exploitant"
        case .notForMe: "le relais liste un pli qui est pour quelqu'un d'autre : demander à son exploitant"
        case .sinkPlaceMissing:
            "inbox.sink.folder : lui et le dossier autour manquent : son disque est-il monté ? Le monter, ou créer le dossier autour"
        case .notEntitled(let fault, let line): "ligne \(line) du pli ouvert : \(fault.french)"
        case .keyMissing(let number):
            "il est scellé à la clé qu'offrait notre note de clés \(number), qui n'est dans aucun fichier de keys.sealing : "
                + "remettre ce fichier à côté des plus récents ; rien n'est refusé en attendant"
        case .routes(let reason):
            "les routes de l'annuaire ne se lisent pas : \(French.of(reason)) : cette version est-elle trop ancienne ?"
        case .repeatedReport(let line):
            "la ligne \(line) du pli ouvert y figure déjà : l'expéditeur doit renvoyer ce pli"
        case .unreadableReport(let line):
            "la ligne \(line) du pli ouvert n'est pas un compte rendu que cette version sait lire"
        }
    }

    /// One of each that says no more than a number, which is `French.anyNumber`: log lines carry them as text.
    static let examples: [InboxFailure] = [
        .sink(.full(.write, path: "")), .data(.full(.write, path: "")), .store(code: Int32(French.anyNumber)),
        .notDurable, .databaseMissing, .noteDamaged, .databaseOld(noted: Int64(French.anyNumber)), .databaseLater,
        .busy,
        .databaseInUse,
        .sinkPlaceMissing, .otherManifest, .notForMe, .unreadableReport(line: French.anyNumber),
        .repeatedReport(line: French.anyNumber),
        .notEntitled(.laboratory, line: French.anyNumber), .notEntitled(.route, line: French.anyNumber),
        .notEntitled(.file, line: French.anyNumber),
        .keyMissing(number: Int64(French.anyNumber)),
    ]
}

extension SenderEntitlement.Fault {
    /// Why a report may not come from this sender, in French.
    var french: String {
        switch self {
        case .laboratory: "un laboratoire pour qui l'expéditeur ne peut pas parler"
        case .route: "aucune route de l'annuaire ne mène ici"
        case .file: "aucune route de l'annuaire ne laisse cet expéditeur envoyer des fichiers ici"
        }
    }
}
