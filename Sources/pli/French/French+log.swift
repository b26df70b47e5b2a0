extension French {
    /// What `TransparencyLog` says of logs, proofs and leaves: things, then rules.
    static let log: [FrenchPhrase] = logThings + logRules

    private static let logThings: [FrenchPhrase] = [
        .init("a bundle", "un paquet de feuilles"),
        .init("a size", "une taille"),
        .init("a subtree", "un sous-arbre"),
        .init("a tile", "une tuile"),
        .init("a tile of the right edge", "une tuile du bord droit"),
        .init("batch", "lot"),
        .init("checkpoint's extension lines", "lignes d'extension de l'état signé"),
        .init("checkpoint's size", "taille de l'état signé"),
        .init("entry", "feuille"),
        .init("entry {}", "feuille {1}"),
        .init("leaf", "feuille"),
        .init("log", "registre"),
        .init("proof", "preuve"),
        .init("proof's extra data", "données jointes à la preuve"),
        .init("the entry", "la feuille"),
        .init("the entry or size", "la feuille ou la taille"),
        .init("the first entry", "la première feuille"),
        .init("the minimum index", "le premier numéro servi"),
        .init("file", "fichier"),
        .init("a decimal number and a newline are expected", "un nombre décimal et une fin de ligne sont attendus"),
        .init("the proof's index", "le numéro de la preuve"),
    ]

    private static let logRules: [FrenchPhrase] = [
        .init("{} bytes are expected", "{1} octets sont attendus"),
        .init("{} entries are expected", "{1} feuilles sont attendues"),
        .init("larger than its limit of {} bytes", "plus que sa limite de {1} octets"),
        .init("an entry ends past the file's end", "une feuille dépasse la fin du fichier"),
        .init("data after the last entry", "il y a quelque chose après la dernière feuille"),
        .init("an extension line must not be empty", "une ligne d'extension ne doit pas être vide"),
        .init(
            "an object of type, event, at and note is expected", "un objet de type, event, at et note est attendu"),
        .init("it ends before the checkpoint", "elle s'arrête avant l'état signé"),
        .init("line {} of the path is no hash", "la ligne {1} du chemin n'est pas une empreinte"),
        .init("not UTF-8", "pas de l'UTF-8"),
        .init("the checkpoint: {words}", "l'état signé : {1}"),
        .init("the event is unknown", "l'événement est inconnu"),
        .init("the extra data is empty", "les données jointes sont vides"),
        .init("the extra data must be canonical base64", "les données jointes doivent être du base64 canonique"),
        .init("the first line must be {}", "la première ligne doit être {1}"),
        .init("the leaf is missing from the extra data", "la feuille manque aux données jointes"),
        .init("the line of the index is malformed", "la ligne du numéro est mal formée"),
        .init("the note must be 64 lower-case digits", "note doit être 64 chiffres minuscules"),
        .init("the origin must be a line of 1 to 255 bytes", "l'origine doit être une ligne de 1 à 255 octets"),
        .init(
            "the root must be the canonical base64 of 32 bytes", "la racine doit être le base64 canonique de 32 octets"),
        .init(
            "the size must be a decimal number without leading zeros",
            "la taille doit être un nombre décimal sans zéros en tête"),
        .init("the time must be like 2026-11-23T10:00Z", "l'heure doit être de la forme 2026-11-23T10:00Z"),
        .init("three lines are expected", "trois lignes sont attendues"),
        .init(
            "checkpoint: not signed by the expected key: {words}", "état signé : pas signé par la clé attendue : {1}"),
        .init("checkpoint: of another log than the key's", "état signé : d'un autre registre que celui de la clé"),
        .init("{} is missing from the log", "{1} manque au registre"),
        .init("{}: tile does not match parent", "{1} : la tuile ne correspond pas à sa tuile mère"),
        .init(
            "the tiles of the right edge do not match the checkpoint's root (size {})",
            "les tuiles du bord droit ne donnent pas la racine de l'état signé (taille {1})"),
        .init(
            "entry {} does not match its hash in the tile",
            "la feuille {1} ne correspond pas à son empreinte dans la tuile"),
        .init("entry {}: leaf: {words}", "feuille {1} : {2}"),
        .init("leaf: {words}", "feuille : {1}"),
        .init("proof: {words}", "preuve : {1}"),
        .init("checkpoint: {words}", "état signé : {1}"),
        .init("{words} lies outside the log", "{1} est hors du registre"),
        .init("the proof of inclusion does not hold", "la preuve d'inclusion ne tient pas"),
        .init("the proof of consistency does not hold", "la preuve de cohérence ne tient pas"),
        .init(
            "the proof is of another leaf than the one asked for", "la preuve est celle d'une autre feuille que demandé"
        ),
        .init(
            "an earlier append failed: open the log again before appending",
            "un ajout précédent a échoué : rouvrir le registre avant d'ajouter"),
    ]
}
