import Durable

extension DurableFailure {
    /// What, where, what to do, in French.
    var french: String {
        switch self {
        case .full(let step, let path): "plus de place sur le disque (\(step.french) \(path)) : en libérer"
        case .syncFailed(let code, let path):
            "le disque n'a pas confirmé une écriture dans \(path) (\(DurableFailure.french(code))) : "
                + "arrêter, vérifier le disque, relancer ; rien de non confirmé n'est tenu pour acquis"
        case .missing(let path): "\(path) n'existe pas"
        case .tooLarge(let limit, let path): "\(path) dépasse les \(limit) octets acceptés ici"
        case .damaged(let path):
            "\(path) est abîmé ou n'est pas un fichier de Pli : arrêter, garder le dossier tel quel, et remettre la dernière copie du dossier "
                + "entier ; qui l'enlève perd ce qu'il contient"
        case .inUse(let path): "un autre programme utilise \(path) : l'arrêter d'abord"
        case .badSlot(let path): "une case de \(path) qui ne peut pas exister a été demandée"
        case .failed(let step, let code, let path):
            "\(step.french) \(path) : impossible, \(DurableFailure.french(code))"
        }
    }

    /// What, without where, in French.
    var frenchReason: String { French.of(reason) }

    /// What the system said, in French.
    private static func french(_ code: Int32) -> String {
        DurableFailure.failed(.read, code: code, path: "").frenchReason
    }
}

extension DiskStep {
    /// What it does, in French: stands before the path.
    var french: String {
        switch self {
        case .createFile: "création de"
        case .openFile: "ouverture de"
        case .read: "lecture de"
        case .write: "écriture de"
        case .truncate: "raccourcissement de"
        case .setMode: "changement des droits de"
        case .syncFile, .syncFolder: "enregistrement de"
        case .rename: "renommage de"
        case .unlink: "suppression de"
        case .createFolder: "création du dossier"
        case .readFolder: "lecture du dossier"
        case .writeSlot: "écriture d'une case de"
        case .overwrite: "effacement d'une partie de"
        case .overwriteSlot: "effacement d'une case de"
        case .freeSpace: "place libre de"
        case .lock: "verrouillage de"
        }
    }
}

extension StoreFault {
    /// What it is and what to do, in French.
    var french: String {
        switch self {
        case .rights:
            "cet utilisateur ne peut pas s'en servir ; chown le dossier de données et tout ce qu'il contient à l'utilisateur de pli, et voir "
                + "si son disque n'est pas monté en lecture seule"
        case .damaged:
            "elle est abîmée ; arrêter, garder le dossier de données tel quel, et remettre la dernière copie du dossier entier"
        case .full: "il n'y a plus de place sur son disque ; en libérer"
        case .disk:
            "son disque n'a pas lu ou pas écrit ; lire le journal du système (dmesg), réparer le disque, puis redémarrer"
        case .inUse: "un autre processus la tient ; l'arrêter, ou réessayer"
        case .version:
            "elle n'a pas les tables de cette version ; prendre la version de Pli qui l'a écrite, ou remettre la dernière copie du dossier "
                + "entier"
        case .other: "garder le dossier de données tel quel, et demander de l'aide avec ce numéro"
        }
    }
}
