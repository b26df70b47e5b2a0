/// What `StructureLint` looks for. Each says what is wrong and what to do, in French and English; never a value.
public enum StructureTrouble: String, Sendable, CaseIterable {
    case byteOrderMark = "byte-order-mark"
    case framedTwice = "framed-twice"
    case brokenFrame = "broken-frame"
    case leadingBlanks = "leading-blanks"
    case blankLine = "blank-line"
    case trailingPadding = "trailing-padding"
    case segmentEnd = "segment-end"
    case mixedSegmentEnds = "mixed-segment-ends"
    case missingEnd = "missing-end"
    case cutShort = "cut-short"
    case delimitersAssumed = "delimiters-assumed"
    case delimitersIrregular = "delimiters-irregular"
    case truncationCharacter = "truncation-character"
    case headerField = "header-field"
    case unknownCharset = "unknown-charset"
    case undecodable = "undecodable"
    case windowsBytes = "windows-bytes"
    case controlCharacter = "control-character"
    case forbiddenControl = "forbidden-control"
    case unknownEscape = "unknown-escape"
    case openEscape = "open-escape"
    case charsetEscape = "charset-escape"
    case segmentName = "segment-name"
    case secondHeader = "second-header"
    case headerLost = "header-lost"
    case segmentInside = "segment-inside"
    case emptySegment = "empty-segment"
    case wideField = "wide-field"
    case orphanResult = "orphan-result"

    /// The message cannot be read rightly as it stands; otherwise it can, and somebody should look.
    public var isError: Bool {
        switch self {
        case .mixedSegmentEnds, .cutShort, .delimitersAssumed, .headerField, .unknownCharset, .undecodable,
            .forbiddenControl, .segmentName, .secondHeader, .headerLost, .segmentInside, .wideField, .orphanResult:
            true
        default: false
        }
    }

    /// What is wrong and what to do, in French.
    public var french: String {
        switch self {
        case .byteOrderMark: "marque d'ordre des octets avant MSH ; enregistrer sans elle"
        case .framedTwice: "trame MLLP dans une trame MLLP ; n'en mettre qu'une"
        case .brokenFrame:
            "trame MLLP sans fin (FS CR), ou qui finit au milieu du message : il en manque peut-être ; le renvoyer entier"
        case .leadingBlanks: "espaces avant un segment ; les retirer"
        case .blankLine: "ligne vide entre deux segments ; la retirer"
        case .trailingPadding: "octets de remplissage après le dernier segment ; les retirer"
        case .segmentEnd: "les segments finissent par LF ou CRLF ; les finir par CR"
        case .mixedSegmentEnds:
            "fin de segment d'une autre sorte que la première : peut-être un retour à la ligne dans un texte ; y écrire "
                + "\\.br\\"
        case .missingEnd: "le dernier segment n'a pas de fin : le message est peut-être coupé ; finir par CR"
        case .cutShort:
            "message coupé dans son dernier résultat, dans le type de son dernier prélèvement ou dans un lot sans fin ; le renvoyer entier"
        case .delimitersAssumed: "MSH-2 ne donne pas quatre délimiteurs utilisables ; y écrire ^~\\&"
        case .delimitersIrregular: "barre oblique perdue ou doublée dans MSH-2 ; y écrire ^~\\&"
        case .truncationCharacter: "cinquième délimiteur dans une version antérieure à 2.7 ; le retirer"
        case .headerField: "champ obligatoire de MSH absent ou trop long ; le remplir"
        case .unknownCharset: "jeu de caractères inconnu en MSH-18 ; employer UNICODE UTF-8 ou 8859/15"
        case .undecodable: "octet étranger au jeu de caractères ; déclarer le jeu réellement employé en MSH-18"
        case .windowsBytes: "caractère de Windows-1252 sous un jeu ISO 8859 ; déclarer le jeu réellement employé"
        case .controlCharacter: "caractère de commande dans un texte ; le retirer"
        case .forbiddenControl: "NUL ou octet de trame MLLP dans un texte, tel quel ou échappé ; le retirer"
        case .unknownEscape: "séquence d'échappement inconnue, gardée telle quelle"
        case .openEscape: "caractère d'échappement seul ; écrire \\E\\"
        case .charsetEscape: "changement de jeu de caractères dans un texte, gardé tel quel ; envoyer en UTF-8"
        case .segmentName: "ligne qui n'est pas un segment : texte coupé ou nom faux ; écrire \\.br\\ dans les textes"
        case .secondHeader: "deuxième MSH dans le message ; séparer les messages"
        case .headerLost: "SFT derrière un patient : le MSH d'un autre message s'est perdu ; séparer les messages"
        case .segmentInside:
            "un segment commence au milieu d'un autre : une fin s'est perdue ; finir chaque segment par CR"
        case .emptySegment: "segment sans aucun champ ; l'omettre ou le remplir"
        case .wideField: "1 000 parties ou plus dans un champ ; corriger l'émetteur"
        case .orphanResult: "segment sans celui dont il dépend (PID, puis OBR, puis OBX) ; les mettre dans l'ordre"
        }
    }

    /// The same in English.
    public var english: String {
        switch self {
        case .byteOrderMark: "a byte order mark before MSH; save without it"
        case .framedTwice: "an MLLP frame in an MLLP frame; put one only"
        case .brokenFrame:
            "an MLLP frame without its end (FS CR), or one that ends inside the message: some of it may be missing; send it whole"
        case .leadingBlanks: "blanks before a segment; remove them"
        case .blankLine: "a blank line between segments; remove it"
        case .trailingPadding: "padding bytes after the last segment; remove them"
        case .segmentEnd: "segments end with LF or CRLF; end them with CR"
        case .mixedSegmentEnds:
            "a segment end of another kind than the first one: perhaps a line break in a text; write \\.br\\ there"
        case .missingEnd: "the last segment has no end: the message may have been cut; end with CR"
        case .cutShort:
            "the message was cut in its last result, in the type of its last specimen or in a batch without end; send it whole"
        case .delimitersAssumed: "MSH-2 does not give four usable delimiters; write ^~\\& there"
        case .delimitersIrregular: "a backslash lost or doubled in MSH-2; write ^~\\& there"
        case .truncationCharacter: "a fifth delimiter in a version before 2.7; remove it"
        case .headerField: "a required field of MSH is missing or too long; fill it"
        case .unknownCharset: "an unknown character set in MSH-18; use UNICODE UTF-8 or 8859/15"
        case .undecodable: "a byte that the character set does not have; declare the set really used in MSH-18"
        case .windowsBytes: "a character of Windows-1252 under an ISO 8859 set; declare the set really used"
        case .controlCharacter: "a control character in a text; remove it"
        case .forbiddenControl: "a NUL or an MLLP frame byte in a text, as it is or escaped; remove it"
        case .unknownEscape: "an unknown escape sequence, kept as it stands"
        case .openEscape: "an escape character alone; write \\E\\"
        case .charsetEscape: "a switch of character set in a text, kept as it stands; send UTF-8"
        case .segmentName: "a line that is no segment: a text cut, or a wrong name; write \\.br\\ in texts"
        case .secondHeader: "a second MSH in the message; separate the messages"
        case .headerLost: "an SFT behind a patient: another message's MSH was lost; separate the messages"
        case .segmentInside: "a segment begins inside another one: an end was lost; end each segment with CR"
        case .emptySegment: "a segment without any field; leave it out or fill it"
        case .wideField: "1,000 parts or more in a field; correct the sender"
        case .orphanResult: "a segment without the one that it depends on (PID, then OBR, then OBX); put them in order"
        }
    }
}

/// One structural trouble and its place.
public struct StructureNote: Hashable, Sendable {
    /// What.
    public let trouble: StructureTrouble
    /// The segment, counted from 1 over the message; 0 where it lies outside all.
    public let segment: Int
    /// The segment's name and number and the field, as far as they can be told: `OBX[2]-5`, `PID[1]`, `segment 4`.
    public let path: String
    /// Bytes from the message's beginning.
    public let offset: Int

    /// As the trouble has it; a message without MSH-11 or MSH-12 is read all the same, as a real one in any version.
    public var isError: Bool {
        trouble.isError && !(trouble == .headerField && (path == "MSH[1]-11" || path == "MSH[1]-12"))
    }
}
