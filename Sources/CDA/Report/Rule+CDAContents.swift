import LabReport

/// The rules of what a clinical document holds.
extension Rule {
    // MARK: - Values

    static let contents: [Rule] = [
        documentBirthDate, documentTime, observationEffectiveTime, observationCode, observationStatus,
        observationStatusUnknown, groupWithdrawn, observationNegated, observationMood, valueKind, valueNumber,
        valueRepeated,
        valueMedia,
        narrativeMissing, documentSex, severalINS, unusableINS, emptyINS,
        nirAmongLocalIDs,
        severalRequesters,
        specimenIsPerson,
    ]

    static let documentBirthDate = Rule(
        "cda-birth-date", .error, 102,
        french: "Date de naissance impossible ou mal écrite ; écrire AAAAMMJJ, AAAAMM ou AAAA.",
        english: "The birth date does not exist or is badly written; write YYYYMMDD, YYYYMM or YYYY.")
    static let documentTime = Rule(
        "cda-time", .warning, 102,
        french: "Date impossible ou mal écrite, laissée de côté ; écrire AAAAMMJJHHMMSS+ZZZZ.",
        english: "A time that does not exist or is badly written was left out; write YYYYMMDDHHMMSS+ZZZZ.")
    static let observationEffectiveTime = Rule(
        "cda-observation-time", .error, 102,
        french: "Date de prélèvement ou de résultat impossible ou mal écrite ; écrire AAAAMMJJHHMMSS+ZZZZ.",
        english: "A collection or result time does not exist or is badly written; write YYYYMMDDHHMMSS+ZZZZ.")
    static let observationCode = Rule(
        "cda-code-missing", .error, 101, fixed: true,
        french: "Résultat sans code d'analyse (code) ; mettre le code LOINC ou local.",
        english: "A result without observation code; put the LOINC or local code.")
    static let observationStatus = Rule(
        "cda-status-missing", .error, 101, fixed: true,
        french: "Résultat sans état (statusCode) : on ne peut le tenir pour final ; mettre completed ou active.",
        english: "A result without status (statusCode) cannot be taken as final; put completed or active.")
    static let observationStatusUnknown = Rule(
        "cda-status-unknown", .error, 103, fixed: true,
        french: "État inconnu d'un résultat ou de son groupe (statusCode) ; employer completed, active ou aborted.",
        english: "Unknown status of a result or of its group (statusCode); use completed, active or aborted.")
    static let groupWithdrawn = Rule(
        "cda-group-withdrawn", .error, 103, fixed: true,
        french:
            "Groupe retiré ou annulé (statusCode nullified ou cancelled) dont un résultat est maintenu ; donner aux "
            + "résultats l'état de leur groupe, ou au groupe completed ou aborted.",
        english:
            "A withdrawn or cancelled group (statusCode nullified or cancelled) of which a result stands; give the results "
            + "the status of their group, or the group completed or aborted.")
    static let observationNegated = Rule(
        "cda-negation", .error, 103, fixed: true,
        french: "Résultat nié (negationInd) : son sens ne peut être transmis sans risque ; écrire le résultat négatif "
            + "lui-même.",
        english: "A negated result (negationInd): its meaning cannot be passed on safely; write the negative result "
            + "itself.")
    static let observationMood = Rule(
        "cda-mood", .warning, 103,
        french: "Observation qui n'est pas un fait (moodCode autre qu'EVN) : elle n'est pas transmise.",
        english: "An observation that is no fact (moodCode other than EVN) is not passed on.")
    static let valueKind = Rule(
        "cda-value-type", .error, 103, fixed: true,
        french: "Type de résultat absent ou inconnu (xsi:type) ; employer PQ, IVL_PQ, INT, REAL, RTO, CD, ST ou TS.",
        english: "A result type that is missing or unknown (xsi:type); use PQ, IVL_PQ, INT, REAL, RTO, CD, ST or TS.")
    static let valueNumber = Rule(
        "cda-number", .warning, 102,
        french: "Valeur annoncée numérique qui n'est pas un nombre : transmise comme un texte.",
        english: "A value said to be numeric that is no number: passed on as text.")
    static let valueRepeated = Rule(
        "cda-value-repeated", .warning, 198,
        french: "Plusieurs valeurs dans une observation : transmises comme autant de résultats.",
        english: "Several values in one observation: passed on as so many results.")
    static let valueMedia = Rule(
        "cda-value-media", .warning, 0,
        french: "Résultat qui est une image ou un fichier : il n'est pas transmis.",
        english: "A result that is an image or a file is not passed on.")
    static let narrativeMissing = Rule(
        "cda-reference", .warning, 102,
        french: "Renvoi à un texte que le document n'a pas ; corriger l'identifiant (ID) dans le bloc narratif.",
        english: "A reference to a text that the document does not have; correct the ID in the narrative block.")
    static let documentSex = Rule(
        "cda-sex", .warning, 103,
        french: "Sexe hors de la table, transmis tel quel ; employer F, M ou UN.",
        english: "A sex outside the table, passed on as it stands; use F, M or UN.")
    static let severalINS = Rule(
        "cda-ins-several", .warning, 198,
        french: "Plusieurs INS pour un patient : le premier du meilleur rang est gardé, les autres laissés de côté.",
        english: "Several INS for one patient: the first of the best rank is kept, the others are left out.")
    static let unusableINS = Rule(
        "cda-ins-old", .warning, 103,
        french: "Ancien INS calculé (INS-C), laissé de côté : il n'identifie personne ; envoyer l'INS qualifiée.",
        english: "An old computed INS (INS-C) was left out: it identifies nobody; send the qualified INS.")
    static let emptyINS = Rule(
        "cda-ins-empty", .warning, 103,
        french: "OID de l'INS sans numéro (id sans extension), laissé de côté ; écrire le matricule dans extension.",
        english:
            "The OID of an INS without its number (id without extension) was left out; write the number in extension.")
    static let nirAmongLocalIDs = Rule(
        "cda-nir-as-local-id", .warning, 103,
        french: "Identifiant local qui a la forme et la clé d'un NIR : traité comme un NIR ; le déclarer sous son OID.",
        english: "A local identifier that has the form and key of a NIR is treated as one; declare it under its OID.")
    static let severalRequesters = Rule(
        "cda-requesters", .warning, 198,
        french: "Plusieurs prescripteurs : le premier est transmis.",
        english: "Several requesters: the first one is passed on.")
    static let specimenIsPerson = Rule(
        "cda-specimen-id", .warning, 103,
        french:
            "Identifiant d'échantillon sous l'OID des professionnels ou de l'INS : laissé de côté ; mettre le code-barres.",
        english: "A specimen id under the OID of professionals or of the INS was left out; put the bar code.")

    // MARK: - What the model does not hold

    static let notCarried: [Rule] = [
        earlierResults, mediaDropped, sectionDropped, entryDropped, sectionWithoutEntries, secondUnit, furtherCodes,
        restricted,
    ]

    static let earlierResults = Rule(
        "cda-earlier-results", .warning, 0,
        french:
            "Résultats antérieurs cités dans le document : ils ne sont pas transmis, leur propre compte rendu l'a été.",
        english: "Earlier results quoted in the document are not passed on: their own report was.")
    static let mediaDropped = Rule(
        "cda-media", .warning, 0,
        french: "Image ou copie PDF dans le document : elle n'est pas transmise, les résultats structurés le sont.",
        english: "An image or a PDF copy in the document is not passed on; the discrete results are.")
    static let sectionDropped = Rule(
        "cda-section", .warning, 0,
        french: "Section étrangère aux résultats de biologie : elle n'est pas transmise.",
        english: "A section that is not about laboratory results is not passed on.")
    static let entryDropped = Rule(
        "cda-part", .warning, 0,
        french: "Partie d'un résultat ou d'un prélèvement que le compte rendu transmis ne sait pas porter.",
        english: "A part of a result or specimen that the report passed on cannot carry.")
    static let sectionWithoutEntries = Rule(
        "cda-narrative-only", .warning, 101,
        french: "Chapitre dont les résultats ne sont qu'en texte, sans entrée structurée : il n'est pas transmis ; "
            + "envoyer les entrées.",
        english:
            "A chapter whose results are only text, without structured entries, is not passed on; send the entries.")
    static let secondUnit = Rule(
        "cda-second-unit", .warning, 0,
        french: "Résultat donné aussi dans une autre unité : seule la principale est transmise.",
        english: "A result given in a second unit too: only the main one is passed on.")
    static let furtherCodes = Rule(
        "cda-further-codes", .warning, 0,
        french: "Plus de deux codes pour une même notion : les deux premiers sont transmis.",
        english: "More than two codes for one concept: the first two are passed on.")
    static let restricted = Rule(
        "cda-confidentiality", .warning, 0,
        french: "Confidentialité renforcée (confidentialityCode) : elle n'est pas transmise ; ce que reçoit chaque "
            + "destinataire est fixé par les routes.",
        english:
            "A raised confidentiality (confidentialityCode) is not passed on; what each recipient gets is fixed by "
            + "the routes.")
}
