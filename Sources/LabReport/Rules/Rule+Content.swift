/// The rules of what a report is made of and of single values, as readers find them.
extension Rule {
    // MARK: - Structure

    static let structure: [Rule] = [
        patientMissing, segmentEnds, orderMissing, specimenWithoutOrder, noDiscreteResults, cdaDocument, documentOnly,
        attachmentDropped,
        continuation, otherGroupHeld,
        actionMismatch, actionUnclear, orderDiscontinued, withdrawalAsNew, controlCode, tooManyCancelled,
        orderNumberAction,
        orderNumbersDiffer, orderShifted,
    ]

    static let patientMissing = Rule(
        "patient-missing", .error, 100, fixed: true,
        french: "Résultats sans segment PID avant eux ; envoyer PID devant ORC et OBR.",
        english: "Results without a PID segment before them; send PID before ORC and OBR.")
    static let segmentEnds = Rule(
        "segment-ends", .error, 100, fixed: true,
        french:
            "Tout le message sur une ligne : rien ne sépare PID et les autres segments de MSH ; finir chacun par CR (0x0D).",
        english:
            "The whole message in one line: nothing parts PID and the other segments from MSH; end each with CR (0x0D)."
    )
    static let orderMissing = Rule(
        "order-missing", .error, 100, fixed: true,
        french: "Résultat (OBX) sans demande (OBR) avant lui ; envoyer OBR devant ses OBX, et pas d'OBX sur le patient "
            + "derrière PID.",
        english:
            "A result (OBX) without its order (OBR) before it; send OBR before its OBX, and no OBX about the patient "
            + "behind PID.")
    static let specimenWithoutOrder = Rule(
        "specimen-without-order", .error, 100, fixed: true,
        french:
            "Prélèvement (SPM) sans demande (OBR) : on ne peut savoir de quoi il est ; envoyer SPM derrière les OBX "
            + "de sa demande.",
        english:
            "A specimen (SPM) without an order (OBR): nobody can tell what it is of; send SPM behind the OBX of its "
            + "order.")
    static let noDiscreteResults = Rule(
        "no-discrete-results", .error, 100,
        french: "Aucun résultat structuré (OBX) pour ce patient ; les envoyer un par OBX.",
        english: "No discrete result (OBX) for this patient; send each as an OBX.")
    static let cdaDocument = Rule(
        "cda-document", .error, 207, fixed: true,
        french:
            "Les résultats sont dans un document CDA (OBX-5) qui n'a pu être lu ; envoyer un CDA R2 de niveau 3, ou "
            + "les résultats structurés, un par OBX.",
        english: "The results are inside a CDA document (OBX-5) that could not be read; send a level 3 CDA R2, or the "
            + "discrete results, each as an OBX.")
    package static let documentOnly = Rule(
        "document-only", .error, 207, fixed: true,
        french: "Le compte rendu n'est qu'un document joint (PDF, texte, image) : aucun résultat ne peut y être lu ; "
            + "envoyer les résultats structurés, un par OBX, ou un CDA R2 de niveau 3.",
        english: "The report is an attached document only (PDF, text, picture): no result in it can be read; send the "
            + "discrete results, each as an OBX, or a level 3 CDA R2.")
    static let attachmentDropped = Rule(
        "attachment-dropped", .warning, 0,
        french: "Document joint (OBX-2 ED ou RP) : il n'est pas transmis, les résultats structurés le sont.",
        english: "An attached document (OBX-2 ED or RP) is not passed on; the discrete results are.")
    static let continuation = Rule(
        "continuation", .error, 100, fixed: true,
        french: "Message en plusieurs morceaux (DSC, ADD, MSH-14) ; l'envoyer entier.",
        english: "A message in several fragments (DSC, ADD, MSH-14); send it whole.")
    static let otherGroupHeld = Rule(
        "other-patient-held", .error, 100, fixed: true,
        french: "Retenu parce qu'un autre patient du même message l'est ; corriger celui-là et renvoyer.",
        english: "Held because another patient of the same message is; correct that one and send again.")
    static let actionMismatch = Rule(
        "action-mismatch", .error, 103,
        french:
            "ORC-1 et OBX-11 se contredisent dans une demande (annulation d'un résultat final, ou remplacement par un "
            + "résultat retiré, ou une demande annulée parmi d'autres sans ses résultats, ou maintenue sous le même numéro) ; "
            + "donner à chaque demande son ORC et ses OBX, avec RO et C, ou CA et D.",
        english: "ORC-1 and OBX-11 contradict each other in one order (a final result cancelled, or replaced by one "
            + "withdrawn, or one cancelled among others without its results, or kept under the same number); give each order "
            + "its own ORC and OBX, with RO and C, or CA and D.")
    static let tooManyCancelled = Rule(
        "too-many-cancelled", .error, 198, fixed: true,
        french: "Plus de 1 000 demandes annulées sans résultat dans un message ; envoyer plusieurs messages.",
        english: "More than 1,000 orders cancelled without results in a message; send several messages.")
    static let actionUnclear = Rule(
        "action-unclear", .warning, 103,
        french: "ORC-1 et OBX-11 ne s'accordent pas : le compte rendu est tenu pour un remplacement ; employer RO "
            + "avec C, NW avec F.",
        english: "ORC-1 and OBX-11 do not agree: the report is taken as a replacement; use RO with C, NW with F.")

    static let orderDiscontinued = Rule(
        "order-discontinued", .warning, 103,
        french:
            "ORC-1 ou ORC-5 dit la demande interrompue (DC, OD, DR) et elle a des résultats qui tiennent : transmis comme "
            + "tels ; annuler par CA et D, ou envoyer RE.",
        english:
            "ORC-1 or ORC-5 says that the order was discontinued (DC, OD, DR) and it has results that stand: passed on as "
            + "such; cancel with CA and D, or send RE.")
    static let withdrawalAsNew = Rule(
        "withdrawal-as-new", .warning, 103,
        french:
            "ORC-1 dit « nouvelle demande » (NW) et OBX-11 retire un résultat (D, W) : il serait retiré chez ceux qui "
            + "l'ont ; envoyer CA avec D, ou RE. Un logiciel qui écrit toujours NW : outbox.rules.warnings.",
        english: "ORC-1 says a new order (NW) and OBX-11 withdraws a result (D, W): it would be withdrawn where it is "
            + "known; send CA with D, or RE. For software that always writes NW: outbox.rules.warnings.")
    static let controlCode = Rule(
        "order-control-code", .warning, 103,
        french:
            "ORC-1 hors de la table 0119 : seuls les états des résultats disent ce que devient le précédent ; employer "
            + "NW, RE, RO ou CA.",
        english:
            "ORC-1 outside table 0119: only the statuses of results say what becomes of an earlier version; use NW, "
            + "RE, RO or CA.")

    static let orderNumberAction = Rule(
        "order-number-action", .error, 103,
        french:
            "ORC-1 annule ou remplace, et ORC et OBR ne disent pas le même numéro de demande (ORC-2 et OBR-2, ORC-3 et "
            + "OBR-3) : nul ne sait laquelle ; donner le même aux deux.",
        english:
            "ORC-1 cancels or replaces, and ORC and OBR do not say the same order number (ORC-2 and OBR-2, ORC-3 and "
            + "OBR-3): nobody knows which order is meant; give both the same.")
    static let orderNumbersDiffer = Rule(
        "order-number-differs", .warning, 103,
        french: "ORC et OBR ne disent pas le même numéro de demande (ORC-2 et OBR-2, ORC-3 et OBR-3) : celui d'OBR est "
            + "transmis ; donner le même aux deux.",
        english: "ORC and OBR do not say the same order number (ORC-2 and OBR-2, ORC-3 and OBR-3): OBR's is passed on; "
            + "give both the same.")
    static let orderShifted = Rule(
        "order-shifted", .error, 101,
        french:
            "Le code de l'examen est à la place du numéro de la demande (OBR-2 ou OBR-3), et OBR-4 est vide : toutes "
            + "les demandes de cet examen auraient le même numéro ; rendre à OBR la barre qui manque.",
        english:
            "The code of the examination stands in the place of the order's number (OBR-2 or OBR-3), and OBR-4 is empty: "
            + "all orders of this examination would have the same number; give OBR the bar that is missing.")

    // MARK: - Values

    static let values: [Rule] = [
        birthDateForm, observationTime, timeForm, timeGap, timeUnsure, valueTypeMissing, valueTypeUnknown,
        valueTypeAsText, codeForm, powerCaret,
        numberForm,
        numberLong,
        repeatedValue, statusMissing, statusUnknown, observationCodeMissing, sexCode, nameType, insUnqualified,
        insSeveral,
        insUnusable,
        nirAsLocalID, nirInContact, rangeCondition, valueNull, repetitionDropped, specimenSeveral, noteDropped,
        detailDropped, consentCode, consentNotValid, noteConsent,
    ]

    static let birthDateForm = Rule(
        "birth-date", .error, 102,
        french: "Date de naissance impossible ou mal écrite (PID-7) ; écrire AAAAMMJJ, AAAAMM ou AAAA.",
        english: "The birth date (PID-7) does not exist or is badly written; write YYYYMMDD, YYYYMM or YYYY.")
    static let observationTime = Rule(
        "observation-time", .error, 102,
        french: "Date de prélèvement ou d'observation impossible ou mal écrite ; écrire AAAAMMJJHHMM+ZZZZ.",
        english: "A collection or observation time does not exist or is badly written; write YYYYMMDDHHMM+ZZZZ.")
    static let timeForm = Rule(
        "time-form", .warning, 102,
        french:
            "Date ou heure impossible ou mal écrite, laissée de côté, ou gardée comme texte (OBX-5) ; écrire AAAAMMJJHHMM+ZZZZ, "
            + "et HHMM pour une heure seule (TM).",
        english:
            "A time that does not exist or is badly written was left out, or kept as text (OBX-5); write YYYYMMDDHHMM+ZZZZ, "
            + "and HHMM for a time of day (TM).")
    package static let timeGap = Rule(
        "time-gap", .warning, 102,
        french: "Heure qui n'existe pas (passage à l'heure d'été), comprise en heure d'hiver ; vérifier l'horloge de "
            + "l'émetteur.",
        english: "A time that does not exist (clocks went forward), taken as winter time; check the sender's clock.")
    static let timeUnsure = Rule(
        "time-unsure", .warning, 102,
        french:
            "Heure sans minutes, prise pour l'heure pleine, ou heure qui vient deux fois (passage à l'heure d'hiver), prise "
            + "pour la première, ou au décalage du message ; écrire AAAAMMJJHHMM+ZZZZ.",
        english:
            "An hour without minutes, taken as the full hour, or a time that comes twice (clocks go back), taken as the "
            + "first one, or at the message's offset; write YYYYMMDDHHMM+ZZZZ.")
    static let valueTypeMissing = Rule(
        "obx2-missing", .error, 101,
        french: "Résultat sans type (OBX-2) ; mettre CWE, NM, SN ou ST.",
        english: "A result without type (OBX-2); put CWE, NM, SN or ST.")
    static let valueTypeUnknown = Rule(
        "obx2-unknown", .error, 103, fixed: true,
        french: "Type de résultat inconnu (OBX-2) ; employer la table 0125.",
        english: "Unknown result type (OBX-2); use table 0125.")
    static let valueTypeAsText = Rule(
        "obx2-as-text", .warning, 103,
        french: "Type de résultat inusité (OBX-2) : la valeur est transmise comme un texte.",
        english: "An unusual result type (OBX-2): the value is passed on as text.")
    static let codeForm = Rule(
        "code-form", .warning, 103,
        french:
            "Code en minuscules, ou valeur entourée de séparateurs vides (~, &) dans un champ qui n'en a qu'une : comprise "
            + "ainsi ; écrire les codes en majuscules, et rien derrière.",
        english: "A code in small letters, or a value among separators of nothing (~, &) in a field that has only one: "
            + "understood so; write codes in capitals, and nothing behind them.")
    static let powerCaret = Rule(
        "power-caret", .warning, 102,
        french: "Accent circonflexe d'une puissance (10^9) écrit comme un séparateur : compris comme puissance ; "
            + "écrire 10*9, ou l'échapper.",
        english: "The caret of a power (10^9) written as a separator: understood as a power; write 10*9, or "
            + "escape it.")
    static let numberForm = Rule(
        "obx5-number", .warning, 102,
        french: "Valeur annoncée numérique qui n'est pas un nombre (chiffres et point seulement) : transmise comme "
            + "un texte ; employer SN ou ST.",
        english: "A value said to be numeric that is no number (digits and point only): passed on as text; use SN "
            + "or ST.")
    static let numberLong = Rule(
        "obx5-number-length", .warning, 102,
        french: "Nombre de plus de 16 caractères, transmis tel quel.",
        english: "A number of more than 16 characters, passed on as it stands.")
    static let repeatedValue = Rule(
        "obx5-repeated", .warning, 198,
        french:
            "Plusieurs valeurs dans un OBX-5 : transmises comme autant de résultats, ou dans un texte (ST, TX, FT) comme "
            + "ses lignes ; écrire \\R\\ le signe ~ qui fait partie d'une valeur.",
        english: "Several values in one OBX-5: passed on as so many results, or in a text (ST, TX, FT) as its lines; "
            + "write the sign ~ that is a part of a value as \\R\\.")
    static let statusMissing = Rule(
        "obx11-missing", .error, 101, fixed: true,
        french: "Résultat sans état (OBX-11) : on ne peut le tenir pour final ; mettre F, C ou P.",
        english: "A result without status (OBX-11) cannot be taken as final; put F, C or P.")
    static let statusUnknown = Rule(
        "obx11-unknown", .error, 103, fixed: true,
        french: "État de résultat inconnu (OBX-11) ; employer la table 0085.",
        english: "Unknown result status (OBX-11); use table 0085.")
    static let observationCodeMissing = Rule(
        "obx3-missing", .error, 101, fixed: true,
        french: "Résultat sans code d'analyse (OBX-3) ; mettre le code LOINC ou local.",
        english: "A result without observation code (OBX-3); put the LOINC or local code.")
    static let sexCode = Rule(
        "sex-code", .warning, 103,
        french: "Sexe hors de la table 0001 (PID-8) : une lettre est transmise telle quelle, autre chose non ; "
            + "employer F, M ou U.",
        english: "Sex outside table 0001 (PID-8): a letter is passed on as it stands, anything else is not; use F, "
            + "M or U.")
    static let insUnqualified = Rule(
        "ins-not-qualified", .warning, 0, fixed: true,
        french: "INS sans statut VALI (PID-32) : il n'est pas transmis, le reste l'est ; qualifier l'identité.",
        english: "An INS without status VALI (PID-32) is not passed on, the rest is; qualify the identity.")
    static let insSeveral = Rule(
        "ins-several", .warning, 198,
        french: "Plusieurs INS ou NIR pour un patient : le premier du meilleur rang est gardé, les autres laissés "
            + "de côté.",
        english: "Several INS or NIR for one patient: the first of the best rank is kept, the others are left out.")
    static let insUnusable = Rule(
        "ins-oid", .warning, 103,
        french: "Identifiant de type INS sans OID de l'INS-NIR ou de l'INS-NIA, ou sans numéro, laissé de côté ; "
            + "écrire le numéro en PID-3.1, et 1.2.250.1.213.1.4.8 ou .9 en PID-3.4.",
        english: "An identifier of type INS without the OID of INS-NIR or INS-NIA, or without a number, was left out; "
            + "write the number in PID-3.1, and 1.2.250.1.213.1.4.8 or .9 in PID-3.4.")
    static let nirAsLocalID = Rule(
        "nir-as-local-id", .warning, 103,
        french:
            "Identifiant local qui a la forme d'un NIR : jamais transmis comme numéro local à qui ne reçoit pas le NIR ; le "
            + "déclarer (type NH) s'il en est un, ou donner un autre numéro local.",
        english:
            "A local identifier that has the form of a NIR: never passed on as a local number to whoever may not have the "
            + "NIR; declare it (type NH) where it is one, or give another local number.")
    static let nirInContact = Rule(
        "nir-in-contact", .warning, 0,
        french:
            "Téléphone ou adresse de messagerie faits du NIR ou du matricule INS (messagerie nationale du patient) : non "
            + "transmis ; envoyer l'INS parmi les identifiants, et ici un autre moyen de joindre la personne.",
        english:
            "A telephone or a mail address made of the NIR or INS (the patient's national mailbox) is not passed on; send "
            + "the INS among the identifiers, and here another way to reach the person.")
    static let nameType = Rule(
        "name-type", .warning, 103,
        french:
            "Nom d'un type qui n'est pas celui de naissance (PID-5.7 : pseudonyme, alias), pris pour lui faute d'un "
            + "autre ; envoyer le nom de naissance (L), ou ANOM en PID-32 pour un patient anonyme.",
        english:
            "A name of a type that is none at birth (PID-5.7: a pseudonym, an alias) was taken for it, since there is "
            + "no other; send the name at birth (L), or ANOM in PID-32 for an anonymous patient.")
    package static let repetitionDropped = Rule(
        "repetition-dropped", .warning, 198,
        french: "Plusieurs pour un seul qui est porté (répétition d'un champ, autre prescripteur, autre adresse) : le "
            + "premier, ou le meilleur, est transmis, les autres non.",
        english: "Several where only one is carried (repetitions of a field, another requester, another address): the "
            + "first or best one is passed on, the others are not.")
    package static let specimenSeveral = Rule(
        "specimen-several", .warning, 198,
        french: "Plusieurs prélèvements (SPM) pour une demande : s'ils diffèrent, aucun n'est dit celui de ses "
            + "résultats ; envoyer une demande (OBR) pour chacun.",
        english: "Several specimens (SPM) of one order: where they differ, none is said to be its results'; send an "
            + "order (OBR) for each.")
    static let noteDropped = Rule(
        "note-dropped", .warning, 0,
        french: "Note (NTE) dont rien ne dit sur quoi elle porte : elle n'est pas transmise ; la placer derrière PID, "
            + "OBR, OBX ou SPM.",
        english: "A note (NTE) of which nothing says what it is about is not passed on; put it behind PID, OBR, OBX "
            + "or SPM.")
    package static let detailDropped = Rule(
        "detail-dropped", .warning, 0,
        french:
            "Un détail n'a pas de place dans un compte rendu (conclusion codée, site, état du prélèvement, fin du recueil, "
            + "renseignement clinique, confidentialité, texte d'origine…) : il n'est pas transmis, le reste l'est ; s'il "
            + "compte, l'écrire aussi en note.",
        english:
            "A detail has no place in a report (coded conclusion, site, state of the specimen, end of its collection, "
            + "clinical information, confidentiality, original text…): it is not passed on, the rest is; if it matters, "
            + "write it in a note as well.")
    static let noteConsent = Rule(
        "note-consent", .error, 103,
        french: "Note du patient (NTE derrière PID) qui parle de refus et de transmission ou d'envoi sans être la "
            + "phrase convenue : c'est peut-être une opposition ; écrire CON-11 (R ou A), ou PATIENT OPPOSE A LA TRANSMISSION.",
        english:
            "A note on the patient (NTE behind PID) that speaks of refusing and transmission or sending and is not "
            + "the agreed phrase: it may be an objection; write CON-11 (R or A), or PATIENT OPPOSE A LA TRANSMISSION.")
    static let consentCode = Rule(
        "consent-code", .error, 103,
        french:
            "Ce que le patient a dit (CON-11) manque ou n'est pas de la table 0498, et peut être une opposition ; écrire A "
            + "(accord), R (refus) ou X (retrait) en CON-11.1.",
        english:
            "What the patient said (CON-11) is missing or not of table 0498, and may be an objection; write A (agreed), R "
            + "(refused) or X (rescinded) in CON-11.1.")
    static let consentNotValid = Rule(
        "consent-not-valid", .warning, 103,
        french:
            "Accord du patient (CON-11) échu, ou à venir, à la date du message (CON-15, CON-16) : il ne vaut pas accord ; "
            + "envoyer celui qui vaut, ou vérifier ces dates.",
        english:
            "The patient's agreement (CON-11) has ended, or is to come, on the day of the message (CON-15, CON-16): it is "
            + "taken for none; send the one that holds, or check these dates.")
    package static let rangeCondition = Rule(
        "range-condition", .warning, 103,
        french:
            "Valeurs de référence pour certains patients seulement (sexe, âge), sans rien qui le dise en clair : on les "
            + "croirait de celui-ci ; nommer la condition, ou n'envoyer que les valeurs du patient.",
        english:
            "A reference range for some patients only (sex, age), which nothing says in words: it would be taken for this "
            + "patient's; name the condition, or send the patient's own range only.")
    package static let valueNull = Rule(
        "value-null", .warning, 103,
        french: "Résultat dit absent (nullFlavor, dataAbsentReason) et donné pourtant : nul ne sait ce qui vaut ; ôter "
            + "l'un ou l'autre.",
        english: "A result said to be absent (nullFlavor, dataAbsentReason) and given all the same: nobody knows which "
            + "holds; take one away.")
}
