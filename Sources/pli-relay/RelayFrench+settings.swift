/// What a start says of the configuration, of where it listens and of its directory.
extension RelayFrench {
    static let settings = [
        "the configuration has {} mistake(s):": "la configuration a {1} faute(s) :",
        "the file's name must end in .yaml, .yml or .json": "le nom du fichier doit finir par .yaml, .yml ou .json",
        "it is not YAML or JSON of settings, in UTF-8": "ce n'est pas un YAML ou JSON de réglages, en UTF-8",
        "nothing is in it": "il n'y a rien dedans",
        "line {}": "ligne {1}",
        "the name there stands twice in its section":
            "le nom qui s'y trouve figure deux fois dans sa section",
        "keep one of them": "n'en garder qu'un",
        "too large for a configuration file": "trop grand pour une configuration",
        "a folder, a pipe or a device, where a configuration file is expected":
            "un dossier, un tube ou un périphérique, et non un fichier de configuration",
        "the file may not be read": "lecture du fichier refusée",
        "look at its owner and mode": "vérifier à qui il est, et ses droits",
        "the file does not exist": "le fichier n'existe pas",
        "look at the path behind --config": "vérifier le chemin donné à --config",
        "line {} is not YAML or JSON": "la ligne {1} n'est pas du YAML ou du JSON",
        "look at indentation, colons and quotes there and right above":
            "vérifier le retrait, les deux-points et les guillemets, là et juste au-dessus",
        "no such setting": "ce réglage n'existe pas",
        "settings are expected below it, or nothing of it": "des réglages sont attendus en dessous, ou rien du tout",
        "{} more settings that do not exist": "et {1} autres réglages qui n'existent pas",
        "missing": "manque",
        "it is blank": "il est vide",
        "name a file, or leave it out": "nommer un fichier, ou l'enlever",
        "{} to {} is expected": "de {1} à {2}",
        "true or false is expected": "true ou false est attendu",
        "a whole number is expected": "un nombre entier est attendu",
        "a list of fingerprints is expected": "une liste d'empreintes est attendue",
        "each fingerprint has {} lower-case hexadecimal digits":
            "chaque empreinte a {1} chiffres hexadécimaux minuscules",
        "{} is expected in lower case, without a path or an ending slash":
            "{1} est attendu, en minuscules, sans chemin ni barre à la fin",
        "certificate and key are expected together": "certificate et key vont ensemble",
        "certificate and key are expected where other machines can reach the relay":
            "certificate et key sont attendus là où d'autres machines atteignent le relais",
        "{} to the number of roots is expected, each root once": "de {1} au nombre de racines, chacune une fois",
        "the proxy's address is expected": "l'adresse du mandataire est attendue",
        "a socket, or a host and port, not both": "une socket, ou un hôte et un port, pas les deux",
        "a socket, or a port, not both": "une socket, ou un port, pas les deux",
        "127.0.0.1, ::1 or localhost is expected": "127.0.0.1, ::1 ou localhost est attendu",
        "administration has no passwords": "l'administration n'a pas de mots de passe",
        "the same place as listen": "le même endroit que listen",
        "there is no such file": "ce fichier n'existe pas",
        "the folder exists already": "le dossier existe déjà",
        "its database knows more than {} parcels": "sa base connaît plus de {1} plis",
        "more than fit in memory for one look": "plus que la mémoire n'en tient pour un seul examen",
        "report this fault": "signaler ce défaut",
        "name another": "en nommer un autre",
        "a time that has passed is expected": "un moment passé est attendu",
        "the deadlines start there": "les délais en partent",
        "times like 2026-11-23T10:00:00Z or days like 2026-11-23 are expected, --from before --to":
            "des moments comme 2026-11-23T10:00:00Z ou des jours comme 2026-11-23, --from avant --to",
        "the log or its key is missing": "le registre ou sa clé manque",
        "bring both back, or ask a copy that has them": "rapporter les deux, ou interroger une copie qui les a",
        "everybody on this machine can write there": "tout le monde peut y écrire sur cette machine",
        "chmod {} that folder, and think about who has": "chmod {1} sur ce dossier, et se demander qui l'a fait",
        "its folder does not exist": "son dossier n'existe pas",
        "make it": "le créer",
        "everybody on this machine can put another socket in its place":
            "tout le monde peut mettre une autre socket à sa place sur cette machine",
        "chmod o-w its folder": "chmod o-w sur son dossier",
        "something else has its name": "autre chose porte son nom",
        "remove that, or take another name": "l'enlever, ou prendre un autre nom",
        "tls.certificate was made here for this machine only":
            "tls.certificate a été fait ici pour cette seule machine",
        "where others reach the relay, name one of your authority's":
            "là où d'autres atteignent le relais, en nommer un de votre autorité",
        "the proxy speaks TLS where the relay listens on a socket":
            "le mandataire parle TLS quand le relais écoute sur une socket",
        "leave it out": "l'enlever",
        "certificate": "certificat",
        "tls.certificate holds none": "tls.certificate n'en contient pas",
        "put its whole chain there": "y mettre toute sa chaîne",
        "tls.certificate has expired": "tls.certificate a expiré",
        "put a renewed one there, or set this machine's clock right":
            "en mettre un renouvelé, ou régler l'horloge de cette machine",
        "tls.certificate or tls.key cannot be read": "tls.certificate ou tls.key ne se lit pas",
        "tls.key does not exist": "tls.key n'existe pas",
        "tls.key can be read by everybody on this machine, or written by others than its owner":
            "tout le monde peut lire tls.key sur cette machine, ou d'autres que son propriétaire peuvent y écrire",
        "chmod {} (or {} for a group of daemons), and think about who has read it":
            "chmod {1} (ou {2} pour un groupe de démons), et se demander qui l'a lu",
        "tls.clientAuthorities or tls.clientRevocations cannot be read":
            "tls.clientAuthorities ou tls.clientRevocations ne se lit pas",
        "not signed by one of tls.clientAuthorities": "n'est signé par aucune de tls.clientAuthorities",
        "a list for some certificates only, or of changes only":
            "une liste de certains certificats seulement, ou de changements seulement",
        "give whole lists": "donner des listes entières",
        "cannot be read as PEM of {}": "ne se lit pas comme du PEM de {1}",
        "holds no {}": "ne contient pas de {1}",
        "cannot be read as PEM of CERTIFICATE": "ne se lit pas comme du PEM de CERTIFICATE",
        "cannot be read as PEM of X509 CRL": "ne se lit pas comme du PEM de X509 CRL",
        "holds no CERTIFICATE": "ne contient pas de CERTIFICATE",
        "holds no X509 CRL": "ne contient pas de X509 CRL",
        "missing: revocations and names are of certificates that it signed":
            "manque : révocations et noms sont ceux de certificats qu'elle a signés",
        "tls.certificate does not exist": "tls.certificate n'existe pas",
        "put it there, or leave out tls where only this machine reaches the relay":
            "le fournir, ou enlever tls si seule cette machine atteint le relais",
        "tls.key exists without tls.certificate": "tls.key existe sans tls.certificate",
        "provide that, or remove the key": "le fournir, ou enlever la clé",
        "tls.certificate or tls.key cannot be read as PEM, or they do not belong together":
            "tls.certificate ou tls.key ne se lit pas comme du PEM, ou ils ne vont pas ensemble",
    ]

    static let listening = [
        "{} is in use by another program": "un autre programme utilise {1}",
        "stop that one (ss -ltnp names it), or listen elsewhere": "l'arrêter (ss -ltnp le nomme), ou écouter ailleurs",
        "stop that one (ss -lxp names it), or take another socket":
            "l'arrêter (ss -lxp le nomme), ou prendre une autre socket",
        "{} is there, and this process may not ask who answers":
            "{1} est là, et ce programme n'a pas le droit de demander qui y répond",
        "remove it if nobody does (ss -lxp)": "l'enlever si personne (ss -lxp)",
        "{} is no address of this machine": "{1} n'est pas une adresse de cette machine",
        "see ip address": "voir ip address",
        "{} is not this user's to listen on": "cet utilisateur ne peut pas écouter sur {1}",
        "take a port from {} up, or another folder": "prendre un port à partir de {1}, ou un autre dossier",
        "{} cannot be listened on": "impossible d'écouter sur {1}",
        "system error {}": "erreur système {1}",
        "the name is not known, or the socket's path is too long":
            "ce nom est inconnu, ou le chemin de la socket est trop long",
    ]

    static let directories = [
        "directory": "annuaire",
        "its file cannot be read": "son fichier ne se lit pas",
        "its folder has no <version>.note": "son dossier n'a pas de <version>.note",
        "the registrar's version stands on another one": "la version du registraire repose sur une autre",
        "name a folder in directory.file with every version as <version>.note":
            "nommer dans directory.file un dossier qui a chaque version, en <version>.note",
        "the versions in the database do not verify under directory.roots":
            "les versions de la base ne se vérifient pas avec directory.roots",
        "correct the fingerprints": "corriger les empreintes",
        "its file is no signed note": "son fichier n'est pas une note signée",
        "signature": "signature",
        "too few root holders signed it": "trop peu de détenteurs de clés racines l'ont signé",
        "a newer version is known already": "une version plus récente est déjà connue",
        "it is not the next version": "ce n'est pas la version suivante",
        "give the versions one by one": "donner les versions une par une",
        "it does not follow the version before": "il ne suit pas la version d'avant",
        "two directories have this version's number": "deux annuaires différents portent ce numéro de version",
        "it has expired": "il a expiré",
        "it is dated ahead of the clock": "il est daté en avance sur l'horloge",
        "the pinned fingerprints cannot serve": "les empreintes épinglées ne peuvent pas servir",
        "a participant of the version before is missing": "un participant de la version d'avant a disparu",
        "a participant has another role": "un participant a changé de rôle",
        "a key that was revoked counts again": "une clé révoquée y est de nouveau admise",
        "the registrar changes what only the root holders may":
            "le registraire change ce que seuls les détenteurs des clés racines peuvent changer",
        "it does not stand on the newest version that the roots signed":
            "il ne repose pas sur la dernière version signée par les racines",
        "a registrar's version, without the one that it stands on":
            "version du registraire : il manque la version sur laquelle elle repose",
        "larger than its limit of {}": "plus que la limite de {1}",
        "the note is larger than {} bytes": "la note dépasse {1} octets",
        "the note is not UTF-8 (byte {})": "la note n'est pas en UTF-8 (octet {1})",
        "the note holds a control character (byte {})": "la note contient un caractère de contrôle (octet {1})",
        "the note's text must end in a newline": "le texte de la note doit finir par une fin de ligne",
        "the note has no signature lines after an empty line": "la note n'a pas de signatures après une ligne vide",
        "the note has more than {} signature lines": "la note a plus de {1} lignes de signature",
        "signature line {} is malformed": "la ligne de signature {1} est mal formée",
        "signature line {} is of a key that signed on a line above":
            "la ligne de signature {1} est d'une clé qui a signé plus haut",
        "a signature of the expected signer is missing": "une signature du signataire attendu manque",
        "a signature of the expected signer does not verify": "une signature du signataire attendu ne se vérifie pas",
        "the note was altered or forged": "la note a été modifiée ou contrefaite",
    ]
}
