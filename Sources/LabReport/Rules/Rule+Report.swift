/// The rules that any report is held to, whatever format it came in.
extension Rule {
    static let report: [Rule] = [
        reportSize, patientUnidentified, patientNameMissing, resultsMissing, resultValueMissing, fillerMissing,
        fillerMissingInPart,
        laboratoryMissing, laboratorySeveral, laboratorySiteUnclear, nirKey, nirNoKey, insKey, insTraits, insFictitious,
        rppsKey, adeliForm,
        finessKey,
        birthInFuture,
        birthTooOld, timeInFuture, timeOrder, birthAfterSpecimen, loincKey, notProduction, postcodeForm,
        postcodeUnknown,
        postcodeShared, postcodeMissing, countryUnknown, countryContradicted, placeForm, notOfAPerson, orderUnanswered,
        addressNotValid, contactNotValid, insExpired, finessNotAllowed, finessOfEntity,
        finessMissing, codeUnmapped, valueUnmapped,
        structuredForm,
        unitForm, unitNotUCUM, structuredAsText, textNotSent, rangeNotSent, meaningUnclear,
        interpretationCode, valueContradiction, unitContradiction,
        markerUnclear, resultTwice, characterLost, textEncodedTwice,
        orderStatusCode, identityStatusCode, duplicateMessage, duplicateReport, repeatedMessage,
    ]

    static let codeUnmapped = Rule(
        "code-unmapped", .warning, 103,
        french:
            "Analyse sans code LOINC : aucune route ne la prend par son code ; l'ajouter à la table de l'expéditeur "
            + "(pli check --unmapped).",
        english: "A test without LOINC code: no route takes it by its code; add it to the sender's table (pli check "
            + "--unmapped).")
    static let valueUnmapped = Rule(
        "value-unmapped", .warning, 103,
        french: "Résultat codé d'un code local de sens inconnu ; l'ajouter à la table de l'expéditeur (pli check "
            + "--unmapped).",
        english: "A result in a local code of unknown meaning; add it to the sender's table (pli check --unmapped).")
    static let valueContradiction = Rule(
        "value-contradiction", .error, 103,
        french: "Le code d'un résultat, son libellé ou son interprétation (OBX-5, OBX-8) disent l'un positif, l'autre "
            + "négatif : nul ne sait lequel vaut ; corriger et renvoyer.",
        english: "The code of a result, its text or its interpretation (OBX-5, OBX-8) say positive here and negative "
            + "there: nobody knows which holds; correct it and send it again.")
    static let unitContradiction = Rule(
        "unit-contradiction", .error, 103,
        french: "Le code d'une unité et son libellé (OBX-6) ne disent pas la même quantité (g/L et mg/L) : le résultat "
            + "serait mille fois un autre ; les mettre d'accord et renvoyer.",
        english:
            "The code of a unit and its text (OBX-6) do not say the same amount (g/L and mg/L): the result would be "
            + "a thousand times another; make them agree and send it again.")
    static let resultTwice = Rule(
        "result-twice", .warning, 205,
        french: "Le même résultat deux fois dans une demande (analyse, valeur et moment) : les deux sont transmis ; "
            + "vérifier ce qui l'a répété.",
        english:
            "The same result twice in one order (test, value and time): both are passed on; find out what repeated "
            + "it.")
    static let characterLost = Rule(
        "character-lost", .warning, 102,
        french:
            "Un nom ou un résultat contient le caractère de remplacement (U+FFFD) : un logiciel a perdu une lettre avant l'envoi ; "
            + "corriger sa conversion de caractères, et renvoyer.",
        english:
            "A name or a result holds the replacement character (U+FFFD): a program lost a letter before it was sent; correct "
            + "its conversion of characters, and send it again.")
    static let textEncodedTwice = Rule(
        "text-encoded-twice", .warning, 102,
        french:
            "Un nom ou un résultat en UTF-8 encodé deux fois (« Ã© » pour « é »), transmis tel quel ; corriger le logiciel qui "
            + "prend l'UTF-8 pour un autre jeu de caractères, et renvoyer.",
        english:
            "A name or a result is UTF-8 that was encoded twice (\"Ã©\" for \"é\"), passed on as it stands; correct the "
            + "program that takes UTF-8 for another character set, and send it again.")
    static let markerUnclear = Rule(
        "marker-unclear", .error, 103,
        french: "L'accord ou l'opposition du patient (table de l'expéditeur) ne dit ni oui ni non ; écrire O ou N, ou "
            + "corriger la table.",
        english: "The patient's agreement or objection (the sender's table) says neither yes nor no; write Y or N, or "
            + "correct the table.")
    static let structuredForm = Rule(
        "obx5-structured", .warning, 102,
        french: "Valeur annoncée SN (comparateur, nombre, séparateur, nombre) qui n'en est pas une ; corriger, ou "
            + "employer ST.",
        english: "A value said to be SN (comparator, number, separator, number) that is none; correct it, or use ST.")
    static let unitForm = Rule(
        "unit-form", .warning, 102,
        french:
            "Unité qui n'en est pas une (des mots, un long nombre) : un destinataire sans result.text ne reçoit ni elle "
            + "ni le nombre ; écrire l'unité UCUM.",
        english: "A unit that is none (words, a long number): a recipient without result.text gets neither it nor the "
            + "number; write the UCUM unit.")
    static let unitNotUCUM = Rule(
        "unit-ucum", .warning, 103,
        french:
            "Unité dite UCUM qui n'en a pas la forme (Giga/l, mg / dl, UI/L) : elle est transmise en clair, sans ce système ; "
            + "écrire l'unité UCUM (10*9/L, mg/dL, [IU]/L), ou ne pas nommer UCUM.",
        english:
            "A unit said to be of UCUM that has not its form (Giga/l, mg / dl, UI/L) is passed on in words, without that "
            + "system; write the UCUM unit (10*9/L, mg/dL, [IU]/L), or do not name UCUM.")
    static let structuredAsText = Rule(
        "structured-as-text", .warning, 102,
        french:
            "Valeur structurée (SN) avec une unité, dont FHIR n'a pas la forme : les destinataires la lisent en toutes lettres, "
            + "l'unité derrière ; employer <, <=, >=, >, ou « - » et « : » entre deux nombres, le plus petit d'abord pour « - ».",
        english:
            "A structured value (SN) with a unit, for which FHIR has no form: recipients read it in words, its unit behind it; "
            + "use <, <=, >=, >, or \"-\" and \":\" between two numbers, the smaller one first for \"-\".")
    static let textNotSent = Rule(
        "text-not-sent", .warning, 102,
        french:
            "Résultat en toutes lettres, qu'un destinataire dont le profil n'a pas result.text ne reçoit pas ; le coder "
            + "en OBX-5 (CWE), ou faire inscrire result.text au profil.",
        english: "A result in words of its own, which a recipient without result.text in its profile does not get; "
            + "code it in OBX-5 (CWE), or have result.text listed in the profile.")
    static let rangeNotSent = Rule(
        "range-not-sent", .warning, 102,
        french:
            "Valeurs de référence avec d'autres mots que ceux des bornes, qu'un destinataire dont le profil n'a pas "
            + "result.text ne reçoit pas ; n'écrire en OBX-7 que les bornes, ou faire inscrire result.text au "
            + "profil.",
        english: "A reference range with other words than those of limits, which a recipient without result.text in "
            + "its profile does not get; write the limits only in OBX-7, or have result.text listed in the profile.")
    static let meaningUnclear = Rule(
        "meaning-unclear", .warning, 103,
        french:
            "Résultat qu'une route demande selon son sens (positif, négatif…), et dont le sens ne se lit pas : cette route "
            + "ne le prend pas ; coder OBX-5 (SNOMED CT) ou n'y mettre que le mot, ou dire le sens en OBX-8 (POS, NEG).",
        english:
            "A result that a route asks for by its meaning (positive, negative…), and whose meaning cannot be told: that "
            + "route does not take it; code OBX-5 (SNOMED CT) or write the word alone, or say the meaning in OBX-8 (POS, "
            + "NEG).")
    static let interpretationCode = Rule(
        "interpretation-code", .warning, 103,
        french: "Interprétation hors de la table 0078 (OBX-8) : en un mot elle est transmise telle quelle, en "
            + "plusieurs elle ne l'est qu'aux profils qui ont result.text ; employer un code de la table.",
        english: "An interpretation outside table 0078 (OBX-8): one word is passed on as it stands, several only to "
            + "profiles with result.text; use a code of the table.")
    static let orderStatusCode = Rule(
        "order-status-code", .warning, 103,
        french: "État de la demande hors de la table 0123 (OBR-25) : en un mot il est transmis tel quel, en plusieurs "
            + "il ne l'est qu'aux profils qui ont result.text ; employer F, C ou P.",
        english: "An order status outside table 0123 (OBR-25): one word is passed on as it stands, several only to "
            + "profiles with result.text; use F, C or P.")
    static let identityStatusCode = Rule(
        "identity-status-code", .warning, 103,
        french: "Statut d'identité hors de la table 0445 (PID-32), non transmis ; employer VALI, PROV ou un "
            + "attribut français.",
        english: "An identity status outside table 0445 (PID-32) is not passed on; use VALI, PROV or a French "
            + "attribute.")
    static let placeForm = Rule(
        "place-form", .warning, 102,
        french: "Code postal, ville ou lieu de naissance du patient qui n'en a pas la forme (PID-11) : seul qui "
            + "reçoit toute l'adresse l'a ; mettre chaque donnée dans son champ.",
        english: "A patient's postcode, town or birthplace that has not the form of one (PID-11): only who "
            + "gets the whole address is told it; put each thing into its own field.")
    static let notOfAPerson = Rule(
        "not-of-a-person", .warning, 103,
        french: "Résultats d'un échantillon de contrôle ou d'étalonnage (SPM-11), ou d'un animal (PID-35) : ce n'en "
            + "sont pas d'une personne ; ne pas les envoyer.",
        english: "Results of a control or calibrator (SPM-11), or of an animal (PID-35): they are nobody's; do not "
            + "send them.")
    static let orderUnanswered = Rule(
        "order-unanswered", .warning, 0,
        french: "Une demande sans aucun résultat parmi d'autres qui en ont : rien n'en est transmis, quoi que dise son "
            + "état ; envoyer ses résultats, ou vérifier ce qui manque.",
        english: "An order without any result among others that have some: nothing of it is passed on, whatever its "
            + "status says; send its results, or find out what is missing.")
    static let postcodeUnknown = Rule(
        "postcode-unknown", .warning, 102,
        french: "Code postal qui n'est d'aucun département : le territoire ne s'en déduira pas ; le vérifier.",
        english: "A postcode of no department: no territory can be found from it; check it.")
    static let countryUnknown = Rule(
        "country-unknown", .warning, 103,
        french: "Pays inconnu (PID-11.6) : le code postal décide s'il est français, sinon aucun territoire ne s'en "
            + "déduit, et des mots à sa place ne sont transmis qu'avec toute l'adresse ; écrire FRA ou le code ISO du pays.",
        english: "An unknown country (PID-11.6): the postcode decides where it is French, else no territory can be "
            + "found, and words in its place go with the whole address only; write FRA or the country's ISO code.")
    static let postcodeMissing = Rule(
        "postcode-missing", .warning, 101,
        french:
            "Adresse qui dit un lieu sans code postal à sa place (PID-11.5) : seul un code qui commence la commune est lu, sinon "
            + "aucun territoire ne s'en déduit ; l'écrire à sa place.",
        english:
            "An address that says a place, without a postcode where it belongs (PID-11.5): only one that begins the town is "
            + "read, else no territory can be found; write it where it belongs.")
    static let countryContradicted = Rule(
        "country-postcode", .warning, 102,
        french:
            "Territoire d'outre-mer dit comme pays (PID-11.6), et code postal (PID-11.5) d'un autre département : le code postal "
            + "décide du territoire ; corriger l'un des deux.",
        english:
            "An overseas territory named as the country (PID-11.6), and a postcode (PID-11.5) of another department: the "
            + "postcode decides the territory; correct one of them.")
    package static let addressNotValid = Rule(
        "address-not-valid", .warning, 199,
        french:
            "Patient sans autre adresse (PID-11) qu'une marquée fausse, ancienne ou provisoire, qui n'est ni transmise ni "
            + "suivie pour le territoire, ou qu'une échue à la date du message, qui l'est faute de mieux ; envoyer l'adresse "
            + "actuelle.",
        english:
            "A patient without another address (PID-11) than one marked as wrong, former or temporary, which is neither "
            + "passed on nor followed for the territory, or one that does not hold on the day of the message, which is for want "
            + "of a better one; send the current address.")
    package static let contactNotValid = Rule(
        "contact-not-valid", .warning, 199,
        french:
            "Téléphone ou adresse électronique du patient marqué faux, ou échu à la date du message : non transmis ; envoyer "
            + "l'actuel.",
        english:
            "A telephone number or mail address of the patient that is marked as wrong, or does not hold on the day of the "
            + "message, is not passed on; send the current one.")
    static let insExpired = Rule(
        "ins-expired", .warning, 103,
        french:
            "INS hors de sa période de validité (PID-3.7, PID-3.8), laissée de côté ; interroger le téléservice INSi et "
            + "l'envoyer sans ces dates.",
        english:
            "An INS outside the time in which it is valid (PID-3.7, PID-3.8) was left out; ask the INSi service, and send it "
            + "without these dates.")
    static let postcodeShared = Rule(
        "postcode-shared", .warning, 102,
        french: "Code postal de plusieurs régions et commune non reconnue ; écrire le nom complet de la commune.",
        english: "A postcode of several regions and a town not recognised; write the town's full name.")
    static let duplicateMessage = Rule(
        "duplicate-message", .error, 205, fixed: true,
        french: "Identifiant de message (MSH-10) déjà employé par cet expéditeur pour un autre contenu : le premier "
            + "demeure ; renvoyer sous un nouvel identifiant, comme correction (RO, C) s'il corrige.",
        english:
            "A message id (MSH-10) that this sender used for other content: the first one stands; send again under "
            + "a new id, as a correction (RO, C) if it corrects.")
    static let repeatedMessage = Rule(
        "duplicate", .error, 205, fixed: true,
        french: "Message déjà pris, octet pour octet : rien à faire.",
        english: "A message taken before, byte for byte: nothing to do.")
    static let duplicateReport = Rule(
        "duplicate-report", .warning, 205,
        french: "Numéro de dossier (OBR-3) déjà vu de ce laboratoire, sans correction déclarée : si c'en est une, "
            + "l'annoncer (ORC-1 RO, OBX-11 C).",
        english: "A number (OBR-3) seen before from this laboratory, and no correction declared: if it is one, say so "
            + "(ORC-1 RO, OBX-11 C).")

    static let patientUnidentified = Rule(
        "patient-unidentified", .error, 101,
        french: "Patient sans identifiant (PID-3) ; envoyer un identifiant, fût-il local, ou ANOM en PID-32 pour "
            + "un patient anonyme.",
        english: "A patient without identifier (PID-3); send one, if only a local one, or ANOM in PID-32 for an "
            + "anonymous patient.")
    static let patientNameMissing = Rule(
        "patient-name-missing", .warning, 101,
        french: "Patient sans nom (PID-5).",
        english: "A patient without name (PID-5).")
    static let reportSize = Rule(
        "report-size", .error, 198, fixed: true,
        french: "Compte rendu de plus de 16 Mio en FHIR, la forme sous laquelle il part ; envoyer plusieurs messages.",
        english: "A report of more than 16 MiB in FHIR, the form in which it leaves; send several messages.")
    static let resultsMissing = Rule(
        "results-missing", .error, 101,
        french:
            "Aucun résultat n'a de valeur ni d'état qui explique son absence (OBX-5, OBX-11) ; envoyer l'une ou l'autre, ou "
            + "attendre le résultat.",
        english:
            "No result has a value or a status that explains its absence (OBX-5, OBX-11); send one or the other, or "
            + "wait for the result.")
    static let resultValueMissing = Rule(
        "result-value-missing", .warning, 101,
        french: "Résultat final sans valeur (OBX-5).",
        english: "A final result without value (OBX-5).")
    static let fillerMissing = Rule(
        "filler-missing", .error, 101,
        french: "Numéro de dossier du laboratoire absent (OBR-3 ou ORC-3) ; sans lui une correction ne retrouve "
            + "pas ce qu'elle corrige.",
        english: "The laboratory's number (OBR-3 or ORC-3) is missing; without it a correction cannot find what it "
            + "corrects.")
    static let fillerMissingInPart = Rule(
        "filler-missing-in-part", .warning, 101,
        french: "Une des demandes n'a pas de numéro de dossier du laboratoire (OBR-3 ou ORC-3).",
        english: "One of the orders lacks the laboratory's number (OBR-3 or ORC-3).")
    static let laboratoryMissing = Rule(
        "laboratory-missing", .error, 101,
        french: "Laboratoire non identifié ; le nommer en OBX-23, OBX-15 ou MSH-4.",
        english: "The laboratory is not identified; name it in OBX-23, OBX-15 or MSH-4.")
    static let laboratorySeveral = Rule(
        "laboratory-several", .warning, 199,
        french:
            "Entité juridique en MSH-4 (M), analyses de plusieurs structures : le territoire du laboratoire se déduit "
            + "de l'entité ; nommer en MSH-4 le site qui répond du compte rendu (N).",
        english:
            "A legal entity in MSH-4 (M), and analyses of several structures: the laboratory's territory is found from the "
            + "entity; name in MSH-4 the site that answers for the report (N).")
    static let laboratorySiteUnclear = Rule(
        "laboratory-site-unclear", .warning, 199,
        french:
            "Entité juridique en MSH-4 (M), et un site d'analyse nommé sans FINESS utilisable (OBX-23, OBX-15) : le site ne se "
            + "déduit pas, et le territoire du laboratoire est celui de l'entité ; écrire le FINESS du site en OBX-23.10 (type "
            + "FINEG), ou en MSH-4 (N).",
        english:
            "A legal entity in MSH-4 (M), and a site of the analyses that is named without a usable FINESS (OBX-23, OBX-15): "
            + "the site cannot be told, and the laboratory's territory is the entity's; write the site's FINESS in OBX-23.10 "
            + "(type FINEG), or in MSH-4 (N).")
    static let nirKey = Rule(
        "nir-key", .error, 102,
        french: "Clé ou forme du NIR fausse ; vérifier la saisie.",
        english: "The key or form of the NIR is wrong; check what was typed.")
    static let nirNoKey = Rule(
        "nir-no-key", .warning, 102,
        french: "NIR de 13 caractères sans clé ; l'envoyer avec ses deux chiffres de clé.",
        english: "A NIR of 13 characters without key; send it with the two digits of its key.")
    static let insKey = Rule(
        "ins-key", .error, 102,
        french: "Clé ou forme de l'INS fausse ; interroger le téléservice INSi.",
        english: "The key or form of the INS is wrong; ask the INSi service.")
    static let insTraits = Rule(
        "ins-traits", .warning, 101,
        french: "INS sans tous ses traits stricts (nom de naissance, prénoms, date et lieu de naissance, sexe) : qui "
            + "le reçoit ne peut les rapprocher ; les envoyer en PID-5, 7, 8 et 11.",
        english: "An INS without all of its strict traits (birth name, given names, birth date and place, sex): "
            + "whoever gets it cannot compare them; send them in PID-5, 7, 8 and 11.")
    static let insFictitious = Rule(
        "ins-fictitious", .error, 202, fixed: true,
        french:
            "Identité de test ou de démonstration (numéro d'OID 1.2.250.1.213.1.4.10, .11, .6 ou .7, ou statut FICT "
            + "en PID-32) dans un envoi réel, qualifiée ou non ; ne pas envoyer d'identité fictive en production, ou "
            + "régler outbox.production à false sur une installation d'essai.",
        english: "An identity for tests or demonstrations (a number of OID 1.2.250.1.213.1.4.10, .11, .6 or .7, or "
            + "status FICT in PID-32) among real reports, qualified or not; do not send fictitious identities in "
            + "production, or set outbox.production to false at a test installation.")
    static let rppsKey = Rule(
        "rpps-key", .warning, 102,
        french: "Clé ou forme du RPPS fausse ; vérifier le numéro du professionnel.",
        english: "The key or form of the RPPS is wrong; check the professional's number.")
    static let adeliForm = Rule(
        "adeli-form", .warning, 102,
        french: "Forme du numéro ADELI fausse ; envoyer le RPPS.",
        english: "The form of the ADELI number is wrong; send the RPPS.")
    static let finessKey = Rule(
        "finess-key", .warning, 102,
        french: "Clé ou forme du FINESS fausse ; vérifier le numéro de la structure.",
        english: "The key or form of the FINESS is wrong; check the structure's number.")
    static let birthInFuture = Rule(
        "birth-in-future", .error, 102,
        french: "Naissance après aujourd'hui (PID-7) ; corriger la date.",
        english: "A birth after today (PID-7); correct the date.")
    static let birthTooOld = Rule(
        "birth-long-ago", .warning, 102,
        french: "Patient de plus de 125 ans (PID-7) ; vérifier l'année.",
        english: "A patient of more than 125 years (PID-7); check the year.")
    static let timeInFuture = Rule(
        "time-in-future", .warning, 102,
        french:
            "Prélèvement, réception, résultat, décès ou message daté de plus d'un jour après aujourd'hui ; vérifier "
            + "l'horloge de l'émetteur.",
        english:
            "A specimen, its receipt, a result, a death or the message is dated more than a day after today; check the "
            + "sender's clock.")
    static let timeOrder = Rule(
        "time-order", .warning, 102,
        french: "Dates dans un ordre impossible : reçu, observé, analysé ou rendu avant d'être prélevé, ou rendu avant "
            + "d'être reçu ; les vérifier.",
        english: "Times in an impossible order: received, observed, analysed or reported before it was collected, or "
            + "reported before it was received; check them.")
    static let birthAfterSpecimen = Rule(
        "birth-after-specimen", .warning, 102,
        french: "Prélèvement ou résultat avant la naissance ; vérifier les deux dates.",
        english: "A specimen or result dated before the patient was born; check both dates.")
    static let loincKey = Rule(
        "loinc-key", .warning, 103,
        french: "Code annoncé LOINC dont la forme ou le chiffre de contrôle est faux : il ne suivra aucune route ; "
            + "le corriger, ou le déclarer local.",
        english: "A code said to be LOINC whose form or check digit is wrong follows no route; correct it, or "
            + "declare it as local.")
    static let notProduction = Rule(
        "not-production", .error, 202, fixed: true,
        french:
            "Message d'essai ou de formation (MSH-11) sur un envoi réel, jamais transmis ; mettre P en MSH-11 s'il est réel, "
            + "ou régler outbox.production à false sur une installation d'essai.",
        english:
            "A test or training message (MSH-11) on a production sender, never passed on; put P in MSH-11 where it is "
            + "real, or set outbox.production to false at a test installation.")
    static let postcodeForm = Rule(
        "postcode", .warning, 102,
        french: "Code postal français qui n'a pas cinq chiffres : le territoire ne s'en déduira pas, et des mots à "
            + "sa place ne sont transmis qu'avec toute l'adresse ; le vérifier (un tableur ôte le zéro de tête d'une colonne qui n'est pas au format texte).",
        english:
            "A French postcode that is not five digits: no territory can be found from it, and words in its "
            + "place go with the whole address only; check it (a spreadsheet takes the leading zero from a column that has not the text format)."
    )
    static let finessNotAllowed = Rule(
        "finess-not-allowed", .error, 207, fixed: true,
        french: "Cet expéditeur ne parle pas pour ce laboratoire : son FINESS n'est pas à l'annuaire ; l'y faire "
            + "ajouter.",
        english: "This sender does not speak for this laboratory: its FINESS is not in the directory; have it added.")
    static let finessOfEntity = Rule(
        "finess-of-entity", .warning, 207,
        french:
            "Annulation sans résultat sous le numéro d'une entité juridique (MSH-4, M) qui n'est pas à l'annuaire : elle ne "
            + "va qu'à qui a reçu la version précédente ; nommer le site (N), ou faire ajouter l'entité.",
        english:
            "A cancellation without results under the number of a legal entity (MSH-4, M) that is not in the directory: it "
            + "goes only to whoever got the earlier version; name the site (N), or have the entity added.")
    static let finessMissing = Rule(
        "finess-missing", .error, 101,
        french: "Laboratoire sans FINESS : on ne peut savoir si l'expéditeur parle pour lui ; l'envoyer en MSH-4 "
            + "ou OBX-23.",
        english: "A laboratory without FINESS: nobody can tell whether the sender speaks for it; send it in MSH-4 "
            + "or OBX-23.")
}
