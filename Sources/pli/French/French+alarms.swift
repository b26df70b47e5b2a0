extension French {
    /// What the two agents' log lines tell a person who is to look at something.
    static let alarms: [FrenchPhrase] = outboxAlarms + inboxAlarms

    private static let outboxAlarms: [FrenchPhrase] = [
        .init("alarm {}: {words}", "alarme {1} : {2}"),
        .init("waiting, then trying again: {words}", "en attente, nouvel essai ensuite : {1}"),
        .init(
            "outbox.watch.folder: the watched folder is a file where a folder belongs: rename it",
            "outbox.watch.folder : le dossier surveillé est un fichier alors qu'un dossier est attendu : le renommer"),
        .init(
            "outbox.watch.folder: {} in it is a file where a folder belongs: rename it",
            "outbox.watch.folder : « {1} » dedans est un fichier alors qu'un dossier est attendu : le renommer"),
        .init(
            "outbox.watch.folder: the watched folder cannot be used ({words}): check its permissions",
            "outbox.watch.folder : le dossier surveillé ne peut pas être utilisé ({1}) : vérifier ses droits"),
        .init(
            "outbox.watch.folder: it, or the folder around it, is missing: is its disk mounted? Mount it, or make the folder",
            "outbox.watch.folder : lui, ou le dossier autour, manque : son disque est-il monté ? Le monter, ou créer le dossier"
        ),
        .init(
            "outbox.watch.folder: {} in it cannot be used ({words}): check its permissions",
            "outbox.watch.folder : « {1} » dedans ne peut pas être utilisé ({2}) : vérifier ses droits"),
        .init(
            "the relay has later keys of ours than the data folder: an old copy of it was put back; export again the days "
                + "since then",
            "le relais a de nous des clés plus récentes que le dossier de données : une ancienne copie y a été remise ; "
                + "exporter de nouveau les jours écoulés depuis"),
        .init(
            "the relay has later keys of ours than the data folder: an old copy of it was put back",
            "le relais a de nous des clés plus récentes que le dossier de données : une ancienne copie y a été remise"),
        .init(
            "the data folder is an old copy, and nobody has said that all is done: export again the days since it was made, then "
                + "pli doctor --old-folder-done",
            "le dossier de données est une ancienne copie, et personne n'a dit que tout est fait : exporter de nouveau les jours "
                + "écoulés depuis, puis pli doctor --old-folder-done"),
        .init(
            "the data folder is an old copy: have sent again what is missing, then pli doctor --old-folder-done",
            "le dossier de données est une ancienne copie : faire renvoyer ce qui manque, puis pli doctor --old-folder-done"
        ),
        .init(
            "files of parcels that the data folder does not know lie in the sink: an old copy of it was put back",
            "des fichiers de plis que le dossier de données ne connaît pas sont dans le dossier de livraison : une ancienne copie "
                + "y a été remise"),
        .init(
            "the relay has a receipt of ours that is not known here: an old copy was put back, or two inboxes run",
            "le relais a de nous un accusé inconnu ici : une ancienne copie a été remise, ou deux inbox tournent"),
        .init(
            "a recipient signed for a parcel of ours that the data folder does not know: an old copy of it was put back; export "
                + "again the days since then",
            "un destinataire a signé pour un pli à nous que le dossier de données ne connaît pas : une ancienne copie y a été "
                + "remise ; exporter de nouveau les jours écoulés depuis"),
        .init(
            "files of the watched folder cannot be reached because their names are not UTF-8: rename them",
            "des fichiers du dossier surveillé sont hors d'atteinte car leur nom n'est pas en UTF-8 : les renommer"),
        .init(
            "further such receipts are not told one by one: was another data folder put in the place of this outbox's own?",
            "les autres accusés de ce genre ne sont plus dits un par un : un autre dossier de données est-il à la place du "
                + "sien ?"),
        .init(
            "a file grew after it was taken: it is taken again; its writer has to use a name in .tmp and rename it",
            "un fichier a grandi après avoir été pris : il est repris ; qui l'écrit doit le faire sous un nom en .tmp, puis le "
                + "renommer"),
        .init(
            "a file of the watched folder was put into refused: {words}",
            "un fichier du dossier surveillé a été mis dans refused : {1}"),
        .init(
            "a file of the watched folder cannot be read and stays there: {words}",
            "un fichier du dossier surveillé ne peut pas être lu et y reste : {1}"),
        .init(
            "{} deliveries wait: the directory no longer holds the profile they were routed under",
            "{1} livraisons attendent : l'annuaire n'a plus le profil sous lequel elles étaient routées"),
        .init(
            "held reports cannot be opened: keep the data folder as it is, ask for support",
            "des comptes rendus retenus ne peuvent pas être ouverts : laisser le dossier de données tel quel, demander de "
                + "l'aide"),
        .init(
            "nothing goes out, of no recipient's making; ask the holders of the root keys, or the registrar: {words}",
            "rien ne part, sans qu'un destinataire y soit pour rien ; demander aux détenteurs des clés racines, ou au registraire : "
                + "{1}"),
        .init(
            "nothing goes out, of no recipient's making: {words}",
            "rien ne part, sans qu'un destinataire y soit pour rien : {1}"),
        .init("a taken report cannot be sent: {words}", "un compte rendu pris ne peut pas être envoyé : {1}"),
        .init(
            "reports wait for a recipient to whom nothing can be sealed: {words}",
            "des comptes rendus attendent un destinataire à qui rien ne peut être scellé : {1}"),
        .init(
            "no receipt yet though it is due: call the recipient",
            "pas encore d'accusé de réception alors qu'il est dû : appeler le destinataire"),
        .init(
            "a parcel has not left here though its receipt is due: pli doctor and the lines before say what keeps it from the "
                + "relay; nothing is lost",
            "un pli n'est pas encore parti d'ici alors que son accusé est dû : pli doctor et les lignes d'avant disent ce qui le "
                + "tient loin du relais ; rien n'est perdu"),
        .init(
            "a parcel's deadline passed without a receipt: call the recipient, then pli outbox resend or abandon",
            "le délai d'un pli est passé sans accusé de réception : appeler le destinataire, puis pli outbox resend ou abandon"
        ),
        .init(
            "receipts cannot be found in the relay's log: {words}",
            "des accusés ne se trouvent pas dans le registre du relais : {1}"),
        .init(
            "reports wait to be sent again for so long that their recipient may have forgotten whether it had them: ask it, "
                + "then pli outbox abandon",
            "des comptes rendus attendent d'être renvoyés depuis si longtemps que leur destinataire peut avoir oublié s'il "
                + "les a eus : le lui demander, puis pli outbox abandon"),
        .init(
            "the relay no longer has parcels that it had accepted; they are sent again: ask its operator why",
            "le relais n'a plus des plis qu'il avait acceptés ; ils sont renvoyés : demander pourquoi à son exploitant"),
        .init("{words}; it counts all the same", "{1} ; il compte tout de même"),
        .init(
            "the relay does not take a parcel; its reports stay in the journal: {words}",
            "le relais ne prend pas un pli ; ses comptes rendus restent au journal : {1}"),
        .init("a parcel stays spooled: {words}", "un pli reste en file : {1}"),
        .init(
            "the relay shows a receipt on a parcel that this outbox never made for that recipient",
            "le relais montre l'accusé d'un pli que cet outbox n'a jamais fait pour ce destinataire"),
        .init(
            "a receipt does not hold and changes nothing: {words}; call the recipient and the relay's operator",
            "un accusé ne tient pas et ne change rien : {1} ; appeler le destinataire et l'exploitant du relais"),
        .init(
            "a receipt is dated outside its time: set this machine's clock, or have the recipient set its own",
            "un accusé est daté hors de son temps : régler l'horloge de cette machine, ou faire régler celle du destinataire"
        ),
        .init(
            "a recipient signed for a parcel that the relay said it had not taken; another one may have its number: ask the "
                + "relay's operator why",
            "un destinataire a signé pour un pli que le relais disait n'avoir pas pris ; un autre a peut-être son numéro : "
                + "demander pourquoi à l'exploitant du relais"),
        .init("the relay shows what does not hold: {words}", "le relais montre ce qui ne tient pas : {1}"),
        .init("a receipt cannot be verified now: {words}", "un accusé ne peut pas être vérifié maintenant : {1}"),
        .init(
            "the recipient refused a parcel; its reports stay in the journal",
            "le destinataire a refusé un pli ; ses comptes rendus restent au journal"),
        .init(
            "the recipient refused a parcel of pli parcel seal, of which nothing is kept here: seal it again",
            "le destinataire a refusé un pli de pli parcel seal, dont rien n'est gardé ici : le sceller de nouveau"),
    ]

    private static let inboxAlarms: [FrenchPhrase] = [
        .init("a parcel waits: {words}", "un pli attend : {1}"),
        .init("refused: {words}", "pli refusé : {1}"),
        .init("an opened body could not be removed", "un corps ouvert n'a pas pu être effacé : l'effacer à la main"),
        .init(
            "a parcel's deadline passed before it could be delivered",
            "le délai d'un pli est passé avant qu'il ait pu être remis : appeler l'expéditeur"),
        .init(
            "nobody can seal to us: the directory requires post-quantum keys, ours is classical: pli key rotate, then restart",
            "personne ne peut sceller pour nous : l'annuaire exige des clés post-quantiques, la nôtre est classique : pli key "
                + "rotate, puis redémarrer"),
        .init("our own keys are not published: {words}", "nos propres clés ne sont pas publiées : {1}"),
        .init(
            "parcels of this sender were never seen here: numbers {} to {}; ask it (pli outbox numbers)",
            "des plis de cet expéditeur n'ont jamais été vus ici : numéros {1} à {2} ; le lui demander (pli outbox numbers)"
        ),
        .init(
            "another parcel of this sender had the same number, {}",
            "un autre pli de cet expéditeur avait le même numéro, {1}"),
        .init(
            "the relay has another receipt of ours for a parcel", "le relais a de nous un autre accusé pour un pli"),
    ]
}
