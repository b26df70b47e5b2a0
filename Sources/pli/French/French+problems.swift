extension French {
    /// What a relay says in the detail of a refusal.
    static let problems: [FrenchPhrase] = aboutAskers + aboutLimits + aboutUploads + aboutPaths

    private static let aboutAskers: [FrenchPhrase] = [
        .init("only a participant of role {} may do this", "seul un participant de rôle {1} peut faire cela"),
        .init(
            "{words}: parcels are not taken until it is renewed", "{1} : aucun pli n'est pris avant son renouvellement"),
        .init("the directory has expired", "l'annuaire a expiré"),
        .init("the directory is dated ahead of the clock", "l'annuaire est daté en avance sur l'horloge"),
        .init(
            "send a JWT signed by this participant's Ed25519 key, for this origin, of {} s: a participant whose keys note is not "
                + "here posts that first",
            "envoyer un jeton JWT signé par la clé Ed25519 de ce participant, pour cette origine, de {1} s ; un participant dont "
                + "la note de clés n'est pas ici l'envoie d'abord"),
        .init(
            "this relay asks for a certificate of its clients: relay.certificate is missing",
            "ce relais demande un certificat à ses clients : relay.certificate manque"),
        .init(
            "this certificate, or one that it stands on, has expired: ask the relay's operator for another",
            "ce certificat, ou un dont il dépend, a expiré : en demander un autre à l'exploitant du relais"),
        .init(
            "this certificate, or one that it stands on, was revoked: ask the relay's operator for another",
            "ce certificat, ou un dont il dépend, a été révoqué : en demander un autre à l'exploitant du relais"),
        .init(
            "signed by keys that the directory no longer names: sign it anew, as a new parcel",
            "signé par des clés que l'annuaire ne nomme plus : le signer à nouveau, comme nouveau pli"),
        .init(
            "this certificate does not name the participant whose token this is",
            "ce certificat ne nomme pas le participant dont c'est le jeton"),
        .init(
            "the token is for another origin: relay.origin must be {}",
            "le jeton est pour une autre origine : relay.origin doit être {1}"),
        .init("the directory says that this participant is {words}", "l'annuaire dit ce participant {1}"),
        .init("suspended", "suspendu"),
        .init("retired", "retiré"),
        .init("revoked", "révoqué"),
        .init(
            "send a token of the participant whose keys these are",
            "envoyer un jeton du participant dont ce sont les clés"),
        .init(
            "{} uploads of this sender are unfinished: finish those first",
            "{1} envois de cet expéditeur sont inachevés : les finir d'abord"),
    ]

    private static let aboutLimits: [FrenchPhrase] = [
        .init("the relay takes nothing now", "le relais ne prend rien maintenant"),
        .init("the relay wants to be asked again later", "le relais demande qu'on revienne plus tard"),
        .init(
            "header fields are longer than this relay takes",
            "les champs d'en-tête sont plus longs que ce relais n'en prend"),
        .init("the request is no HTTP/1.1 that can be read", "la requête n'est pas du HTTP/1.1 lisible"),
        .init(
            "this participant asks more than {} times a second: wait",
            "ce participant demande plus de {1} fois par seconde : attendre"),
        .init(
            "this sender's share of the relay is taken up until receipts come; nothing was lost",
            "la part de cet expéditeur au relais est prise jusqu'aux accusés ; rien n'est perdu"),
        .init(
            "the parcel is larger than this sender's whole share of the relay ({} bytes): ask its operator for a larger one, or send "
                + "less in one parcel",
            "le pli dépasse à lui seul la part de cet expéditeur au relais ({1} octets) : en demander une plus grande à son "
                + "exploitant, ou envoyer moins dans un pli"),
        .init("the request was broken off", "la requête a été coupée"),
        .init(
            "the relay's data folder was changed under it; nothing is lost, try again later",
            "le dossier de données du relais a changé sous lui ; rien n'est perdu, réessayer plus tard"),
        .init(
            "{}: the relay waits for its clock; nothing is lost",
            "l'horloge du relais est douteuse, il attend ; rien n'est perdu"),
    ]

    private static let aboutUploads: [FrenchPhrase] = [
        .init(
            "this address asks more than {} times a second: wait",
            "cette adresse demande plus de {1} fois par seconde : attendre"),
        .init(
            "unfinished uploads of this sender take up half of the relay: finish or end those first",
            "les envois inachevés de cet expéditeur prennent la moitié du relais : les finir ou les abandonner d'abord"),
        .init(
            "entries are served for twelve months: those from /v1/log/minimum-index on are there",
            "les feuilles sont servies douze mois : celles à partir de /v1/log/minimum-index sont là"),
        .init(
            "no room for this parcel now; nothing was lost, try again later",
            "pas de place pour ce pli maintenant ; rien n'est perdu, réessayer plus tard"),
        .init(
            "no room now; nothing was lost, try again later",
            "pas de place maintenant ; rien n'est perdu, réessayer plus tard"),
        .init(
            "the relay keeps as much as it may; nothing was lost, try again later",
            "le relais garde tout ce qu'il peut ; rien n'est perdu, réessayer plus tard"),
        .init(
            "more bytes were sent than the manifest's size", "plus d'octets ont été envoyés que la taille du manifeste"),
        .init(
            "more bytes are announced than the manifest's size",
            "plus d'octets sont annoncés que la taille du manifeste"),
        .init("the body ends before its age header does", "le corps s'arrête dans son en-tête age"),
        .init("the body is too short to be an age file", "le corps est trop court pour un fichier age"),
        .init(
            "sealed with a password: seal to the recipient's key",
            "scellé par une phrase de passe : sceller à la clé du destinataire"),
        .init(
            "the directory requires post-quantum keys: seal to the age1pq key only",
            "l'annuaire exige des clés post-quantiques : sceller à la seule clé age1pq"),
        .init(
            "another request is sending this parcel: ask for its offset later",
            "une autre requête envoie ce pli : demander plus tard où il en est"),
        .init(
            "nothing of these bytes was kept: send them again",
            "rien de ces octets n'a été gardé : les envoyer à nouveau"),
        .init(
            "another request is sending this parcel: end that first",
            "une autre requête envoie ce pli : la finir d'abord"),
        .init(
            "an accepted parcel is not taken back: its receipt or its deadline ends it",
            "un pli accepté ne se reprend pas : son accusé ou son délai y met fin"),
        .init(
            "Upload-Checksum is sha1 or sha256, a space, and the digest in base64",
            "Upload-Checksum est sha1 ou sha256, une espace, et l'empreinte en base64"),
        .init(
            "the digest in Upload-Checksum has not the length of {}",
            "l'empreinte dans Upload-Checksum n'a pas la longueur de {1}"),
        .init(
            "an upload's length stays what it was: Upload-Length is the manifest's size",
            "la longueur d'un envoi reste ce qu'elle était : Upload-Length est la taille du manifeste"),
        .init(
            "the length is known: send Upload-Length, the manifest's size",
            "la longueur est connue : envoyer Upload-Length, la taille du manifeste"),
        .init("ask for the offset and go on there", "demander où en est l'envoi et continuer là"),
        .init(
            "what was kept of this parcel is damaged: send it from its first byte",
            "ce qui était gardé de ce pli est abîmé : l'envoyer depuis le début"),
        .init("the body's SHA-256 is not the manifest's", "l'empreinte SHA-256 du corps n'est pas celle du manifeste"),
        .init("no such parcel waits for this participant", "aucun pli de ce genre n'attend ce participant"),
        .init("another receipt on this parcel was taken before", "un autre accusé de ce pli a déjà été pris"),
        .init(
            "the receipt is dated past the parcel's deadline, or comes too late after it",
            "l'accusé est daté d'après le délai du pli, ou vient trop tard"),
        .init(
            "the parcel was acknowledged, or its deadline has passed: it is deleted",
            "le pli a été accusé, ou son délai est passé : il est supprimé"),
        .init(
            "the parcel's deadline has passed: send what it holds as a new parcel",
            "le délai du pli est passé : renvoyer ce qu'il contient dans un nouveau pli"),
        .init(
            "this parcel id was used before with another manifest: use a new id",
            "ce numéro de pli a déjà servi avec un autre manifeste : en prendre un nouveau"),
        .init("the parcel changed meanwhile: ask again", "le pli a changé entre-temps : redemander"),
        .init("send Tus-Resumable: {}", "envoyer Tus-Resumable: {1}"),
        .init(
            "send the manifest note in Upload-Metadata: manifest <base64>",
            "envoyer la note du manifeste dans Upload-Metadata: manifest <base64>"),
        .init(
            "send the manifest note once, as manifest <base64>",
            "envoyer une seule fois la note du manifeste : manifest <base64>"),
        .init("a manifest note has {} bytes at most", "la note d'un manifeste a {1} octets au plus"),
        .init("the manifest in Upload-Metadata is not base64", "le manifeste dans Upload-Metadata n'est pas du base64"),
        .init(
            "Upload-Length must be there and be the manifest's size",
            "Upload-Length doit être là et valoir la taille du manifeste"),
        .init(
            "this participant fetches {} parcels at once already: finish those first, or wait",
            "ce participant télécharge déjà {1} plis à la fois : finir d'abord ceux-là, ou attendre"),
        .init(
            "this participant takes {} long answers at once already: finish those first, or wait",
            "ce participant reçoit déjà {1} longues réponses à la fois : finir d'abord celles-là, ou attendre"),
        .init(
            "all participants take {} long answers at once already: wait",
            "tous les participants ensemble reçoivent déjà {1} longues réponses à la fois : attendre"),
        .init("send Content-Type: {}", "envoyer Content-Type: {1}"),
        .init("send Upload-Offset, a whole number", "envoyer Upload-Offset, un nombre entier"),
    ]

    private static let aboutPaths: [FrenchPhrase] = [
        .init("these entries are no longer served", "ces feuilles ne sont plus servies"),
        .init("the log has no such tile", "le registre n'a pas cette tuile"),
        .init(
            "no log was before this one: there is no checkpoint of it",
            "aucun registre n'a précédé celui-ci : il n'y en a pas d'état signé"),
        .init(
            "no log was before this one: there is no key of it",
            "aucun registre n'a précédé celui-ci : il n'y en a pas de clé"),
        .init(
            "no log was before this one, or it has no minimum-index",
            "aucun registre n'a précédé celui-ci, ou il n'a pas de minimum-index"),
        .init("ask without a body", "demander sans corps"),
        .init(
            "the parcel has another body: its manifest has the hash",
            "le pli a un autre corps : son manifeste en a l'empreinte"),
        .init(
            "the body has no byte of this range: ask for one inside of it",
            "aucun octet du corps n'est dans cette plage : en demander une qui y soit"),
        .init("wait is {} seconds at most", "wait vaut {1} secondes au plus"),
        .init("{} must be a whole number", "{1} doit être un nombre entier"),
        .init("{} must be {} at most", "{1} doit valoir {2} au plus"),
        .init("a note of {} bytes at most is expected", "une note de {1} octets au plus est attendue"),
        .init("there is no such thing for this participant", "rien de tel pour ce participant"),
        .init("there is no such path", "ce chemin n'existe pas"),
        .init("this path knows another method", "ce chemin connaît une autre méthode"),
        .init("the body is larger than what is taken here", "le corps dépasse ce qui est pris ici"),
        .init("the request cannot be read", "la requête ne se lit pas"),
        .init("the relay is stopping after a disk failure", "le relais s'arrête sur une faute de disque"),
        .init(
            "the relay could not do this; its log says why", "le relais n'a pas pu le faire ; son journal dit pourquoi"),
        .init("the relay did not take the request token", "le relais n'a pas accepté le jeton"),
        .init("the relay does not have this upload", "le relais n'a pas cet envoi"),
    ]
}
