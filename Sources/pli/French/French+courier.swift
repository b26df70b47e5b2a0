extension French {
    /// What `Courier` says of bodies, relays, keys and settings.
    static let courier: [FrenchPhrase] = bodies + answers + keyFiles + settings

    private static let bodies: [FrenchPhrase] = [
        .init(
            "the recipient's sealing key is not one this version can seal to: {words}",
            "la clé de scellement du destinataire ne convient pas à cette version : {1}"),
        .init(
            "keys.signing is not the key that the directory names for {}: put the right file there, or have the new "
                + "key signed (pli directory add --key)",
            "keys.signing n'est pas la clé que l'annuaire donne à {1} : remettre le bon fichier, ou faire signer la "
                + "nouvelle clé (pli directory add --key)"),
        .init(
            "the directory does not list {} yet: have it entered by the holders of the root keys or the registrar "
                + "(pli directory add)",
            "l'annuaire ne contient pas encore {1} : le faire inscrire par les détenteurs des clés racines ou le "
                + "registraire (pli directory add)"),
        .init("it does not begin as an age file", "il ne commence pas comme un fichier age"),
        .init("it ends in its age header", "il s'arrête dans son en-tête age"),
        .init(
            "the header of the sealed body is past its limits", "l'en-tête du corps scellé dépasse ses limites"),
        .init(
            "the body is sealed with a password, and not to a key",
            "le corps est scellé par un mot de passe, et non pour une clé"),
        .init(
            "the directory requires post-quantum keys, and the body is sealed to another",
            "l'annuaire demande des clés post-quantiques, et le corps est scellé pour une autre"),
        .init("a report is one line that is not empty", "un compte rendu est une ligne, qui n'est pas vide"),
        .init("a parcel holds at least one report", "un pli contient au moins un compte rendu"),
        .init("the body cannot be sealed: {words}", "le corps ne peut pas être scellé : {1}"),
        .init(
            "the sealed body has {} bytes, which is no size class",
            "le corps scellé a {1} octets, ce qui n'est pas une taille admise"),
        .init("this body is finished, or failed", "ce corps est fini, ou a échoué"),
        .init("no memory for compression", "pas assez de mémoire pour compresser"),
        .init("no memory for decompression", "pas assez de mémoire pour décompresser"),
        .init(
            "lines that waited in memory cannot be unpacked: the machine's memory is at fault",
            "des lignes qui attendaient en mémoire ne se décompressent plus : la mémoire de la machine est en cause"),
        .init("{} bytes cannot be one gzip member", "{1} octets ne font pas un seul morceau gzip"),
        .init("{} bytes instead of {}", "{1} octets au lieu de {2}"),
        .init("its hash differs", "son empreinte diffère"),
        .init("it changed while it was read", "il a changé pendant la lecture"),
        .init("it ends early", "il s'arrête trop tôt"),
        .init(
            "the folder for opened parcels can be entered by others: make its mode 0700",
            "d'autres peuvent entrer dans le dossier des plis ouverts : chmod 700"),
        .init("more lines than the manifest's {}", "plus de lignes que les {1} du manifeste"),
        .init("{} lines instead of the manifest's {}", "{1} lignes au lieu des {2} du manifeste"),
        .init(
            "line {} does not name this parcel as its source", "la ligne {1} ne dit pas qu'elle vient de ce pli"),
        .init("a body holds reports or one file", "un corps contient des comptes rendus ou un seul fichier"),
        .init(
            "the file shrinks so much that no recipient would unpack it: compress it first, and send that",
            "le fichier se comprime tant qu'aucun destinataire ne le décompresserait : le comprimer d'abord, et envoyer cela"
        ),
        .init("the file's first line is too long", "la première ligne du fichier est trop longue"),
        .init(
            "the file's first line does not name this parcel",
            "la première ligne du fichier ne dit pas qu'il vient de ce pli"),
        .init(
            "the file's first line is malformed: {words}", "la première ligne du fichier est mal formée : {1}"),
        .init("the file has no first line", "le fichier n'a pas de première ligne"),
        .init(
            "no key of the relay's log is known here: set relay.logKey to the line that the relay prints",
            "aucune clé du registre du relais n'est connue ici : mettre dans relay.logKey la ligne que le relais affiche"
        ),
        .init("a line is too long", "une ligne est trop longue"),
        .init("line {} is too long", "la ligne {1} est trop longue"),
        .init("the last line has no end", "la dernière ligne n'est pas terminée"),
        .init(
            "something that is not gzip follows the last gzip member",
            "il y a autre chose que du gzip après le dernier morceau"
        ),
        .init("empty", "vide"),
        .init("not gzip", "ce n'est pas du gzip"),
        .init("it unpacks to more than {} bytes", "décompressé, il dépasse {1} octets"),
        .init(
            "a gzip member unpacks to more than {} bytes", "décompressé, un morceau gzip dépasse {1} octets"),
        .init("a gzip member is cut or broken", "un morceau gzip est coupé ou abîmé"),
        .init("the segment key cannot be sealed: {words}", "la clé du segment ne peut pas être scellée : {1}"),
        .init("segment key: {words}", "clé du segment : {1}"),
        .init("no sealing key: {words}", "pas de clé de scellement : {1}"),
        .init("a spooled body became shorter while it was sent", "un corps en file a raccourci pendant l'envoi"),
        .init(
            "the spooled body has {} bytes, its manifest says {}",
            "le corps en file a {1} octets, son manifeste en dit {2}"),
    ]

    private static let answers: [FrenchPhrase] = [
        .init(
            "something answered with status {} and no problem document: a proxy in between?",
            "quelque chose a répondu {1} sans s'expliquer comme un relais : un mandataire entre les deux ?"),
        .init(
            "a web page came in the place of the relay's answer: a proxy in between?",
            "une page web est venue à la place de la réponse du relais : un mandataire entre les deux ?"),
        .init("something answered with status {}", "quelque chose a répondu {1}"),
        .init(
            "status {} with a problem document that this version cannot read",
            "réponse {1}, avec une explication que cette version ne lit pas"),
        .init("it claims to have {} bytes of a body of {}", "il dit avoir {1} octets d'un corps de {2}"),
        .init(
            "it takes the bytes of an upload and does not count them", "il prend les octets d'un envoi sans les compter"
        ),
        .init("an inbox page that cannot be read", "une page de réception illisible"),
        .init("an inbox page from before the cursor", "une page de réception d'avant l'endroit demandé"),
        .init("an outbox page that cannot be read", "une page d'accusés illisible"),
        .init("an outbox page from before the cursor", "une page d'accusés d'avant l'endroit demandé"),
        .init("a health answer that cannot be read", "une réponse illisible sur son état"),
        .init("an upload without Upload-Offset", "un envoi sans Upload-Offset"),
        .init("an upload of {} bytes for a body of {}", "un envoi de {1} octets pour un corps de {2}"),
        .init("the body ended early", "le corps s'est arrêté trop tôt"),
        .init("another range of the body than was asked for", "une autre partie du corps que celle demandée"),
        .init("more bytes than the body has", "plus d'octets que le corps n'en a"),
        .init("no whole answer within {} seconds", "pas de réponse entière en {1} secondes"),
        .init("the connection was closed", "la connexion a été fermée"),
        .init("an answer longer than its limit", "une réponse plus longue que sa limite"),
        .init(
            "no TLS connection: certificate not trusted (relay.ca), for another host, or no TLS 1.3",
            "pas de connexion TLS : certificat non reconnu (relay.ca), d'un autre hôte, ou pas de TLS 1.3"),
        .init(
            "no TLS connection: certificate not trusted (relay.ca), for another host, not valid by this machine's clock, "
                + "or no TLS 1.3",
            "pas de connexion TLS : certificat non reconnu (relay.ca), d'un autre hôte, pas valable à l'heure de cette "
                + "machine, ou pas de TLS 1.3"),
        .init(
            "no TLS connection: the relay's certificate is for another host than that of relay.origin",
            "pas de connexion TLS : le certificat du relais est d'un autre hôte que celui de relay.origin"),
        .init(
            "no TLS connection: the relay's certificate is not trusted (is relay.ca right?), or not valid by this machine's clock",
            "pas de connexion TLS : le certificat du relais n'est pas reconnu (relay.ca est-il juste ?), ou pas valable à l'heure de "
                + "cette machine"),
        .init(
            "no TLS connection: no TLS 1.3 is spoken there: is relay.origin right?",
            "pas de connexion TLS : TLS 1.3 n'y est pas parlé : relay.origin est-il juste ?"),
        .init(
            "its name cannot be resolved: is relay.origin right, and does this machine's name server (DNS) answer?",
            "son nom ne se résout pas : relay.origin est-il juste, et le serveur de noms (DNS) de cette machine répond-il ?"
        ),
        .init(
            "no connection: is relay.origin right, and is the relay running?",
            "pas de connexion : relay.origin est-il juste, et le relais tourne-t-il ?"),
        .init(
            "it holds another manifest under the id of a parcel of ours",
            "il a un autre manifeste sous le numéro d'un de nos plis"),
        .init("a log that cannot be read", "un registre illisible"),
        .init("its key is not one", "sa clé n'en est pas une"),
        .init(
            "the checkpoint kept here does not verify: restore the folder trust/log",
            "l'état signé gardé ici ne se vérifie pas : restaurer le dossier trust/log"),
        .init("not a signed note", "ce n'est pas une note signée"),
        // What the HTTP client says of a connection.
        .init("read timeout", "pas de réponse à temps"),
        .init("write timeout", "l'envoi n'a pas avancé à temps"),
        .init("connect timeout", "pas de connexion à temps"),
        .init("tls handshake timeout", "pas de connexion TLS à temps"),
        .init("deadline exceeded", "délai dépassé"),
        .init("unclean shutdown", "la connexion a été coupée"),
        .init("already shutdown", "le client est déjà fermé"),
        .init("request stream cancelled", "la requête a été interrompue"),
        .init("get connection from pool timeout", "pas de connexion libre à temps"),
    ]

    private static let keyFiles: [FrenchPhrase] = [
        .init(
            "the request token cannot be signed: the signing key file may be damaged",
            "le jeton ne peut pas être signé : le fichier de la clé de signature est peut-être abîmé"),
        .init("key file {name}: {words}", "fichier de clé {1} : {2}"),
        .init("signing key file {name}: {words}", "fichier de clé de signature {1} : {2}"),
        .init("sealing key file {name}: {words}", "fichier de clé de scellement {1} : {2}"),
        .init(
            "it has comments and no key: name the file that pli keygen wrote, or put that back",
            "il n'a que des commentaires et aucune clé : nommez le fichier fait par pli keygen, ou remettez-le"),
        .init("another program changes it: try again", "un autre programme le modifie : réessayez"),
        .init(
            "full: destroy keys that are no longer needed", "plein : détruisez les clés dont plus rien n'a besoin"),
        .init(
            "its identities must stand one a line, from the first column on",
            "ses identités doivent être une par ligne, dès la première colonne"),
        .init(
            "this is a sealing key: name the file that pli keygen --signing wrote",
            "c'est une clé de scellement : donner le fichier de pli keygen --signing"),
        .init(
            "this is a signing key: name the file that pli keygen wrote without --signing",
            "c'est une clé de signature : donner le fichier de pli keygen sans --signing"),
        .init(
            "this is a public part: name the secret key, which stays with its owner",
            "c'est une partie publique : donner la clé secrète, qui reste chez son détenteur"),
        .init(
            "pseudonym key file {name}: 64 hexadecimal digits are expected (openssl rand -hex 32)",
            "fichier de clé des pseudonymes {1} : 64 chiffres hexadécimaux attendus (openssl rand -hex 32)"),
        .init("{} files are missing: {list}", "il manque {1} fichiers : {2}"),
        .init(
            "key file {name} does not exist: make it with `pli keygen`",
            "le fichier de clé {1} n'existe pas : le faire avec `pli keygen`"),
        .init(
            "key file {name} can be read by others: make its mode 0600 (chmod 600)",
            "d'autres peuvent lire le fichier de clé {1} : chmod 600"),
        .init("{name} exists: move it away first", "{1} existe : le déplacer d'abord"),
        .init(
            "{name}: the folder does not exist: make {name} first", "{1} : le dossier n'existe pas : créer d'abord {2}"),
        .init(
            "the signing key is that of {}, the participant is {}",
            "la clé de signature est celle de {1}, le participant est {2}"),
        .init("a participant has at least one sealing key", "un participant a au moins une clé de scellement"),
    ]

    private static let settings: [FrenchPhrase] = [
        .init(
            "entry {} names no rule whose severity can be set",
            "l'entrée {1} n'est pas une règle dont la gravité se règle"),
        .init("entry {} is in both lists", "l'entrée {1} est dans les deux listes"),
        .init(
            "no log is known here yet: set relay.logKey to the key instead",
            "aucun registre n'est encore connu ici : mettre plutôt cette clé dans relay.logKey"),
        .init(
            "this is the key of the log that is known here already", "c'est la clé du registre déjà connu ici"),
        .init("directory.file: {name} does not exist", "directory.file : {1} n'existe pas"),
        .init("outbox.codes: it does not exist", "outbox.codes : il n'existe pas"),
        .init("outbox.codes: {name} does not exist", "outbox.codes : {1} n'existe pas"),
        .init(
            "directory.file: {name} is no signed directory: name the file that the root holders signed",
            "directory.file : {1} n'est pas un annuaire signé : nommer le fichier que les détenteurs des racines ont signé"
        ),
        .init(
            "directory.threshold: from 1 to the number of directory.roots is expected, each fingerprint once",
            "directory.threshold : de 1 au nombre de directory.roots, chaque empreinte une fois"),
        .init("relay.ca: {name} does not exist", "relay.ca : {1} n'existe pas"),
        .init(
            "relay.ca: {name} is not a PEM file of certificates",
            "relay.ca : {1} n'est pas un fichier PEM de certificats"
        ),
        .init(
            "relay.ca: {name} is blank: put it there once more from whoever gave it",
            "relay.ca : {1} est vide : le remettre, tel que reçu de qui l'a donné"),
        .init("relay.ca: {name} holds no certificate", "relay.ca : {1} ne contient pas de certificat"),
        .init(
            "relay.ca: {name} is not a file: a folder, a pipe or a device stands there",
            "relay.ca : {1} n'est pas un fichier : un dossier, un tube ou un périphérique s'y trouve"),
        .init(
            "relay.certificate: {name} is not a file: a folder, a pipe or a device stands there",
            "relay.certificate : {1} n'est pas un fichier : un dossier, un tube ou un périphérique s'y trouve"),
        .init("relay.certificate: {name} does not exist", "relay.certificate : {1} n'existe pas"),
        .init(
            "{name}: {name} is blank: put it there once more from whoever gave it",
            "{1} : {2} est vide : le remettre, tel que reçu de qui l'a donné"),
        .init("{name}: {name} holds no certificate", "{1} : {2} ne contient pas de certificat"),
        .init(
            "{name}: {name} is not a PEM file of certificates", "{1} : {2} n'est pas un fichier PEM de certificats"),
        .init(
            "{name}: {name} is not a file: a folder, a pipe or a device stands there",
            "{1} : {2} n'est pas un fichier : un dossier, un tube ou un périphérique s'y trouve"),
        .init(
            "directory.file: {name} is not a file: a folder, a pipe or a device stands there",
            "directory.file : {1} n'est pas un fichier : un dossier, un tube ou un périphérique s'y trouve"),
        .init(
            "not a file: a folder, a pipe or a device stands there",
            "pas un fichier : un dossier, un tube ou un périphérique s'y trouve"),
        .init(
            "{name}: not a file: a pipe or a device stands there, where a configuration is expected",
            "{1} : pas un fichier : un tube ou un périphérique s'y trouve, où une configuration est attendue"),
        .init(
            "relay.certificate: it and relay.certificateKey are expected together",
            "relay.certificate et relay.certificateKey vont ensemble"),
        .init(
            "relay.certificate: {name} is not a PEM file of certificates",
            "relay.certificate : {1} n'est pas un fichier PEM de certificats"),
        .init(
            "relay.certificate: {name} holds no certificate", "relay.certificate : {1} ne contient pas de certificat"),
        .init("relay.certificateKey: {name} does not exist", "relay.certificateKey : {1} n'existe pas"),
        .init(
            "relay.certificateKey: {name} can be read by everybody on this machine: chmod 600, and think about who has read "
                + "it",
            "relay.certificateKey : tout le monde sur cette machine peut lire {1} : chmod 600, et se demander qui l'a lu"
        ),
        .init(
            "relay.certificateKey: {name} is not a PEM file of a key",
            "relay.certificateKey : {1} n'est pas un fichier PEM d'une clé"),
        .init(
            "relay.certificateKey: {name} is not the key of {name}: name the two that belong together",
            "relay.certificateKey : {1} n'est pas la clé de {2} : nommer les deux qui vont ensemble"),
        .init(
            "relay.certificate: {name} expired at {}: ask the relay's operator for another",
            "relay.certificate : {1} a expiré le {2} : en demander un autre à l'exploitant du relais"),
        .init(
            "relay.certificate: {name} holds from {} on only: set this machine's clock, or wait",
            "relay.certificate : {1} ne vaut qu'à partir du {2} : régler l'horloge de cette machine, ou attendre"),
        .init(
            "relay.origin: like https://relay.example.org:8443 is expected",
            "relay.origin : de la forme https://relay.example.org:8443"),
        .init(
            "relay.origin: like https://relay.example.org:8443 is expected, without a path",
            "relay.origin : de la forme https://relay.example.org:8443, sans chemin"),
        .init(
            "relay.logKey: the line that the relay prints is expected", "relay.logKey : la ligne que le relais affiche"),
        .init(
            "{name}: it is not YAML or JSON of settings, in UTF-8",
            "{1} : ce n'est pas un YAML ou JSON de réglages, en UTF-8"),
        .init(
            "{name}: nothing is in it: look at the path behind --config",
            "{1} : il n'y a rien dedans : vérifier le chemin de --config"),
        .init(
            "{name}: line {}: the name there stands twice in its section: keep one of them",
            "{1} : ligne {2} : le nom qui s'y trouve figure deux fois dans sa section : n'en garder qu'un"),
        .init(
            "{name}: no such file: look at the path behind --config",
            "{1} : fichier absent : vérifier le chemin de --config"),
        .init(
            "{name}: a folder, where a configuration file is expected",
            "{1} : un dossier, et non un fichier de configuration"),
        .init(
            "{name}: too large for a configuration file: look at the path behind --config",
            "{1} : trop grand pour une configuration : vérifier le chemin de --config"),
        .init(
            "{name}: may not be read: look at its owner and mode",
            "{1} : lecture refusée : vérifier à qui il est, et ses droits"),
        .init(
            "{name}: line {} is not YAML or JSON: look at indentation, colons and quotes there and right above",
            "{1} : la ligne {2} n'est pas du YAML ou du JSON : vérifier le retrait, les deux-points et les guillemets, là et "
                + "juste au-dessus"),
        .init("{}: no such setting; {list}", "{1} : ce réglage n'existe pas ; {2}"),
        .init("{}: no such setting", "{1} : ce réglage n'existe pas"),
        .init("{} is meant?", "{1}, sans doute ?"),
        .init(
            "{}: settings are expected below it, or nothing of it",
            "{1} : des réglages sont attendus en dessous, ou rien du tout"),
        .init("{} more settings that do not exist", "et {1} autres réglages qui n'existent pas"),
        .init("{name}: incomplete", "{1} : incomplet"),
        .init("{}: missing", "{1} : manque"),
        .init("{}: empty", "{1} : vide"),
        .init("{}: a text is expected", "{1} : un texte est attendu"),
        .init("{}: a list is expected", "{1} : une liste est attendue"),
        .init("{}: a whole number is expected", "{1} : un nombre entier est attendu"),
        .init("{}: a whole number from {} to {} is expected", "{1} : un nombre entier de {2} à {3} est attendu"),
        .init("{}: true or false is expected", "{1} : true ou false est attendu"),
        .init("{}: {} to {} is expected", "{1} : de {2} à {3}"),
        .init("outbox.site.zone: one of {name} is expected", "outbox.site.zone : l'un de {1}"),
        .init("outbox.site.charset: one of {name} is expected", "outbox.site.charset : l'un de {1}"),
        .init(
            "outbox.site: zone or utcOffsetMinutes, not both", "outbox.site : zone ou utcOffsetMinutes, pas les deux"),
        .init(
            "inbox.sink.folder: a folder outside the data folder is expected",
            "inbox.sink.folder : un dossier hors de celui des données"),
        .init(
            "outbox.watch.folder: a folder outside the data folder is expected",
            "outbox.watch.folder : un dossier hors de celui des données"),
        .init(
            "outbox.watch.folder: a folder of its own is expected, without the configuration, keys and tables in it",
            "outbox.watch.folder : un dossier à part, sans la configuration, les clés ni les tables"),
        .init("outbox.codes, {words}", "outbox.codes, {1}"),
    ]
}
