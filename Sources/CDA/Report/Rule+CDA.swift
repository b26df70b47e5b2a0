package import LabReport

/// The rules of clinical documents, as their reader finds them.
package enum DocumentRules {
    /// Every rule, in the order of the documentation.
    package static let all: [Rule] = Rule.carrying + Rule.documents + Rule.contents + Rule.notCarried

    /// The rule of that id.
    package static func named(_ id: String) -> Rule? { all.first { $0.id == id } }
}

extension Rule {
    // MARK: - A document inside a message

    static let carrying: [Rule] = [
        contentNotBase64, contentNotEncoded, contentCompressed, tooManyDocuments, documentOfOther, severalSubjects,
        controlMismatch, resultsBeside,
    ]

    static let contentNotBase64 = Rule(
        "cda-base64", .error, 102, fixed: true,
        french:
            "Document encodé qui n'est pas en base64, ou qui est coupé ; vérifier l'encodage et la longueur d'OBX-5.5.",
        english: "An encoded document that is not base64, or was cut; check the encoding and the length of OBX-5.5.")
    static let contentNotEncoded = Rule(
        "cda-not-encoded", .error, 102, fixed: true,
        french: "Document joint sans encodage connu (OBX-5.4) ; l'envoyer en Base64.",
        english: "A document without a known encoding (OBX-5.4); send it in Base64.")
    static let contentCompressed = Rule(
        "cda-compressed", .error, 207, fixed: true,
        french: "Document joint compressé (gzip ou zip) ; envoyer le document CDA lui-même.",
        english: "A compressed attachment (gzip or zip); send the CDA document itself.")
    static let tooManyDocuments = Rule(
        "cda-too-many-documents", .error, 198, fixed: true,
        french: "Plus de 16 documents dans un message ; envoyer plusieurs messages.",
        english: "More than 16 documents in a message; send several messages.")
    static let documentOfOther = Rule(
        "cda-other-patient", .error, 204, fixed: true,
        french:
            "Le document n'est pas celui du patient du message (PID-3, PID-5, PID-7, PID-8) : rien n'est transmis ; "
            + "vérifier d'urgence l'appariement chez l'émetteur.",
        english:
            "The document is not about the patient of the message (PID-3, PID-5, PID-7, PID-8): nothing is passed on; "
            + "check the matching at the sender without delay.")
    static let severalSubjects = Rule(
        "cda-other-subject", .error, 207, fixed: true,
        french: "Le document concerne plusieurs personnes (recordTarget, subject : un nouveau-né, un donneur) ; en "
            + "envoyer un pour chacune.",
        english: "The document is about several people (recordTarget, subject: a newborn, a donor); send one for each.")
    static let controlMismatch = Rule(
        "cda-action-mismatch", .error, 103,
        french: "ORC-1 et OBX-11 du document se contredisent ; employer NW avec F, RO avec C, CA avec D.",
        english: "ORC-1 and OBX-11 of the document contradict each other; use NW with F, RO with C, CA with D.")
    static let resultsBeside = Rule(
        "cda-results-beside", .warning, 0,
        french: "Résultats (OBX) à côté du document CDA : ceux du document sont transmis, pas ceux-là.",
        english: "Results (OBX) beside the CDA document: those of the document are passed on, these are not.")

    // MARK: - A document as a whole

    static let documents: [Rule] = [
        malformedXML, blanksBefore, doctype, xmlEncoding, xmlLimit, notCDA, severalDocuments, notLaboratory, levelOne,
        noStructuredResults, tooManyResults, actionUnclear, addendum,
    ]

    static let malformedXML = Rule(
        "cda-xml", .error, 102, fixed: true,
        french: "Document qui n'est pas du XML bien formé à l'octet indiqué, ou qui est coupé ; corriger l'émetteur.",
        english: "A document that is not well-formed XML at the byte given, or was cut; correct the sender.")
    static let blanksBefore = Rule(
        "cda-blanks", .warning, 0,
        french: "Blancs ou lignes vides devant la déclaration XML, laissés de côté ; les retirer chez l'émetteur.",
        english: "Blanks or empty lines before the XML declaration were passed over; remove them at the sender.")
    static let doctype = Rule(
        "cda-doctype", .error, 102, fixed: true,
        french: "Déclaration de type de document (DOCTYPE) : elle n'est jamais lue ; la retirer.",
        english: "A document type declaration (DOCTYPE) is never read; remove it.")
    static let xmlEncoding = Rule(
        "cda-charset", .error, 102, fixed: true,
        french:
            "Octets étrangers à l'encodage que le document déclare, ou encodage non pris en charge ; envoyer en UTF-8.",
        english: "Bytes that the encoding declared by the document does not have, or one not supported; send UTF-8.")
    static let xmlLimit = Rule(
        "cda-limit", .error, 198, fixed: true,
        french:
            "Document plus grand ou plus profond qu'aucun compte rendu ; l'envoyer en plusieurs, sans pièce jointe.",
        english: "A document larger or deeper than any report; send several, without attachments.")
    static let notCDA = Rule(
        "cda-root", .error, 200, fixed: true,
        french:
            "Document XML qui n'est pas un CDA (ClinicalDocument, urn:hl7-org:v3) ; l'envoyer sous son propre format.",
        english: "An XML document that is no CDA (ClinicalDocument, urn:hl7-org:v3); send it as what it is.")
    static let severalDocuments = Rule(
        "cda-several", .error, 198, fixed: true,
        french: "Plusieurs documents CDA dans un fichier XML ; les envoyer un par un.",
        english: "Several CDA documents in one XML file; send them one by one.")
    static let notLaboratory = Rule(
        "cda-not-laboratory", .error, 207, fixed: true,
        french: "Document CDA qui n'est pas un compte rendu de biologie ; seuls ceux-là sont transmis.",
        english: "A CDA document that is no laboratory report; only those are passed on.")
    static let levelOne = Rule(
        "cda-level-1", .error, 207, fixed: true,
        french: "Document CDA de niveau 1 (corps PDF ou texte) : aucun résultat structuré n'y est lisible ; envoyer le "
            + "compte rendu CDA de niveau 3 (CR-BIO, structuredBody), ou chaque résultat dans un OBX.",
        english:
            "A CDA document of level 1 (its body is a PDF or a text): no discrete result can be read in it; send the "
            + "CDA report of level 3 (CR-BIO, structuredBody), or each result as an OBX.")
    static let noStructuredResults = Rule(
        "cda-no-results", .error, 100, fixed: true,
        french:
            "Document CDA sans résultat structuré (entrées FR-Resultats-examens-de-biologie-medicale) : le texte des "
            + "sections ne suffit pas ; envoyer le niveau 3.",
        english: "A CDA document without structured results (laboratory entries): the text of sections is not enough; "
            + "send level 3.")
    static let tooManyResults = Rule(
        "cda-too-many-results", .error, 198, fixed: true,
        french: "Plus de 10 000 résultats, ou trop de texte cité, dans un document ; l'envoyer en plusieurs.",
        english: "More than 10,000 results, or too much quoted text, in one document; send several.")
    static let actionUnclear = Rule(
        "cda-action-unclear", .warning, 103,
        french:
            "Remplacement annoncé d'un seul côté (message, version, relatedDocument RPLC) : le compte rendu est tenu "
            + "pour un remplacement, ou pour un retrait où le message en annonce un ; le dire partout.",
        english:
            "A replacement that only one side announces (message, version, relatedDocument RPLC): the report is taken "
            + "as a replacement, or as a withdrawal where the message announces one; say it everywhere.")
    static let addendum = Rule(
        "cda-related", .warning, 0,
        french:
            "Document lié à un autre autrement que par remplacement (complément, transformation) : le lien n'est pas "
            + "transmis.",
        english:
            "A document related to another otherwise than by replacing it (addendum, transform): the relation is not "
            + "passed on.")
}
