/// The rules of files and of HL7 v2 messages.
extension Rule {
    // MARK: - Files

    static let file: [Rule] = [
        notHL7, emptyFile, utf16File, compressedFile, xmlFile, messageTooLarge, batchCount, batchUnfinished,
        batchUnopened, secondFile,
    ]

    static let batchCount = Rule(
        "batch-count", .warning, 198,
        french: "Le lot annonce un autre nombre que celui qu'il contient (BTS-1, FTS-1) ; vérifier qu'il est entier.",
        english: "The batch announces another number than it holds (BTS-1, FTS-1); check that it is whole.")
    static let batchUnfinished = Rule(
        "batch-unfinished", .warning, 100,
        french: "Lot ou fichier sans fin (BTS, FTS) : la suite peut manquer ; vérifier l'export.",
        english: "A batch or file without its end (BTS, FTS): the rest may be missing; check the export.")
    static let batchUnopened = Rule(
        "batch-unopened", .warning, 100,
        french: "Fin de lot ou de fichier (BTS, FTS) sans son début : ce qui précède peut manquer ; vérifier l'export.",
        english: "An end of batch or file (BTS, FTS) without its beginning: what came before may be missing; check the "
            + "export.")
    static let secondFile = Rule(
        "second-file", .warning, 100,
        french: "Deux fichiers mis bout à bout (FHS après FTS) ; les déposer séparément.",
        english: "Two files put one behind the other (FHS after FTS); hand them in apart.")

    static let notHL7 = Rule(
        "not-hl7", .error, 100, fixed: true,
        french:
            "Texte hors de tout message HL7, ou fichier d'un format non reconnu (HL7 v2, HPRIM, CSV, FHIR et CDA le "
            + "sont) ; vérifier ce qui l'a écrit.",
        english:
            "Text outside any HL7 message, or a file of a format that is not known (HL7 v2, HPRIM, CSV, FHIR and CDA "
            + "are); find out what wrote it.")
    static let emptyFile = Rule(
        "empty-file", .error, 100, fixed: true,
        french: "Aucun message dans le fichier, ou rien que des octets nuls ou des blancs ; vérifier l'export.",
        english: "No message in the file, or nothing but zero bytes or blanks; check the export.")
    static let utf16File = Rule(
        "utf-16", .error, 102, fixed: true,
        french: "Fichier enregistré en UTF-16 ; l'enregistrer en UTF-8.",
        english: "The file was saved as UTF-16; save it as UTF-8.")
    static let compressedFile = Rule(
        "compressed", .error, 100, fixed: true,
        french: "Fichier compressé ; le décompresser avant de le déposer.",
        english: "A compressed file; unpack it before handing it in.")
    static let xmlFile = Rule(
        "xml", .error, 200, fixed: true,
        french: "Fichier XML, et non HL7 v2 ; l'envoyer sous son propre format.",
        english: "An XML file, not HL7 v2; send it as what it is.")
    static let messageTooLarge = Rule(
        "message-too-large", .error, 102, fixed: true,
        french: "Message de plus de 16 Mio ; envoyer les documents à part, ou plusieurs messages.",
        english: "A message of more than 16 MiB; send documents apart, or several messages.")

    // MARK: - Form

    static let form: [Rule] = [
        noHeader, fieldSeparator, tooManySegments, tooManyResults, tooManyNotes, encodingCharacters,
        encodingCharactersOdd,
        truncationCharacter,
        byteOrderMark, mixedSegmentEnds, blankLines, trailingPadding, framedTwice, brokenFrame, unsupportedCharset,
        undecodable,
        windowsBytes,
        utf8Undeclared, charsetMixed, charsetGuessed, unterminated, cutShort, headerInText,
        charsetEscape, unknownEscape, control, forbiddenControl, segmentName, secondHeader, segmentInside, batchInFrame,
        unknownSegment, patientLost,
        emptySegment, setID, resultBehindSpecimen, fieldExtraParts, segmentExtraFields, fieldTooWide, fieldTooLong,
        moreFindings,
    ]

    static let noHeader = Rule(
        "no-header", .error, 100, fixed: true,
        french: "Le message ne commence pas par MSH ; vérifier l'émetteur.",
        english: "The message does not begin with MSH; check the sender.")
    static let fieldSeparator = Rule(
        "field-separator", .error, 102, fixed: true,
        french: "MSH-1 n'est pas un séparateur utilisable ; employer « | ».",
        english: "MSH-1 is no usable separator; use \"|\".")
    static let tooManySegments = Rule(
        "too-many-segments", .error, 198, fixed: true,
        french: "Plus de 100 000 segments dans un message ; envoyer plusieurs messages.",
        english: "More than 100,000 segments in a message; send several messages.")
    static let tooManyResults = Rule(
        "too-many-results", .error, 198, fixed: true,
        french:
            "Plus de 15 000 résultats, 5 000 demandes ou 5 000 prélèvements d'un patient, ou plus de 10 000 patients "
            + "dans un message ; envoyer plusieurs messages.",
        english:
            "More than 15,000 results, 5,000 orders or 5,000 specimens of one patient, or more than 10,000 patients, "
            + "in a message; send several messages.")
    static let tooManyNotes = Rule(
        "too-many-notes", .error, 198, fixed: true,
        french: "Plus de 50 000 lignes de commentaires d'un patient dans un message ; envoyer plusieurs messages.",
        english: "More than 50,000 lines of notes of one patient in a message; send several messages.")
    static let encodingCharacters = Rule(
        "msh2-unusable", .error, 102, fixed: true,
        french: "MSH-2 ne donne pas quatre délimiteurs utilisables ; employer « ^~\\& ».",
        english: "MSH-2 does not give four usable delimiters; use \"^~\\&\".")
    static let encodingCharactersOdd = Rule(
        "msh2-irregular", .warning, 102,
        french: "MSH-2 est irrégulier (barre oblique perdue ou doublée), mais compris ; le corriger chez l'émetteur.",
        english: "MSH-2 is irregular (backslash lost or doubled) but understood; correct the sender.")
    static let truncationCharacter = Rule(
        "msh2-fifth-character", .warning, 102,
        french: "Cinquième délimiteur dans une version antérieure à 2.7 ; le retirer de MSH-2.",
        english: "A fifth delimiter in a version before 2.7; remove it from MSH-2.")
    static let byteOrderMark = Rule(
        "byte-order-mark", .warning, 100,
        french: "Marque d'ordre des octets avant MSH ; enregistrer sans elle.",
        english: "A byte order mark before MSH; save without it.")
    static let mixedSegmentEnds = Rule(
        "mixed-segment-ends", .error, 100,
        french:
            "Fins de segment de plusieurs sortes (CR, LF, CRLF) : l'une d'elles peut être un retour à la ligne dans "
            + "un texte, qui ferait un faux résultat ; terminer chaque segment par CR et écrire \\.br\\ dans les textes.",
        english: "Segments end in several ways (CR, LF, CRLF): one of them may be a line break inside a text, which "
            + "would make a false result; end each segment with CR and write \\.br\\ in texts.")
    static let blankLines = Rule(
        "blank-lines", .warning, 100,
        french: "Lignes vides ou espaces avant un segment ; les retirer chez l'émetteur.",
        english: "Blank lines, or blanks before a segment; remove them at the sender.")
    static let trailingPadding = Rule(
        "trailing-padding", .warning, 100,
        french: "Octets de remplissage après le dernier segment ; les retirer chez l'émetteur.",
        english: "Padding bytes after the last segment; remove them at the sender.")
    static let framedTwice = Rule(
        "framed-twice", .warning, 100,
        french: "Trame MLLP dans une trame MLLP : une passerelle emballe ce qui l'est déjà ; n'en mettre qu'une.",
        english: "An MLLP frame in an MLLP frame: a gateway wraps what is wrapped already; put one only.")
    static let brokenFrame = Rule(
        "broken-frame", .warning, 100,
        french:
            "Trame MLLP sans fin (FS CR), ou dont la fin est suivie d'un autre segment : le message est peut-être coupé ; "
            + "le renvoyer entier, dans une trame qui finit par FS CR.",
        english:
            "An MLLP frame without its end (FS CR), or one whose end another segment follows: the message may be cut; "
            + "send it whole, in a frame that ends in FS CR.")
    static let unsupportedCharset = Rule(
        "msh18-charset", .error, 103, fixed: true,
        french: "Jeu de caractères de MSH-18 inconnu ; employer « UNICODE UTF-8 » ou « 8859/15 ».",
        english: "The character set in MSH-18 is not known; use \"UNICODE UTF-8\" or \"8859/15\".")
    static let undecodable = Rule(
        "charset", .error, 102, fixed: true,
        french: "Octets étrangers au jeu de caractères de MSH-18 (ou, s'il est vide, à celui du réglage du site) ; "
            + "déclarer le jeu réellement employé.",
        english: "Bytes that the character set of MSH-18 (or, where empty, the site's setting) does not have; "
            + "declare the set that is really used.")
    static let windowsBytes = Rule(
        "charset-windows", .warning, 102,
        french: "MSH-18 déclare un jeu ISO 8859 et le texte tient des caractères de Windows-1252 : lus comme tels ; "
            + "déclarer le jeu réellement employé.",
        english: "MSH-18 declares an ISO 8859 set and the text holds characters of Windows-1252: read as such; declare "
            + "the set that is really used.")
    static let utf8Undeclared = Rule(
        "charset-utf8", .error, 102,
        french:
            "Texte en UTF-8 alors que MSH-18 (ou, s'il est vide, le réglage du site) dit un autre jeu : les accents "
            + "seraient faux ; déclarer « UNICODE UTF-8 ».",
        english:
            "The text is UTF-8 and MSH-18 (or, where empty, the site's setting) says another set: accents would be "
            + "wrong; declare \"UNICODE UTF-8\".")
    static let charsetMixed = Rule(
        "charset-mixed", .error, 102, fixed: true,
        french:
            "Texte en UTF-8 par endroits et dans un autre jeu ailleurs, ou lettre coupée en son milieu : nul jeu ne le rend "
            + "tout entier, des accents seraient faux ; envoyer un seul jeu, et couper entre deux lettres.",
        english:
            "A text in UTF-8 here and in another set there, or a letter cut in its middle: no set makes all of it out, and "
            + "accents would be wrong; send one set, and cut between letters.")
    static let unterminated = Rule(
        "unterminated", .warning, 100,
        french: "Le dernier segment n'a pas de fin : le message est peut-être coupé ; finir chaque segment par CR.",
        english: "The last segment has no end: the message may have been cut; end each segment with CR.")
    static let charsetGuessed = Rule(
        "charset-dos", .error, 102, fixed: true,
        french:
            "Texte dont des accents semblent être ceux de DOS (CP850) alors qu'il est dit ISO 8859 ou ne dit aucun jeu, ou "
            + "l'inverse : ils seraient faux ; déclarer le jeu réellement employé, en MSH-18 ou par outbox.site.charset (--charset).",
        english:
            "A text whose accents seem to be those of DOS (CP850) though it is said to be ISO 8859 or says no set, or the "
            + "reverse: they would be wrong; declare the set that is really used, in MSH-18 or by outbox.site.charset "
            + "(--charset).")
    static let cutShort = Rule(
        "cut-short", .warning, 100,
        french:
            "Message coupé, semble-t-il : le fichier s'arrête dans le dernier résultat, plus court que les autres, dans le "
            + "type du dernier prélèvement, qui n'est pas pris, ou dans un lot sans sa fin ; le renvoyer entier. Un logiciel qui ne finit jamais ses messages par CR : "
            + "outbox.rules.warnings.",
        english:
            "The message seems to have been cut: the file stops in its last result, which is shorter than the others, in "
            + "the type of its last specimen, which is not taken, or in a batch without its end; send it whole. For software that never ends its messages with CR: "
            + "outbox.rules.warnings.")
    static let headerInText = Rule(
        "header-in-text", .error, 100, fixed: true,
        french:
            "Un message commence (MSH) au bout d'un segment du précédent, faute de fin de segment : deux messages seraient "
            + "pris pour un ; finir chaque message par CR.",
        english:
            "A message begins (MSH) at the end of a segment of the one before, for want of a segment end: two messages "
            + "would be taken as one; end each message with CR.")
    static let charsetEscape = Rule(
        "charset-escape", .warning, 102,
        french: "Changement de jeu de caractères en cours de texte : laissé tel quel ; envoyer en UTF-8.",
        english: "A switch of character set inside a text was left as it stands; send UTF-8.")
    static let unknownEscape = Rule(
        "unknown-escape", .warning, 102,
        french:
            "Séquence d'échappement inconnue, ou de mise en forme (\\H\\, \\.sp\\), laissée telle quelle ; écrire \\E\\ pour "
            + "une barre oblique inverse, \\.br\\ pour une fin de ligne.",
        english:
            "An escape sequence that is unknown, or of layout (\\H\\, \\.sp\\), was left as it stands; write \\E\\ for a "
            + "backslash, \\.br\\ for a line end.")
    static let control = Rule(
        "control-character", .warning, 102,
        french:
            "Caractère de commande dans un texte, visible ou non (sens d'écriture), ou fin de ligne dans un nom ; le retirer chez "
            + "l'émetteur.",
        english:
            "A control character in a text, seen or not (direction of writing), or a line end in a name; remove it at the "
            + "sender.")
    static let forbiddenControl = Rule(
        "forbidden-control-character", .error, 102, fixed: true,
        french:
            "Caractère NUL ou octet de trame MLLP dans un texte, ou caractère de commande (fin de ligne, tabulation) dans un "
            + "identifiant ou un code ; le retirer chez l'émetteur.",
        english:
            "A NUL or an MLLP frame byte in a text, or a control character (line end, tab) in an identifier or a code; remove it "
            + "at the sender.")
    static let segmentName = Rule(
        "segment-name", .error, 100, fixed: true,
        french: "Ligne qui n'est pas un segment : texte coupé par un retour à la ligne, ou nom de segment faux ; "
            + "écrire \\.br\\ dans les textes.",
        english: "A line that is no segment: a text cut by a line break, or a wrong segment name; write \\.br\\ in "
            + "texts.")
    static let secondHeader = Rule(
        "second-header", .error, 100, fixed: true,
        french: "Deuxième MSH dans un message ; envoyer chaque message à part.",
        english: "A second MSH inside a message; send each message apart.")
    static let segmentInside = Rule(
        "segment-inside", .error, 100, fixed: true,
        french:
            "Un segment commence au milieu d'un autre : une fin de segment s'est perdue, et des résultats avec elle ; finir "
            + "chaque segment par CR.",
        english:
            "A segment begins inside another one: a segment's end was lost, and results with it; end each segment with CR."
    )
    static let batchInFrame = Rule(
        "batch-in-frame", .error, 200, fixed: true,
        french: "Lot (FHS, BHS) dans une trame MLLP ; envoyer un message par trame, ou le lot comme fichier.",
        english: "A batch (FHS, BHS) in an MLLP frame; send one message a frame, or the batch as a file.")
    static let emptySegment = Rule(
        "segment-empty", .warning, 100,
        french: "Segment sans aucun champ ; l'omettre ou le remplir.",
        english: "A segment without any field; leave it out or fill it.")
    static let setID = Rule(
        "set-id", .warning, 102,
        french: "Numéro d'ordre (OBX-1) répété ou qui n'est pas un nombre : tous les résultats sont gardés ; corriger "
            + "la numérotation.",
        english: "A set id (OBX-1) that repeats or is no number: all results are kept; correct the numbering.")
    static let resultBehindSpecimen = Rule(
        "result-behind-specimen", .warning, 102,
        french:
            "OBX derrière SPM, après les résultats de la demande : selon HL7 il décrit le prélèvement ; il est transmis comme "
            + "résultat de la demande ; placer les résultats devant SPM, et ne pas envoyer ce qui n'en est pas.",
        english:
            "An OBX behind SPM, after the results of the order: in HL7 it describes the specimen; it is passed on as a "
            + "result of the order; put results before SPM, and do not send what is none.")
    static let fieldExtraParts = Rule(
        "field-extra-parts", .warning, 102,
        french:
            "Champ de plus de composantes que n'en a aucun type de données : celles en trop ne sont pas transmises.",
        english: "A field with more components than any data type has: those in excess are not passed on.")
    static let segmentExtraFields = Rule(
        "segment-extra-fields", .warning, 102,
        french:
            "Segment de plus de champs que n'en a aucune version de HL7 : ceux en trop ne sont pas transmis ; les écrire à leur "
            + "place, ou ne pas les envoyer.",
        english:
            "A segment with more fields than any version of HL7 has: those in excess are not passed on; write them where they "
            + "belong, or do not send them.")
    static let unknownSegment = Rule(
        "unknown-segment", .warning, 100,
        french: "Segment inconnu dans un compte rendu : il n'est pas transmis.",
        english: "A segment unknown in a report: it is not passed on.")
    static let patientLost = Rule(
        "patient-lost", .error, 100,
        french:
            "Segment d'un patient (PV1, PV2, PD1, NK1) ou segment inconnu derrière des demandes ou des résultats : le PID d'un "
            + "autre patient s'est peut-être perdu, et ses résultats passeraient pour ceux du précédent ; écrire ces segments "
            + "derrière leur PID. Un logiciel qui les place toujours ainsi : outbox.rules.warnings.",
        english:
            "A patient's segment (PV1, PV2, PD1, NK1) or an unknown one behind orders or results: another patient's PID may "
            + "have been lost, and their results would pass for those of the one before; write these segments behind their "
            + "PID. For software that always puts them so: outbox.rules.warnings.")
    static let fieldTooWide = Rule(
        "field-too-wide", .error, 198, fixed: true,
        french: "Plus de 1 000 répétitions, composantes ou sous-composantes dans un champ ; corriger l'émetteur.",
        english: "More than 1,000 repetitions, components or subcomponents in a field; correct the sender.")
    static let fieldTooLong = Rule(
        "field-too-long", .error, 198, fixed: true,
        french:
            "Champ de plus de 64 Kio qui n'est ni un résultat (OBX-5) ni un commentaire (NTE) ; corriger l'émetteur.",
        english: "A field of more than 64 KiB that is neither a result (OBX-5) nor a note (NTE); correct the sender.")
    static let moreFindings = Rule(
        "more-findings", .warning, 0, fixed: true,
        french: "D'autres anomalies ne sont pas montrées ; corriger celles-ci d'abord.",
        english: "More findings are not shown; correct these first.")

    /// That so many findings are not shown.
    static func moreFindings(_ count: Int, _ overrides: [String: Finding.Severity]) -> Finding {
        var finding = moreFindings.finding(at: "MSH", overrides)
        finding.french = "Anomalies qui ne sont pas montrées : " + String(count) + " ; corriger d'abord les autres."
        finding.english = "Findings that are not shown: " + String(count) + "; correct the others first."
        return finding
    }

    // MARK: - Header

    static let header: [Rule] = [
        sentAtMissing, typeMissing, messageType, messageEvent, messageIDMissing, messageIDLong, processingMissing,
        processingUnknown, versionMissing, version,
    ]

    static let sentAtMissing = Rule(
        "msh7-missing", .warning, 101,
        french: "Date du message absente (MSH-7) ; y mettre AAAAMMJJHHMMSS+ZZZZ.",
        english: "The time of the message (MSH-7) is missing; put YYYYMMDDHHMMSS+ZZZZ there.")
    static let typeMissing = Rule(
        "msh9-missing", .error, 101, fixed: true,
        french: "Type de message absent (MSH-9) ; attendu ORU^R01.",
        english: "The message type (MSH-9) is missing; expected ORU^R01.")
    static let messageType = Rule(
        "message-type", .error, 200, fixed: true,
        french: "Type de message non pris en charge ; seuls les comptes rendus ORU^R01 le sont.",
        english: "Message type not supported; only reports (ORU^R01) are.")
    static let messageEvent = Rule(
        "message-event", .error, 201, fixed: true,
        french: "Événement non pris en charge ; seul ORU^R01 l'est.",
        english: "Trigger event not supported; only ORU^R01 is.")
    static let messageIDMissing = Rule(
        "msh10-missing", .error, 101,
        french: "Identifiant de message absent (MSH-10) ; sans lui un doublon ne se reconnaît pas.",
        english: "The message id (MSH-10) is missing; without it a duplicate cannot be told.")
    static let messageIDLong = Rule(
        "msh10-length", .error, 102, fixed: true,
        french: "Identifiant de message de plus de 199 caractères (MSH-10) ; le raccourcir.",
        english: "The message id (MSH-10) has more than 199 characters; make it shorter.")
    static let processingMissing = Rule(
        "msh11-missing", .warning, 101,
        french: "MSH-11 absent : le message est tenu pour réel ; y mettre P, T ou D.",
        english: "MSH-11 is missing: the message is taken as real; put P, T or D there.")
    static let processingUnknown = Rule(
        "msh11-unknown", .warning, 103,
        french: "MSH-11 n'est ni P, ni T, ni D : le message est tenu pour un essai.",
        english: "MSH-11 is neither P, T nor D: the message is taken as a test.")
    static let versionMissing = Rule(
        "msh12-missing", .warning, 101,
        french: "Version absente (MSH-12) ; y mettre 2.5.1.",
        english: "The version (MSH-12) is missing; put 2.5.1 there.")
    static let version = Rule(
        "msh12-version", .error, 203, fixed: true,
        french: "Version HL7 non prise en charge ; 2.1 à 2.9 le sont.",
        english: "HL7 version not supported; 2.1 to 2.9 are.")
}
