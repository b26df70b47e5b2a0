/// What a check can find. The raw value is stable: programs branch on it.
package enum DisagreementKind: String, Sendable, CaseIterable {
    // Damage
    case databaseDamaged = "database-damaged"
    case databaseOther = "database-other"
    case rowDamaged = "row-damaged"
    case noteDamaged = "note-damaged"
    case sharesDiffer = "shares-differ"
    case payloadMissing = "payload-missing"
    case payloadSize = "payload-size"
    case payloadDamaged = "payload-damaged"
    case notAFile = "not-a-file"
    case headerDamaged = "header-damaged"
    case keyMissing = "key-missing"
    case keysFileMissing = "keys-file-missing"
    case keysFileOpen = "keys-file-open"
    case logKey = "log-key"
    case logKeyBefore = "log-key-before"
    case logLost = "log-lost"
    case logCopyLost = "log-copy-lost"
    case logShrank = "log-shrank"
    case logForked = "log-forked"
    case logOther = "log-other"
    case logAhead = "log-ahead"
    case logUnsigned = "log-unsigned"
    case logFileMissing = "log-file-missing"
    case logFileDamaged = "log-file-damaged"
    case leafMissing = "leaf-missing"
    case leafWithoutRow = "leaf-without-row"
    case leavesGap = "leaves-gap"
    case deletionUnexplained = "deletion-unexplained"
    // What a crash leaves, and the relay finishes
    case keyWithoutRow = "key-without-row"
    case fileWithoutRow = "file-without-row"
    case uploadKeyMissing = "upload-key-missing"
    case acceptanceUnfinished = "acceptance-unfinished"
    case deletionUnfinished = "deletion-unfinished"
    case leavesUnpublished = "leaves-unpublished"
    case logCopyBehind = "log-copy-behind"

    /// Whether a crash leaves this, and the relay's next start finishes it: nothing is lost.
    package var isUnfinished: Bool {
        switch self {
        case .keyWithoutRow, .fileWithoutRow, .uploadKeyMissing, .acceptanceUnfinished, .deletionUnfinished,
            .leavesUnpublished, .logCopyBehind:
            true
        default: false
        }
    }
}

extension DisagreementKind {
    /// What is wrong and what to do, for the operator.
    package var french: String { words.french }

    /// The same in English.
    package var english: String { words.english }

    private typealias Words = (french: String, english: String)

    private var words: Words {
        switch self {
        case .keyWithoutRow, .fileWithoutRow, .uploadKeyMissing, .acceptanceUnfinished, .deletionUnfinished,
            .leavesUnpublished, .logCopyBehind:
            unfinishedWords
        case .logKey, .logKeyBefore, .logLost, .logCopyLost, .logShrank, .logForked, .logOther, .logAhead, .logUnsigned,
            .logFileMissing, .logFileDamaged, .leafMissing, .leafWithoutRow, .leavesGap, .deletionUnexplained:
            logWords
        default: parcelWords
        }
    }

    private static let resend: Words = (
        "son expéditeur doit le renvoyer (pli outbox resend) : l'appeler",
        "its sender must send it again (pli outbox resend): call it"
    )
    private static let restore: Words = (
        "arrêter, garder ce dossier, puis pli-relay restore dans un dossier neuf",
        "stop, keep this folder, then pli-relay restore into a new one"
    )
    private static let start: Words = (
        "rien n'est perdu : le relais le finit à son prochain démarrage",
        "nothing is lost: the relay finishes it at its next start"
    )

    private static func say(_ french: String, _ english: String, then remedy: Words) -> Words {
        ("\(french) : \(remedy.french)", "\(english): \(remedy.english)")
    }

    private var parcelWords: Words {
        switch self {
        case .databaseDamaged:
            Self.say("SQLite trouve la base abîmée", "SQLite finds the database damaged", then: Self.restore)
        case .databaseOther:
            Self.say(
                "la base a d'autres tables, vues, index ou déclencheurs que ceux de ce programme : elle a été en d'autres mains",
                "the database has other tables, views, indexes or triggers than this program makes: it was in other hands",
                then: Self.restore)
        case .rowDamaged:
            Self.say(
                "une ligne contient ce que ce programme n'écrit jamais", "a row holds what this program never writes",
                then: Self.restore)
        case .noteDamaged:
            Self.say(
                "la note signée n'est pas celle que sa ligne décrit",
                "the signed note is not the one that its row tells of",
                then: Self.restore)
        case .sharesDiffer:
            (
                "la part comptée pour cet expéditeur n'est pas celle de ses plis : signaler ce défaut",
                "the share counted for this sender is not that of its parcels: report this fault"
            )
        case .payloadMissing:
            Self.say(
                "le contenu d'un pli accepté manque", "the payload of an accepted parcel is missing", then: Self.resend)
        case .payloadSize:
            Self.say(
                "le contenu d'un pli accepté n'a pas sa taille", "the payload of an accepted parcel has another size",
                then: Self.resend)
        case .payloadDamaged:
            Self.say(
                "le contenu n'a pas l'empreinte du manifeste", "the payload has not the hash that the manifest names",
                then: Self.resend)
        case .headerDamaged:
            Self.say(
                "l'en-tête chiffré ne s'ouvre pas avec sa clé de destruction",
                "the encrypted header does not open with its shred key", then: Self.resend)
        case .notAFile:
            (
                "ce n'est pas un fichier, et le relais n'y touche pas : l'enlever d'ici ; si c'est à la place d'un pli, "
                    + "son expéditeur doit le renvoyer (pli outbox resend)",
                "this is no file, and the relay leaves it alone: move it away; where it stands for a parcel, its sender must "
                    + "send it again (pli outbox resend)"
            )
        case .keyMissing:
            Self.say(
                "la clé d'un pli qui attend est détruite", "the key of a parcel that waits is destroyed",
                then: Self.resend)
        case .keysFileMissing:
            Self.say(
                "le fichier des clés de destruction manque : aucun pli qui attend ne peut être remis",
                "the file of shred keys is missing: no parcel that waits can be served", then: Self.restore)
        default:
            (
                "d'autres peuvent lire ce fichier : chmod 600, et se demander qui l'a lu",
                "others can read this file: chmod 600, and think about who has read it"
            )
        }
    }

    private static let successor: Words = (
        "remettre les fichiers récents, sinon pli-relay restore, qui commence un registre successeur",
        "bring the newest files back, or pli-relay restore, which begins a successor log"
    )

    private var logWords: Words {
        switch self {
        case .logKey:
            (
                "la clé du registre manque ou ne se lit pas : la rapporter",
                "the log's key is missing or cannot be read: bring it back"
            )
        case .logKeyBefore:
            (
                "c'est la clé du registre d'avant : l'enlever, le relais en fait une autre ; après une restauration "
                    + "log.key ne revient jamais ; si le relais s'en est servi, restaurer une sauvegarde dans un dossier neuf",
                "this is the key of the log before: remove it, the relay makes another one; after a restore log.key is "
                    + "never put back; where the relay has used it, restore a backup into a new folder"
            )
        case .logLost:
            Self.say("l'état signé du registre a disparu", "the log's checkpoint is gone", then: Self.successor)
        case .logCopyLost:
            Self.say(
                "la copie du dernier état signé a disparu", "the copy of the last checkpoint is gone",
                then: Self.successor)
        case .logShrank:
            Self.say(
                "le registre a moins de feuilles que sa copie gardée à part",
                "the log has fewer leaves than the copy kept apart", then: Self.successor)
        case .logForked:
            Self.say(
                "le registre ne contient pas l'arbre de sa copie gardée à part",
                "the log does not contain the tree of the copy kept apart", then: Self.successor)
        case .logOther:
            (
                "cet état signé est d'un autre registre : remettre le bon",
                "this checkpoint is of another log: put the right one back"
            )
        case .logAhead:
            Self.say(
                "le registre a publié plus de feuilles que la base n'en connaît",
                "the log has published more leaves than the database knows", then: Self.successor)
        case .logUnsigned:
            Self.say(
                "l'état n'est pas signé par la clé du registre", "the checkpoint is not signed by the log's key",
                then: Self.successor)
        case .logFileMissing:
            Self.say("un fichier du registre manque", "a file of the log is missing", then: Self.successor)
        case .logFileDamaged:
            Self.say("un fichier du registre est abîmé", "a file of the log is damaged", then: Self.successor)
        case .leafMissing:
            Self.say(
                "le registre n'a pas la feuille de ce que la base a noté",
                "the log has no leaf for what the database has noted", then: Self.restore)
        case .leafWithoutRow:
            Self.say(
                "le registre dit un pli accepté que la base ne connaît plus",
                "the log tells of an accepted parcel that the database no longer knows", then: Self.restore)
        case .leavesGap:
            Self.say(
                "des feuilles à publier manquent dans la base", "leaves to be published are missing from the database",
                then: Self.restore)
        default:
            (
                "un pli a été détruit sans accusé ni échéance avant cela : garder tout, chercher qui",
                "a parcel was destroyed without a receipt or deadline before it: keep everything, find out who"
            )
        }
    }

    private var unfinishedWords: Words {
        switch self {
        case .keyWithoutRow:
            (
                "une clé qu'aucun pli ne nomme : le relais la détruit à son prochain démarrage, le relancer",
                "a key that no parcel names: the relay destroys it at its next start, start it again"
            )
        case .fileWithoutRow:
            (
                "un fichier qu'aucun pli ne nomme : le relais l'enlève dans la minute, ou à son démarrage",
                "a file that no parcel names: the relay removes it within a minute, or at its start"
            )
        case .uploadKeyMissing:
            (
                "la clé d'un envoi inachevé est détruite : son expéditeur recommence de lui-même",
                "the key of an unfinished upload is destroyed: its sender begins again by itself"
            )
        case .acceptanceUnfinished:
            (
                "un pli est entier et pas encore accepté : le relais l'accepte à son prochain démarrage ; "
                    + "si l'annuaire ne le permet plus, il est effacé un jour après son dernier octet",
                "a parcel is whole and not accepted yet: the relay accepts it at its next start; "
                    + "where the directory allows it no longer, it is deleted a day after its last byte"
            )
        case .deletionUnfinished:
            Self.say("un effacement n'est pas fini", "a deletion is not finished", then: Self.start)
        case .leavesUnpublished:
            Self.say("des feuilles ne sont pas encore publiées", "leaves are not published yet", then: Self.start)
        default:
            Self.say(
                "la copie du dernier état signé est en retard sur le registre",
                "the copy of the last checkpoint is behind the log", then: Self.start)
        }
    }
}
