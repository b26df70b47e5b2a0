/// What is said of the log, of backups, of the disk, and while the relay runs.
extension RelayFrench {
    static let logs = [
        "log": "registre",
        "stopped": "arrêté",
        "the log": "le registre",
        "the checkpoint kept apart was changed by somebody else": "l'état signé gardé à part a été changé par un autre",
        "where it is another relay's too, give each its own":
            "s'il est aussi celui d'un autre relais, donner à chacun le sien",
        "its key file is missing": "son fichier de clé manque",
        "bring it back": "le rapporter",
        "bring it back, or restore a backup into a new folder":
            "le rapporter, ou restaurer une sauvegarde dans un dossier neuf",
        "its key file can be read by others": "d'autres peuvent lire son fichier de clé",
        "chmod {}, and think about who has read it": "chmod {1}, et se demander qui l'a lu",
        "log.origin is not the name of the key in its key file": "log.origin n'est pas le nom de la clé de son fichier",
        "the log keeps its name": "le registre garde son nom",
        "a name without spaces and plus signs is expected": "un nom sans espaces ni signe plus est attendu",
        "its file minimum-index is damaged or lies outside the log: bring it back":
            "son fichier minimum-index est abîmé ou désigne une feuille hors du registre : le rapporter",
        "its key is that of the log before": "sa clé est celle du registre d'avant",
        "remove that file, the relay makes a new key; after a restore log.key is never put back":
            "enlever ce fichier, le relais fait une nouvelle clé ; après une restauration log.key ne revient jamais",
        "it was begun anew with the key of the log before": "il a été recommencé avec la clé du registre d'avant",
        "keep this folder, remove that key, restore a backup into a new folder":
            "garder ce dossier, enlever cette clé, restaurer une sauvegarde dans un dossier neuf",
        "its key has signed a log that is not here": "sa clé a signé un registre qui n'est pas ici",
        "bring that log's files back, or remove the key's file, the relay makes a new key":
            "rapporter les fichiers de ce registre, ou enlever le fichier de la clé, le relais fait une nouvelle clé",
        "the log must not go on": "ce registre ne doit pas être continué",
        "the checkpoint kept apart is of another log": "l'état signé gardé à part est d'un autre registre",
        "put the right one back": "remettre le bon",
        "it had {} leaves and now has {}": "il avait {1} feuilles et en a {2}",
        "an old copy was put back; bring the newer files, or restore a backup (pli-relay restore), which begins a successor log":
            "une vieille copie a été remise ; rapporter les fichiers récents, ou restaurer une sauvegarde (pli-relay restore), "
            + "ce qui commence un registre successeur",
        "it does not contain the tree that was signed at size {}": "il ne contient pas l'arbre signé à la taille {1}",
        "restore a backup (pli-relay restore), which begins a successor log":
            "restaurer une sauvegarde (pli-relay restore), ce qui commence un registre successeur",
        "it had {} leaves and its checkpoint is gone": "il avait {1} feuilles et son état signé a disparu",
        "bring the files back, or restore a backup (pli-relay restore), which begins a successor log":
            "rapporter les fichiers, ou restaurer une sauvegarde (pli-relay restore), ce qui commence un registre successeur",
        "it has {} leaves and the checkpoint kept apart is gone": "il a {1} feuilles et l'état gardé à part a disparu",
        "bring it back, or restore a backup (pli-relay restore), which begins a successor log":
            "le rapporter, ou restaurer une sauvegarde (pli-relay restore), ce qui commence un registre successeur",
        "it has published {} leaves and the store knows {}": "il a publié {1} feuilles et la base en connaît {2}",
        "an old store was put back; restore a backup (pli-relay restore), which begins a successor log":
            "une vieille base a été remise ; restaurer une sauvegarde (pli-relay restore), ce qui commence un registre successeur",
        "bring the newest copy of that file back, or restore a backup (pli-relay restore), which begins a successor log":
            "en rapporter la copie la plus récente, ou restaurer une sauvegarde (pli-relay restore), ce qui commence un registre "
            + "successeur",
        "log/checkpoint does not verify": "log/checkpoint ne se vérifie pas",
        "the checkpoint kept apart (log.copy, else log-checkpoint) does not verify":
            "l'état signé gardé à part (log.copy, sinon log-checkpoint) ne se vérifie pas",
        "its key file is damaged": "son fichier de clé est abîmé",
    ]

    /// What `TransparencyLog` and `Notes` say of a log's files and of its key.
    static let logFiles = [
        "checkpoint": "état signé",
        "checkpoint's size": "taille de l'état signé",
        "checkpoint's extension lines": "lignes d'extension de l'état signé",
        "the checkpoint": "l'état signé",
        "batch": "lot",
        "entry": "feuille",
        "entry {}": "feuille {1}",
        "file": "fichier",
        "leaf": "feuille",
        "proof": "preuve",
        "proof's extra data": "données jointes à la preuve",
        "not signed by the expected key": "pas signé par la clé attendue",
        "of another log than the key's": "d'un autre registre que celui de la clé",
        "{} is missing from the log": "{1} manque au registre",
        "tile does not match parent": "la tuile ne correspond pas à sa tuile mère",
        "the tiles of the right edge do not match the checkpoint's root (size {})":
            "les tuiles du bord droit ne donnent pas la racine de l'état signé (taille {1})",
        "entry {} does not match its hash in the tile":
            "la feuille {1} ne correspond pas à son empreinte dans la tuile",
        "the proof of inclusion does not hold": "la preuve d'inclusion ne tient pas",
        "the proof of consistency does not hold": "la preuve de cohérence ne tient pas",
        "the proof is of another leaf than the one asked for": "la preuve est celle d'une autre feuille que demandé",
        "the log had {} leaves when last seen and now has {}": "le registre avait {1} feuilles et en a {2}",
        "keep both checkpoints, ask its operator": "garder les deux états signés, demander à son exploitant",
        "the log does not contain the tree that it signed at size {}":
            "le registre ne contient pas l'arbre qu'il a signé à la taille {1}",
        "keep both checkpoints as proof": "garder les deux états signés comme preuve",
        "an earlier append failed": "un ajout précédent a échoué",
        "open the log again before appending": "rouvrir le registre avant d'ajouter",
        "{} bytes are expected": "{1} octets sont attendus",
        "{} entries are expected": "{1} feuilles sont attendues",
        "larger than its limit of {} bytes": "plus que sa limite de {1} octets",
        "an entry ends past the file's end": "une feuille dépasse la fin du fichier",
        "data after the last entry": "il y a quelque chose après la dernière feuille",
        "a decimal number and a newline are expected": "un nombre décimal et une fin de ligne sont attendus",
        "an extension line must not be empty": "une ligne d'extension ne doit pas être vide",
        "an object of type, event, at and note is expected": "un objet de type, event, at et note est attendu",
        "it ends before the checkpoint": "elle s'arrête avant l'état signé",
        "line {} of the path is no hash": "la ligne {1} du chemin n'est pas une empreinte",
        "not UTF-8": "pas de l'UTF-8",
        "not in canonical form": "pas sous sa forme canonique",
        "the event is unknown": "l'événement est inconnu",
        "the extra data is empty": "les données jointes sont vides",
        "the extra data must be canonical base64": "les données jointes doivent être du base64 canonique",
        "the first line must be {}": "la première ligne doit être {1}",
        "the last line has no end": "la dernière ligne n'a pas de fin",
        "the leaf is missing from the extra data": "la feuille manque aux données jointes",
        "the line of the index is malformed": "la ligne du numéro est mal formée",
        "the note must be {} lower-case digits": "note doit être {1} chiffres minuscules",
        "the origin must be a line of {} to {} bytes": "l'origine doit être une ligne de {1} à {2} octets",
        "the root must be the canonical base64 of {} bytes": "la racine doit être le base64 canonique de {1} octets",
        "the size must be a decimal number without leading zeros":
            "la taille doit être un nombre décimal sans zéros en tête",
        "the time must be like 2026-11-23T10:00Z": "l'heure doit être de la forme 2026-11-23T10:00Z",
        "three lines are expected": "trois lignes sont attendues",
        "a key name must not be empty, nor hold spaces, control characters or a plus sign":
            "le nom d'une clé n'est ni vide, ni avec des espaces, des caractères de contrôle ou un signe plus",
        "a key is written name+key id+base64, the key id as {} lowercase hexadecimal digits":
            "une clé s'écrit nom+empreinte+base64, l'empreinte en {1} chiffres hexadécimaux minuscules",
        "the key is not canonical base64": "la clé n'est pas du base64 canonique",
        "the key is of a type that this program does not know": "la clé est d'un genre que ce programme ne connaît pas",
        "the key has the wrong length for its type": "la clé n'a pas la longueur de son genre",
        "the key id does not match name and key": "l'empreinte ne correspond pas au nom et à la clé",
        "the key was altered or miscopied": "la clé a été modifiée ou mal recopiée",
        "a pair is two keys of one name, Ed25519 then ML-DSA-65":
            "une paire est deux clés du même nom, Ed25519 puis ML-DSA-65",
        "line {} of the key file is malformed": "la ligne {1} du fichier de clé est mal formée",
        "restore the file or make a new key": "restaurer le fichier ou faire une nouvelle clé",
        "the key file must hold two private keys of one name, Ed25519 then ML-DSA-65":
            "le fichier de clé doit contenir deux clés privées du même nom, Ed25519 puis ML-DSA-65",
        "the two notes have different texts": "les deux notes ont des textes différents",
        "the cryptography library refused an operation": "la bibliothèque de cryptographie a refusé une opération",
        "a bundle lies outside the log": "un paquet de feuilles est hors du registre",
        "a size lies outside the log": "une taille est hors du registre",
        "a subtree lies outside the log": "un sous-arbre est hors du registre",
        "a tile lies outside the log": "une tuile est hors du registre",
        "a tile of the right edge lies outside the log": "une tuile du bord droit est hors du registre",
        "the entry lies outside the log": "la feuille est hors du registre",
        "the entry or size lies outside the log": "la feuille ou la taille est hors du registre",
        "the first entry lies outside the log": "la première feuille est hors du registre",
        "the minimum index lies outside the log": "le premier numéro servi est hors du registre",
        "the proof's index lies outside the log": "le numéro de la preuve est hors du registre",
    ]

    static let backups = [
        "backup": "sauvegarde",
        "no folder is named": "aucun dossier n'est nommé",
        "name one that does not exist yet": "en nommer un qui n'existe pas encore",
        "its folder exists already": "son dossier existe déjà",
        "its folder holds what a backup that was cut short has left":
            "son dossier contient ce qu'a laissé une sauvegarde interrompue",
        "remove that, or name another one": "l'enlever, ou en nommer un autre",
        "a link that leads nowhere has its folder's name": "un lien qui ne mène nulle part porte le nom de son dossier",
        "no room for it": "pas assez de place",
        "free some space there, remove what was begun, run it again":
            "y libérer de la place, enlever ce qui est commencé, la relancer",
        "no room in the data folder": "plus de place dans le dossier de données",
        "free some space, run pli-relay restore again": "en libérer, relancer pli-relay restore",
        "its database is damaged": "sa base est abîmée",
        "its folder lies in the data folder": "son dossier est dans le dossier de données",
        "name one on another disk": "en nommer un sur un autre disque",
        "name another one": "en nommer un autre",
        "there is no such folder": "ce dossier n'existe pas",
        "name the one that pli-relay backup made": "nommer celui que pli-relay backup a fait",
        "it has no backup.json": "elle n'a pas de backup.json",
        "it is not whole": "elle n'est pas entière",
        "backup.json is not one that pli-relay backup wrote": "pli-relay backup n'a pas écrit ce backup.json",
        "its database is not the one that backup.json names": "sa base n'est pas celle que nomme backup.json",
        "its log is damaged": "son registre est abîmé",
        "take another backup": "prendre une autre sauvegarde",
        "a restore was not finished": "une restauration n'est pas finie",
        "run pli-relay restore again": "relancer pli-relay restore",
        "a relay's files are there": "les fichiers d'un relais y sont",
        "move them away and keep them": "les mettre ailleurs et les garder",
        "it is the name of the log that is succeeded": "c'est le nom du registre auquel succéder",
    ]

    static let disks = [
        "database": "base de données",
        "PRAGMA synchronous reads {}, {} (FULL) is required": "PRAGMA synchronous vaut {1}, il faut {2} (FULL)",
        "PRAGMA journal_mode is not wal": "PRAGMA journal_mode n'est pas wal",
        "parcels would be lost at a power cut": "une coupure de courant perdrait des plis",
        "there is no relay's database yet": "il n'y a pas encore de base de relais",
        "start the relay first": "lancer d'abord le relais",
        "relay.sqlite cannot be read where nothing may be written beside it":
            "relay.sqlite ne se lit pas là où rien ne peut être écrit à côté",
        "run this as the relay's user, or copy the whole folder to a place where this may write and name that as data":
            "lancer ceci sous l'utilisateur du relais, ou copier tout le dossier là où ceci peut écrire et le nommer comme data",
        "the disk of the data folder is full up to limits.reserveMegabytes, no parcel is taken":
            "le disque du dossier de données est plein jusqu'à limits.reserveMegabytes, aucun pli n'est pris",
        "make room on it": "y faire de la place",
        "no room for the log or its copy (log.copy), no parcel is taken":
            "pas de place pour le registre ou sa copie (log.copy), aucun pli n'est pris",
        "make room there": "y faire de la place",
        "run this again": "relancer ceci",
        "a relay was started there meanwhile": "un relais y a été lancé entre-temps",
        "its database is of an older version": "sa base est d'une version plus ancienne",
        "written by a newer pli-relay": "écrite par un pli-relay plus récent",
        "start that version, or restore an older data folder":
            "lancer cette version, ou restaurer un dossier de données plus ancien",
        "written by a version that had no log": "écrite par une version sans registre",
        "let its parcels end there, then begin with an empty folder":
            "y laisser finir ses plis, puis commencer avec un dossier vide",
        "SQLite result {}": "résultat SQLite {1}",
        "it is damaged": "elle est abîmée",
        "keep the data folder, and restore a backup into a new one":
            "garder le dossier de données, et restaurer une sauvegarde dans un autre",
        "the checkpoint kept apart (log.copy, else log-checkpoint) is blank":
            "l'état gardé à part (log.copy, sinon log-checkpoint) est vide",
        "bring it back from a copy of its disk, or restore, which begins a successor log; an old data folder could not be told from this one without it":
            "le remettre d'une copie de son disque, ou restaurer, ce qui commence un registre successeur ; sans lui, un ancien dossier de "
            + "données ne se distinguerait pas de celui-ci",
        "ca.pem beside tls.certificate is blank or damaged": "ca.pem à côté de tls.certificate est vide ou abîmé",
        "move both and tls.key away, restart relay and ends":
            "mettre ailleurs les deux et tls.key, relancer le relais puis les bouts",
        "it has other tables, views, indexes or triggers than pli-relay makes":
            "elle a d'autres tables, vues, index ou déclencheurs que ceux que fait pli-relay",
        "it was in other hands, nothing of it is read; keep the data folder as it is, and look at a copy or a backup from before":
            "elle a été en d'autres mains, rien n'y est lu ; garder le dossier de données tel quel, et regarder une copie ou une "
            + "sauvegarde d'avant",
        "its tables are not those of this version": "ses tables ne sont pas celles de cette version",
        "use the version that wrote it, or restore a backup":
            "prendre la version qui l'a écrite, ou restaurer une sauvegarde",
        "look at the owner and mode of the data folder": "voir à qui est le dossier de données, et ses droits",
        "another program holds it": "un autre programme la tient",
        "stop that one, run this again": "l'arrêter, puis relancer ceci",
        "no room left on the disk": "plus de place sur le disque",
        "the disk failed": "le disque a lâché",
        "look at the system's log": "voir le journal du système",
        "something else than a folder has its name": "autre chose qu'un dossier porte ce nom",
        "something else than a file has its name": "autre chose qu'un fichier porte ce nom",
        "put the relay's back, or move it away": "remettre celui du relais, ou l'enlever de là",
        "relay.sqlite is missing beside a relay's other files":
            "relay.sqlite manque à côté des autres fichiers d'un relais",
        "shred-keys is missing beside a relay's other files":
            "shred-keys manque à côté des autres fichiers d'un relais",
        "the end of shred-keys is missing beside a relay's other files":
            "la fin de shred-keys manque à côté des autres fichiers d'un relais",
        "put it back, or move them away and restore a backup":
            "le remettre, ou les mettre ailleurs et restaurer une sauvegarde",
        "table directories is damaged": "la table directories est abîmée",
        "table keysNotes is damaged": "la table keysNotes est abîmée",
        "table leaves is damaged": "la table leaves est abîmée",
        "table parcels is damaged": "la table parcels est abîmée",
        "table sequenced is damaged": "la table sequenced est abîmée",
        "table signers is damaged": "la table signers est abîmée",
        "a note's hash is damaged": "l'empreinte d'une note est abîmée",
        "the encrypted header or its shred key is damaged": "l'en-tête chiffré ou sa clé de destruction est abîmé",
        "the header is damaged": "l'en-tête est abîmé",
        "the incoming file is damaged": "le fichier d'arrivée est abîmé",
        "the payload file is damaged": "le fichier du contenu est abîmé",
        "the manifest is damaged": "le manifeste est abîmé",
        "stop, keep the data folder, restore or start anew":
            "arrêter, garder le dossier de données, restaurer ou repartir de zéro",
        "its sender must send it again": "son expéditeur doit le renvoyer",
        "a parcel": "un pli",
        "no room left on the disk (writing {})": "plus de place sur le disque (écriture de {1})",
        "no room left on the disk (making {})": "plus de place sur le disque (création de {1})",
        "no room left on the disk (making the folder {})": "plus de place sur le disque (création du dossier {1})",
        "no room left on the disk (renaming {})": "plus de place sur le disque (renommage de {1})",
        "free some space": "en libérer",
        "the disk did not confirm a write to {} ({} error)": "le disque n'a pas confirmé une écriture dans {1}",
        "stop, check the disk, start again; nothing unconfirmed is relied on":
            "arrêter, vérifier le disque, relancer ; rien de non confirmé n'est tenu pour acquis",
        "{} does not exist": "{1} n'existe pas",
        "{} is larger than the {} bytes accepted here": "{1} dépasse les {2} octets acceptés ici",
        "{} is damaged or not a file of ours": "{1} est abîmé ou n'est pas un fichier de Pli",
        "stop, keep the folder as it is, and put back the newest copy of the whole folder; whoever removes it loses what it holds":
            "arrêter, garder le dossier tel quel, et remettre la dernière copie du dossier entier ; qui l'enlève perd ce qu'il contient",
        "{} is in use by another process": "un autre programme utilise {1}",
        "stop that one first": "l'arrêter d'abord",
        "making {} failed": "création de {1} impossible",
        "opening {} failed": "ouverture de {1} impossible",
        "reading {} failed": "lecture de {1} impossible",
        "writing {} failed": "écriture de {1} impossible",
        "cutting {} failed": "raccourcissement de {1} impossible",
        "setting the permissions of {} failed": "changement des droits de {1} impossible",
        "renaming {} failed": "renommage de {1} impossible",
        "removing {} failed": "suppression de {1} impossible",
        "making the folder {} failed": "création du dossier {1} impossible",
        "listing {} failed": "lecture du dossier {1} impossible",
        "locking {} failed": "verrouillage de {1} impossible",
        "overwriting part of {} failed": "effacement d'une partie de {1} impossible",
        "{} error": "erreur d'entrée-sortie",
        "permission denied": "accès refusé",
        "operation not permitted": "opération non permise",
        "read-only file system": "système de fichiers en lecture seule",
        "already exists": "existe déjà",
        "not a folder": "ce n'est pas un dossier",
        "is a folder": "c'est un dossier",
        "not a regular file": "ce n'est pas un fichier ordinaire",
        "too many open files": "trop de fichiers ouverts",
    ]

    static let alarms = [
        "stopping": "arrêt",
        "the disk cannot be relied on": "on ne peut plus compter sur le disque",
        "the disk does not answer, what comes waits for it": "le disque ne répond pas, ce qui arrive l'attend",
        "stopped before all was done": "arrêté avant que tout soit fini",
        "the disk does not answer, {} request(s) waited for it":
            "le disque ne répond pas, {1} requête(s) l'attendaient",
        "something does not end, {} request(s) waited for it":
            "quelque chose ne finit pas, {1} requête(s) l'attendaient",
        "what was acknowledged is kept, the next start goes on from there":
            "ce qui a reçu une réponse est gardé, le prochain démarrage reprend là",
        "call that authority": "appeler cette autorité",
        "call the sender": "appeler l'expéditeur",
        "call that participant, compare pli log verify at both ends":
            "appeler ce participant, comparer pli log verify aux deux bouts",
        "the one before stays in force": "celui d'avant reste en vigueur",
        "the directory file was not taken": "le fichier de l'annuaire n'a pas été pris",
        "a parcel's payload is missing or damaged": "le contenu d'un pli manque ou est abîmé",
        "parcels' keys or payloads are missing or damaged": "des clés ou des contenus de plis manquent ou sont abîmés",
        "run pli-relay fsck": "lancer pli-relay fsck",
        "a round was not finished": "une tournée d'entretien n'est pas allée au bout",
        "what waits was not looked at": "ce qui attend n'a pas été vérifié",
        "a request failed": "une requête a échoué",
        "a note could not be compared with the log": "une note n'a pas pu être comparée au registre",
        "a note quotes a log of {} leaves; this relay's has {}":
            "une note cite un registre de {1} feuilles ; celui de ce relais en a {2}",
        "a note quotes another root for the log's first {} leaves":
            "une note cite une autre racine pour les {1} premières feuilles du registre",
        "another parcel from this sender to this recipient has the same number":
            "un autre pli de cet expéditeur à ce destinataire a le même numéro",
        "more than {} parcels were fetched within an hour and not acknowledged":
            "plus de {1} plis ont été retirés en une heure sans accusé de réception",
        "the changed certificate was not taken": "le nouveau certificat n'a pas été pris",
        "the list of revoked certificates is past its time": "la liste des certificats révoqués a dépassé son terme",
        "bring the newer one": "poser la nouvelle",
        "the one before is answered with": "celui d'avant sert encore",
        "tls.certificate is not valid yet": "tls.certificate n'est pas encore valable",
        "it is taken once it is, or set this machine's clock right":
            "il sera pris dès qu'il le sera, ou régler l'horloge de cette machine",
        "the certificate has expired": "le certificat a expiré",
        "the certificate is not valid yet, the ends refuse it":
            "le certificat n'est pas encore valable, les bouts le refusent",
        "set this machine's clock right": "mettre cette machine à l'heure",
        "the certificate made for this machine is not valid yet, the ends refuse it":
            "le certificat fait pour cette machine n'est pas encore valable, les bouts le refusent",
        "if it is right, remove tls.certificate and tls.key, restart relay and ends":
            "si elle y est, retirer tls.certificate et tls.key, relancer le relais puis les bouts",
        "set this machine's clock right, or put one there that is":
            "mettre cette machine à l'heure, ou y mettre un certificat qui l'est",
        "no authority of tls.clientAuthorities is valid now, no client's certificate is taken":
            "aucune autorité de tls.clientAuthorities n'est valable, aucun certificat de client n'est pris",
        "bring a renewed file": "apporter un fichier renouvelé",
        "the directory ends within two weeks": "l'annuaire expire dans moins de deux semaines",
        "have the next version signed, put it into directory.file":
            "faire signer la version suivante, la mettre dans directory.file",
        "the directory has expired": "l'annuaire a expiré",
        "parcels are not taken until the next version, signed, is in directory.file":
            "aucun pli n'est pris tant que la version suivante, signée, n'est pas dans directory.file",
        "the certificate ends within two weeks": "le certificat expire dans moins de deux semaines",
        "bring a renewed one": "en poser un renouvelé",
        "restart the relay, which makes another, and then the ends":
            "redémarrer le relais, qui en fait un autre, puis les agents",
        "the certificate for this machine was made anew": "le certificat pour cette machine a été refait",
        "restart the ends, which trust the former one": "redémarrer les agents, qui se fient à l'ancien",
        "the certificate does not name the host of origin":
            "le certificat ne nomme pas l'hôte d'origin",
        "the ends refuse it, unless a proxy stands before the relay":
            "les agents le refusent, sauf si un mandataire se tient devant le relais",
        "a file or folder of the relay was moved away or replaced, nothing is taken":
            "un fichier ou un dossier du relais a été déplacé ou remplacé, rien n'est pris",
        "a folder of the relay cannot be written to, nothing is taken":
            "le relais ne peut pas écrire dans un de ses dossiers, rien n'est pris",
        "user {} may not write there; nothing was moved, give the rights back (chown, chmod u+rwx), do not stop the relay":
            "l'utilisateur {1} ne peut pas y écrire ; rien n'a été déplacé, rendez les droits (chown, chmod u+rwx), n'arrêtez pas le "
            + "relais",
        "user {} may not write there": "l'utilisateur {1} ne peut pas y écrire",
        "give the rights back (chown, chmod u+rwx)": "rendre les droits (chown, chmod u+rwx)",
        "the relay has no right to its own files": "le relais n'a pas de droits sur ses propres fichiers",
        "a file or folder of the relay cannot be looked at for want of rights, nothing is taken":
            "un fichier ou un dossier du relais ne peut être regardé faute de droits, rien n'est pris",
        "user {} may not enter it or a folder around it; nothing was moved, give the rights back (chown, chmod u+rwx), do not stop the relay":
            "l'utilisateur {1} ne peut pas y entrer, ou dans un dossier autour ; rien n'a été déplacé, rendez les droits (chown, chmod "
            + "u+rwx), n'arrêtez pas le relais",
        "put that same one back under its name, not a copy; where it is lost, let what waits be fetched before a stop":
            "remettre celui-là sous son nom, pas une copie ; s'il est perdu, laisser retirer ce qui attend avant un arrêt",
        "the clock is in doubt, nothing is taken and nothing expires":
            "l'horloge est douteuse, rien n'est pris et rien n'expire",
    ]
}
