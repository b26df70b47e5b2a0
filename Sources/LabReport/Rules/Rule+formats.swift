/// The rules of HPRIM messages, of tables and of FHIR documents, as their readers find them. What they share with HL7 is said
/// by HL7's rules, with the place named as the source names it.
extension Rule {
    static let formats: [Rule] = hprim + csv + fhir

    // MARK: - HPRIM Santé

    static let hprim: [Rule] = [
        notHPRIM, hprimSegment, hprimEnd, hprimPatients, hprimCount, hprimVersion, hprimTooManyLines, hprimType,
        hprimConsent,
    ]

    static let notHPRIM = Rule(
        "not-hprim", .error, 100, fixed: true,
        french: "Texte hors de tout message HPRIM (segments H à L) ; vérifier ce qui l'a écrit dans le fichier.",
        english: "Text outside any HPRIM message (segments H to L); find out what wrote it into the file.")
    static let hprimSegment = Rule(
        "hprim-segment", .error, 100, fixed: true,
        french: "Ligne qui n'est pas un segment HPRIM : texte coupé par un retour à la ligne ; employer le segment A.",
        english: "A line that is no HPRIM segment: a text cut by a line break; use the segment A.")
    static let hprimEnd = Rule(
        "hprim-end", .error, 100,
        french: "Message HPRIM sans segment L : sa fin manque peut-être ; le renvoyer entier.",
        english: "An HPRIM message without segment L: its end may be missing; send it whole.")
    static let hprimPatients = Rule(
        "hprim-patients", .error, 100,
        french: "Le segment L annonce plus de patients (L-4) que le message n'en a : un segment P s'est perdu, et les "
            + "résultats de son patient passeraient pour ceux du précédent ; renvoyer le message entier.",
        english: "Segment L declares more patients (L-4) than the message has: a segment P was lost, and its patient's "
            + "results would pass for those of the one before; send the message whole.")
    static let hprimConsent = Rule(
        "hprim-consent", .error, 103,
        french: "Commentaire du patient (C derrière P) qui parle d'opposition et de transmission ou d'envoi sans être "
            + "la phrase convenue : c'est peut-être une opposition ; écrire PATIENT OPPOSE A LA TRANSMISSION, ou autre "
            + "chose.",
        english:
            "A comment on the patient (C behind P) that speaks of objecting and transmission or sending and is not the "
            + "agreed phrase: it may be an objection; write PATIENT OPPOSE A LA TRANSMISSION, or something else.")
    static let hprimCount = Rule(
        "hprim-count", .warning, 100,
        french:
            "Le segment L n'annonce pas le nombre de patients (L-4) ou de segments (L-5) trouvé ; vérifier que rien ne "
            + "manque.",
        english:
            "Segment L does not declare the number of patients (L-4) or of segments (L-5) found; check that nothing is "
            + "missing.")
    static let hprimVersion = Rule(
        "hprim-version", .warning, 203,
        french: "Version HPRIM inattendue (H-13) ; H2.0 à H2.5 sont prises en charge.",
        english: "Unexpected HPRIM version (H-13); H2.0 to H2.5 are supported.")
    static let hprimTooManyLines = Rule(
        "hprim-lines", .error, 198, fixed: true,
        french: "Plus de 100 000 lignes, ou de 10 000 patients, dans un message HPRIM ; envoyer plusieurs messages.",
        english: "More than 100,000 lines, or 10,000 patients, in an HPRIM message; send several messages.")
    static let hprimType = Rule(
        "hprim-type", .error, 200, fixed: true,
        french: "Type de message HPRIM non pris en charge (H-7) ; seuls les résultats (ORU) le sont.",
        english: "HPRIM message type not supported (H-7); only results (ORU) are.")

    // MARK: - Tables

    static let csv: [Rule] = [
        csvColumns, csvTitle, csvColumnTwice, csvColumnUnknown, csvNoRows, csvUnterminated, csvCells, csvQuote,
        csvRowSize,
        csvReportSize,
        csvRowsDisagree, csvDate, csvWord, csvList, csvNumber, csvSpoilt, csvScientific, csvValue,
        csvPhone,
    ]

    static let csvColumns = Rule(
        "csv-columns", .error, 101, fixed: true,
        french: "Il manque des colonnes : il faut au moins order_filler, result_status et result_code (ou "
            + "result_local_code) ; partir du modèle de « pli convert --template csv ».",
        english: "Columns are missing: at least order_filler, result_status and result_code (or result_local_code) "
            + "are needed; start from the template of \"pli convert --template csv\".")
    /// The same where it is known which: names of columns are constants of the format.
    static func csvColumns(missing names: [String]) -> Rule {
        let list = names.joined(separator: ", ")
        return Rule(
            csvColumns.id, csvColumns.severity, csvColumns.condition, fixed: true,
            french: "Il manque au tableau : " + list
                + " (le nom en première ligne, parmi ceux de la documentation) ; l'ajouter, ou "
                + "partir du modèle de « pli convert --template csv ».",
            english: "The table lacks " + list
                + " (the name in the first line, of those documented); add it, or start from the "
                + "template of \"pli convert --template csv\".")
    }

    static let csvTitle = Rule(
        "csv-title", .error, 101, fixed: true,
        french:
            "Les noms des colonnes sont plus bas : quelque chose est écrit au-dessus du tableau (titre, date d'export) ; "
            + "l'ôter, les noms doivent être la première ligne.",
        english: "The columns' names stand further down: something is written above the table (a title, the day of the "
            + "export); remove it, the names must be the first line.")
    static let csvColumnTwice = Rule(
        "csv-column-twice", .error, 198, fixed: true,
        french: "Une colonne a le même nom qu'une autre ; en retirer une.",
        english: "A column has the same name as another; remove one.")
    static let csvColumnUnknown = Rule(
        "csv-column-unknown", .warning, 0,
        french: "Colonne inconnue : son contenu n'est pas transmis.",
        english: "An unknown column: what it holds is not passed on.")
    static let csvNoRows = Rule(
        "csv-no-rows", .error, 100, fixed: true,
        french: "Un tableau sans aucune ligne de résultat ; vérifier l'export.",
        english: "A table without a single row; check the export.")
    static let csvUnterminated = Rule(
        "csv-unterminated", .warning, 100,
        french: "La dernière ligne du tableau n'a pas de fin de ligne : le fichier est peut-être coupé dans sa "
            + "dernière cellule ; vérifier l'export, et finir chaque ligne.",
        english: "The table's last row has no line end: the file may have been cut in its last cell; check the "
            + "export, and end each row.")
    static let csvCells = Rule(
        "csv-cells", .error, 102, fixed: true,
        french: "La ligne n'a pas autant de cellules qu'il y a de colonnes : un séparateur, une virgule décimale ou "
            + "une fin de ligne sans guillemets, ou des cellules vides qu'un tableur n'a pas écrites en bout de ligne ; mettre "
            + "le texte entre guillemets, et finir par une colonne partout remplie.",
        english: "The row has not as many cells as there are columns: a separator, a decimal comma or a line end "
            + "without quotes, or empty cells that a spreadsheet did not write at the end of a row; put the text in quotes, and "
            + "let a column be last that is filled everywhere.")
    static let csvQuote = Rule(
        "csv-quote", .error, 102, fixed: true,
        french:
            "Guillemet mal placé, jamais refermé, ou qui englobe la ligne suivante ; doubler les guillemets qui font "
            + "partie d'un texte.",
        english:
            "A quote that is misplaced, never closed, or goes on over the next row; double the quotes that are part "
            + "of a text.")
    static let csvRowSize = Rule(
        "csv-row-size", .error, 198, fixed: true,
        french: "Ligne de plus de 1 Mio : un guillemet jamais refermé, sans doute ; le refermer.",
        english: "A row of more than 1 MiB: a quote that was never closed, most likely; close it.")
    static let csvReportSize = Rule(
        "csv-report-size", .error, 198, fixed: true,
        french: "Plus de 10 000 lignes, ou de 16 Mio, pour un seul compte rendu ; vérifier report_id et order_filler.",
        english: "More than 10,000 rows, or 16 MiB, for one report; check report_id and order_filler.")
    static let csvRowsDisagree = Rule(
        "csv-rows-disagree", .error, 102, fixed: true,
        french: "Deux lignes d'un même compte rendu se contredisent (patient, prescripteur, laboratoire ou demande) ; "
            + "donner à chaque compte rendu son report_id.",
        english: "Two rows of one report contradict each other (patient, requester, laboratory or order); give each "
            + "report a report_id of its own.")
    static let csvDate = Rule(
        "csv-date", .error, 102,
        french: "Date impossible ou mal écrite ; écrire AAAA-MM-JJ ou JJ/MM/AAAA, et l'heure HH:MM.",
        english: "A date that does not exist or is badly written; write YYYY-MM-DD or DD/MM/YYYY, and the time HH:MM.")
    static let csvWord = Rule(
        "csv-word", .error, 103, fixed: true,
        french: "Mot que cette colonne n'admet pas ; voir la liste dans la documentation des colonnes.",
        english: "A word that this column does not allow; see the list in the documentation of the columns.")
    static let csvList = Rule(
        "csv-list", .error, 102, fixed: true,
        french:
            "Des listes qui vont ensemble n'ont pas la même longueur, ou une liste a plus de 1 000 valeurs ; les donner "
            + "valeur pour valeur.",
        english:
            "Lists that belong together have different lengths, or a list has more than 1,000 values; give them value for "
            + "value.")
    static let csvNumber = Rule(
        "csv-number", .error, 102, fixed: true,
        french: "Nombre entier attendu, à partir de 1 : sans lui le reste de la ligne ne dit pas de quel résultat, de "
            + "quelle demande ou de quel prélèvement il parle ; en écrire un, ou retirer la colonne.",
        english: "A whole number is expected, from 1: without it the rest of the row does not say of which result, "
            + "order or specimen it speaks; write one, or take the column away.")

    static let csvValue = Rule(
        "csv-value", .error, 103, fixed: true,
        french: "result_value ou result_unit ne dit pas ce que disent les colonnes exactes (result_value_code, _text, "
            + "_first, result_unit_code…), ou une de celles-ci n'est pas du type de la valeur ; corriger partout, ou "
            + "vider les colonnes exactes.",
        english:
            "result_value or result_unit does not say what the exact columns say (result_value_code, _text, _first, "
            + "result_unit_code…), or one of these is not of the value's type; correct all of them, or empty the exact "
            + "columns.")
    static let csvSpoilt = Rule(
        "csv-spoilt", .error, 102,
        french:
            "Ce qu'un tableur ou une base écrit faute de valeur (#N/A, NULL) ou de place (#####), ou la date qu'un tableur "
            + "fait de 1/16 (janv-16) : la valeur est perdue ; laisser vide ce qui l'est, corriger la formule, élargir la "
            + "colonne ou lui donner le format texte, et exporter de nouveau.",
        english:
            "What a spreadsheet or a database writes for want of a value (#N/A, NULL) or of room (#####), or the date that "
            + "a spreadsheet makes of 1/16 (Jan-16): the value is lost; leave empty what is empty, mend the formula, widen "
            + "the column or give it the text format, and export again.")
    static let csvScientific = Rule(
        "csv-scientific", .error, 102, fixed: true,
        french:
            "Numéro ou code écrit en notation scientifique : un tableur en a perdu les chiffres ; donner le format texte à la "
            + "colonne et exporter de nouveau.",
        english:
            "A number or code in scientific notation: a spreadsheet lost its digits; give the column the text format and "
            + "export again.")
    static let csvPhone = Rule(
        "csv-phone", .warning, 102,
        french:
            "Téléphone dont un tableur a fait un nombre (le zéro du début ou les chiffres sont perdus), transmis tel quel ; "
            + "donner le format texte à la colonne et exporter de nouveau.",
        english:
            "A telephone that a spreadsheet made a number of (its leading zero or its digits are lost) is passed on as it "
            + "stands; give the column the text format and export again.")

    // MARK: - FHIR

    static let fhir: [Rule] = [
        fhirJSON, fhirCharset, fhirArray, fhirResource, fhirElement, fhirModifier, fhirUnlinked, fhirReference,
        fhirTooManyResources,
        fhirPatientMissing, fhirOtherPatient, fhirOtherSpecimen, fhirSpecimens,
        fhirFurtherCodes, fhirTwice, fhirValue, fhirRatio, fhirRanges, fhirFurther, fhirDangling, fhirSize,
        fhirConsent,
    ]

    static let fhirJSON = Rule(
        "fhir-json", .error, 102, fixed: true,
        french: "Ce n'est pas du JSON strict (UTF-8, sans nom répété) ; vérifier ce qui l'a écrit.",
        english: "Not strict JSON (UTF-8, no name twice); check what wrote it.")
    static let fhirResource = Rule(
        "fhir-resource", .error, 200, fixed: true,
        french: "Aucun DiagnosticReport ni Observation de laboratoire ; envoyer un Bundle qui en contient.",
        english: "Neither a DiagnosticReport nor a laboratory Observation; send a Bundle that holds some.")
    static let fhirCharset = Rule(
        "fhir-charset", .error, 102, fixed: true,
        french: "Ce n'est pas de l'UTF-8, le seul jeu de caractères de FHIR (sans doute de l'ISO 8859-1 ou du "
            + "Windows-1252) ; écrire le document en UTF-8.",
        english: "Not UTF-8, the only character set of FHIR (ISO 8859-1 or Windows-1252, most likely); write the "
            + "document in UTF-8.")
    static let fhirArray = Rule(
        "fhir-array", .error, 200, fixed: true,
        french: "Un tableau JSON à la place d'un document FHIR ; envoyer un Bundle par ligne (NDJSON) ou par fichier.",
        english: "A JSON array in the place of a FHIR document; send one Bundle a line (NDJSON) or one a file.")
    static let fhirElement = Rule(
        "fhir-element", .error, 102, fixed: true,
        french: "Élément dont le type ou la valeur n'est pas celui de FHIR R4 ; le corriger chez l'émetteur.",
        english: "An element whose type or value is not that of FHIR R4; correct the sender.")
    static let fhirModifier = Rule(
        "fhir-modifier", .error, 207, fixed: true,
        french:
            "Extension qui change le sens de ce qu'elle accompagne (modifierExtension, implicitRules), inconnue ici ; "
            + "envoyer sans elle.",
        english: "An extension that changes the meaning of its element (modifierExtension, implicitRules) and is not "
            + "known here; send without it.")
    static let fhirUnlinked = Rule(
        "fhir-unlinked", .warning, 0,
        french: "Observation qu'aucun DiagnosticReport ne nomme : elle n'est pas transmise.",
        english: "An Observation that no DiagnosticReport names is not passed on.")
    static let fhirReference = Rule(
        "fhir-reference", .error, 101, fixed: true,
        french: "Référence à une ressource qui n'est pas dans le document, ou d'un autre serveur (fullUrl) ; envoyer "
            + "le document avec elle.",
        english: "A reference to a resource that is not in the document, or is of another server (fullUrl); send the "
            + "document with it.")
    static let fhirTooManyResources = Rule(
        "fhir-resources", .error, 198, fixed: true,
        french: "Plus de 20 000 ressources dans un document ; envoyer plusieurs documents.",
        english: "More than 20,000 resources in one document; send several documents.")
    static let fhirPatientMissing = Rule(
        "fhir-patient", .error, 101, fixed: true,
        french: "Résultats sans Patient (subject) ; envoyer la ressource Patient avec eux.",
        english: "Results without a Patient (subject); send the Patient resource with them.")
    static let fhirOtherPatient = Rule(
        "fhir-other-patient", .error, 207, fixed: true,
        french:
            "Un résultat, son prélèvement ou sa demande est d'un autre patient (subject, focus), par référence ou par "
            + "numéro, que le compte rendu qui le nomme ; corriger l'émetteur.",
        english: "A result, its specimen or its request is of another patient (subject, focus), by reference or by "
            + "number, than the report that names it; correct the sender.")
    static let fhirOtherSpecimen = Rule(
        "fhir-other-specimen", .error, 207, fixed: true,
        french: "Un résultat est d'un autre prélèvement (specimen) que le DiagnosticReport qui le nomme, ou que ses "
            + "autres résultats ; envoyer un DiagnosticReport pour chacun.",
        english: "A result is of another specimen than the DiagnosticReport that names it, or than its other results; "
            + "send a DiagnosticReport for each.")
    static let fhirSpecimens = Rule(
        "fhir-specimens", .warning, 207,
        french: "Un DiagnosticReport nomme plusieurs prélèvements (specimen) et tous ses résultats n'en nomment pas "
            + "un : aucun n'est transmis ; envoyer un DiagnosticReport pour chacun.",
        english: "A DiagnosticReport names several specimens and not all its results one: none is passed on; send a "
            + "DiagnosticReport for each.")
    static let fhirConsent = Rule(
        "fhir-consent", .warning, 0,
        french: "Un Consent qui n'est pas un refus (provision.type deny) : il n'est pas pris pour un accord ; dire "
            + "l'accord dans un résultat que la table de l'expéditeur nomme (consent).",
        english: "A Consent that is no refusal (provision.type deny) is not taken for an agreement; say it in a result "
            + "that the sender's table names (consent).")
    static let fhirFurtherCodes = Rule(
        "fhir-further-codes", .warning, 0,
        french: "Plus de deux codes (coding) pour un concept : le code commun et le premier autre sont transmis.",
        english: "More than two codings of one concept: the shared one and the first other one are passed on.")
    static let fhirTwice = Rule(
        "fhir-twice", .error, 204, fixed: true,
        french:
            "Deux ressources différentes portent le même nom (fullUrl, ou type et id) : nul ne sait laquelle vaut ; "
            + "n'en envoyer qu'une.",
        english: "Two different resources bear one name (fullUrl, or type and id): nobody knows which one holds; send "
            + "only one.")
    static let fhirValue = Rule(
        "fhir-value", .error, 102, fixed: true,
        french: "Valeur d'un type (value[x]) qui n'est pas transporté, ou deux valeurs pour un résultat ; employer "
            + "CodeableConcept, Quantity, string, Ratio, Range, dateTime, integer ou boolean.",
        english: "A value of a type (value[x]) that is not carried, or two values of one result; use CodeableConcept, "
            + "Quantity, string, Ratio, Range, dateTime, integer or boolean.")
    static let fhirRatio = Rule(
        "fhir-ratio", .warning, 102,
        french: "Rapport (valueRatio) sans dénominateur : le nombre seul dirait autre chose ; envoyer les deux, ou un "
            + "valueQuantity.",
        english: "A ratio (valueRatio) without denominator: its number alone would say something else; send both, or a "
            + "valueQuantity.")
    static let fhirDangling = Rule(
        "fhir-dangling", .warning, 101,
        french: "Référence (specimen, performer, basedOn…) dont la ressource n'est pas dans le document, ou est d'un "
            + "autre type : ce qu'elle désigne n'est pas transmis ; envoyer la ressource.",
        english: "A reference (specimen, performer, basedOn…) whose resource is not in the document, or is of another "
            + "type: what it names is not passed on; send the resource.")
    static let fhirSize = Rule(
        "fhir-size", .error, 198, fixed: true,
        french: "Document de plus de 150 000 objets et listes (moins au-delà de 7 Mio) ou de 500 000 valeurs, une "
            + "liste de plus de 20 000 éléments, ou un objet de plus de 1 000 membres ; envoyer plusieurs documents.",
        english: "A document of more than 150,000 objects and lists (fewer beyond 7 MiB) or 500,000 values, a list "
            + "of more than 20,000 elements, or an object of more than 1,000 members; send several documents.")
    static let fhirRanges = Rule(
        "fhir-ranges", .warning, 0,
        french: "Valeurs de référence (referenceRange) d'un autre type que « normal » auprès de celles qui le sont, ou "
            + "plus de vingt : ces autres ne sont pas transmises.",
        english: "Reference ranges of another type than \"normal\" beside the normal one, or more than twenty: those "
            + "others are not passed on.")
    static let fhirFurther = Rule(
        "fhir-further", .warning, 198,
        french: "Plus d'éléments d'une sorte (identifiants, notes, adresses, interprétations…) qu'il n'en est porté : "
            + "les premiers sont transmis.",
        english: "More elements of one kind (identifiers, notes, addresses, interpretations…) than are carried: the "
            + "first ones are passed on.")
}
